"""Ids and regions: one spelling each, harmless everywhere, and both lines are named where two spellings occur."""

import pytest

from cohort_tables import problem_texts

FORM = "up to 64 letters, digits, points, _ and -, a letter or digit first"


@pytest.mark.parametrize("name", ["=1+1", "@x", "+1", "-1", "../x", "a/b", "a b", "a,b", "Ü", ".x", "x" * 65, "<img>"])
def test_ids_are_harmless(tmp_path, name):
    cell = f'"{name}"'
    rows = problem_texts(tmp_path, [f"{cell},1,top,a.jpg"], [f"{cell},1,top,1"])
    shown = name if len(name) < 61 else f"{name[:60]}..."
    assert rows == [
        f'photos.csv:2  subject  found "{shown}", expected {FORM}  rename it',
        f'scores.csv:2  subject  found "{shown}", expected {FORM}  rename it',
    ]


@pytest.mark.parametrize(("name", "shown"), [("A\t1", "A\\t1"), ("\r=1", "\\r=1"), ("A\n1", "A\\n1")])
def test_line_breaks_and_tabs_in_ids_are_shown(tmp_path, name, shown):
    rows = problem_texts(tmp_path, [f'"{name}",1,top,a.jpg'], ["A,1,top,1"])
    assert rows == [f'photos.csv:2  subject  found "{shown}", expected {FORM}  rename it']


def test_one_problem_a_value_tells_how_often_it_stands(tmp_path):
    rows = problem_texts(tmp_path, ["A,1,top,a.jpg"], ["A,1,top,1", "A,,top,1", "A,,base,1"])
    assert rows == [f"scores.csv:3  visit  found an empty cell in 2 rows, expected {FORM}  fill it in"]


@pytest.mark.parametrize("other", [" S01", "S01 ", "s01", " s01\t"])
def test_variants_of_a_subject_are_told_with_both_lines(tmp_path, other):
    shown = other.replace("\t", "\\t")
    rows = problem_texts(tmp_path, ["S01,1,top,a.jpg", f"{other},1,base,c.jpg"], ["S01,1,top,1", "S01,1,base,1"])
    assert rows == [
        f'photos.csv:3  subject  found "{shown}", expected "S01" as in photos.csv:2  write one id in one way'
    ]


def test_variants_are_found_across_tables(tmp_path):
    rows = problem_texts(tmp_path, ["s01,1,top,a.jpg"], ["S01,1,top,1", "S01,1,base,1"])
    assert rows == ['photos.csv:2  subject  found "s01", expected "S01" as in scores.csv:2  write one id in one way']


def test_variants_of_a_visit_matter_within_a_subject_alone(tmp_path):
    photos = ["A,V1,top,a.jpg", "B,v1,top,b.jpg", "A,v1,base,c.jpg", "A,V1,top,d.jpg"]
    rows = problem_texts(tmp_path, photos, ["A,V1,top,1", "B,v1,top,1", "A,V1,base,1"])
    assert rows == ['photos.csv:4  visit  found "v1", expected "V1" as in photos.csv:2  write one id in one way']


def test_an_id_without_its_sound_variant_is_shown_without_spaces(tmp_path):
    rows = problem_texts(tmp_path, ["A,1 ,top,a.jpg"], ["A,1 ,top,1"])
    assert rows == [
        f'photos.csv:2  visit  found "1 ", expected {FORM}  write "1"',
        f'scores.csv:2  visit  found "1 ", expected {FORM}  write "1"',
    ]


@pytest.mark.parametrize(
    ("region", "fix"),
    [
        ("Top", 'did you mean "top"?'),
        ("bse", 'did you mean "base"?'),
        (" top", 'did you mean "top"?'),
        ("leg", "rename it, or add it to index.regions"),
        ("", "rename it, or add it to index.regions"),
    ],
)
def test_regions_are_those_of_the_index(tmp_path, region, fix):
    shown = f'"{region}"' if region else "an empty cell"
    rows = problem_texts(tmp_path, ["A,1,top,a.jpg"], ["A,1,top,1", f"A,1,{region},1"])
    assert rows == [f"scores.csv:3  region  found {shown}, expected one of top, base  {fix}"]
