# The plan of this run, and what only Snakemake knows: scripts, locks, warnings, wildcard constraints. No rule.
#
# What the first rules depend on is content, not time: tables are ancient() inputs, photos are none, and a digest among
# the params covers exactly the rows, photos, settings and code that a rule reads (src/pasi/planning/plan.py; why stands
# in docs/design.md). What belongs to the user is local(): it stays where it is when results go to a storage.
import sys
import time
from pathlib import Path

from snakemake.cli import get_argument_parser
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from pasi.config.settings import read_settings
from pasi.config.yaml_files import file_names
from pasi.errors import InputError, RunningError, WriteError
from pasi.jobs.run_lock import is_superseded, lock_run
from pasi.networks.catalogue import NETWORKS
from pasi.planning import guards
from pasi.planning.inputs import read_run_inputs
from pasi.planning.plan import BASELINES, SCRIPTS, Plan, photo_rows, without
from pasi.provenance.script_digest import script_digest

LOOKING = (
    "dryrun lint dag rulegraph filegraph summary detailed_summary report list_rules list_target_rules list_untracked "
    "list_changes list_input_changes list_params_changes list_conda_envs d3dag print_compilation"
).split()  # options of Snakemake with which it runs no job
STARTED = time.time()
STATE = Path(".snakemake")


def script_file(name):
    """Place of a rule's script; by source_path, since the main Snakefile's folder is another one in a module."""
    return workflow.source_path(f"../scripts/{name}.py")


def refuse(text):
    """Stop before the first job where there is a reason to."""
    if text:
        raise WorkflowError(text)


def read_plan():
    """The plan of this run; every problem of the config or of its inputs at once."""
    try:
        # What is typed on the command line is laid over the Snakefile's own file, which is sound.
        files = workflow.overwrite_configfiles or workflow.configfiles
        settings = read_settings(config, source=file_names(files) or "config")
        cohort, weights = read_run_inputs(settings)
    except InputError as error:
        # On the screen alone: a message may quote a cell or a path, and .snakemake/log keeps what it is given (F16).
        print(error, file=sys.stderr, flush=True)
        raise WorkflowError(
            "the config, or a file that it names, is at fault: the lines above this one say where and how to mend it"
        ) from None
    code = {name: script_digest(script_file(name)) for name in SCRIPTS}
    warn = logger.warning if workflow.is_main_process else None
    memory = STATE / "pasi" / "photos.sqlite"
    photos = photo_rows(cohort, settings.tiles.shards, memory, warn)
    plan = Plan(settings, cohort, weights, code, photos)
    missing = guards.failed_trainings(plan) if settings.stacking.allow_missing else []
    return without(plan, missing)


def only_looks():
    """Whether this call runs no job, which Snakemake itself knows only once the workflow has been read."""
    arguments, _ = get_argument_parser().parse_known_args()
    return any(getattr(arguments, name, None) for name in LOOKING)


guards.keep_private(STATE)
if not workflow.is_main_process and is_superseded(STATE):
    refuse(
        "a later run has begun in this folder; this job of an earlier one leaves everything to it"
    )
PLAN = read_plan()
SETTINGS = PLAN.settings
# Scripts are handed `config`, which lacks defaults where another workflow has this one as a module.
config["training"] = SETTINGS.training.model_dump()
refuse(None if PLAN.trained else guards.NO_NETWORK)
if workflow.is_main_process:
    for text in guards.left_out(PLAN):
        logger.warning(text)
if workflow.is_main_process and not only_looks():
    try:  # what a killed run left locked is freed; a second run beside a living one is refused
        RUN_LOCK = lock_run(STATE)  # held until this process ends
    except (RunningError, WriteError) as error:
        refuse(str(error))
    refuse(guards.small_disk(SETTINGS))
    for text in guards.notes(PLAN):
        logger.warning(text)


wildcard_constraints:
    backbone="|".join(NETWORKS),
    digest="[0-9a-f]+",
    fold=r"\d+",
    learner="[a-z_]+",
    shard=r"\d\d",
