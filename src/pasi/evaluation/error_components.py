"""Variance of the errors of many networks: by subject, visit and region, by network, and by repeat (S21)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pasi.evaluation.anova import anova_of, anova_sums
from pasi.evaluation.nested import nested_values, visit_codes
from pasi.storage.tables import Columns

UNIT = ["subject", "visit", "region"]


@dataclass(frozen=True)
class ErrorComponents:
    """Variances in the unit of the errors squared; those below 0 are 0, those that the data cannot tell apart NaN.

    subject, visit, place: what all networks share, by subject, by visit of one, and by region of a visit. region:
    variance of the mean errors of the regions. network, repeat: biases of networks, and of the repeats of one. own:
    what a network adds at a region-visit in all of its repeats. rest: what a repeat adds there; without repeats, own
    and rest are one, and stand in rest.
    """

    subject: float
    visit: float
    region: float
    place: float
    network: float
    repeat: float
    own: float
    rest: float

    @property
    def rerun(self) -> float:
        """Variance of the difference that another training of the same network makes to one prediction, halved."""
        return self.repeat + self.rest


def error_components(errors: ArrayLike, subjects: ArrayLike, visits: ArrayLike, regions: ArrayLike) -> ErrorComponents:
    """Moment estimates of what makes the errors of networks differ, from mean squares set equal to what they expect.

    An error is mean + region + subject + visit + place + network + repeat + own + rest. With U region-visits, N
    networks and K repeats of each, the mean squares of region-visits, networks, repeats, their interaction and the rest
    expect, with v for a variance and u for all that networks share,

        repeat x region-visit: rest            network x region-visit: rest + K v(own)
        repeat: rest + U v(repeat)             network: rest + K v(own) + U v(repeat) + U K v(network)
        region-visit: rest + K v(own) + N K v(u)

    (Searle, Casella and McCulloch, Variance Components, 1992, chapter 4). The means of the region-visits are then
    divided: those of the regions are taken off, as fixed; what is left within visits gives place, and the means of the
    visits give visit and subject as `anova_of` does, less what place leaves in them. Where every visit has all regions
    and every subject as many visits these are unbiased before they are cut at 0.

    Error by network and repeat is known no better than their number allows, which subjects do not change; no interval
    is given. Errors that a network makes at all visits of a subject count as own.

    Args:
        errors: predicted minus observed (U, N, K) by region-visit, network and repeat; every network predicts all.
        subjects: subject of each region-visit (U,).
        visits: its visit (U,).
        regions: its region (U,).

    Returns:
        The variances. repeat and own are NaN for K = 1; network, and own with them, for N = 1; subject is NaN for one
        subject, visit too where no subject has two, place where no visit has two regions.

    Raises:
        ValueError: the array has other dimensions, an error is not finite, or the lengths differ.

    Example:
        One network is always 2 higher than the other, and nothing else differs.

        >>> errors = [[[0.0], [2.0]]] * 4
        >>> found = error_components(errors, ["A", "A", "B", "B"], ["V1", "V2"] * 2, ["arm"] * 4)
        >>> found.network, found.subject, found.rest, found.repeat
        (2.0, 0.0, 0.0, nan)
    """
    values = np.asarray(errors, dtype=np.float64)
    if values.ndim != 3:
        raise ValueError(f"errors has the shape {values.shape}, expected region-visits, networks and repeats")
    means = values.mean(axis=(1, 2))
    codes = nested_values("errors", means, subjects)[1]
    pairs = visit_codes(visits, codes)[1]
    places = visit_codes(regions, np.zeros_like(codes))[0]
    units, networks, repeats = values.shape
    of_network, of_repeat = values.mean(axis=(0, 2)), values.mean(axis=0)
    at_unit = values.mean(axis=2)
    own = at_unit - means[:, None] - of_network + values.mean()
    rest = values - at_unit[:, :, None] - of_repeat + of_network[:, None]
    v_rest = _mean_square((rest**2).sum(), (units - 1) * networks * (repeats - 1))
    v_own = _mean_square(repeats * (own**2).sum(), (units - 1) * (networks - 1))
    v_repeat = _mean_square(units * ((of_repeat - of_network[:, None]) ** 2).sum(), networks * (repeats - 1))
    v_network = _mean_square(units * repeats * ((of_network - values.mean()) ** 2).sum(), networks - 1)
    several = repeats > 1
    noise = v_own if networks > 1 else v_rest  # what is not shared leaves noise / (N K) in the mean of a region-visit
    subject, visit, region, place = _shared(
        means, (codes, pairs, places), (noise if np.isfinite(noise) else 0.0) / (networks * repeats)
    )
    return ErrorComponents(
        subject=_cut(subject),
        visit=_cut(visit),
        region=_cut(region),
        place=_cut(place),
        network=_cut((v_network - v_own - (v_repeat - v_rest if several else 0.0)) / (units * repeats)),
        repeat=_cut((v_repeat - v_rest) / units),
        own=_cut((v_own - v_rest) / repeats),
        rest=_cut(v_rest if several else v_own),
    )


def network_error_components(learners: Columns) -> ErrorComponents:
    """`error_components` of the networks of a run, out of fold, in composite points squared.

    learners: evaluation/learners.parquet, of which the rows of kind "backbone" and part "oof" are taken. Raises
    ValueError where a network or one of its repeats lacks a region-visit of another.

    >>> rows = [(name, s, v, error) for name, error in (("a", 0.0), ("b", 2.0)) for s in "AB" for v in "12"]
    >>> table = pd.DataFrame(rows, columns=["learner", "subject", "visit", "predicted"])
    >>> table = table.assign(kind="backbone", part="oof", repeat=0, region="arm", observed=0.0)
    >>> network_error_components(table).network
    2.0
    """
    names = ["learner", "kind", "part", "repeat", *UNIT, "observed", "predicted"]
    frame = pd.DataFrame({name: learners[name] for name in names})
    own = frame[(frame["kind"] == "backbone") & (frame["part"] == "oof")]
    own = own.assign(error=own["predicted"] - own["observed"])
    wide = own.pivot(index=UNIT, columns=["learner", "repeat"], values="error").sort_index(axis=1)
    networks = wide.columns.get_level_values(0).nunique()
    if wide.isna().to_numpy().any() or wide.shape[1] % max(networks, 1) or not wide.size:
        raise ValueError("the networks have other region-visits or repeats: expected all of each, and one at least")
    errors = wide.to_numpy().reshape(len(wide), networks, -1)
    return error_components(errors, *(wide.index.get_level_values(name) for name in UNIT))


def _shared(
    means: np.ndarray, codes: tuple[np.ndarray, np.ndarray, np.ndarray], noise: float
) -> tuple[float, float, float, float]:
    """Variances by subject, visit, region and place, of the mean errors (U,) of region-visits."""
    subjects, pairs, places = codes
    regions = np.bincount(places, means) / np.bincount(places)
    centered = means - regions[places]
    counts, number = np.bincount(pairs), len(regions)
    of_visit = np.bincount(pairs, centered) / counts
    within = ((centered - of_visit[pairs]) ** 2).sum()
    v_place = _mean_square(within, len(means) - len(counts) - (number - 1))
    owner = np.zeros(len(counts), dtype=np.int64)
    owner[pairs] = subjects
    sums, middle = anova_sums(of_visit, owner)
    found = anova_of(sums.sum(axis=0), middle)
    left = (v_place if np.isfinite(v_place) else noise) * float((1 / counts).mean())
    v_region = float(np.var(regions, ddof=1)) - v_place * float((1 / np.bincount(places)).mean()) if number > 1 else 0.0
    return float(found.between), float(found.within) - left, v_region, v_place - noise


def _mean_square(total: float, freedom: int) -> float:
    return float(total) / freedom if freedom > 0 else float("nan")


def _cut(variance: float) -> float:
    """The variance, 0 where its estimate is below."""
    return max(variance, 0.0) if np.isfinite(variance) else float("nan")
