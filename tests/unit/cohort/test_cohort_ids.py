"""Ids and regions: one spelling each, harmless everywhere, and both lines are named where two spellings occur."""

from dataclasses import replace

import pytest

from cohort_tables import LEAF, problem_texts
from pasi.cohort.reading import read_cohort
from pasi.errors import InputError
from pasi.severity.index import Region

FORM = "up to 64 letters, digits, points, _ and -, a letter or digit first"


@pytest.mark.parametrize("name", ["=1+1", "@x", "-1", "../x", "a/b", "a b", "a,b", "Ü", ".x1", "x" * 65, "<img>"])
def test_ids_are_harmless(tmp_path, name):
    cell = f'"{name}"'
    rows = problem_texts(tmp_path, [f"{cell},1,top,a.jpg"], [f"{cell},1,top,1"])
    shown = name if len(name) < 61 else f"{name[:60]}..."
    example = " in both tables, for example to a-b" if name in ("a/b", "a b", "a,b") else ""
    assert rows == [
        f'photos.csv:2  subject  found "{shown}" (in scores.csv:2 too), expected {FORM}  rename it{example}',
    ]


def test_names_of_visits_with_spaces_are_one_problem_of_both_tables(tmp_path):
    visits = ["End of study", "Month 3", "Month 6"]
    photos = [f"A,{visit},top,{place}.jpg" for place, visit in enumerate(visits)]
    assert problem_texts(tmp_path, photos, [f"A,{visit},top,1" for visit in visits]) == [
        'photos.csv:2  visit  found "End of study" and 2 more visits like it (in scores.csv:2 too), '
        f"expected {FORM}  rename it in both tables, for example to End-of-study"
    ]


def test_a_name_with_a_space_is_written_as_in_the_other_table(tmp_path):
    rows = problem_texts(tmp_path, ["A,Month 3,top,a.jpg"], ["A,Month3,top,1"])
    assert rows == [f'photos.csv:2  visit  found "Month 3", expected {FORM}  rename it; if it is "Month3", write that']


def test_no_name_is_proposed_that_two_ids_would_have(tmp_path):
    rows = problem_texts(tmp_path, ["A 1,1,top,a.jpg", "A/1,1,top,b.jpg"], ["B,1,top,1"])
    assert [row.split("  ")[-1] for row in rows] == ["rename it"] * 2


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("+207", "207"),
        ("8,00E+05", "800000"),
        ("654,321.00", "654321"),
        ("654.321,0", "654321"),
        ("9,65,432", "965432"),
    ],
)
def test_numbers_in_the_format_of_a_spreadsheet_are_told_as_such(tmp_path, text, meant):
    rows = problem_texts(tmp_path, [f"{meant},1,top,a.jpg"], [f'"{text}",1,top,1'])
    cause = "it was written as a number with an exponent" if "E" in text else "it was formatted as a number"
    assert rows == [f'scores.csv:2  subject  found "{text}", expected "{meant}" as in photos.csv:2  {cause}: {AS_TEXT}']


@pytest.mark.parametrize("text", ["=007", '"""007"""', "007\x07"])
def test_what_a_program_puts_round_an_id_is_told(tmp_path, text):
    rows = problem_texts(tmp_path, ["007,1,top,a.jpg"], [f"{text},1,top,1"])
    assert len(rows) == 1
    assert rows[0].endswith('expected "007" as in photos.csv:2  write one id in one way')


@pytest.mark.parametrize(("name", "shown"), [("A\t1", "A\\t1"), ("\r=B1", "\\r=B1"), ("A\n1", "A\\n1")])
def test_line_breaks_and_tabs_in_ids_are_shown(tmp_path, name, shown):
    rows = problem_texts(tmp_path, [f'"{name}",1,top,a.jpg'], ["B,1,top,1"])
    example = " in both tables, for example to A-1" if name[0] == "A" else ""
    assert rows == [f'photos.csv:2  subject  found "{shown}", expected {FORM}  rename it{example}']


def test_one_problem_a_value_tells_how_often_it_stands(tmp_path):
    rows = problem_texts(tmp_path, ["A,1,top,a.jpg"], ["A,1,top,1", "A,,top,1", "A,,base,1"])
    assert rows == [
        f"scores.csv:3  visit  found an empty cell in 2 rows, expected {FORM}  "
        "fill it in; of merged cells only the first has the text"
    ]


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
        f'photos.csv:2  visit  found "1 " (in scores.csv:2 too), expected {FORM}  write "1"',
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


AS_TEXT = 'read and write the column as text (Excel: import it as Text; pandas: dtype=str; R: colClasses="character")'


@pytest.mark.parametrize(
    ("one", "other", "cause"),
    [
        ("007", "7", "leading zeros were lost"),
        ("0070", "70", "leading zeros were lost"),
        ("00", "0", "leading zeros were lost"),
        ("01.5", "1.5", "leading zeros were lost"),
        ("01.10", "1.1", "leading zeros were lost"),
        ("7", "\u0667.0", 'a ".0" was added'),
        ("7", "7.0", 'a ".0" was added'),
        ("007", "7.0", "leading zeros were lost"),
        ("1.50", "1.5", "zeros at the end were lost"),
        ("300000", "3e+05", "it was written as a number with an exponent"),
        ("300000", "3.0E5", "it was written as a number with an exponent"),
        ("31E7", "310000000", "it was read as a number with an exponent"),
        ("31E7", "3.10E+08", "it was written as a number with an exponent"),
        ("4711", "4,711", "it was formatted as a number"),
        ("4711", "4.711", "it was formatted as a number"),
        ("4711", "4\u202f711", "it was formatted as a number"),
        ("1.5", "1,5", "it was formatted as a number"),
        ("3-12", "12-Mar", "a spreadsheet made a date of it"),
        ("SEP9", "9-Sep", "a spreadsheet made a date of it"),
        ("5.11", "5. Nov", "a spreadsheet made a date of it"),
    ],
)
def test_an_id_that_a_program_rewrites_is_told_with_both_lines_and_the_cause(tmp_path, one, other, cause):
    for spelt in ((one, other), (other, one)):
        photos = [f'"{spelt[0]}",1,top,a.jpg', f'"{spelt[0]}",1,base,c.jpg']
        rows = problem_texts(tmp_path, photos, [f'"{spelt[1]}",1,top,1', f'"{spelt[1]}",1,base,1'])
        files = ("scores", "photos") if spelt[0] == one else ("photos", "scores")
        shown = other.replace("\u202f", "\\u202f")
        assert rows == [
            f'{files[0]}.csv:2  subject  found "{shown}", expected "{one}" as in {files[1]}.csv:2  {cause}: {AS_TEXT}'
        ]


@pytest.mark.parametrize(
    "ids",
    [
        ("1", "10", "100"),
        ("1.0", "1.5", "10"),
        ("1.1", "1.9", "1.10", "1.11"),
        ("1E2", "100"),
        ("2E1", "21"),
        ("S1", "S01"),
        ("1-2", "2-1", "12"),
        ("1-Jan", "1-Feb"),
        ("20240115000000010", "20240115000000011", "20240115000000012"),
        ("0", "1"),
        ("marker-1", "3-1"),
        ("0x10", "16"),
    ],
)
def test_ids_of_a_sound_scheme_are_kept_apart(tmp_path, ids):
    rows = [(subject, visit) for subject in ids for visit in ids]
    photos = [f"{subject},{visit},top,{subject}/{visit}.jpg" for subject, visit in rows]
    assert problem_texts(tmp_path, photos, [f"{subject},{visit},top,1" for subject, visit in rows]) == []


def test_a_table_that_lost_all_its_zeros_is_one_problem(tmp_path):
    subjects = [f"{number:03}" for number in range(1, 31)]
    photos = [f"{subject},1,top,{subject}.jpg" for subject in subjects]
    rows = problem_texts(tmp_path, photos, [f"{subject.lstrip('0')},1,top,1" for subject in subjects])
    assert rows == [
        'scores.csv:2  subject  found "1" and 29 more subjects like it, expected "001" as in photos.csv:2  '
        f"leading zeros were lost: {AS_TEXT}"
    ]


def test_two_exports_of_which_one_lost_its_zeros_are_told_person_by_person(tmp_path):
    photos = ["011,1,top,a.jpg", "012,1,top,b.jpg", "12,2,top,c.jpg", "11,2,top,d.jpg"]
    rows = problem_texts(tmp_path, photos, ["011,1,top,1", "012,1,top,1", "12,2,top,2", "11,2,top,2"])
    assert [row.split("  ")[:3] for row in rows] == [
        ["photos.csv:4", "subject", 'found "12" (in scores.csv:4 too), expected "012" as in photos.csv:3'],
        ["photos.csv:5", "subject", 'found "11" (in scores.csv:5 too), expected "011" as in photos.csv:2'],
    ]


def test_visits_that_a_program_rewrote_in_some_rows_are_one_problem(tmp_path):
    photos = ["A,4,top,a.jpg", "A,9,top,b.jpg", "B,4,top,c.jpg"]
    rows = problem_texts(tmp_path, photos, ["A,4.0,top,1", "A,4,base,1", "A,9.0,top,1", "B,4.0,top,1", "B,4,base,1"])
    assert rows == [
        'scores.csv:2  visit  found "4.0" and 2 more visits like it, expected "4" as in photos.csv:2  '
        f'a ".0" was added: {AS_TEXT}'
    ]


def test_weeks_are_those_of_one_visit_though_it_has_two_spellings(tmp_path):
    scores = ["subject,visit,region,rust,week", "A,1.0,top,1,0", "A,1,base,1,0", "A,2,top,1,4"]
    rows = problem_texts(tmp_path, ["A,1,top,a.jpg", "A,1,base,b.jpg", "A,2,top,c.jpg"], scores)
    assert [row.split(", expected")[0] for row in rows] == ['scores.csv:2  visit  found "1.0"']


def test_ids_that_look_the_same_are_told_apart_by_their_letters(tmp_path):
    rows = problem_texts(tmp_path, ["\u0420\u041e1,1,top,a.jpg"], ["PO1,1,top,1"])
    assert rows[0].endswith("write one id in one way; the two differ in letters of another alphabet")
    rows = problem_texts(tmp_path, ["\u0416\u04161,1,top,a.jpg"], ["B,1,top,1"])
    assert rows == [
        f'photos.csv:2  subject  found "\u0416\u04161", expected {FORM}  '
        'rename it; "\u0416" is CYRILLIC CAPITAL LETTER ZHE'
    ]


def test_many_faulty_ids_of_one_kind_are_one_problem(tmp_path):
    photos = [f"S {number},1,top,{number}.jpg" for number in range(9)]
    scores = [f'"=""{number}""",1,top,1' for number in range(9)]
    assert problem_texts(tmp_path, photos, scores) == [
        f'photos.csv:2  subject  found "S 0" and 8 more subjects like it, expected {FORM}  '
        "rename it in both tables, for example to S-0",
        f'scores.csv:2  subject  found "="0"" and 8 more subjects like it, expected {FORM}  write "0"',
    ]


def test_tables_without_a_subject_or_a_visit_in_common_are_one_problem(tmp_path):
    photos = [f"P{number},V1,top,{number}.jpg" for number in range(5)]
    assert problem_texts(tmp_path, photos, [f"{number},V1,top,1" for number in range(5)]) == [
        'photos.csv:2  subject  found "P0" and 4 more subjects, none of which is in scores.csv, '
        'expected subjects as there, such as "0", "1", "2", ...  write each subject in one way in both tables'
    ]
    assert problem_texts(tmp_path, photos, [f"P{number},W0,top,1" for number in range(5)]) == [
        'photos.csv:2  visit  found "V1", none of which is in scores.csv, '
        'expected visits as there, such as "W0"  write each visit in one way in both tables'
    ]


def test_a_region_whose_accents_are_in_another_form_is_told_so(tmp_path):
    index = replace(LEAF, regions=(Region("t\u00eate", 1, 1),))
    (tmp_path / "p.csv").write_text("subject,visit,region,photo\nA,1,t\u00eate,a.jpg\n")
    (tmp_path / "s.csv").write_text("subject,visit,region,rust\nA,1,te\u0302te,1\n")
    with pytest.raises(InputError) as error:
        read_cohort(tmp_path / "p.csv", tmp_path / "s.csv", None, index, "error")
    fixes = [problem.fix for problem in error.value.problems]
    assert fixes == ["write it as in index.regions; it differs in the form of its accents (NFC/NFD)"]
