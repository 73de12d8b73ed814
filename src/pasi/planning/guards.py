"""What a run refuses or warns of before its first job, and what it says where trainings failed: a text, or None."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from pasi.cohort.no_index import no_index_note
from pasi.config.settings import Settings
from pasi.jobs.failures import read_failure
from pasi.planning.disk_space import EMPTY_WEIGHTS, free_bytes, missing_bytes, weights_to_keep
from pasi.planning.plan import Plan
from pasi.planning.scope import LeftOut
from pasi.planning.unlearned import unlearned_text
from pasi.run_folder import RunFolder
from pasi.training.settings import keeps_weights
from pasi.wording import counted, first_names

NO_NETWORK = (
    "no network is left, because a training of each failed: set stacking.allow_missing to false to try them again"
)


def keep_private(folder: Path) -> None:
    """Let this process and its jobs write for their owner alone, and close `folder` (.snakemake) to others (F32)."""
    os.umask(0o077)
    with suppress(OSError):  # it does not exist yet, belongs to another user, or its file system has no permissions
        folder.chmod(0o700)


def small_disk(settings: Settings) -> str | None:
    """Why the weights that are to be kept do not fit on the disk."""
    needed, free = missing_bytes(settings), free_bytes(Path(settings.results))
    if needed <= free:
        return None
    return (
        f"{settings.results}: the weights to be kept take {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free. Set "
        "training.keep_weights to none or to a list of backbones, or set results to a folder on a larger disk."
    )


def weights_not_kept(settings: Settings) -> str | None:
    """Which weights the config wants and an earlier run did not keep: no training runs again for them alone."""
    empty = [str(file) for file in weights_to_keep(settings) if file.exists() and file.stat().st_size < EMPTY_WEIGHTS]
    if not empty:
        return None
    return (
        f"the weights of {counted(len(empty), 'training')} were not kept (training.keep_weights), {empty[0]} for one. "
        "To have them, delete these empty files: the next run trains these networks again."
    )


def no_bundle(plan: Plan) -> str | None:
    """Why the learner of bundle.learner cannot be bundled: weights that it may need were not kept, or will not be.

    A meta-learner, and the learner that is not chosen yet, may give weight to any network.
    """
    learner, run = plan.settings.bundle.learner, RunFolder(Path(plan.settings.results))
    needed = [learner] if learner in plan.trained else plan.trained
    places = [
        (name, run.weights(name, fold, repeat)) for name in needed for fold in plan.folds for repeat in plan.repeats
    ]
    lost = [place for name, place in places if not _has_weights(place, name, plan.settings)]
    if not lost:
        return None
    return (
        f"no bundle of bundle.learner: {learner} can be made, because weights that it may need are not kept "
        f"(training.keep_weights): {first_names(map(str, lost))}. Name a learner whose networks are kept in "
        "bundle.learner, or set training.keep_weights to all and delete these files: the next run trains these "
        "networks again."
    )


def no_visits(settings: Settings) -> str | None:
    """Why no scores can be made: the config names no table of new visits."""
    if settings.scoring.photos is not None:
        return None
    return "scoring.photos names no table of new visits to be scored: set it to a table of photos (docs/scoring.md)"


def _has_weights(place: Path, backbone: str, settings: Settings) -> bool:
    """Whether a file of weights holds tensors, or will hold them once it is made."""
    if place.exists():
        return place.stat().st_size >= EMPTY_WEIGHTS
    return keeps_weights(settings.training.keep_weights, backbone)


def notes(plan: Plan) -> Iterator[str]:
    """What is left out of the tables or looks odd in them, and which weights are missing."""
    without_index = no_index_note(plan.cohort, plan.settings.index)
    yield from (f"note: {note}" for note in (*plan.cohort.notes, *without_index))
    if text := weights_not_kept(plan.settings):
        yield text


def failed_trainings(plan: Plan, since: float = 0.0) -> list[LeftOut]:
    """Trainings that failed for good when they were last tried as they are planned now: backbone, fold, reason.

    Failures before `since`, in seconds since 1970, are passed over.
    """
    run = RunFolder(Path(plan.settings.results))
    tried = {place: read_failure(run.fold(*place)) for place in plan.trainings(plan.backbones)}
    return [
        LeftOut(place.backbone, place.fold, failure.reason, place.repeat, place.second)
        for place, failure in tried.items()
        if failure and failure.for_good and failure.time >= since
        if failure.training == plan.digest_of(place)
    ]


def left_out(plan: Plan) -> Iterator[str]:
    """Which networks the run goes on without, so that its plan has fewer trainings than the config asks for."""
    run = RunFolder(Path(plan.settings.results))
    for one in plan.left_out:
        record = run.failure(one.backbone, one.fold, one.repeat, one.second)
        yield f"{one.backbone} is left out (stacking.allow_missing): {one.reason} To try it again, delete {record}."


def failures_text(plan: Plan, failures: Sequence[LeftOut]) -> str | None:
    """Which trainings failed for good and what to do, for the end of a run that failed."""
    if not failures:
        return None
    reasons = "\n".join(f"  {failure.reason}" for failure in failures)
    trainings = counted(len(plan.trainings(plan.backbones)), "training")
    run, pairs = RunFolder(Path(plan.settings.results)), [one for one in failures if one.second is not None]
    logs = [run.log("train_fold", "BACKBONE-foldK"), *([run.log("train_pair", "BACKBONE-foldsI-J")] if pairs else [])]
    if plan.settings.stacking.allow_missing:
        advice = "Give the same command again to go on without these networks, or correct this first to train them."
    else:
        advice = (
            "Correct this and give the same command again, or set stacking.allow_missing to true to leave them out."
        )
    return (
        f"Failed for good ({len(failures)} of {trainings}):\n{reasons}\n"
        f"What has ended is kept. {advice} "
        f"Each log: {' or '.join(map(str, logs))}"
    )


def unlearned_trainings(plan: Plan) -> str | None:
    """Which trainings of the plan did not learn, for the end of a run."""
    return unlearned_text(plan.settings.results, plan.trainings(plan.trained), plan.settings.training.least_skill)
