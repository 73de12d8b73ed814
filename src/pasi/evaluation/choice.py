"""What the figures of a chosen learner are worth: those of the choice itself, judged on subjects that had no say in it.

The learner with the lowest error of many is partly the one that was lucky on these subjects, so that its own error is
too low. Bootstrap bias-corrected cross-validation repeats the choice in bootstrap draws of the subjects and judges each
choice on the subjects that are not in the draw (Tsamardinos, Greasidou and Borboudakis, Machine Learning 107, 2018). It
needs predictions and no training.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pasi.evaluation.intervals import Interval, ccc_interval, mae_interval
from pasi.evaluation.moments import ccc_of_sums, moment_sums
from pasi.evaluation.nested import FEWEST_SUBJECTS, jackknife_error, nested_pairs, student_quantile
from pasi.evaluation.optimism import NONE_KNOWN, Optimism
from pasi.evaluation.repeats import mean_of_repeats
from pasi.evaluation.selection import CANDIDATES
from pasi.evaluation.settings import Ddof, Primary
from pasi.storage.tables import Columns

COLUMNS = [
    "part", "metric", "learner", "candidates", "naive", "naive_low", "naive_high",
    "corrected", "low", "high", "method", "subjects", "again", "optimistic",
]  # fmt: skip
Statistic = Callable[[np.ndarray], np.ndarray]
METHOD = "bootstrap bias-corrected cross-validation over subjects"


@dataclass(frozen=True)
class Choice:
    """The best learner by the primary measure, by number, its own figures (`naive`) and those corrected for the choice.

    again: share of the bootstrap draws in which the same learner is chosen again. naive, corrected: by metric, "mae"
    and "ccc".
    """

    best: int
    again: float
    naive: dict[str, Interval]
    corrected: dict[str, Interval]


def corrected_choice(
    observed: ArrayLike,
    predicted: np.ndarray,
    subjects: ArrayLike,
    *,
    draws: int,
    seed: int,
    primary: Primary = "mae",
    ddof: int = 0,
) -> Choice:
    """The choice of the learner that is best by the primary measure, and its MAE and CCC corrected for it.

    In each draw of G subjects with replacement the learner with the lowest MAE, or with the highest CCC, is chosen, and
    judged on the subjects that were not drawn. The corrected figures are those of all subjects, each with its mean over
    the draws that left it out. Their intervals are jackknife-t of subjects, on log MAE and on Fisher's z. Their error
    is the larger of two: that of the corrected figure, and that of the chosen learner's own figure, because averaging
    over many choices removes error that a single chosen learner has.

    Args:
        observed: observed scores (n,), one per visit.
        predicted: scores (L, n) that each of L learners predicts.
        subjects: subject of each visit (n,), of any type that sorts.
        draws: number of bootstrap draws.
        seed: seed of their random numbers.
        primary: "mae" or "ccc", the measure by which is chosen.
        ddof: the `ddof` of `pasi.evaluation.metrics.ccc`.

    Returns:
        The choice. The corrected figures are NaN where a subject is in every draw; their bounds are NaN below 3
        subjects and where the logarithm or z is not finite, of all subjects or without one of them.

    Raises:
        ValueError: an array is not one-dimensional, a score is not finite, or the lengths differ.

    Example:
        Two learners, each good on two of four subjects: the better one of a draw is the worse one for the others.

        >>> observed, subjects = [10, 4, 22, 18, 6, 2, 15, 9], [0, 0, 1, 1, 2, 2, 3, 3]
        >>> one, other = [10, 5, 22, 17, 9, 5, 18, 13], [13, 7, 25, 22, 6, 3, 15, 8]
        >>> found = corrected_choice(observed, np.array([one, other]), subjects, draws=2000, seed=0)
        >>> found.best, found.naive["mae"].estimate, round(found.corrected["mae"].estimate, 1)
        (0, 1.875, 2.6)
    """
    pairs = [nested_pairs(observed, own, subjects) for own in predicted]
    (observed, _, codes), visits = pairs[0], np.bincount(pairs[0][2])
    errors = np.stack([np.bincount(codes, np.abs(own - observed)) for _, own, _ in pairs])  # (L, G)
    sums = np.stack([moment_sums(observed, own, codes) for _, own, _ in pairs])  # (L, G, 6)

    def losses(weights: np.ndarray) -> np.ndarray:
        """The primary measure of each learner (L, ...) where each subject counts so often, such that less is better."""
        if primary == "ccc":
            return _known(-ccc_of_sums(np.einsum("...g,lgk->...lk", weights, sums), ddof))
        return (weights @ errors.T) / (weights @ visits)[..., None]

    best = int(losses(np.ones(len(visits))).argmin())
    shares, again = _shares(losses, len(visits), best, draws, seed)
    own = np.stack([errors[best], visits], axis=1)
    outside = np.stack([(shares * errors.T).sum(axis=1), visits], axis=1)
    corrected = {
        "mae": _judged(outside, own, _ratio, (np.log, np.exp)),
        "ccc": _judged(
            np.einsum("gl,lgk->gk", shares, sums), sums[best], partial(ccc_of_sums, ddof=ddof), (np.arctanh, np.tanh)
        ),
    }
    chosen = observed, pairs[best][1], codes
    return Choice(best, again, {"mae": mae_interval(*chosen), "ccc": ccc_interval(*chosen, ddof=ddof)}, corrected)


def selection_table(
    visits: Columns,
    *,
    draws: int,
    seed: int,
    primary: Primary = "mae",
    ccc_ddof: Ddof = 0,
    optimism: Optimism = NONE_KNOWN,
) -> pd.DataFrame:
    """The learner that is best by the primary measure in each part, and its MAE and CCC corrected for the choice.

    visits: the table of `visit_table`. Two rows for each part, by metric ("mae", "ccc"). Columns: part, metric,
    learner, candidates (number of networks and meta-learners with all visits of the part, among which it was chosen),
    naive, naive_low, naive_high (its own figure with an interval that takes no account of the choice), corrected, low,
    high, method, subjects (their number), again (share of bootstrap draws in which it is chosen again), optimistic (see
    `Optimism`; the correction does not remove this).

    >>> visits = {"learner": ["a"] * 4 + ["b"] * 4, "kind": ["backbone"] * 8, "part": ["oof"] * 8, "repeat": [0] * 8}
    >>> visits |= {"subject": [*"ABCD"] * 2, "visit": ["V0"] * 8, "observed": [10, 4, 22, 18] * 2}
    >>> found = selection_table(visits | {"predicted": [10, 5, 22, 17, 9, 5, 18, 13]}, draws=200, seed=0)
    >>> found[["metric", "learner", "candidates", "naive", "again"]].round(3).values.tolist()
    [['mae', 'a', 2, 0.5, 1.0], ['ccc', 'a', 2, 0.995, 1.0]]
    """
    frame = mean_of_repeats(pd.DataFrame(dict(visits)))
    records: list[tuple[object, ...]] = []
    for part, own in frame[frame["kind"].isin(CANDIDATES)].groupby("part", sort=False):
        wide = own.pivot(index=["subject", "visit"], columns="learner", values="predicted")
        wide = wide[own["learner"].unique()].dropna(axis="columns")  # in the order of the table, which decides ties
        observed = own.drop_duplicates(["subject", "visit"]).set_index(["subject", "visit"])["observed"]
        data = observed.reindex(wide.index), wide.to_numpy().T, wide.index.get_level_values("subject")
        if not wide.shape[1]:
            continue
        choice = corrected_choice(*data, draws=draws, seed=seed, primary=primary, ddof=ccc_ddof)
        learner = wide.columns[choice.best]
        kind = own.loc[own["learner"] == learner, "kind"].iloc[0]
        for metric, naive in choice.naive.items():
            figures = (naive.estimate, naive.low, naive.high, *astuple(choice.corrected[metric]))
            head = (part, metric, learner, wide.shape[1])
            records.append((*head, *figures, choice.again, optimism.marks(learner, kind, str(part))))
    return pd.DataFrame(records, columns=COLUMNS)


def _shares(losses: Statistic, count: int, best: int, draws: int, seed: int) -> tuple[np.ndarray, float]:
    """Of the draws that leave a subject out, the share that chooses each learner (G, L); how often `best` is chosen.

    losses: from how often each of `count` subjects is drawn (draws, G) to (draws, L). A subject that no draw leaves out
    has NaN.
    """
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)  # (draws, G)
    inside = losses(drawn)
    chosen = np.eye(inside.shape[1])[inside.argmin(axis=1)]  # (draws, L)
    outside = (drawn == 0).astype(np.float64)
    times = outside.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return (outside.T @ chosen) / times[:, None], float(chosen[:, best].mean())


def _known(losses: np.ndarray) -> np.ndarray:
    """Losses (...) in which an undefined one is larger than all others."""
    return np.where(np.isfinite(losses), losses, np.inf)


def _judged(outside: np.ndarray, own: np.ndarray, statistic: Statistic, scale: tuple[Statistic, Statistic]) -> Interval:
    """A statistic of sums over subjects (G, k), outside the draws, with an interval on a scale (there and back)."""
    count, nan = len(outside), float("nan")
    estimate = float(statistic(outside.sum(axis=0)))
    if count < FEWEST_SUBJECTS:
        return Interval(estimate, nan, nan, f"none: fewer than {FEWEST_SUBJECTS} subjects", count)
    there, back = scale
    with np.errstate(divide="ignore", invalid="ignore"):
        without = [there(statistic(sums.sum(axis=0) - sums)) for sums in (outside, own)]
        center = float(there(np.asarray(estimate)))
    if not np.isfinite([center, *without[0], *without[1]]).all():
        return Interval(estimate, nan, nan, "none: an MAE is 0, or a CCC undefined or 1", count)
    reach = student_quantile(0.95, count - 1) * max(map(jackknife_error, without))
    low, high = back(np.array([center - reach, center + reach]))
    return Interval(estimate, float(low), float(high), METHOD, count)


def _ratio(sums: np.ndarray) -> np.ndarray:
    """Mean error (...) from sums of errors and of visits (..., 2)."""
    mean: np.ndarray = sums[..., 0] / sums[..., 1]
    return mean
