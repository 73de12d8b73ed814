"""What a run reads before its first job: the cohort, the sources of weights, and whether the cohort can be split."""

import os

from pasi.cohort.reading import read_cohort
from pasi.cohort.records import Cohort
from pasi.cohort.score_table import score_table
from pasi.cohort.visit_order import VisitNames
from pasi.config.settings import Settings
from pasi.errors import InputError, Problem
from pasi.networks.pretrained import Pretrained, locate_weights
from pasi.planning.trainable import check_trainable
from pasi.splits.divide import split_cohort
from pasi.splits.from_file import read_folds
from pasi.splits.settings import SplitSettings
from pasi.wording import quoted

MANY = 300  # records; a split of fewer takes a tenth of a second
MOST_RESTARTS = 1000


def read_run_inputs(settings: Settings, *, check_files: bool = False) -> tuple[Cohort, dict[str, Pretrained]]:
    """The cohort of both tables, and the file of weights of each backbone (empty where training starts from scratch).

    `check_files` also looks whether each photo exists. Raises InputError with every problem of tables and weights, and
    of splits.file where the tables have none.
    """
    files, training = settings.cohort, settings.training
    problems: list[Problem] = []
    tables = files.photos, files.scores, files.photos_root
    try:
        cohort = read_cohort(
            *tables,
            settings.index,
            settings.tiles.extra_photos,
            check_files=check_files,
            visits=VisitNames(files.visit_order, files.baseline),
        )
        if settings.tiles.unusable == "refuse":  # else photos decide which subjects the file must have
            check_split_file(cohort, settings)
        problems += check_results_folder(cohort, settings)
    except InputError as error:
        problems += error.problems
    try:
        weights = locate_weights(training.backbones, training.weights)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return cohort, weights


def check_results_folder(cohort: Cohort, settings: Settings) -> list[Problem]:
    """The problem of a results folder that is also one in which the photos lie."""
    results, root = os.path.realpath(settings.results), os.path.realpath(cohort.root)
    if not f"{results}/".startswith(f"{root}/"):
        return []
    below = results[len(root) + 1 :]
    if not any(photo.path.startswith(f"{below}/" if below else "") for photo in cohort.photos):
        return []
    fix = 'name a folder that holds no photo, such as "results"'
    return [Problem("config", None, "results", quoted(settings.results), "a folder without photos", fix)]


def check_split_file(cohort: Cohort, settings: Settings) -> None:
    """Raise InputError with every problem of splits.file, where the split is that of a file."""
    splits = settings.splits
    if splits.method == "file" and splits.file:
        read_folds(splits.file, sorted({score.subject for score in cohort.scores}), splits.folds)


def check_splittable(cohort: Cohort, settings: Settings) -> None:
    """Split the cohort as a run will, see whether every fold can be trained, and drop the result.

    A cohort of more than MANY records is split with one restart instead of many: it cannot lack records to fit.
    Raises SettingError, naming the key, where there are too few subjects or records, or targets that are all equal;
    InputError for a file that does not fit.
    """
    restarts = 1 if len(cohort.scores) > MANY else min(settings.splits.restarts, MOST_RESTARTS)
    split = SplitSettings(**{**settings.splits.model_dump(), "restarts": restarts, "seed": settings.seed})
    step = next(label.step for label in settings.index.labels if label.name == split.stratify_on)
    scores = score_table(cohort, settings.index)
    check_trainable(scores, split_cohort(scores, split, step), settings)
