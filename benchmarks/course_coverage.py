"""Measured coverage of the statistics of courses, groups and plans that the tables of a run have.

`python benchmarks/course_coverage.py` measures everything; items after it, as `courses groups`, are measured alone.
docs/evaluation.md has the tables. Subjects are drawn from the active arm of endpoint_trials.py, and one visit in ten
after the baseline is missed. The truth is that of all subjects there, read many times. Seeds are fixed.
"""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from coverage import SUBJECTS, Row, covers, main, means
from endpoint_trials import ARMS, PASI, deviation_for, pool, read_with_error
from pasi.evaluation.change_agreement import change_agreement
from pasi.evaluation.course_agreement import course_agreement
from pasi.evaluation.intervals import Interval, ccc_interval, mae_interval
from pasi.evaluation.mean_improvement import mean_improvement_table
from pasi.evaluation.response_times import response_time_table
from pasi.evaluation.sample_size import precision_curve
from pasi.evaluation.subgroups import subgroup_table
from pasi.simulate.course import WEEKS

CCC = 0.92  # of all visits, at which the errors of the model are set; they grow with the score
ALIKE = 0.8  # the slope of predictions that are too alike, about their mean
MISSED = 0.1  # of the visits after the baseline
READINGS = 25  # of all subjects, that make the truth
PLANNED = 54  # subjects whose interval a smaller trial foresees
MODELS = {False: "as spread as the scores", True: "too alike"}


def courses(trials: int = 1000) -> Iterator[Row]:
    """Mean improvement, change from the baseline, mean over time and slope: each against the truth."""
    yield (
        *("predictions", "subjects", "trials", "improvement", "its bias", "CCC of the change", "bias of the change"),
        *("CCC of the mean over time", "its bias", "CCC of the slope", "its bias"),
    )
    yield from _covered(trials, lambda visits: [*_improvement(visits), *_change(visits), *_course(visits)])


def response_weeks(trials: int = 1000) -> Iterator[Row]:
    """Predicted minus observed first week of a response."""
    yield ("predictions", "subjects", "trials", *(f"PASI{threshold}" for threshold in PASI.responses))
    yield from _covered(trials, _weeks)


def groups(trials: int = 1000) -> Iterator[Row]:
    """Bias and gap of the MAE of the third of the subjects who have the worst baseline."""
    yield ("predictions", "subjects", "trials", "MAE", "bias", "gap of the MAE")
    yield from _covered(trials, _group)


def precision(trials: int = 1000) -> Iterator[Row]:
    """Width of the interval that a trial foresees for 54 subjects, over the median of those that 54 subjects had."""
    yield ("subjects", "trials", "width of the MAE, median", "middle 95%", "width of the CCC, median", "middle 95%")
    had = np.median([_widths(_visits(trials + seed, PLANNED, alike=False)) for seed in range(trials)], axis=0)
    for subjects in SUBJECTS:
        found = []
        for seed in range(trials):
            visits = _visits(seed, subjects, alike=False)
            curve = precision_curve(*_pairs(visits), [PLANNED])
            found.append((curve.mae_high[0] - curve.mae_low[0], curve.ccc_high[0] - curve.ccc_low[0]))
        shares = np.quantile(np.array(found) / had, (0.5, 0.025, 0.975), axis=0).T
        shown = [text for middle, low, high in shares for text in (f"{middle:.2f}", f"{low:.2f} to {high:.2f}")]
        yield (str(subjects), str(trials), *shown)


def _covered(trials: int, find: Callable[[pd.DataFrame], Sequence[Interval]]) -> Iterator[Row]:
    """How often each interval holds the truth, of those that have bounds, and how many have none."""
    for alike, name in MODELS.items():
        everyone = [
            find(_visits(seed, len(pool(ARMS[1]).truth), alike=alike, all_once=True)) for seed in range(READINGS)
        ]
        truths = means([[one.estimate for one in own] for own in everyone])
        for subjects in SUBJECTS:
            found = [find(_visits(seed, subjects, alike=alike)) for seed in range(trials)]
            shown = [covers(own, truth) for own, truth in zip(zip(*found, strict=True), truths, strict=True)]
            yield (name, str(subjects), str(trials), *shown)


def _visits(seed: int, subjects: int, *, alike: bool, all_once: bool = False) -> pd.DataFrame:
    """The visits of one learner, as the tables of a run have them; all_once: every subject of the pool, once."""
    generator = np.random.default_rng(seed)
    pooled = pool(ARMS[1]).truth
    truth = pooled if all_once else pooled[generator.integers(len(pooled), size=subjects)]
    read = read_with_error(truth, _deviation(), seed, growing=True)
    read = pooled.mean() + ALIKE * (read - pooled.mean()) if alike else read
    order = np.arange(len(WEEKS))
    kept = ((order == 0) | (generator.random(truth.shape) >= MISSED)).ravel()
    frame: pd.DataFrame = pd.DataFrame(
        {
            "subject": np.repeat(np.arange(len(truth)), len(order)),
            "visit_order": np.tile(order, len(truth)),
            "week": np.tile(np.array(WEEKS, dtype=np.float64), len(truth)),
            "observed": truth.ravel(),
            "predicted": read.ravel(),
            "worst": np.repeat(truth[:, 0] > np.quantile(pooled[:, 0], 2 / 3), len(order)),
        }
    ).loc[kept]
    return frame.assign(learner="net", part="oof", visit="V" + frame["visit_order"].astype(str), baseline="V0")


@lru_cache
def _deviation() -> float:
    return deviation_for(CCC, growing=True)


def _pairs(visits: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return visits["observed"].to_numpy(), visits["predicted"].to_numpy(), visits["subject"].to_numpy()


def _improvement(visits: pd.DataFrame) -> list[Interval]:
    """As observed, and predicted minus observed."""
    row = mean_improvement_table(visits).iloc[0]
    return [_interval(row, name) for name in ("observed", "difference")]


def _change(visits: pd.DataFrame) -> list[Interval]:
    found = change_agreement(visits, PASI)
    return [found.points, found.points_limits.bias]


def _course(visits: pd.DataFrame) -> list[Interval]:
    found = course_agreement(*_pairs(visits), visits["week"])
    return [found.area, found.area_bias, found.slope, found.slope_bias]


def _weeks(visits: pd.DataFrame) -> list[Interval]:
    return [_interval(row, "difference") for _, row in response_time_table(visits, PASI).iterrows()]


def _group(visits: pd.DataFrame) -> list[Interval]:
    found = subgroup_table(visits, ["worst"])
    rows = found[found["group"] == "True"]
    names = ("mae", "bias", "gap")
    if rows.empty:  # a small trial may have no such subject
        return [Interval(math.nan, math.nan, math.nan, "none", 0)] * len(names)
    return [_interval(rows.iloc[0], name) for name in names]


def _interval(row: "pd.Series[float]", name: str) -> Interval:
    return Interval(row[name], row[f"{name}_low"], row[f"{name}_high"], "", 0)


def _widths(visits: pd.DataFrame) -> list[float]:
    """Of the intervals of MAE and CCC."""
    found = (find(*_pairs(visits)) for find in (mae_interval, ccc_interval))
    return [one.high - one.low for one in found]


ITEMS: dict[str, Callable[[], Iterator[Row]]] = {
    "courses": courses,
    "response_weeks": response_weeks,
    "groups": groups,
    "precision": precision,
}


if __name__ == "__main__":
    main(sys.argv[1:], ITEMS)
