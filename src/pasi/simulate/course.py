"""Subjects of a trial, their visits, and how each region's grades follow from the course of the disease."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pasi.severity.index import Region
from pasi.simulate.draws import draws

REGIONS = (Region("upper", 0.2, 4), Region("trunk", 0.3, 2), Region("lower", 0.4, 2))
SIGNS = ("erythema", "induration", "desquamation")
WEEKS = (0, 2, 4, 8, 12, 16)
AREA_BANDS = (0, 10, 30, 50, 70, 90)  # percent at which the bands of area scores 1 to 6 begin (R5); 0 itself scores 0
FIVE_VISITS = Fraction(22, 60)  # share of subjects who missed one visit (A7: 22 x 5 + 38 x 6 = 338)
START = (12.0, 45.0)  # range of PASI at baseline: moderate to severe

# By kind of response: share of subjects, and range of their reduction at week 16. In the paper 74.8% reach PASI90.
RESPONSES = {"full": (0.75, 0.9, 1.0), "partial": (0.15, 0.4, 0.89), "none": (0.10, -0.3, 0.4)}
RATES = {"full": (0.16, 0.45), "partial": (0.08, 0.25), "none": (0.0, 0.06)}  # range of the rate of healing per week
RESIDUES = {"full": (0.0, 0.06), "partial": (0.10, 0.40), "none": (0.6, 1.0)}  # range of the share that never clears
SIGN_SPEED = np.array([0.8, 1.1, 1.3])  # exponents on the share that is left: scale clears first, redness last
AREA_SPEED = 0.7  # the same for the area
SMALLEST_PERCENT = 1.5  # a smaller area cannot be seen in the photos and counts as clear
SKIN_TYPES = ("I", "II", "III", "IV", "V", "VI")
SKIN_SHARES = (0.12, 0.24, 0.24, 0.16, 0.13, 0.11)


@dataclass(frozen=True)
class Subject:
    """A subject of the trial: identity, attributes for scores.csv, and kind of response (a key of RESPONSES)."""

    name: str
    number: int
    response: str
    arm: str
    sex: str
    age: int
    site: str
    skin_type: str
    visits: tuple[int, ...]  # indices into WEEKS


@dataclass(frozen=True)
class RegionScore:
    """Grades of one region at one visit (0 to 4, in the order of SIGNS), and the percentage of its skin covered."""

    signs: tuple[int, int, int]
    percent: float

    @property
    def area(self) -> int:
        """The area score 0 to 6 of the percentage (R5)."""
        return area_score(self.percent)

    @property
    def composite(self) -> int:
        """The composite of Equation 1, 0 to 72."""
        return sum(self.signs) * self.area


Course = tuple[tuple[RegionScore, ...], ...]  # by week of WEEKS, then by region of REGIONS


def area_score(percent: float) -> int:
    """The area score 0 to 6 of a percentage 0 to 100 of involved skin (R5)."""
    return 0 if percent <= 0 else sum(percent >= start for start in AREA_BANDS)


def severity(scores: Sequence[RegionScore]) -> float:
    """PASI without head by Equation 2, 0 to 64.8; `scores` are in the order of REGIONS. Rounded to nine decimals."""
    return round(sum(region.weight * score.composite for region, score in zip(REGIONS, scores, strict=True)), 9)


def draw_subjects(count: int, seed: int) -> list[Subject]:
    """Draw `count` subjects; the shares of responses, skin types and missed visits are the same for every seed."""
    rng = draws(seed, "subjects", count)
    responses = in_shares(list(RESPONSES), [share for share, _, _ in RESPONSES.values()], count, rng)
    skins = in_shares(SKIN_TYPES, SKIN_SHARES, count, rng)
    missing = rng.permutation(count) < round(FIVE_VISITS * count)
    return [_draw_subject(i, responses[i], skins[i], bool(missing[i]), rng) for i in range(count)]


def in_shares(values: Sequence[str], shares: Sequence[float], count: int, rng: np.random.Generator) -> list[str]:
    """Draw `count` values in random order, each as often as its share says, to the nearest whole number."""
    ends = np.cumsum(shares)
    places = (rng.permutation(count) + 0.5) / count
    return [values[min(int(np.searchsorted(ends, place)), len(values) - 1)] for place in places]


def _draw_subject(i: int, response: str, skin_type: str, missing: bool, rng: np.random.Generator) -> Subject:
    missed = int(rng.integers(1, len(WEEKS) - 1)) if missing else -1  # never the first or the last visit
    placebo = rng.random() < {"full": 0.0, "partial": 0.3, "none": 0.8}[response]
    return Subject(
        name=f"S{i + 1:03d}",
        number=i,
        response=response,
        arm="placebo" if placebo else "active",
        sex="female" if rng.random() < 0.4 else "male",
        age=int(np.clip(rng.normal(46, 13), 18, 80)),
        site=f"site-{int(rng.integers(1, 9))}",
        skin_type=skin_type,
        visits=tuple(visit for visit in range(len(WEEKS)) if visit != missed),
    )


def draw_course(subject: Subject, seed: int) -> Course:
    """Draw the scores of a subject at every week and region until baseline and response are in their ranges."""
    rng = draws(seed, "course", subject.number)
    _, low, high = RESPONSES[subject.response]
    while True:
        course = _draw_course(subject.response, rng)
        first, last = severity(course[0]), severity(course[-1])
        if START[0] <= first <= START[1] and low <= (first - last) / first <= high:
            return course


def _draw_course(response: str, rng: np.random.Generator) -> Course:
    """Draw one candidate: each region has its own baseline, rate and residue, all near those of the subject."""
    regions = len(REGIONS)
    signs = np.clip(rng.normal(2.9, 0.5) + rng.normal(0, 0.6, (regions, 3)), 1.0, 4.4)
    percent = np.clip(np.exp(rng.normal(3.4, 0.5) + rng.normal(0, 0.45, regions)), 3, 97)
    rate = rng.uniform(*RATES[response]) * np.exp(rng.normal(0, 0.2, regions))
    residue = np.clip(rng.uniform(*RESIDUES[response]) * np.exp(rng.normal(0, 0.2, regions)), 0, 1.1)
    course = []
    for week in WEEKS:
        left = residue + (1 - residue) * np.exp(-rate * week)  # (regions,): share of the disease that is left
        now = signs * left[:, None] ** SIGN_SPEED + rng.normal(0, 0.15, signs.shape)
        covered = percent * left**AREA_SPEED * np.exp(rng.normal(0, 0.06, regions))
        course.append(tuple(_region_score(*pair) for pair in zip(now, covered, strict=True)))
    return tuple(course)


def _region_score(signs: np.ndarray, percent: float) -> RegionScore:
    """Round to whole grades; the signs are all 0 if and only if the area is 0."""
    erythema, induration, desquamation = (int(grade) for grade in np.clip(np.rint(signs), 0, 4))
    if percent < SMALLEST_PERCENT or not (erythema or induration or desquamation):
        return RegionScore((0, 0, 0), 0.0)
    return RegionScore((erythema, induration, desquamation), round(float(min(percent, 99.0)), 3))
