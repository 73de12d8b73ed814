# Where the package is, and whether this call can plan. No rule.
#
# A checkout has the package beside its rules, and it comes before any that is installed: rules and package are of one
# version. A workflow that fetches these rules from a repository needs the package to be installed.
import os
import sys
import tomllib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from snakemake.cli import get_argument_parser
from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

VERSION = "0.2.0"  # of the package, which these rules belong to
# What planning a run imports, and Snakemake does not: modules, and the packages that hold them.
NEEDED = {
    "numpy": "numpy",
    "PIL": "pillow",
    "pyarrow": "pyarrow",
    "tqdm": "tqdm",
}


def find_package():
    """The folder in which `src` and `pasi` lie: that of this checkout, which scripts then import too, or another one."""
    source = Path(str(workflow.current_basedir), "..", "..", "src").resolve()
    if (source / "pasi").is_dir():
        sys.path.insert(0, str(source))
        others = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
        os.environ.update(PYTHONPATH=os.pathsep.join([str(source), *others]))
        return source.parent
    if (found := find_spec("pasi")) is None:
        raise WorkflowError(
            "the package pasi is not installed where Snakemake runs: clone the repository of this workflow at version "
            f"{VERSION}, make its environment (make env), and run Snakemake from there (docs/cluster.md)"
        )
    refuse_other_version(Path(found.origin).parents[2])
    return Path(found.origin).parents[2]


def refuse_other_version(folder):
    """Stop where the installed package is of another version than these rules."""
    project = folder / "pyproject.toml"
    # What an installation that points to a clone says of itself may be older than what the clone holds.
    is_clone = project.is_file()
    found = (
        tomllib.loads(project.read_text())["project"]["version"]
        if is_clone
        else version("one-step-pasi")
    )
    if found != VERSION:
        raise WorkflowError(
            f"these rules are of One-Step PASI {VERSION}, and the package that is installed is of {found}: install the "
            "version of the rules, or change the version in the module statement"
        )


def asks_for(options):
    """Whether this call has one of the options; only its command line says so before the workflow has been read."""
    return any(getattr(ARGUMENTS, name, None) for name in options)


CHECKOUT = find_package()
# For envs/pasi.post-deploy.sh: where the lock and the package are that a conda environment is made from.
os.environ.setdefault("PASI_CHECKOUT", str(CHECKOUT))
LACKING = [name for module, name in NEEDED.items() if find_spec(module) is None]
ARGUMENTS = (
    get_argument_parser().parse_known_args()[0] if workflow.is_main_process else None
)
# Rules can be looked at without a cohort, and without the libraries that a plan needs: src/pasi/planning/sketch.py.
LINTS = asks_for(["lint"])
SKETCHES = bool(LACKING) and asks_for(["lint", "rulegraph"])
if not SKETCHES:
    min_version("9.27")
    if LACKING:
        raise WorkflowError(
            f"a run cannot be planned without {', '.join(LACKING)}: install the environment of this workflow (make env), "
            "or add these to the environment in which Snakemake runs"
        )
