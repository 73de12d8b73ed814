"""photos.csv: paths that stay in their folder, each photo once, no more than a region has, files that are there."""

import os

import pytest

from cohort_tables import problem_texts, read

WINDOWS = (
    "a path relative to cohort.photos_root  set cohort.photos_root to the folder as it is called here, remove drive "
    "and folder here, and write / for \\"
)
INSIDE = "a path that stays in its folder  set cohort.photos_root to the folder above"
ROOT = "a path relative to cohort.photos_root  set cohort.photos_root to the folder, and remove it here"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/etc/passwd", f'"/etc/passwd", expected {ROOT}'),
        ("C:\\x.jpg", f'"C:\\x.jpg", expected {WINDOWS}'),
        ("'a/x.jpg'", '"\'a/x.jpg\'", expected a path without quotes of its own  write "a/x.jpg"'),
        ("\u201ca/x.jpg\u201d", '"\u201ca/x.jpg\u201d", expected a path without quotes of its own  write "a/x.jpg"'),
        (
            '"""D:\\y\\x.jpg"""',
            '""D:\\y\\x.jpg"", expected a path without quotes of its own  take them off; ' + WINDOWS.split("  ")[1],
        ),
        ("\\\\server\\x.jpg", f'"\\\\server\\x.jpg", expected {WINDOWS}'),
        (
            "../x.jpg",
            f'"../x.jpg", expected {INSIDE}',
        ),
        (
            "a/../x.jpg",
            f'"a/../x.jpg", expected {INSIDE}',
        ),
        ("a\\x.jpg", '"a\\x.jpg", expected a path with /  write "a/x.jpg"'),
        ("http://h/x.jpg", '"http://h/x.jpg", expected a path on this machine, no URL  fetch the photo first'),
        ("a\0.jpg", '"a\\x00.jpg", expected a path without control characters  rename the photo'),
        ("a\x85.jpg", '"a\\x85.jpg", expected a path without control characters  rename the photo'),
        ("a\u2028.jpg", '"a\\u2028.jpg", expected a path without control characters  rename the photo'),
        ("a/", '"a/", expected the path of a photo, no folder  name the photo'),
        (".", '".", expected the path of a photo, no folder  name the photo'),
        ("", "an empty cell, expected the path of a photo  fill it in, or drop the row"),
    ],
)
def test_paths_stay_in_their_folder(tmp_path, path, fault):
    row = f"photos.csv:2  photo  found {fault}"
    assert problem_texts(tmp_path, [f"A,1,top,{path}"], ["A,1,top,1"]) == [row]
    assert problem_texts(tmp_path, [f"A,1,top,{path}"], ["A,1,top,1"], files=True) == [row]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("./a//b.jpg", "a/b.jpg"),
        ("a/./b.jpg", "a/b.jpg"),
        ("a b/ü.jpg", "a b/ü.jpg"),
        (".hidden/..b.jpg", ".hidden/..b.jpg"),
        ("a/12:30.jpg", "a/12:30.jpg"),
        ("...", "..."),
        ("a/9.41\u202fAM.jpg", "a/9.41\u202fAM.jpg"),
        ("./\u3000/b.jpg", "\u3000/b.jpg"),
    ],
)
def test_other_paths_are_kept_or_cleaned(tmp_path, path, kept):
    assert read(tmp_path, [f"A,1,top,{path}"], ["A,1,top,1"]).photos[0].path == kept


def test_a_photo_listed_twice_is_told_with_both_lines(tmp_path):
    photos = ["A,1,top,a.jpg", "A,1,base,b.jpg", "B,1,top,./a.jpg"]
    assert problem_texts(tmp_path, photos, ["A,1,top,1", "A,1,base,1", "B,1,top,1"]) == [
        'photos.csv:4  photo  found "a.jpg" again with other ids, expected each photo once (it stands on line 2)  '
        "write the path with its folders, from cohort.photos_root on, or write the table by pasi table"
    ]


def test_more_photos_than_the_region_has_are_told(tmp_path):
    photos = ["A,1,top,a.jpg", "A,1,top,b.jpg", "A,1,base,c.jpg", "A,1,top,d.jpg"]
    assert problem_texts(tmp_path, photos, ["A,1,top,1", "A,1,base,1"]) == [
        "photos.csv:2  photo  found 3 photos of A 1 top, expected at most 2 (index.regions)  "
        "drop some, or set tiles.extra_photos: first"
    ]


def test_photos_in_two_formats_are_one_problem_where_a_region_has_too_many(tmp_path):
    names = ["a.jpg", "a.PNG", "b.jpg", "b.png"]
    photos = [f"A,{visit},top,{visit}{name}" for visit in (1, 2) for name in names] + [
        "A,1,base,c.jpg",
        "A,1,base,c.png",
    ]
    scores = ["A,1,top,1", "A,1,base,1", "A,2,top,1"]
    fix = "expected each photo in one format  keep one of the two formats, and drop the rows of the other"
    twins = '"1a.PNG" beside "1a.jpg" (line 2), and others in this way, in 5 rows (lines 3, 5, 7, 9, 11)'
    assert problem_texts(tmp_path, photos, scores) == [f"photos.csv:3  photo  found {twins}, {fix}"]
    three = [*photos[:4], "A,1,top,1c.jpg"]
    assert problem_texts(tmp_path, [*three, *photos[8:]], scores[:2])[:1] == [
        "photos.csv:2  photo  found 3 photos of A 1 top, expected at most 2 (index.regions)  "
        "drop some, or set tiles.extra_photos: first"
    ]


def test_files_are_there_and_regular_and_under_the_root(tmp_path):
    folder, outside = tmp_path / "study", tmp_path / "elsewhere"
    for place in (folder / "in", outside):
        place.mkdir(parents=True)
        (place / "x.jpg").touch()
    (folder / "inside.jpg").symlink_to("in/x.jpg")
    (folder / "out.jpg").symlink_to(outside / "x.jpg")
    (folder / "linked").symlink_to(outside)
    (folder / "gone.jpg").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.jpg")
    names = ["in/x.jpg", "inside.jpg", "out.jpg", "linked/x.jpg", "pipe.jpg", "in", "in/X.JPG", "no/x.jpg", "gone.jpg"]
    photos = [f"A,{visit},top,{name}" for visit, name in enumerate(names)]
    scores = [f"A,{visit},top,1" for visit in range(len(names))]
    read(folder, photos, scores)
    missing = "cannot be opened (no such file or directory), expected a file under cohort.photos_root"
    elsewhere = "leads out of the folder by a symbolic link, expected a photo under cohort.photos_root  copy it there"
    assert problem_texts(folder, photos, scores, files=True) == [
        f'photos.csv:4  photo  found "out.jpg", which {elsewhere}',
        f'photos.csv:5  photo  found "linked/x.jpg", which {elsewhere}',
        'photos.csv:6  photo  found "pipe.jpg", which is no regular file, expected a photo  drop the row',
        'photos.csv:7  photo  found "in", which is no regular file, expected a photo  drop the row',
        f'photos.csv:8  photo  found "in/X.JPG", which {missing}  did you mean "x.jpg"?',
        f'photos.csv:9  photo  found "no/x.jpg", which {missing}  copy it there, or drop the row',
        f'photos.csv:10  photo  found "gone.jpg", which {missing}  copy it there, or drop the row',
    ]


def test_a_photo_listed_twice_does_not_count_twice(tmp_path):
    photos = ["A,1,base,b.jpg", "A,1,base,b.jpg"]
    rows = problem_texts(tmp_path, photos, ["A,1,base,1"])
    assert [row.split(",")[0] for row in rows] == ['photos.csv:3  photo  found "b.jpg" again']


def test_companion_files_of_macos_are_one_problem_whatever_their_ids(tmp_path):
    photos = [".,P1,V1_top,x/._a.jpg", "A,1,top,x/a.jpg", ".,P2,V1_top,x/._b.jpg"]
    assert problem_texts(tmp_path, photos, ["A,1,top,1"]) == [
        'photos.csv:2  photo  found "x/._a.jpg" in 2 rows (lines 2, 4), expected a photo, no file that macOS, Windows '
        "or a disk station makes  drop the row, or write the table by pasi table"
    ]


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


UNPACK = "unpack the archive again by unzip, which makes folders of them, or rename the files"


def test_a_backslash_in_a_name_on_the_disk_comes_from_an_archive(tmp_path):
    put(tmp_path, "in\\a.jpg", "x/b\\c.jpg")
    rows = [f"A,1,top,{name}" for name in ("in\\a.jpg", "in/a.jpg", "x/b/c.jpg")]
    assert problem_texts(tmp_path, rows[:1], ["A,1,top,1"]) == [
        f'photos.csv:2  photo  found "in\\a.jpg", expected a name on the disk without \\  {UNPACK}'
    ]
    assert problem_texts(tmp_path, rows[1:], ["A,1,top,1"], files=True) == [
        'photos.csv:2  photo  found "in/a.jpg" and 1 more photo, each of which differs in \\ in place of / from the '
        f"file on the disk, expected a name as on the disk  {UNPACK}"
    ]


def test_characters_that_stand_as_in_a_url_are_named(tmp_path):
    put(tmp_path, "x y/a_1.jpg", "50%25.jpg")
    photos = ["A,1,top,x%20y/a%5F1.jpg", "A,1,base,50%25.jpg"]
    assert problem_texts(tmp_path, photos, ["A,1,top,1", "A,1,base,1"], files=True) == [
        'photos.csv:2  photo  found "x%20y/a%5F1.jpg", which differs in characters that stand as %XX, as in a URL, '
        'from the file on the disk, expected a name as on the disk  did you mean "x y/a_1.jpg"?'
    ]


UNICODE = (
    "9.41\u202fAM.jpg",
    "a\u00a0b.jpg",
    "\u3000.jpg",
    "\U0001f9d1\u200d\U0001f52c.jpg",
    "\u0645\u06cc\u200c.jpg",
    "\uf022.jpg",
)


@pytest.mark.parametrize("name", UNICODE)
def test_spaces_joiners_and_private_characters_of_unicode_are_taken_where_the_disk_has_them(tmp_path, name):
    put(tmp_path, name)
    assert read(tmp_path, [f"A,1,top,{name}"], ["A,1,top,1"], files=True).photos[0].path == name


@pytest.mark.parametrize("letter", ["\u00a0", "\u200b", "\ufeff", "\u00ad"])
def test_a_character_that_the_table_alone_has_is_told_as_a_look_alike(tmp_path, letter):
    put(tmp_path, "a 1.jpg" if letter.isspace() else "a1.jpg")
    (row,) = problem_texts(tmp_path, [f"A,1,top,a{letter}1.jpg"], ["A,1,top,1"], files=True)
    assert "differs in spaces, dashes, quotes or characters that cannot be seen from the file on the disk" in row


def test_names_that_differ_from_those_on_the_disk_are_told_by_the_difference(tmp_path):
    put(tmp_path, "e\u0301t/x.jpg", "P01/Ref 1.jpg", "P01/ref\u20092.jpg", "P01/c.JPG", "P02/d.jpeg")
    photos = ["A,1,top,\u00e9t/x.jpg", "A,2,top,p01/Ref 1.jpg", "A,3,top,P01/ref 2.jpg", "A,4,top,P02/d.jpg"]
    rows = problem_texts(tmp_path, photos, [f"A,{visit},top,1" for visit in range(1, 5)], files=True)
    assert rows == [
        'photos.csv:2  photo  found "\u00e9t/x.jpg", which differs in the form of its accents (NFC/NFD) from the file '
        "on the disk, expected a name as on the disk  write the table from the names on the disk (pasi table), or "
        "rename the files (convmv)",
        'photos.csv:3  photo  found "p01/Ref 1.jpg", which cannot be opened (no such file or directory), '
        'expected a file under cohort.photos_root  did you mean "P01/Ref 1.jpg"?',
        'photos.csv:4  photo  found "P01/ref 2.jpg", which differs in spaces, dashes, quotes or characters that cannot '
        'be seen from the file on the disk, expected a name as on the disk  did you mean "ref\\u20092.jpg"?',
        'photos.csv:5  photo  found "P02/d.jpg", which differs in its ending from the file on the disk, '
        'expected a name as on the disk  did you mean "d.jpeg"?',
    ]


def test_photos_that_are_all_missing_are_one_problem(tmp_path):
    photos = [f"A,{visit},top,photos/{visit}.jpg" for visit in range(1, 6)]
    scores = [f"A,{visit},top,1" for visit in range(1, 6)]
    (row,) = problem_texts(tmp_path, photos, scores, files=True)
    assert row.startswith('photos.csv:2  photo  found "photos/1.jpg" and 4 more photos, none of which is under ')
    assert row.endswith("set cohort.photos_root to the folder in which these paths begin")
    put(tmp_path, "photos/3.jpg")
    assert len(problem_texts(tmp_path, photos, scores, files=True)) == 4


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["/a/1.jpg", "/a/2.jpg", "D:/3.jpg"], '"/a/1.jpg" and 2 more photos (lines 2, 3, 4), expected a path'),
        (["a\\1.jpg", "a\\2.jpg", "b.jpg"], '"a\\1.jpg" and 1 more photo (lines 2, 3), expected a path with /'),
        (["ftp://h/1", "s3://b/2", "x.jpg"], '"ftp://h/1" and 1 more photo (lines 2, 3), expected a path on'),
        (["../1.jpg", "x.jpg", "a/../2.jpg"], '"../1.jpg" and 1 more photo (lines 2, 4), expected a path that stays'),
        (["", "x.jpg", ""], "an empty cell in 2 rows (lines 2, 4), expected the path of a photo"),
    ],
)  # fmt: skip
def test_paths_with_one_fault_are_one_problem(tmp_path, cells, found):
    photos = [f"A,{visit},top,{cell}" for visit, cell in enumerate(cells)]
    (row,) = problem_texts(tmp_path, photos, [f"A,{visit},top,1" for visit in range(3)])
    assert row.startswith(f"photos.csv:2  photo  found {found}")


@pytest.mark.parametrize("start", ["~", "~me", "$HOME", "${STUDY}", "%USERPROFILE%"])
def test_a_table_expands_no_home_and_no_variable(tmp_path, start):
    photos = [f"A,{visit},top,{start}/{visit}.jpg" for visit in range(3)]
    scores = [f"A,{visit},top,1" for visit in range(3)]
    assert problem_texts(tmp_path, photos, scores, files=True) == [
        f'photos.csv:2  photo  found "{start}/0.jpg" and 2 more photos (lines 2, 3, 4), each of which is not there: '
        "~ and variables are not expanded in a table, expected a file under cohort.photos_root  "
        "set cohort.photos_root to the folder that this stands for, and remove it here"
    ]
    for visit in range(3):
        put(tmp_path, f"{start}/{visit}.jpg")
    read(tmp_path, photos, scores, files=True)


def test_a_fault_that_many_photos_share_is_one_problem(tmp_path):
    photos = [f"A,{visit},top,p{visit}.jpg" for visit in range(13)]
    scores = [f"A,{visit},top,1" for visit in range(13)]
    put(tmp_path, "p0.jpg")
    (tmp_path / "p1.jpg").symlink_to("/etc/passwd")
    one, other = problem_texts(tmp_path, photos, scores, files=True)
    assert one.startswith('photos.csv:3  photo  found "p1.jpg", which leads out of the folder by a symbolic link')
    assert other.startswith(
        'photos.csv:4  photo  found "p2.jpg" and 10 more photos (lines 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, ...), each of '
        "which cannot be opened (no such file or directory)"
    )


@pytest.mark.parametrize("code", ["NA", "#N/A", "missing", "not available"])
@pytest.mark.parametrize("files", [True, False])
def test_a_code_in_place_of_photos_is_one_problem(tmp_path, code, files):
    (tmp_path / "a.jpg").touch()
    photos = ["A,1,top,a.jpg", f"B,1,top,{code}", f"B,1,top,{code}", f"B,1,base,{code}", f"B,1,base,{code}"]
    rows = problem_texts(tmp_path, photos, ["A,1,top,1", "B,1,top,1", "B,1,base,1"], files=files)
    assert rows == [
        f'photos.csv:3  photo  found "{code}" and 3 more photos (lines 3, 4, 5, 6), expected a photo  '
        f"name it, or drop the row: {code} stands for none"
    ]


def test_photos_of_other_people_are_not_to_be_dropped(tmp_path):
    """Names of files without their folders: the same names for each subject."""
    photos = [f"{subject},1,top,{name}.jpg" for subject in "ABC" for name in ("x", "y")]
    (row,) = problem_texts(tmp_path, photos, [f"{subject},1,top,1" for subject in "ABC"])
    assert row == (
        'photos.csv:4  photo  found "x.jpg" again with other ids, and others in this way, in 4 rows '
        "(lines 4, 5, 6, 7), expected each photo once (it stands on line 2)  "
        "write the path with its folders, from cohort.photos_root on, or write the table by pasi table"
    )
    (row,) = problem_texts(tmp_path, ["A,1,top,p/x.jpg", "B,1,top,p/x.jpg"], ["A,1,top,1", "B,1,top,1"])
    assert row.endswith("correct the path or the ids of one of the two rows")


@pytest.mark.parametrize(
    ("scores", "problem"),
    [
        ("A,1,top B,1,top C,1,top A,1,base B,1,base C,1,base", "photos.csv:4  visit  found 2 of 3 subjects"),
        ("A,1,top B,1,top C,1,top A,2,top B,2,top C,2,top", "photos.csv:3  region  found base of 6 visits"),
    ],
)
def test_a_visit_or_region_that_nobody_has_grades_for_is_one_problem(tmp_path, scores, problem):
    places = [f"{subject},{visit},{region}" for subject in "ABC" for visit in "12" for region in ("top", "base")]
    photos = [f"{place},{number}.jpg" for number, place in enumerate(places)]
    (row,) = problem_texts(tmp_path, photos, [f"{place},1" for place in scores.split()])
    assert row == (
        f"{problem} without grades, and in no row of scores.csv, expected rows with grades in scores.csv  "
        "add the rows, or drop the photos"
    )
