# Settings, lists, wildcard constraints and the digests that decide what runs again. No rule.
#
# What the first rules depend on is content, not time: tables are ancient() inputs, photos are none, and a digest among
# the params covers exactly the rows, photos, settings and code that a rule reads. docs/design.md tells why. What is the
# user's is local(): it stays where it is when results go to a storage.
import os
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from snakemake.cli import get_argument_parser
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from pasi.cohort.reading import score_table
from pasi.cohort.counts import count_table
from pasi.config.settings import read_settings
from pasi.config.yaml_files import file_names
from pasi.provenance.script_digest import script_digest as code_digest
from pasi.provenance.photo_digests import PhotoDigests
from pasi.storage.hashing import value_digest
from pasi.jobs.failures import read_failure
from pasi.planning.inputs import read_run_inputs
from pasi.planning.disk_space import weights_to_keep, missing_bytes
from pasi.errors import InputError
from pasi.jobs.run_lock import is_superseded, lock_run
from pasi.errors import RunningError
from pasi.imaging.tile_maker import shard_number
from pasi.networks.catalogue import NETWORKS

LOOKING = (
    "dryrun",
    "lint",
    "dag",
    "rulegraph",
    "filegraph",
    "summary",
    "detailed_summary",
    "report",
    "list_rules",
    "list_target_rules",
    "list_untracked",
    "list_changes",
    "list_input_changes",
    "list_params_changes",
    "list_conda_envs",
    "d3dag",
    "print_compilation",
)
STARTED = time.time()
EMPTY_WEIGHTS = 10_000  # bytes; a file of weights without tensors is smaller, that of any network larger


def script_file(name):
    """Place of a script of a rule; not from the main Snakefile's folder, which is another one where this is a module."""
    return workflow.source_path(f"../scripts/{name}")


def keep_private():
    """Whatever this process and its jobs write is for its owner alone, .snakemake and all that is in it too (F32)."""
    os.umask(0o077)
    with suppress(
        FileNotFoundError, PermissionError
    ):  # not there yet, or somebody else's
        Path(".snakemake").chmod(0o700)


def read_checked():
    """Settings, cohort and pretrained weights of this run; every problem of the config or of its inputs at once."""
    try:
        # What is typed on the command line is laid over the Snakefile's own file, which is sound.
        files = workflow.overwrite_configfiles or workflow.configfiles
        settings = read_settings(config, source=file_names(files) or "config")
        return settings, *read_run_inputs(settings)
    except InputError as error:
        # On the screen alone: a message may quote a cell or a path, and .snakemake/log keeps what it is told (F16).
        print(error, file=sys.stderr, flush=True)
        raise WorkflowError(
            "the config, or a file that it names, is at fault: the lines above this one say where and how to mend it"
        ) from None


def photo_rows():
    """One row a photo, by shard: subject, visit, region, slot and what the file holds. Paths play no part."""
    digests = PhotoDigests(Path(".snakemake") / "pasi" / "photos.sqlite")
    contents = digests.digest(COHORT.root, (photo.path for photo in COHORT.photos))
    rows = {}
    for photo, content in zip(COHORT.photos, contents, strict=True):
        row = (photo.subject, photo.visit, photo.region, photo.slot, content)
        rows.setdefault(
            f"{shard_number(photo.subject, SETTINGS.tiles['shards']):02d}", []
        ).append(row)
    return rows


def score_digest(columns):
    """Digest of some columns of the scores: a column that is not named may change."""
    return value_digest({name: list(SCORES[name]) for name in columns})


def cached_weights(wildcards):
    """File of the shared cache with a backbone's ImageNet weights; none where training starts from scratch."""
    if wildcards.backbone not in WEIGHTS:
        return []
    return ancient(
        f"{SETTINGS.training['weights_cache']}/{WEIGHTS[wildcards.backbone].cached_name}"
    )


def only_looks():
    """Whether this call of Snakemake runs no job, which Snakemake itself knows only once the workflow has been read."""
    arguments, _ = get_argument_parser().parse_known_args()
    return any(getattr(arguments, name, None) for name in LOOKING)


def hold_this_run():
    """The lock on this folder; a run that a killed one left locked goes on, and a second one beside it is refused."""
    try:
        return lock_run(Path(".snakemake"))
    except RunningError as error:
        raise WorkflowError(str(error)) from None


def refuse_late_job():
    """End a job that a batch system starts when its run is dead and a later one at work, before it empties an output."""
    if not workflow.is_main_process and is_superseded(Path(".snakemake")):
        raise WorkflowError(
            "a later run has begun in this folder; this job of an earlier one leaves everything to it"
        )


def refuse_small_disk():
    """Stop before a training whose weights would not fit on the disk."""
    bytes_needed = missing_bytes(SETTINGS)
    results = Path(SETTINGS.results).absolute()
    folder = next(folder for folder in [results, *results.parents] if folder.exists())
    free = shutil.disk_usage(folder).free
    if bytes_needed > free:
        raise WorkflowError(
            f"{SETTINGS.results}: the weights to be kept take {bytes_needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB "
            "are free. Set training.keep_weights to none or to a list of backbones, or set results to a folder on a "
            "larger disk."
        )


def tell_of_notes():
    """Say what of the tables is left out, or looks odd, where whoever starts a run sees it."""
    for note in COHORT.notes:
        logger.warning(f"note: {note}")


def pretrained(backbone):
    """What stands for the weights that a backbone starts from."""
    return WEIGHTS[backbone].cached_name if WEIGHTS else "none"


def training_digest(backbone):
    """Digest of all that shapes the trainings of a backbone, as far as it is known before any job has run."""
    return value_digest(
        TRAINING,
        asdict(NETWORKS[backbone]),
        TRAINING_CODE,
        TRIAL,
        pretrained(backbone),
    )


def failed_trainings(since=0.0):
    """Why trainings failed for good when they were last tried as they are planned now: [backbone, fold, reason].

    since: seconds since 1970; of older failures nothing is said.
    """
    folder = Path(SETTINGS.results) / "models"
    tried = {
        (name, fold): read_failure(folder / name / f"fold{fold}")
        for name in BACKBONES
        for fold in FOLDS
    }
    return [
        [name, fold, failure.reason]
        for (name, fold), failure in tried.items()
        if failure and failure.for_good and failure.time >= since
        if failure.training == training_digest(name)
    ]


def tell_of_left_out(failures):
    """Say which networks are left out, in a dry run too, since the plan is shorter than the config says."""
    if workflow.is_main_process:
        for backbone, fold, reason in failures:
            logger.warning(
                f"{backbone} is left out (stacking.allow_missing): {reason} To try it again, delete "
                f"{SETTINGS.results}/models/{backbone}/fold{fold}/failed.json."
            )


def tell_of_failures(failures):
    """Say which trainings failed for good and what to do, at the end of a run that failed."""
    if failures:
        reasons = "\n".join(f"  {reason}" for *_, reason in failures)
        missing = SETTINGS.stacking["allow_missing"]
        logger.error(
            f"Failed for good ({len(failures)} of {len(BACKBONES) * len(FOLDS)} trainings):\n{reasons}\n"
            "What has ended is kept. Mend this and give the same command again"
            f"{'' if missing else ', or set stacking.allow_missing to true'}"
            " to go on without these networks. Each log: "
            f"{SETTINGS.results}/logs/train_fold/BACKBONE-foldK.log"
        )


def tell_of_weights_not_kept():
    """Say which weights the config wants and an earlier run left out: they take no training again by themselves."""
    empty = [
        str(file)
        for file in weights_to_keep(SETTINGS)
        if file.exists() and file.stat().st_size < EMPTY_WEIGHTS
    ]
    if empty:
        logger.warning(
            f"{len(empty)} weights were left out by training.keep_weights when their networks were trained, "
            f"{empty[0]} for one. To have them, delete these files: the next run trains those networks again."
        )


def shown_config():
    """The config as a report may show it: without the places of files, which are nobody's business."""
    names = (
        "tiles",
        "composites",
        "splits",
        "training",
        "stacking",
        "evaluation",
        "report",
    )
    shown = {name: dict(getattr(SETTINGS, name)) for name in names}
    shown["splits"]["file"] = "a file" if SETTINGS.splits["file"] else None
    if "://" not in SETTINGS.training["weights"] and SETTINGS.training[
        "weights"
    ] not in ("imagenet", "none"):
        shown["training"]["weights"] = "a folder"
    del shown["training"]["weights_cache"]
    return {"seed": SETTINGS.seed, "index": INDEX, **shown}


keep_private()
refuse_late_job()
SETTINGS, COHORT, WEIGHTS = read_checked()
# Scripts are handed `config`, which lacks defaults where another workflow has this one as a module.
config["training"] = dict(SETTINGS.training)
BACKBONES = SETTINGS.training["backbones"]
FOLDS = range(SETTINGS.splits["folds"])
METAS = SETTINGS.stacking["learners"]
BASELINES = ["baseline_mean", "baseline_histogram_ridge"]
INDEX = asdict(SETTINGS.index)
# What scoring needs of the index: a new name, band or response threshold makes no tile, split or training again.
SCORED = asdict(
    replace(SETTINGS.index, name="", unit="", bands=(), clear_below=0, responses=())
)
# What reading a cohort needs of it: another weight of a region (Equation 2) trains nothing again either.
GRADED = {
    **SCORED,
    "regions": [{**region, "weight": 1} for region in SCORED["regions"]],
}
SCORES = score_table(COHORT, SETTINGS.index)

SHOWN_CONFIG = shown_config()

if workflow.is_main_process and not only_looks():
    RUN_LOCK = hold_this_run()  # until this process ends
    refuse_small_disk()
    tell_of_notes()
    tell_of_weights_not_kept()


wildcard_constraints:
    backbone="|".join(NETWORKS),
    digest="[0-9a-f]+",
    fold=r"\d+",
    learner="[a-z_]+",
    shard=r"\d\d",
