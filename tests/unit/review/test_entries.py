"""A reader's entries: what is taken from a page, and the rater's table, which the evaluation reads."""

import json

import numpy as np
import pytest

from pasi.cohort.score_rows import check_scores, read_scores
from pasi.evaluation.rater_exchange import rater_exchangeability
from pasi.evaluation.rater_table import rater_scores
from pasi.review.entries import EntriesError, check_entries, rater_table, visit_key
from pasi.storage.tables import read_table, write_table
from small_bundle import INDEX

VISITS = [("A", "V1"), ("A", "V2"), ("B", "V1")]
FRONT, BACK, LATER = {"redness": 2, "area": 3}, {"redness": 1, "area": 0}, {"redness": 4, "area": 6}
BOTH = {"front": FRONT, "back": BACK}
ENTRIES = {
    "rater": "R1",
    "visits": {
        visit_key("A", "V1"): {"revealed": True, "before": BOTH, "after": BOTH | {"front": LATER}},
        visit_key("A", "V2"): {"revealed": False, "before": {"front": FRONT, "back": {"redness": 1}}, "after": {}},
        visit_key("B", "V1"): {"revealed": True, "before": {}, "after": {"back": BACK}},
    },
}  # fmt: skip
ROWS = [
    ("R1", "A", "V1", "front", 2, 3, "yes"),
    ("R1", "A", "V1", "front", 4, 6, "no"),
    ("R1", "A", "V1", "back", 1, 0, "yes"),
    ("R1", "A", "V2", "front", 2, 3, "yes"),
    ("R1", "B", "V1", "back", 1, 0, "no"),
]


def test_a_row_is_a_region_that_is_graded_whole_and_says_whether_it_was_blinded():
    table = rater_table(ENTRIES, VISITS, "signs", INDEX)
    assert list(table) == ["rater", "subject", "visit", "region", "redness", "area", "blinded"]
    assert list(zip(*table.values(), strict=True)) == ROWS


def test_the_whole_score_is_a_row_a_visit():
    before = {"": {"score": 7.5}}
    entries = {"rater": "R1", "visits": {visit_key("A", "V2"): {"revealed": True, "before": before, "after": before}}}
    table = rater_table(check_entries(entries, INDEX), VISITS, "score", INDEX)
    assert table == {"rater": ["R1"], "subject": ["A"], "visit": ["V2"], "score": [7.5], "blinded": ["yes"]}
    assert rater_scores(table, INDEX)["observed"].tolist() == [7.5]


def test_entries_come_back_from_json_as_they_were():
    assert check_entries(json.loads(json.dumps(ENTRIES)), INDEX) == ENTRIES


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "no entries"),
        ({"rater": "=1+1", "visits": {}}, "the rater's name is not"),
        ({"rater": "R", "visits": {"A": {}}}, "no entries"),
        ({"rater": "R", "visits": {visit_key("A", "V1"): {"revealed": True, "before": {}}}}, "no entries"),
        (("front", "redness", 5), "redness of front is 5, expected a grade from 0 to 4 in steps of 1"),
        (("front", "redness", float("nan")), "redness of front is nan"),
        (("front", "redness", "2"), "none of this page"),
        (("front", "redness", True), "none of this page"),
        (("head", "redness", 2), "none of this page"),
        (("", "score", 24.5), "score of a visit is 24.5, expected a number from 0 to 24"),
    ],
)
def test_what_a_page_could_not_have_made_is_refused(value, message):
    if isinstance(value, tuple):
        region, label, grade = value
        own = {"revealed": False, "before": {region: {label: grade}}, "after": {}}
        value = {"rater": "R", "visits": {visit_key("A", "V1"): own}}
    with pytest.raises(EntriesError, match=message):
        check_entries(value, INDEX)


def test_the_evaluation_reads_the_exported_table(tmp_path):
    """Two raters and a model: the index of each visit by rater, and whether the model could take a rater's place."""
    write_table(rater_table(ENTRIES, VISITS, "signs", INDEX), tmp_path / "grades.csv")
    table = read_table(tmp_path / "grades.csv")
    own = rater_scores(table, INDEX)
    assert own["observed"].tolist() == [0.5 * 2 * 3 + 0.5 * 1 * 0], "V2 lacks a region, B was not blinded"
    assert [own[name].tolist() for name in ("rater", "subject", "visit")] == [["R1"], ["A"], ["V1"]]
    other = own | {"rater": np.array(["R2"], object), "observed": own["observed"] + 2}
    both = {name: np.concatenate([own[name], other[name]]) for name in own}
    found = rater_exchangeability(both["observed"], [4.0, 4.0], both["subject"], both["visit"], both["rater"])
    assert (found.model, found.raters, found.visits) == (1.0, 4.0, 1)


def test_blinded_rows_are_a_table_of_scores_of_a_cohort(tmp_path):
    table = rater_table(ENTRIES, VISITS[:1], "signs", INDEX)
    kept = [place for place, word in enumerate(table["blinded"]) if word == "yes"]
    write_table({name: [cells[place] for place in kept] for name, cells in table.items()}, tmp_path / "scores.csv")
    found = read_scores(tmp_path / "scores.csv", INDEX)
    assert [*found.problems, *check_scores(found, INDEX)] == []
    assert found.columns["area"] == ["3", "0"]


def test_two_rows_of_a_region_are_refused_where_blinding_is_not_asked_for():
    with pytest.raises(ValueError, match="rater R1 graded A at V1 twice in front: expected one row"):
        rater_scores(rater_table(ENTRIES, VISITS, "signs", INDEX), INDEX, blinded=False)
