# How Snakemake was called: the config files that it was given, and whether the call runs jobs. No rule.
import sys
from contextlib import redirect_stderr
from io import StringIO

from snakemake.cli import parse_args
from snakemake.profiles import ProfileConfigFileParser

from pasi.config.settings import read_settings
from pasi.planning import guards
from pasi.planning.call_options import options_given_twice
from pasi.planning.run_config import read_run_config

LOOKING = (
    "dryrun lint dag rulegraph filegraph summary detailed_summary report list_rules list_target_rules list_untracked "
    "list_changes list_input_changes list_params_changes list_conda_envs d3dag print_compilation"
).split()  # options with which Snakemake runs no job
HOUSEKEEPING = (
    "unlock delete_all_output delete_temp_output cleanup_metadata cleanup_shadow archive containerize export_cwl"
).split()  # options with which it makes no result


class Refused(WorkflowError):
    """A run that is refused for a reason that the user can correct: Snakemake prints the reason without a stack."""

    __traceback__ = None


def refuse(text):
    """Stop before the first job where there is a reason to."""
    if text:
        raise Refused(text)


def read_config():
    """The settings of this run, as `pasi check` reads them; a module of another workflow is handed its config."""
    if not workflow.modifier.is_main_snakefile():
        return read_settings(config)
    given, own = workflow.overwrite_configfiles, workflow.configfiles
    alone = workflow.config_settings.replace_workflow_config
    files = [*([] if alone else own[len(given) :]), *given]
    return read_run_config(files, workflow.config_settings.config, config)


def only_looks():
    """Whether this call runs no job."""
    return asks_for(LOOKING)


def asks_for_training(results):
    """Whether a target may need a training; another workflow's targets may."""
    early = [f"{results}/{folder}/" for folder in ("cohort", "tiles", "splits")]
    return not ARGUMENTS.targets or any(
        target not in ("tiles", "splits") and not target.startswith(tuple(early))
        for target in ARGUMENTS.targets
    )


def profiles():
    """Each profile that Snakemake has read, in its order (also profiles/default and SNAKEMAKE_PROFILE), with options."""
    try:
        with redirect_stderr(
            StringIO()
        ):  # it says which profiles it uses, as it has done before
            parser, _ = parse_args(sys.argv[1:])
    except (
        SystemExit
    ):  # Snakemake was called by another program, whose options these are
        return
    for file in parser._default_config_files:
        with open(file, encoding="utf-8") as stream:
            yield str(file), ProfileConfigFileParser().parse(stream)


if workflow.is_main_process:
    refuse(options_given_twice(sys.argv[1:], [*profiles()]))
