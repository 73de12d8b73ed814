"""The page of the dossier, and the tables beside it."""

import re
from html import unescape

import pytest

from pasi.dossier.write import PARTS, write_checklists
from pasi.storage.tables import read_table
from small_dossier import make_run, with_person, with_summary


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dossier")
    run = with_person(with_summary(make_run(), title="Trial <b>"), question="Is 1 < 2?")
    write_checklists(run, folder)
    return folder


def test_every_item_of_every_part_is_on_the_page_with_its_answer(folder):
    page = (folder / "dossier.html").read_text(encoding="utf-8")
    for file, name, _, items in PARTS:
        section = page.partition(f'<section id="{file.removesuffix(".csv")}">')[2].partition("</section>")[0]
        assert f"<h2>{name}</h2>" in section
        assert re.findall(r'<th scope="row">(\w+)</th>', section) == [item.number for item in items]
    assert "MAE 2.30 (1.23 to 3.46)" in page
    assert page.count("A person must write:") > 30


def test_the_page_loads_nothing_and_escapes_what_users_wrote(folder):
    page = (folder / "dossier.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in unescape(page)
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "Trial &lt;b&gt;" in page
    assert "Is 1 &lt; 2?" in page


def test_tables_have_a_row_an_item_and_say_who_must_write(folder):
    for file, _, _, items in PARTS:
        table = read_table(folder / file)
        assert [str(number) for number in table["item"]] == [item.number for item in items]
        for status, answer, person in zip(table["status"], table["answer"], table["a_person_must_add"], strict=True):
            assert bool(answer) is (status != "a person must write")
            assert bool(person) is (status in ("answered in part", "a person must write"))


def test_the_page_says_that_a_cohort_is_simulated(tmp_path):
    write_checklists(with_summary(make_run(), synthetic=True), tmp_path)
    assert "Synthetic cohort: simulated subjects" in (tmp_path / "dossier.html").read_text(encoding="utf-8")
