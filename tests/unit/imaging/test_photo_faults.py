"""One fault of many photos is one problem, with every line; nothing of the listing is lost."""

from pasi.imaging.photo_faults import FaultyPhoto, fault_problems


def test_one_cause_is_told_once_with_all_its_lines():
    pointer, cut = ("is a Git LFS pointer", "run: git lfs pull"), ("is damaged (the file ends early)", "copy it again")
    faulty = [FaultyPhoto(f"photo {line}", line, *pointer) for line in (9, 2, 3, 4, 7, 8)]
    problems = fault_problems([*faulty, FaultyPhoto("photo 5", 5, *cut)], "photos.csv", "a whole photo")
    assert [problem.cells() for problem in problems] == [
        (
            "photos.csv:2  photo",
            "found 6 photos, each of which is a Git LFS pointer: photo 2, photo 3, photo 4, ... (lines 2-4, 7-9), "
            "expected a whole photo",
            "run: git lfs pull",
        ),
        (
            "photos.csv:5  photo",
            "found photo 5, which is damaged (the file ends early), expected a whole photo",
            "copy it again",
        ),
    ]
    assert fault_problems([], "photos.csv", "a whole photo") == []
