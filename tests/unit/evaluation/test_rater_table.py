"""The index of each visit by rater, from tables of grades."""

from dataclasses import replace

import numpy as np
import pytest

from pasi.evaluation.rater_table import rater_scores
from pasi.severity.index import Label, Region
from pasi.simulate.course import REGIONS, SIGNS, Subject
from pasi.simulate.rated import rater_columns
from pasi.simulate.raters import draw_raters
from small_bundle import INDEX

TABLE = {
    "rater": ["R1", "R1", "R2", "R1"],
    "subject": ["A", "A", "A", "A"],
    "visit": ["V1", "V1", "V1", "V2"],
    "region": ["back", "front", "front", "front"],
    "redness": [1, 2, 4, 3],
    "area": [2, 3, 6, 1],
}


def test_the_index_is_that_of_all_regions_and_a_visit_that_lacks_one_is_left_out():
    found = rater_scores(TABLE, INDEX)
    assert {name: cells.tolist() for name, cells in found.items()} == {
        "rater": ["R1"],
        "subject": ["A"],
        "visit": ["V1"],
        "observed": [0.5 * 2 * 3 + 0.5 * 1 * 2],
    }


def test_a_table_without_rows_has_no_scores():
    found = rater_scores({name: [] for name in TABLE}, INDEX)
    assert [len(cells) for cells in found.values()] == [0, 0, 0, 0]


def test_a_region_that_was_graded_twice_is_refused():
    with pytest.raises(ValueError, match="rater R1 graded A at V1 twice in front: expected one row"):
        rater_scores({name: [*cells, cells[1]] for name, cells in TABLE.items()}, INDEX)


def test_the_raters_of_a_simulated_trial_are_read():
    person = Subject("S001", 0, "full", "active", "female", 40, "1", "II", (0, 1))
    table = rater_columns([person], draw_raters(2, seed=0), seed=0)
    signs = tuple(Label(name, 4, 1) for name in SIGNS)
    regions = tuple(Region(region.name, region.weight, 1) for region in REGIONS)
    index = replace(INDEX, signs=signs, area=Label("area", 6, 1), regions=regions)
    found = rater_scores(table, index)
    assert found["rater"].tolist() == ["R1", "R1", "R2", "R2"]
    assert found["visit"].tolist() == ["V1", "V2"] * 2
    grades = np.array([table[name][:3] for name in (*SIGNS, "area")])
    weights = [region.weight for region in REGIONS]
    assert found["observed"][0] == pytest.approx(np.dot(grades[:3].sum(axis=0) * grades[3], weights))
