# The plan of this run, and what only Snakemake knows: scripts, the lock, warnings, wildcard constraints. No rule.
#
# What the first rules depend on is content, not time: tables are ancient() inputs, photos are none, and a digest among
# the params covers exactly the rows, photos, settings and code that a rule reads (src/pasi/planning/plan.py; why stands
# in docs/design.md). What belongs to the user is local(): it stays where it is when results go to a storage.
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

from snakemake.logging import logger

from pasi.errors import InputError, RunningError, UserError, WriteError
from pasi.jobs.run_lock import is_superseded, lock_run
from pasi.monitoring.run_results import fresh_results, fresh_scores
from pasi.monitoring.job_lines import shorten
from pasi.monitoring.training_watch import TrainingWatch
from pasi.networks.catalogue import NETWORKS
from pasi.planning import guards
from pasi.planning.call_kind import needs_training, only_looks, wants_scores
from pasi.planning.inputs import check_splittable, read_run_inputs
from pasi.planning.photo_rows import photo_rows
from pasi.planning.plan import SCRIPTS, Plan, without
from pasi.planning.sketch import Sketch
from pasi.planning.usable_photos import leave_out_unusable
from pasi.planning.visit_parts import read_visit_parts
from pasi.provenance.script_digest import script_digest

STARTED = time.time()
STATE = Path(".snakemake")
MEMORY = STATE / "pasi" / "photos.sqlite"
WARN = logger.warning if workflow.is_main_process else None


def script_file(name):
    """Place of a rule's script; by source_path, since the main Snakefile's folder is another one in a module."""
    return workflow.source_path(f"../scripts/{name}.py")


def refuse_input(error):
    """Stop before the first job for what the user has given."""
    # On the screen alone: a message may quote a cell or a path, and .snakemake/log keeps what it is given (F16).
    print(error, file=sys.stderr, flush=True)
    raise Refused(
        "the config, or a file that it names, cannot be used: the lines above say where and what to do"
    ) from None


def read_plan():
    """The plan of this run; every problem of the config or of its inputs at once."""
    try:
        settings = read_config()
        if LINTS:  # it looks at rules, and needs no cohort
            return Sketch(settings)
        cohort, weights = read_run_inputs(settings)
        cohort = leave_out_unusable(cohort, settings, STATE / "pasi" / "unusable.json")
    except InputError as error:
        refuse_input(error)
    code = {name: script_digest(script_file(name)) for name in SCRIPTS}
    photos = photo_rows(cohort, settings.tiles.shards, MEMORY, WARN)
    plan = Plan(settings, cohort, weights, code, photos)
    missing = guards.failed_trainings(plan) if settings.stacking.allow_missing else []
    return without(plan, missing)


@cache
def visit_parts():
    """The new visits in parts, read where a target needs their scores: by a plan, or by a job that makes them."""
    if LINTS:
        return PLAN
    refuse(guards.no_visits(SETTINGS))
    try:
        return read_visit_parts(SETTINGS, MEMORY, WARN)
    except InputError as error:
        refuse_input(error)


def bundled_weights():
    """All that a bundle may need; asked for by each plan that makes or uses one, also from another workflow."""
    refuse(guards.no_bundle(PLAN))
    return expand(
        "<results>/models/{backbone}/fold{fold}{repeat}/weights.safetensors",
        backbone=PLAN.trained,
        fold=PLAN.folds,
        repeat=PLAN.repeat_parts,
    )


guards.keep_private(STATE)
if not workflow.is_main_process and is_superseded(STATE):
    refuse(
        "a later run has begun in this folder; this job of an earlier one leaves everything to it"
    )
PLAN = read_plan()
SETTINGS = PLAN.settings
# Scripts and captions are handed `config`, which lacks defaults where another workflow has this one as a module.
config["training"] = SETTINGS.training.model_dump()
config["stacking"] = SETTINGS.stacking.model_dump()
config["scoring"] = SETTINGS.scoring.model_dump()
refuse(None if PLAN.trained else guards.NO_NETWORK)
if workflow.is_main_process and not LINTS:
    try:
        if needs_training(ARGUMENTS.targets, SETTINGS.results):
            check_splittable(PLAN.cohort, SETTINGS)
    except UserError as error:
        refuse(str(error))
    if wants_scores(ARGUMENTS.targets, SETTINGS.results):
        PLAN = replace(PLAN, scored=visit_parts())
    for text in guards.left_out(PLAN):
        logger.warning(text)
if workflow.is_main_process and not only_looks(ARGUMENTS):
    try:  # what a killed run left locked is freed; a second run beside a living one is refused
        RUN_LOCK = lock_run(STATE)  # held until this process ends
    except (RunningError, WriteError) as error:
        refuse(str(error))
    refuse(guards.small_disk(SETTINGS))
    for text in guards.notes(PLAN):
        logger.warning(text)
    shorten(logger)
    WATCH = TrainingWatch(SETTINGS, logger.info)  # the hooks of the Snakefile start it


wildcard_constraints:
    backbone="|".join(NETWORKS),
    digest="[0-9a-f]+",
    learner="[a-z_]+",
    part=r"\d\d\d+",
    shard=r"\d\d",
