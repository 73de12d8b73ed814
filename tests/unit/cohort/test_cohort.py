"""Both tables of a cohort, checked together and put in order."""

import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort_tables import LEAF, PASI, problem_texts, read
from pasi.cohort.counts import cohort_counts, count_table, left_out_counts
from pasi.cohort.reading import read_cohort
from pasi.cohort.records import Photo
from pasi.cohort.score_table import score_table
from pasi.config.settings import read_settings

PHOTOS = ["A,V1,top,a/2.jpg", "A,V1,base,a/3.jpg", "A,V1,top,a/1.jpg", "A,V10,top,a/4.jpg", "A,V2,top,a/5.jpg"]
SCORES = ["A,V10,top,0", "A,V1,base,1.5", "A,V2,top,2", "A,V1,top,4"]


def test_slots_follow_paths_and_visits_their_numbers(tmp_path):
    cohort = read(tmp_path, PHOTOS, SCORES)
    assert cohort.photos == (
        Photo("A", "V1", "top", 0, "a/1.jpg", 4),
        Photo("A", "V1", "top", 1, "a/2.jpg", 2),
        Photo("A", "V1", "base", 0, "a/3.jpg", 3),
        Photo("A", "V2", "top", 0, "a/5.jpg", 6),
        Photo("A", "V10", "top", 0, "a/4.jpg", 5),
    )
    assert [score[:5] for score in cohort.scores] == [
        ("A", "V1", "top", None, (4.0,)),
        ("A", "V1", "base", None, (1.5,)),
        ("A", "V2", "top", None, (2.0,)),
        ("A", "V10", "top", None, (0.0,)),
    ]
    assert cohort.root == tmp_path


def test_weeks_order_visits_where_there_are_any(tmp_path):
    header = "subject,visit,region,rust,week"
    scores = [header, "A,V1,top,0,8", "A,V2,top,0,-1.5", "B,V2,top,0,", "B,V1,top,0,"]
    photos = [f"{subject},V{visit},top,{subject}{visit}.jpg" for subject in "BA" for visit in (1, 2)]
    cohort = read(tmp_path, photos, scores)
    order = [("A", "V2", -1.5), ("A", "V1", 8.0), ("B", "V1", None), ("B", "V2", None)]
    assert [(score.subject, score.visit, score.week) for score in cohort.scores] == order
    assert [(photo.subject, photo.visit) for photo in cohort.photos] == [row[:2] for row in order]
    columns = score_table(cohort, LEAF)
    np.testing.assert_array_equal(columns["week"], [-1.5, 8, np.nan, np.nan])
    np.testing.assert_array_equal(columns["visit_order"], [0, 1, np.nan, np.nan])
    assert columns["baseline"] == ["V2", "V2", "", ""]


def test_a_first_visit_without_a_photo_leaves_its_subject_without_a_baseline(tmp_path):
    """The baseline is still V1, which has no row."""
    header = "subject,visit,region,rust,week"
    scores = [header, "A,V1,top,4,0", "A,V2,top,2,4", "B,V1,top,4,0", "B,V2,top,2,4"]
    cohort = read(tmp_path, ["A,V2,top,a.jpg", "B,V1,top,b.jpg", "B,V2,top,c.jpg"], scores)
    assert [score[:2] for score in cohort.scores] == [("A", "V2"), ("B", "V1"), ("B", "V2")]
    columns = score_table(cohort, LEAF)
    assert columns["baseline"] == ["V1", "V1", "V1"]
    assert columns["visit_order"].tolist() == [1, 0, 1]


@settings(deadline=None)
@given(photos=st.permutations(PHOTOS), scores=st.permutations(SCORES))
def test_order_of_rows_does_not_matter(tmp_path_factory, photos, scores):
    folder = tmp_path_factory.mktemp("cohort")
    cohort, permuted = read(folder, PHOTOS, SCORES), read(folder, photos, scores)
    assert [photo[:5] for photo in permuted.photos] == [photo[:5] for photo in cohort.photos]
    assert permuted.scores == cohort.scores


def test_columns_of_the_scores_table(tmp_path):
    """Composites by hand: (1 + 2 + 3) x 4 = 24 and 0."""
    (tmp_path / "p.csv").write_text("subject,visit,region,photo\nA,1,upper,x.jpg\nA,1,trunk,y.jpg\n")
    (tmp_path / "s.csv").write_text(
        "site,subject,visit,week,region,erythema,induration,desquamation,area,age,comment\n"
        "Berlin,A,1,0,trunk,0,0,0,0,44,secret\nBerlin,A,1,0,upper,1,2,3,4,44,secret\n"
    )
    cohort = read_cohort(tmp_path / "p.csv", tmp_path / "s.csv", tmp_path / "photos", PASI, "error")
    columns = {name: list(column) for name, column in score_table(cohort, PASI).items()}
    assert columns == {
        "subject": ["A", "A"],
        "visit": ["1", "1"],
        "week": [0, 0],
        "visit_order": [0, 0],
        "baseline": ["1", "1"],
        "region": ["upper", "trunk"],
        "erythema": [1, 0],
        "induration": [2, 0],
        "desquamation": [3, 0],
        "area": [4, 0],
        "composite": [24, 0],
        "age": ["44", "44"],
        "site": ["Berlin", "Berlin"],
    }
    assert cohort.root == tmp_path / "photos"
    assert cohort.notes == ('s.csv: columns that nothing reads: "comment"',)
    assert "secret" not in repr(cohort)


def test_regions_without_photos_are_left_out_with_a_note(tmp_path):
    cohort = read(
        tmp_path,
        ["A,1,top,a.jpg", "A,2,top,b.jpg", "A,2,base,c.jpg"],
        ["subject,visit,region,rust,week", "A,1,top,1,0", "A,1,base,1,0", "A,2,top,1,4", "A,2,base,1,4"],
    )
    assert cohort.notes == ("scores.csv: 1 of 4 regions left out, for want of a photo: A 1 base",)
    assert cohort_counts(cohort, LEAF) == {
        "subjects": 1,
        "visits": 2,
        "regions": 4,
        "photos": 3,
        "incomplete visits": 1,
    }
    assert left_out_counts(cohort) == {"subjects": 0, "visits": 0, "regions": 1, "photos": 0}


def test_subjects_and_visits_without_any_photo_are_counted_and_named(tmp_path):
    """C has no photo at all, A none of visit 2; B is whole."""
    regions = [f"{visit},{region}" for visit in ("A,1", "A,2", "B,1", "C,1") for region in ("top", "base")]
    photos = [f"{region},{number}.jpg" for number, region in enumerate(regions) if region[:3] in ("A,1", "B,1")]
    header = "subject,visit,region,rust,week"
    cohort = read(tmp_path, photos, [header, *(f"{region},1,{int(region[2]) - 1}" for region in regions)])
    assert list(cohort.notes) == [
        "scores.csv: 1 of 3 subjects left out, for want of a photo: C",
        "scores.csv: 2 of 4 visits left out, for want of a photo: A 2, C 1",
        "scores.csv: 4 of 8 regions left out, for want of a photo: A 2 top, A 2 base, C 1 top, C 1 base",
    ]
    assert list(cohort_counts(cohort, LEAF).values()) == [3, 4, 8, 4, 2]
    assert left_out_counts(cohort) == {"subjects": 1, "visits": 2, "regions": 4, "photos": 0}
    assert count_table(cohort) == {
        "unit": ["subjects", "visits", "regions", "photos"],
        "held": [3, 4, 8, 4],
        "left_out": [1, 2, 4, 0],
    }


def test_photos_without_grades_are_a_problem_for_each_region(tmp_path):
    photos = ["A,1,top,a.jpg", "A,1,top,b.jpg", "B,1,base,c.jpg"]
    assert problem_texts(tmp_path, photos, ["B,1,base,1"]) == [
        "photos.csv:2  subject  found A without grades, expected a row with grades in scores.csv  "
        "add it, or drop the photos"
    ]
    scores = ["A,1,base,1", "B,1,base,1", "B,2,top,1"]
    photos += ["B,2,top,d.jpg", "B,3,top,e.jpg", "B,3,base,f.jpg"]
    assert [row.split(",")[0] for row in problem_texts(tmp_path, photos, scores)] == [
        "photos.csv:2  region  found A 1 top without grades",
        "photos.csv:6  visit  found B 3 without grades",
    ]


def test_first_photos_by_path_are_kept_where_the_config_says_so(tmp_path):
    photos = ["A,1,top,c.jpg", "A,1,top,a.jpg", "A,1,top,b.jpg"]
    cohort = read(tmp_path, photos, ["A,1,top,1"], extra="first")
    assert [(photo.slot, photo.path) for photo in cohort.photos] == [(0, "a.jpg"), (1, "b.jpg")]
    left_out = "1 of 3 photos left out, more than index.regions gives a region (tiles.extra_photos: first)"
    assert cohort.notes == (f"photos.csv: {left_out}",)
    assert (cohort_counts(cohort, LEAF)["photos"], left_out_counts(cohort)["photos"]) == (3, 1)


def test_problems_of_both_tables_come_at_once_in_the_order_of_lines(tmp_path):
    places = [
        row.split("  ")[0]
        for row in problem_texts(tmp_path, ["A,1,tip,/a.jpg", "A 1,1,top,x"], ["A,1,top,9", "A,1,top"])
    ]
    assert places == ["photos.csv:2", "photos.csv:2", "photos.csv:3", "scores.csv:2", "scores.csv:3"]


def test_a_table_that_cannot_be_read_does_not_hide_the_other(tmp_path):
    rows = problem_texts(tmp_path, ["subject,visit", "A,1"], ["A,1,tip,1"])
    assert [row.split("  ")[:2] for row in rows] == [
        ["photos.csv:1", "region"],
        ["photos.csv:1", "photo"],
        ["scores.csv:2", "region"],
    ]


def test_one_cause_is_not_buried_under_what_follows_from_it(tmp_path):
    photos = [f"A,{visit},top,{visit}.jpg" for visit in range(30)]
    assert problem_texts(tmp_path, photos, []) == [
        "scores.csv  found no row below the header, expected a row or more  fill the table"
    ]
    rows = problem_texts(tmp_path, photos[:2], ["A,0,top,1,5", "A,1,top,1"])
    assert [row.split("  ")[:2] for row in rows] == [["scores.csv:2", "found 5 cells, expected 4, as in the header"]]


def test_what_is_wrong_with_a_whole_table_comes_first(tmp_path):
    rows = problem_texts(tmp_path, ["A,1,tip,a.jpg", "A,1,tip,/b.jpg"], ["subject,visit,region", "A,1,top"])
    assert [row.split("  ")[0] for row in rows] == ["scores.csv:1", "photos.csv:2", "photos.csv:3"]


def calls_of_reading(folder, subjects):
    """The number of function calls that read a cohort of `subjects` subjects with twelve photos each."""
    photos, scores, calls = ["subject,visit,region,photo"], ["subject,visit,region,rust"], []
    for subject in range(subjects):
        for visit in range(6):
            photos += [f"S{subject},V{visit},top,S{subject}/V{visit}/{slot}.jpg" for slot in range(2)]
            scores.append(f"S{subject},V{visit},top,1")
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, argument: calls.append(1) if event in ("call", "c_call") else None)
    try:
        cohort = read(folder, photos, scores)
    finally:
        sys.setprofile(before)
    assert len(cohort.photos) == 12 * subjects
    return len(calls)


def test_the_work_of_reading_grows_no_faster_than_the_cohort(tmp_path):
    """The promise is 3 s for 270,000 photos on a free core; calls are counted, as they do not depend on the load."""
    few, many = (calls_of_reading(tmp_path, subjects) for subjects in (100, 1000))
    assert many < 11 * few
    assert many / 12_000 < 60, "a photo"


def test_shared_real_cohort(shared):
    folder = shared / "data" / "coffee"
    settings = {"signs": [{"name": "severity", "maximum": 4, "step": 0.25}], "area": None}
    index = read_settings({"index": settings, "splits": {"stratify_on": "severity"}}).index
    cohort = read_cohort(folder / "photos.csv", folder / "scores.csv", None, index, "error", check_files=True)
    assert list(cohort_counts(cohort, index).values()) == [42, 210, 630, 1680, 0]
    assert cohort.notes == ()


def test_labels_below_the_header_and_a_total_below_the_table_are_a_problem_each(tmp_path):
    photos = ["A,V1,top,a.jpg", "B,V1,top,b.jpg"]
    scores = ["subject,visit,region,week,rust", "Person,Visit,Part,,Grade", ",,,weeks,0 to 4", "A,V1,top,0,1"]
    rows = problem_texts(tmp_path, photos, [*scores, "B,V1,top,0,2", "Mean,,,,1.5"])
    assert rows == [
        'scores.csv:2  found "Person", "Visit", "Part", ... in 2 rows (lines 2, 3), expected the first row of the '
        "table  a second header: delete lines 2 to 3",
        'scores.csv:6  found "Mean", "", "", ..., expected a row of the table  '
        "a note or a total below the table: delete it",
    ]


def test_exports_behind_one_another_repeat_their_header(tmp_path):
    photos = ["A,V1,top,a.jpg", "subject,visit,region,photo", "B,V1,top,b.jpg", "Subject,Visit,Region,Photo"]
    rows = problem_texts(tmp_path, photos, ["A,V1,top,1", "B,V1,top,1"])
    assert rows == [
        "photos.csv:3  found the header again in 2 rows (lines 3, 5), expected a row of the table  "
        "delete it: one header stands above all rows"
    ]


def test_a_first_row_with_two_faults_is_no_header(tmp_path):
    """Its visit stands in other rows, so it is a row of the table."""
    rows = problem_texts(tmp_path, ["A,V1,top,a.jpg"], ["B,V1,leef,mild", "A,V1,top,1"])
    assert [row.split("  ")[:2] for row in rows] == [["scores.csv:2", "region"], ["scores.csv:2", "rust"]]


def test_what_may_be_meant_by_a_faulty_id_is_not_missing_too(tmp_path):
    photos = ["A,1,top,a.jpg", "A,1,base,b.jpg", "B 2,1,top,c.jpg", "C,1,top,d.jpg", "D,1,top,e.jpg"]
    rows = problem_texts(tmp_path, photos, ["A,1,top,1", "A,1,bese,1", "C 1,1,top,1"])
    assert [row.split(", expected")[0] for row in rows] == [
        'photos.csv:4  subject  found "B 2" and 1 more subject like it (in scores.csv:4 too)',
        "photos.csv:6  subject  found D without grades",
        'scores.csv:3  region  found "bese"',
    ]


def test_two_tables_that_are_swapped_are_one_problem(tmp_path):
    photos, scores = ["subject,visit,region,rust", "A,1,top,1"], ["subject,visit,region,photo", "A,1,top,a.jpg"]
    assert problem_texts(tmp_path, photos, scores) == [
        "photos.csv:1  found the table of grades, and that of photos in scores.csv, expected the two tables the other "
        "way round  swap cohort.photos and cohort.scores"
    ]
