"""Messages about a table of new visits name what the caller can change, and no key of a config."""

import re
from inspect import getsourcefile
from pathlib import Path

import pytest

from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.setting_names import ARGUMENTS, OPTIONS, SECTION
from pasi.cohort import photo_places, photo_rows, visit_checks, visit_times
from pasi.cohort.visit_order import VisitNames
from pasi.errors import InputError
from pasi.imaging import photo_paths
from small_bundle import INDEX, make_photos

V1_V2 = VisitNames(("V1", "V2"))
RULES = photo_places, photo_rows, visit_checks, visit_times, photo_paths


def message(table: Path, reading: Reading) -> str:
    with pytest.raises(InputError) as error:
        read_new_visits(table, INDEX, "error", reading)
    text = str(error.value)
    assert not re.search(r"cohort\.|tiles\.|index\.|config|simulate", text)
    return text


@pytest.mark.parametrize(
    ("settings", "name"), [(OPTIONS, "--photos"), (ARGUMENTS, "the table"), (SECTION, "scoring.photos")]
)
def test_a_table_that_is_not_there(tmp_path, settings, name):
    text = message(tmp_path / "nope.csv", Reading(settings=settings))
    assert f"expected a CSV table  correct the path of {name}\n" in text


@pytest.mark.parametrize("settings", [OPTIONS, ARGUMENTS, SECTION])
def test_orders_and_baselines(tmp_path, settings):
    table = make_photos(tmp_path)
    text = message(table, Reading(names=V1_V2, settings=settings))
    assert f'found "V3" in 3 rows, expected a visit of {settings.visit_order}  add it there' in text
    text = message(table, Reading(names=VisitNames((), "week 0"), settings=settings))
    assert f"expected the visit that {settings.baseline} names, one of V1, V2, V3  correct {settings.baseline}" in text
    order = VisitNames(("V2", "V1", "V3"))
    assert f"correct the weeks, or {settings.visit_order}" in message(table, Reading(names=order, settings=settings))
    rows = table.read_text().splitlines()
    marked = [rows[0] + ",baseline", *(f"{row},{'true' if 'V2' in row else 'false'}" for row in rows[1:])]
    table.write_text("\n".join(marked))
    text = message(table, Reading(names=VisitNames((), "V1"), settings=settings))
    assert f"correct the column, or leave out {settings.baseline}" in text


@pytest.mark.parametrize("settings", [OPTIONS, ARGUMENTS, SECTION])
def test_folders_and_photos(tmp_path, settings):
    table = make_photos(tmp_path / "photos")
    text = message(table, Reading(tmp_path / "none", settings=settings))
    assert f"expected the photos' folder  set {settings.photos_root}" in text
    text = message(table, Reading(tmp_path, settings=settings))
    assert f"set {settings.photos_root} to the folder in which these paths begin" in text
    table.write_text(table.read_text().replace("V1_back_1.png", "/V1_back_1.png"))
    assert f"expected a path relative to {settings.photos_root}" in message(table, Reading(settings=settings))


def test_more_photos_than_the_bundle_takes(tmp_path):
    table = make_photos(tmp_path)
    table.write_text(table.read_text().replace('"front","V1_front_2', '"back","V1_front_2'))
    assert "expected at most 1 (index of the bundle)  drop some\n" in message(table, Reading(settings=OPTIONS))


def test_a_region_that_the_bundle_does_not_know(tmp_path):
    table = make_photos(tmp_path)
    table.write_text(table.read_text().replace('"V1","back"', '"V1","tail"'))
    assert 'found "tail", expected one of front, back  rename it\n' in message(table, Reading(settings=OPTIONS))


def test_the_rules_of_tables_name_no_other_key():
    """A new key in a message must get a name here, too."""
    sources = [Path(getsourcefile(rules)).read_text(encoding="utf-8") for rules in RULES]
    found = {key for text in sources for key in re.findall(r"(?<!pasi\.)cohort\.(\w+)", text)}
    assert found == {"visit_order", "baseline", "photos_root"}
