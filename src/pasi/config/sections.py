"""The config as models, one class for each section: here each key is stated, and nowhere else."""

from typing import Annotated, Literal

from pydantic import Field

from pasi.cohort.settings import ExtraPhotos
from pasi.config.index_section import IndexSection
from pasi.config.keys import RESULTS, Section, Text, key
from pasi.config.training_section import TrainingSection
from pasi.evaluation.settings import Ddof
from pasi.imaging.settings import (
    Augment,
    CompositeSettings,
    Fit,
    JitterUnit,
    Normalize,
    Rotation,
    TileSettings,
)
from pasi.learners.settings import META_LEARNERS, CrossValidated, Family, Level, MetaLearner, StackingSettings
from pasi.splits.settings import Imbalance, Method


class CohortSection(Section):
    """The two tables and the photos."""

    photos: Text = key(
        "Table of photos, with the columns subject, visit, region and photo",
        paper="60 subjects, 338 visits, 8 photos each: R1",
        default="data/trial/photos.csv",
        path=True,
    )
    scores: Text = key(
        "Table of scores, with the columns subject, visit, region, one for each sign, the area, and week, date and "
        "baseline where they are known",
        paper="regional labels by physicians: R1, R4",
        default="data/trial/scores.csv",
        path=True,
    )
    photos_root: Text | None = key(
        "Folder under which the paths of the photos lie; `null`: the folder of the table of photos",
        default=None,
        path=True,
    )
    visit_order: tuple[Text, ...] = key(
        "Names of all visits in the order of time, where the table of scores has neither weeks nor dates; names alone "
        "give no order",
        paper="courses over the visits: R47",
        default=(),
        unique=True,
    )
    baseline: Text | None = key(
        "Name of the visit from which improvement is measured; `null`: the visit that the column baseline marks, or "
        "else the last visit at week 0 or before",
        paper='"percent change from baseline": R47',
        default=None,
    )


class TilesSection(Section):
    """How a photo becomes a tile."""

    size: int = key(
        "Side of a tile", paper="4928x3264 to 128x128: R6", unit="pixels", default=TileSettings.size, ge=16, le=1024
    )
    fit: Fit = key(
        "How a photo fits into the square: whole on black, stretched, or its central square",
        paper='"maintained original ratios": R6',
        default=TileSettings.fit,
    )
    extra_photos: ExtraPhotos = key(
        "Where a region has more photos than the index says: refuse them, or use those whose paths come first",
        paper='"variable number of images": R8',
        default="error",
    )
    unusable: Literal["refuse", "leave_out"] = key(
        "Where a photo cannot be used: refuse the run, or leave the photo out and name it; a region without another "
        "photo is left out too",
        default="refuse",
    )
    shards: int = key(
        "Number of files over which the tiles are spread, by subject; if a photo changes, its file alone is made again",
        default=32,
        ge=1,
        le=32,
    )


class CompositesSection(Section):
    """How the tiles of a region become one picture."""

    augment: Augment = key(
        "Composites for training are augmented anew in every epoch, once for all epochs, or not at all",
        paper="described under pre-processing: R12",
        default=CompositeSettings.augment,
    )
    rotation: Rotation = key(
        "Each tile is turned by a multiple of 90 degrees, by any angle, or not at all",
        paper='"randomly rotated": R9',
        default=CompositeSettings.rotation,
    )
    shuffle: bool = key(
        "The tiles of a composite change places at random",
        paper='"positions within the grid were shuffled": R10',
        default=CompositeSettings.shuffle,
    )
    brightness: float = key(
        "Brightness is multiplied by a factor between 1 minus and 1 plus this",
        paper='"randomized brightness", no figure: R11',
        default=CompositeSettings.brightness,
        ge=0,
        le=1,
    )
    contrast: float = key(
        "Contrast is multiplied by a factor between 1 minus and 1 plus this",
        paper='"and contrast adjustments", no figure: R11',
        default=CompositeSettings.contrast,
        ge=0,
        le=1,
    )
    jitter_unit: JitterUnit = key(
        "Brightness and contrast have factors of their own for each tile, or one for the whole composite",
        paper='"images": R11',
        default=CompositeSettings.jitter_unit,
    )
    normalize: Normalize = key(
        "Pixels are standardised by the mean and standard deviation of ImageNet, or not",
        paper="not stated: R14",
        default=CompositeSettings.normalize,
    )


class SplitsSection(Section):
    """How subjects are divided into training folds and a test set."""

    method: Method = key(
        "How: by the paper's greedy algorithm, by scikit-learn's StratifiedGroupKFold, or by a file",
        paper='subjects assigned one at a time: R17; "group-stratified cross-validation": R21',
        default="greedy",
    )
    file: Text | None = key(
        "Where method is file: a CSV table with the columns subject, part (train or test) and fold (-1 for test)",
        default=None,
        path=True,
    )
    test_fraction: float = key(
        "Share of the subjects that are the test set; `0`: no test set", paper="90/10: R16", default=0.1, ge=0, le=0.5
    )
    folds: int = key("Folds of the training subjects", paper="5: R21", default=5, ge=2, le=20)
    stratify_on: Text = key(
        "The sign, or the area, whose grades are spread evenly over the parts",
        paper='"a given desquamation label": R19',
        default="desquamation",
    )
    imbalance: Imbalance = key(
        "What the algorithm keeps small: differences in the share of each label (A), or in the make-up of each "
        "part (B)",
        paper='"adjusted percentage out of the total number of records": R18',
        default="label_share",
    )
    restarts: int = key(
        "Shuffles of the subjects, of which the best division is kept",
        paper='"multiple times with different seeds": R20',
        default=1000,
        ge=1,
    )
    inner_fraction: float = key(
        "Share of a fold's training subjects that are set aside: they are not fitted, and decide when training stops",
        paper="R35",
        default=0.15,
        gt=0,
        le=0.5,
    )


class StackingSection(Section):
    """How the predictions of the networks are combined."""

    learners: tuple[MetaLearner, ...] = key(
        "Learners on top of the networks: the paper's four, and three beyond it",
        paper="the first four: R39",
        default=META_LEARNERS,
        unique=True,
    )
    family: Family = key(
        "Linear meta-learners, or a fractional logit on the target over its maximum",
        paper='"logistic regression" of a continuous target: R39',
        default=StackingSettings.family,
    )
    ridge_alpha: Annotated[float, Field(ge=0)] | CrossValidated = key(
        "Penalty of the ridge meta-learners, or cv: chosen by grouped cross-validation",
        paper="not stated: R40",
        default=StackingSettings.ridge_alpha,
    )
    level: Level = key(
        "What the meta-learners are fitted to: composites, or visits",
        paper='"predictions for each sample": R41',
        default=StackingSettings.level,
    )
    allow_missing: bool = key(
        "Go on without networks of which a training failed for good; plan, metrics.csv, Table S1 and report name them",
        default=False,
    )


class EvaluationSection(Section):
    """How predictions are judged."""

    ccc_ddof: Ddof = key(
        "Moments of CCC divided by n (0, Lin 1989) or by n - 1 (1)", paper="formula not stated: R44", default=0
    )
    draws: int = key(
        "Number of bootstrap samples of subjects for intervals", paper="no intervals in the paper", default=2000, ge=1
    )


class ReportSection(Section):
    """What the report says."""

    title: Text = key("Title of the report", default="One-Step PASI")
    rater_difference: float | None = key(
        "Mean absolute difference between two trained raters, drawn beside the errors; `null`: not known",
        paper="3.3 for PASI from photos, Fink 2018",
        unit="units of the index",
        default=3.3,
        gt=0,
    )
    images: Literal["none", "grey"] = key(
        "Photos in the report: none, or in grey, to which the subjects must have consented",
        paper="grey for privacy: R49",
        default="none",
    )


class Config(Section):
    """The whole config."""

    results: str = key(
        "Folder of all results, relative to the working directory", default="results", pattern=RESULTS, path=True
    )
    seed: int = key(
        "Every random number of a run follows from this seed",
        paper="seeds are not stated: R37",
        default=0,
        ge=0,
        le=4294967295,
    )
    cohort: CohortSection = CohortSection()
    index: IndexSection = IndexSection()
    tiles: TilesSection = TilesSection()
    composites: CompositesSection = CompositesSection()
    splits: SplitsSection = SplitsSection()
    training: TrainingSection = TrainingSection()
    stacking: StackingSection = StackingSection()
    evaluation: EvaluationSection = EvaluationSection()
    report: ReportSection = ReportSection()
