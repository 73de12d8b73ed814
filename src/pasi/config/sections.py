"""The config as models, one class for each section: here each key is stated, and nowhere else."""

from typing import Annotated, Literal

from pydantic import Field

from pasi.config.dossier_section import DossierSection
from pasi.config.index_section import IndexSection
from pasi.config.keys import FILE, OUTPUT, RESULTS, Section, Text, key
from pasi.config.photo_sections import CohortSection, CompositesSection, TilesSection
from pasi.config.scoring_section import ScoringSection
from pasi.config.training_section import Backbone, Backbones, TrainingSection
from pasi.evaluation.settings import LIMITS, Ddof, Primary, ShownRows
from pasi.learners.settings import META_LEARNERS, CrossValidated, Family, Level, MetaLearner, StackingSettings
from pasi.splits.settings import Imbalance, Method


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
        path=FILE,
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
    honest: bool = key(
        "Train each network also without each pair of folds (10 trainings a network with 5 folds), so that nothing "
        "behind a meta-learner's out-of-fold row has seen its observed score. Set to true later, it trains only these",
        paper="no cross-fitting in the paper: R39",
        default=False,
    )
    honest_backbones: Literal["all"] | Backbones = key(
        "Networks that `honest: true` trains without each pair of folds; meta-learners then combine these alone",
        default="all",
    )
    allow_missing: bool = key(
        "Go on without networks of which a training failed for good; plan, metrics.csv, Table S1 and report name them",
        default=False,
    )


class EvaluationSection(Section):
    """How predictions are judged."""

    primary: Primary = key(
        "The primary measure, by visit: the learner is chosen by it out of fold, and judged by it against the "
        "baselines. Decide on it before you look at results",
        paper="tables sorted by MAE: R43; the text speaks of CCC too",
        default="mae",
    )
    ccc_ddof: Ddof = key(
        "Moments of CCC divided by n (0, Lin 1989) or by n - 1 (1)", paper="formula not stated: R44", default=0
    )
    draws: int = key(
        "Number of bootstrap draws of subjects, which correct the chosen learner's figures for the choice",
        paper="no correction in the paper",
        default=2000,
        ge=1,
    )
    endpoint_margin: float = key(
        "Limit of acceptance of an endpoint: the largest change of a response rate, and of the difference between two "
        "arms, by the learner's reading. Write it and the next three down before you look at results",
        unit="1: all subjects",
        default=LIMITS.margin,
        gt=0,
        lt=1,
    )
    endpoint_kappa: float = key(
        "The same: smallest kappa of the learner's and the physician's answers", default=LIMITS.kappa, ge=0, lt=1
    )
    endpoint_price: float = key(
        "The same: largest factor by which a trial that the learner reads needs more subjects",
        default=LIMITS.price,
        gt=1,
    )
    endpoint_subjects: int = key(
        "The same: fewest subjects in each arm; below it no endpoint is judged",
        default=LIMITS.subjects,
        unit="subjects",
        ge=2,
    )
    test_rows: ShownRows = key(
        "Whose rows on the test part are shown: none, those of the chosen learner and of the baselines, or those of "
        "all learners. Each opening is logged in openings.jsonl of the results and shown in the report",
        paper="Table 1 has all learners on the test part",
        default="chosen",
    )


class ReportSection(Section):
    """What the report says."""

    title: Text = key("Title of the report", default="One-Step PASI")
    rater_difference: float | None = key(
        "Mean absolute difference between two raters of this cohort, from which the report says what a perfect "
        "predictor would reach against one of them; `null`: not known, nothing is said",
        paper="3.3 for PASI from photos in another cohort, Fink 2018",
        unit="units of the index",
        default=None,
        gt=0,
    )
    least_ccc: float | None = key(
        "Limit of acceptance, written down before the results were seen: the whole 95% interval of the CCC out of fold "
        "must lie above it, or the report says 'do not use'; `null`: none was set, and the report says 'use with care'",
        default=None,
        gt=-1,
        lt=1,
    )
    synthetic: bool = key(
        "Whether the cohort is a simulated one, as `pasi simulate` makes; the report then says so and never says 'use'",
        default=False,
    )
    images: Literal["none", "grey"] = key(
        "Photos in the report: none, or in grey, to which the subjects must have consented",
        paper="grey for privacy: R49",
        default="none",
    )


class BundleSection(Section):
    """What `snakemake bundle` writes, with which new visits are scored."""

    learner: Literal["chosen", "cheapest"] | MetaLearner | Backbone = key(
        "Learner that is bundled: `chosen`, the one that is best out of fold by `evaluation.primary`; `cheapest`, the "
        "fastest within one standard error of it; or a named one",
        default="chosen",
    )
    weights: Literal["fp32", "fp16"] = key(
        "How weights are stored: as they were trained, or rounded to half precision, in half the room", default="fp32"
    )


class Config(Section):
    """The whole config."""

    results: str = key(
        "Folder of all results, relative to the working directory", default="results", pattern=RESULTS, path=OUTPUT
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
    bundle: BundleSection = BundleSection()
    scoring: ScoringSection = ScoringSection()
    dossier: DossierSection = DossierSection()
