"""A cohort in which no visit has every region is told to have no value of the index."""

from cohort_tables import LEAF, read
from pasi.cohort.no_index import no_index_note

END = "so that none has a value of the index, a response or a course:"


def notes(folder, photos: list[str], scores: list[str]) -> list[str]:
    return list(no_index_note(read(folder, photos, scores), LEAF))


def test_regions_that_no_visit_has_are_named(tmp_path):
    photos, scores = ["A,1,top,a.jpg", "B,1,top,b.jpg"], ["A,1,top,1", "B,1,top,2"]
    (note,) = notes(tmp_path, photos, scores)
    assert note.startswith(f"no visit has grades and a photo of each of the 2 regions (none has base), {END}")
    (note,) = notes(tmp_path, photos, [*scores, "A,1,base,0"])  # a region with grades and no photo
    assert "(none has base)" in note


def test_regions_that_never_meet_in_one_visit_are_told_without_names(tmp_path):
    (note,) = notes(tmp_path, ["A,1,top,a.jpg", "B,1,base,b.jpg"], ["A,1,top,1", "B,1,base,2"])
    assert note.startswith(f"no visit has grades and a photo of each of the 2 regions, {END}")


def test_one_complete_visit_is_enough(tmp_path):
    photos = ["A,1,top,a.jpg", "A,1,base,c.jpg", "B,1,base,b.jpg"]
    assert notes(tmp_path, photos, ["A,1,top,1", "A,1,base,2", "B,1,base,2"]) == []
