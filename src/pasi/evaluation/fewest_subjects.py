"""How many subjects it takes before any endpoint can be licensed, whatever the model reads."""

from pasi.evaluation.intervals import Interval
from pasi.evaluation.rate_difference import difference_of, wilson_interval
from pasi.evaluation.settings import LIMITS, AcceptanceLimits


def could_license(subjects: int, reference_subjects: int, limits: AcceptanceLimits = LIMITS) -> bool:
    """Whether `may_replace` could license any endpoint in two arms of these sizes, if both readings agreed throughout.

    Without a disagreement the change of a rate is within +/- z^2 / (n + z^2) of 0 (`paired_rates`), which is Wilson's
    bound for 0 of n, and the change of the difference within both of these joined, the widest of the three. Each
    disagreement widens them. Kappa and price may take more subjects than that, never fewer.

    Args:
        subjects: number of subjects in one arm.
        reference_subjects: the same in the other arm.
        limits: the limits, of which margin and subjects count.

    Example:
        3.8415 / 53.8415 = 0.0713, and root 2 times that is 0.1009, beyond the margin of 0.1.

        >>> could_license(50, 50), could_license(51, 51), could_license(40, 1000), could_license(19, 1000)
        (False, True, True, False)
    """
    one, other = (_unchanged(size) for size in (subjects, reference_subjects))
    return min(subjects, reference_subjects) >= limits.subjects and difference_of(one, other, "").high <= limits.margin


def _unchanged(size: int) -> Interval:
    """The interval of the change of a rate where both readings agree on all subjects."""
    reach = wilson_interval(0, size).high
    return Interval(0.0, -reach, reach, "", size)


def fewest_subjects(limits: AcceptanceLimits = LIMITS) -> int:
    """The smallest size of two equal arms in which an endpoint could be licensed (`could_license`).

    >>> fewest_subjects(), fewest_subjects(AcceptanceLimits(margin=0.2)), fewest_subjects(AcceptanceLimits(subjects=80))
    (51, 24, 80)
    """
    below, enough = limits.subjects - 1, limits.subjects
    while not could_license(enough, enough, limits):
        below, enough = enough, 2 * enough
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (below, middle) if could_license(middle, middle, limits) else (middle, enough)
    return enough
