"""The new visits of a call in parts: which digests a change of photos, rows and settings moves."""

import subprocess
import sys
from pathlib import Path

import pytest

from pasi.errors import InputError
from pasi.planning.visit_parts import VisitParts, read_visit_parts
from small_plan import make_new_visits, make_settings, rows, write_rows


@pytest.fixture
def section(tmp_path) -> dict:
    """The section of three visits, one a part."""
    return make_new_visits(tmp_path / "new")


def read(folder: Path, section: dict, **keys: object) -> VisitParts:
    return read_visit_parts(make_settings(folder, scoring={**section, **keys}), folder / "state" / "photos.sqlite")


def digests(parts: VisitParts) -> list[str]:
    return [*map(parts.rows, parts.names), parts.courses]


def changed(before: VisitParts, after: VisitParts) -> list[bool]:
    """Which parts have another digest, and whether the courses have."""
    return [own != other for own, other in zip(digests(before), digests(after), strict=True)]


def test_a_part_holds_so_many_visits_in_the_order_of_the_table(tmp_path, section):
    assert read(tmp_path, section).names == ["000", "001", "002"]
    assert read(tmp_path, section, visits_per_job=2).names == ["000", "001"]
    assert read(tmp_path, section, visits_per_job=3).names == ["000"]
    one, both = read(tmp_path, section, visits_per_job=3), read(tmp_path, section, visits_per_job=256)
    assert digests(one) == digests(both), "the part is the same"


def test_a_replaced_photo_concerns_its_part_alone(tmp_path, section):
    before = read(tmp_path, section)
    digests(before)
    (tmp_path / "new" / "1.jpg").write_bytes(b"another")
    assert changed(before, read(tmp_path, section)) == [False, True, False, False]


def test_a_moved_photo_concerns_none(tmp_path, section):
    before = read(tmp_path, section)
    digests(before)
    (tmp_path / "new" / "1.jpg").rename(tmp_path / "new" / "moved.jpg")
    table = tmp_path / "new" / "photos.csv"
    table.write_text(table.read_text().replace("1.jpg", "moved.jpg"))
    assert changed(before, read(tmp_path, section)) == [False] * 4


def test_a_visit_at_the_end_concerns_its_part_and_the_courses(tmp_path, section):
    before = read(tmp_path, section, visits_per_job=2)
    old = digests(before)
    found = rows(tmp_path / "new")
    (tmp_path / "new" / "3.jpg").write_bytes(b"new")
    write_rows(tmp_path / "new" / "photos.csv", [*found, {**found[-1], "visit": "V3", "photo": "3.jpg", "week": "3"}])
    new = digests(read(tmp_path, section, visits_per_job=2))
    assert [own != other for own, other in zip(old, new, strict=True)] == [False, True, True]


@pytest.mark.parametrize(
    ("keys", "differs"),
    [({"baseline": "V1"}, True), ({"baseline": "V0"}, False), ({"visit_order": ["V0", "V1", "V2"]}, False)],
)
def test_another_baseline_concerns_the_courses_alone(tmp_path, section, keys, differs):
    """The last visit at week 0 or before is V0, and the weeks have the order of the list already."""
    assert changed(read(tmp_path, section), read(tmp_path, section, **keys)) == [False, False, False, differs]


def test_all_problems_are_told_with_the_keys_of_the_section(tmp_path, section):
    found = rows(tmp_path / "new")
    write_rows(tmp_path / "new" / "photos.csv", [{**found[0], "region": "nose"}, {**found[1], "photo": "gone.jpg"}])
    with pytest.raises(InputError) as error:
        read(tmp_path, section, baseline="V9")
    text = str(error.value)
    assert all(told in text for told in ('"nose"', "gone.jpg", "the visit that scoring.baseline names, one of V0, V1"))
    assert "cohort." not in text


def test_a_plan_loads_no_network():
    program = "import sys, pasi.planning.visit_parts, pasi.monitoring.run_results; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
