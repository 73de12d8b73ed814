"""Ids that differ in zeros or separators alone are noted, unless both have the same visit."""

import pytest

from cohort_tables import read


def notes(folder, *pairs: str) -> list[str]:
    rows = [pair.replace("/", ",") for pair in pairs]
    photos = [f"{row},top,{number}.jpg" for number, row in enumerate(rows)]
    cohort = read(folder, photos, [f"{row},top,1" for row in rows], visits=None)
    return list(cohort.notes)


@pytest.mark.parametrize(
    ("one", "other"),
    [("K007", "K7"), ("K-007", "K_007"), ("K-007", "K7"), ("02-033", "02033"), ("b.1", "B01"), ("02-033", "2-33")],
)
def test_it_is_asked_whether_two_ids_are_one_person(tmp_path, one, other):
    assert notes(tmp_path, f"{one}/V1", f"{other}/V2") == [
        "scores.csv: ids that differ in zeros or separators alone: are they one person? Then give the person one id in "
        f"both tables: {one} (line 2) and {other} (line 3)"
    ]


def test_several_are_one_note(tmp_path):
    (note,) = notes(tmp_path, "K007/V1", "K7/V2", "K008/V1", "K8/V2", "K009/V1")
    assert "are they one person (2 cases)?" in note
    assert note.endswith("K007 (line 2) and K7 (line 3), K008 (line 4) and K8 (line 5)")


@pytest.mark.parametrize(
    "pairs", ["K7/V1 K007/V1", "K7/V1 K70/V2", "1-11/V1 11-1/V2 1-1/V2", "K7/V1 K7/V2", "A10/V1 A1/V2"]
)
def test_ids_of_a_sound_scheme_are_not_noted(tmp_path, pairs):
    assert notes(tmp_path, *pairs.split()) == []
