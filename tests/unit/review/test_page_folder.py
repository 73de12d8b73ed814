"""The folder of a page: other things in it are refused and left alone, and its own page is renewed."""

import pytest

from pasi.errors import UsageError
from pasi.review.page_folder import new_pictures, open_folder, replace_pictures
from small_review import make_page


def test_the_same_folder_keeps_its_name_and_its_grades_and_renews_its_pictures(tmp_path):
    folder, first = make_page(tmp_path)
    (folder / "grades.csv").write_text("kept")
    (folder / "photos" / "old.jpg").write_text("old")
    (folder / ".index.123.part.html").write_text("of a call that was killed")
    _, second = make_page(tmp_path)
    assert first.page == second.page
    assert (folder / "grades.csv").read_text() == "kept"
    assert not (folder / "photos" / "old.jpg").exists()


def test_two_folders_have_two_names(tmp_path):
    assert open_folder(tmp_path / "a") != open_folder(tmp_path / "b")


@pytest.mark.parametrize("name", ["letter.txt", "index.html", "photos"])
def test_a_folder_with_other_things_is_refused_and_untouched(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match=rf"holds other things than a page of review \({name}\): name a new folder"):
        open_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_what_was_put_beside_a_page_is_refused_and_so_is_a_link_in_the_place_of_the_pictures(tmp_path):
    open_folder(tmp_path / "page")
    (tmp_path / "page" / ".DS_Store").write_text("the system's")
    open_folder(tmp_path / "page")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "page" / "photos").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match=r"other things than a page of review \(photos\)"):
        open_folder(tmp_path / "page")


def test_a_mark_of_something_else_and_a_file_are_refused(tmp_path):
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "review.json").write_text('{"kind": "another"}')
    with pytest.raises(UsageError, match=r"review.json is not that of a page of review"):
        open_folder(tmp_path / "page")
    with pytest.raises(UsageError, match="is a file: name a folder"):
        open_folder(tmp_path / "page" / "review.json")


def test_pictures_of_a_call_that_was_killed_are_dropped(tmp_path):
    open_folder(tmp_path)
    (new_pictures(tmp_path) / "a.jpg").write_text("unfinished")
    assert list(new_pictures(tmp_path).iterdir()) == []
    replace_pictures(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["photos"]
