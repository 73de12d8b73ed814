"""What follows for the order of learners, in sentences: intervals, ranks, the choice of one, groups, raters."""

import math
from collections.abc import Iterator

from pasi.audit.findings import Audit
from pasi.audit.naive import (
    alike_interval,
    correlation_to_tell_apart,
    error_deviation,
    fisher_interval,
    naive_interval,
    optimism_of_the_best,
)
from pasi.audit.ranks import best_rows
from pasi.audit.rows import NAMES
from pasi.audit.shown import LEARNERS, decimals_shown, range_text
from pasi.wording import first_names

CORRELATIONS = (0.9, 0.5)  # of the MAEs of learners on the same visits, for which the optimism of a choice is shown


def about_best(audit: Audit) -> Iterator[str]:
    """The best row by each metric, as computed and not as claimed."""
    if len(audit.rows) > 1:
        named = [
            f"{NAMES[metric]}: {first_names([row.learner for row in rows], LEARNERS)} ({rows[0].metrics[metric].text})"
            for metric, rows in best_rows(audit.rows).items()
        ]
        tied = " Where several are named, rounding hides which." if any(", " in one for one in named) else ""
        yield f"Best by each metric. {'; '.join(named)}.{tied}"


def about_interval(audit: Audit) -> Iterator[str]:
    """The naive intervals of the best row, and what the number of subjects makes of that of its MAE."""
    row, digits, visits = audit.rows[0], decimals_shown(audit), audit.visits
    if row.errors:
        mae, mse = row.errors
        naive = range_text(naive_interval(mae, mse, visits.visits), digits)
        yield (
            f"Interval of the MAE. {row.learner}: {naive} is the naive 95% interval, from a standard deviation of "
            f"absolute errors of {error_deviation(mae, mse):.{digits + 1}f}. It counts {visits.visits} visits as "
            "independent."
        )
    if row.errors and visits.subjects is not None and 1 < visits.subjects < visits.visits:
        alike = range_text(alike_interval(*row.errors, visits.subjects), digits)
        yield (
            f"Subjects. The {visits.visits} visits are of {visits.subjects} subjects, and visits of one subject are "
            f"alike. If the absolute errors of a subject's visits were all equal, the interval would be {alike}. The "
            "right one normally lies between the two, and the table does not say where."
        )
    if "pcc" in row.metrics and abs(row.metrics["pcc"].middle) <= 1:
        naive = range_text(fisher_interval(row.metrics["pcc"].middle, visits.visits), 2)
        yield f"Interval of r. {row.learner}: {naive} is the naive 95% interval (Fisher's z), also as if independent."


def about_ranks(audit: Audit) -> Iterator[str]:
    """Which rows the naive interval of the best one holds, and which no paired comparison could tell from it."""
    best, others = audit.rows[0], [row for row in audit.rows[1:] if row.errors]
    if not best.errors or not others:
        return
    high = naive_interval(*best.errors, audit.visits.visits).high
    inside = sum(row.error.middle <= high for row in others)
    if len(others) == 1:
        share = "the MAE of the other row" if inside else "not the MAE of the other row"
    else:
        number = "all" if inside == len(others) else inside or "none"
        share = f"the MAE of {number} of the other {len(others)} rows"
    order = ": by this table alone, their order is not established." if inside else "."
    yield f"Ranks. The naive interval of {best.learner} holds {share}{order}"
    never = [learner for learner, least in told_apart(audit).items() if least > 1]
    text = (
        "Pairs. A comparison visit by visit could tell more. The column 'apart' has the correlation of absolute errors "
        f"that it takes to tell a row from {best.learner}, with visits as if independent."
    )
    yield text + (f" No correlation is enough for {first_names(never, LEARNERS)}." if never else "")


def about_choice(audit: Audit) -> Iterator[str]:
    """How far the lowest MAE of many is below the true one, if it was picked on these visits."""
    best, judged = audit.rows[0], sum(row.errors is not None for row in audit.rows)
    if not best.errors or judged < 2:
        return
    error = error_deviation(*best.errors) / math.sqrt(audit.visits.visits)
    shown = ", ".join(
        f"{optimism_of_the_best(judged, error, rho):.2f} if their MAEs correlate at {rho:g}" for rho in CORRELATIONS
    )
    yield (
        f"Choice. If {best.learner} was picked because its MAE is the lowest of {judged} on these visits, expect that "
        f"MAE to be too low. Were all {judged} equally good, the lowest would be below their true MAE by {shown}, on "
        "average and with visits as if independent."
    )


def about_groups(audit: Audit) -> Iterator[str]:
    """How each named group stands among all learners."""
    for pattern, group in audit.groups.items():
        ranks = ", ".join(
            f"{name} {rank.best}" if rank.best == rank.worst else f"{name} {rank.best} to {rank.worst}"
            for name, rank in group.ranks.items()
        )
        yield (
            f'Group "{pattern}". Ranks by MAE among {len(group.ranks) + group.others}: {ranks}. '
            f"{group.others_worse} of the {group.others} others are worse than all of the group. The median MAE is "
            f"{group.median:.2f} in it and {group.median_of_others:.2f} outside."
        )


def about_raters(audit: Audit) -> Iterator[str]:
    """What a perfect predictor would have against one rater: the difference of two raters over sqrt(2)."""
    if audit.rater_difference is None:
        return
    floor = audit.rater_difference / math.sqrt(2)
    below = [row.learner for row in audit.rows if "mae" in row.metrics and row.error.high < floor]
    yield (
        f"Raters. Where two raters differ by {audit.rater_difference:g} on average, a perfect predictor has a MAE of "
        f"about {floor:.{decimals_shown(audit)}f} against one of them ({audit.rater_difference:g} / sqrt(2), for "
        "normal errors)." + (f" Below that are {first_names(below, LEARNERS)}: ask how." if below else "")
    )


def told_apart(audit: Audit) -> dict[str, float]:
    """By learner, the correlation of absolute errors at which it is told apart from the best row; not of that row."""
    best = audit.rows[0].errors
    if best is None:
        return {}
    return {
        row.learner: correlation_to_tell_apart(
            abs(row.errors[0] - best[0]), error_deviation(*best), error_deviation(*row.errors), audit.visits.visits
        )
        for row in audit.rows[1:]
        if row.errors
    }
