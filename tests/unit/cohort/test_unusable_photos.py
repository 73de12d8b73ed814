"""Photos that cannot be used are left out by name, with a region that has no other one; lines of photos are found."""

import pytest

from cohort_tables import LEAF, read
from pasi.cohort.counts import cohort_counts, count_table, left_out_counts
from pasi.cohort.photo_lines import photo_lines
from pasi.cohort.unusable_photos import without_photos
from pasi.errors import InputError

PHOTOS = ["A,V1,top,b.jpg", "A,V1,top,a.jpg", "A,V1,base,c.jpg", "B,V1,top,d.jpg", "B,V1,base,e.jpg"]
SCORES = ["A,V1,top,1", "A,V1,base,2", "B,V1,top,3", "B,V1,base,4"]
TIFF, CUT = "is TIFF", "is damaged (the file ends early)"


def test_a_photo_is_left_out_and_named_and_its_region_keeps_the_other(tmp_path):
    cohort = read(tmp_path, PHOTOS, SCORES)
    used = without_photos(cohort, [["A", "V1", "top", 0, TIFF]], tmp_path / "photos.csv")
    assert [photo[:4] for photo in used.photos[:2]] == [("A", "V1", "top", 1), ("A", "V1", "base", 0)]
    assert used.scores == cohort.scores
    assert used.notes == (
        "photos.csv: 1 of 5 photos left out (tiles.unusable: leave_out), which is TIFF: A V1 top photo 1 (line 3)",
    )
    assert left_out_counts(used) == {"subjects": 0, "visits": 0, "regions": 0, "photos": 1}


def test_a_region_without_another_photo_is_left_out_as_one_without_photos(tmp_path):
    cohort = read(tmp_path, PHOTOS, SCORES)
    unusable = [["A", "V1", "base", 0, CUT], ["B", "V1", "top", 0, TIFF], ["B", "V1", "base", 0, CUT]]
    used = without_photos(cohort, unusable, "photos.csv")
    assert [score[:3] for score in used.scores] == [("A", "V1", "top")]
    assert [score[:3] for score in used.unseen] == [("A", "V1", "base"), ("B", "V1", "top"), ("B", "V1", "base")]
    assert used.notes == (
        "photos.csv: 2 of 5 photos left out (tiles.unusable: leave_out), each of which is damaged (the file ends "
        "early): A V1 base photo 1 (line 4), B V1 base photo 1 (line 6)",
        "photos.csv: 1 of 5 photos left out (tiles.unusable: leave_out), which is TIFF: B V1 top photo 1 (line 5)",
        "1 of 2 subjects left out, for want of a photo that can be used: B",
        "1 of 2 visits left out, for want of a photo that can be used: B V1",
        "3 of 4 regions left out, for want of a photo that can be used: A V1 base, B V1 top, B V1 base",
    )
    assert count_table(used) == {
        "unit": ["subjects", "visits", "regions", "photos"],
        "held": [2, 2, 4, 5],
        "left_out": [1, 1, 3, 3],
    }
    assert cohort_counts(used, LEAF)["incomplete visits"] == 2


def test_without_unusable_photos_the_cohort_is_the_same_one(tmp_path):
    cohort = read(tmp_path, PHOTOS, SCORES)
    assert without_photos(cohort, [], "photos.csv") is cohort


def test_a_cohort_of_which_nothing_is_left_is_refused_with_its_faults(tmp_path):
    cohort = read(tmp_path, PHOTOS, SCORES)
    unusable = [[*photo[:4], "is a Git LFS pointer"] for photo in cohort.photos]
    with pytest.raises(InputError, match=r"5 photos, none of which can be used \(is a Git LFS pointer\)"):
        without_photos(cohort, unusable, "photos.csv")


def test_lines_of_photos_are_those_of_the_cohort(tmp_path):
    cohort = read(tmp_path, ["A,V1,top,./b.jpg", *PHOTOS[1:]], SCORES)
    assert photo_lines(tmp_path / "photos.csv") == {photo[:4]: photo.line for photo in cohort.photos}
    assert photo_lines(tmp_path / "absent.csv") == {}
