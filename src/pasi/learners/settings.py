"""Names and settings of the learners on top of the networks, and names of the baselines beside them."""

from dataclasses import dataclass
from typing import Literal, get_args

PaperLearner = Literal[
    "meta_learner", "meta_learner_w_intercept", "meta_learner_ridge", "meta_learner_ridge_w_intercept"
]
AddedLearner = Literal["mean", "nnls", "greedy_selection"]  # those that the paper does not have
MetaLearner = Literal[PaperLearner, AddedLearner]
ADDED_LEARNERS: tuple[AddedLearner, ...] = get_args(AddedLearner)
UNFITTED: tuple[AddedLearner, ...] = ("mean",)  # their weights are known, so that no observed score can reach them
META_LEARNERS: tuple[MetaLearner, ...] = get_args(MetaLearner)  # in the order of the tables

Baseline = Literal[
    "baseline_mean",
    "baseline_median",
    "baseline_week",
    "baseline_arm_week",
    "baseline_first_visit",
    "baseline_histogram_ridge",
    "baseline_histogram_week_ridge",
]
BASELINES: tuple[Baseline, ...] = get_args(Baseline)
REGION_MEAN, REGION_MEDIAN, WEEK, ARM_WEEK, FIRST_VISIT, HISTOGRAM_RIDGE, HISTOGRAM_WEEK_RIDGE = BASELINES
PHOTO_BASELINES = (HISTOGRAM_RIDGE, HISTOGRAM_WEEK_RIDGE)  # the others look at no photo
GIVEN_A_SCORE = (FIRST_VISIT,)  # they are told a physician's score of the subject that they predict

Family = Literal["linear", "fractional_logit"]
CrossValidated = Literal["cv"]
Level = Literal["composite", "visit"]


@dataclass(frozen=True)
class StackingSettings:
    """What the config's `stacking` section says of a fit.

    family: the model of the paper's four meta-learners, "linear" or "fractional_logit" (R39). ridge_alpha: the penalty
    of the two ridge ones, on predictors that are not standardised; "cv" chooses it by cross-validation over the folds
    (R40). level: what the meta-learners are fitted to, "composite" or "visit" (R41).
    """

    family: Family = "linear"
    ridge_alpha: float | CrossValidated = 1.0
    level: Level = "composite"
