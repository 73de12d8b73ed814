"""Why a visit has no change from its baseline: it is said, counted by kind, with what to do."""

from collections import Counter

import pytest

from pasi.bundle.missing_changes import Missing, changes_text, missing_changes
from pasi.cohort.visit_cells import Visit
from pasi.cohort.visit_order import Timeline, VisitNames, timelines

NAMES = VisitNames(("V0", "V1", "V2", "V3"), "V1")


def lines(names: VisitNames = NAMES, **subjects: str) -> dict[str, Timeline]:
    """The timelines of subjects with some visits, such as A="V1 V2"."""
    pairs = [(subject, visit) for subject, visits in subjects.items() for visit in visits.split()]
    return timelines([Visit(*pair, row, None, None, False) for row, pair in enumerate(pairs)], names)


def entries(found: dict[str, Timeline], *refused: str) -> list[dict]:
    """A result for each visit; those of `refused`, such as "A V1", have no scores."""
    pairs = [(subject, visit.name) for subject, line in found.items() for visit in line.visits]
    return [
        {"subject": subject, "visit": visit, "scores": None if f"{subject} {visit}" in refused else {"score": 1.0}}
        for subject, visit in pairs
    ]


@pytest.mark.parametrize(
    ("names", "subjects", "refused", "missing"),
    [
        (NAMES, {"A": "V0 V1 V2 V3"}, (), {}),
        (NAMES, {"A": "V0 V1 V2 V3", "B": "V1 V2"}, ("A V1",), {Missing.SCORE: 2}),
        (NAMES, {"A": "V0 V1 V2 V3"}, ("A V1", "A V3"), {Missing.SCORE: 1}),
        (NAMES, {"A": "V1 V2", "B": "V2 V3", "C": "V3"}, (), {Missing.BASELINE: 3}),
        (VisitNames((), "V1"), {"A": "V1 V2 V3", "B": "V1"}, (), {Missing.ORDER: 2}),
        (VisitNames(("V1", "V2")), {"A": "V1 V2", "B": "V1"}, (), {Missing.BASELINE: 2}),
        (VisitNames(), {"A": "V1", "B": "V1"}, (), {}),
    ],
    ids=["none", "refused baseline", "refused too", "other names", "no order", "no baseline", "one visit each"],
)
def test_visits_without_a_change_are_counted_by_what_is_missing(names, subjects, refused, missing):
    found = lines(names, **subjects)
    assert missing_changes(entries(found, *refused), found) == missing


def test_the_line_says_how_many_why_and_what_to_do():
    missing = Counter({Missing.ORDER: 10, Missing.SCORE: 2})
    assert changes_text(missing, "V1") == (
        "12 visits have no change from baseline: 10 because the order of the visits of their subject is not known "
        "(give --visit-order, or a column week or date); 2 because the baseline of their subject was refused (its row "
        "says why; replace its photos and score again)"
    )
    assert "(give --baseline, or mark it in a column baseline)" in changes_text(Counter({Missing.BASELINE: 1}), None)
    assert "(it lacks the visit V1; mark its baseline in" in changes_text(Counter({Missing.BASELINE: 1}), "V1")
    assert changes_text(Counter(), None) == ""
