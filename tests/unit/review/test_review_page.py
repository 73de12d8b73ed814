"""The page of review as it is written: escaped, without requests, blinded, with what is wrong with a visit."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from pasi.review.course import axis_top, course_of
from small_bundle import INDEX
from small_review import ATTACK, make_page

VOID = ("meta", "link", "img", "input", "line", "path", "circle")


class Page(HTMLParser):
    """Elements with their attributes, and the text that is shown before anything is revealed."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.open: list[tuple[str, bool]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.elements.append((tag, found))
        if tag not in VOID:
            hidden = "data-of" in found and "hidden" in found
            self.open.append((tag, hidden or tag in ("script", "style") or any(own for _, own in self.open)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if not any(hidden for _, hidden in self.open):
            self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_page(tmp_path_factory.mktemp("review"))[0]


@pytest.fixture(scope="module")
def page(folder) -> Page:
    return Page((folder / "index.html").read_text())


def test_of_faces_nothing_is_said_where_they_were_not_looked_for(page):
    assert "Faces" not in page.text


def test_text_of_the_tables_is_escaped(folder, page):
    text = (folder / "index.html").read_text()
    assert ATTACK not in text
    assert f"Subject {ATTACK}" in page.text
    assert f"an {ATTACK}" in page.text, "a reason"
    data = json.loads(re.search(r'id="data">(.*)</script>', text)[1])
    assert data["visits"][3]["subject"] == ATTACK


def test_nothing_runs_but_the_script_and_nothing_is_fetched_but_pictures(page):
    policy = next(found["content"] for _, found in page.elements if "http-equiv" in found)
    known = r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; img-src 'self' data:; "
    assert re.fullmatch(known + "connect-src 'self'; form-action 'none'; base-uri 'none'", policy)
    assert not [name for _, found in page.elements for name in found if name.startswith("on") or name == "style"]
    sources = [found[name] for _, found in page.elements for name in ("src", "href", "action") if name in found]
    assert {re.sub(r"\d+", "N", source) for source in sources} == {"photos/vN-rN-pN.jpg", "data:,", "#main"}


def test_no_score_is_readable_before_it_is_revealed(page):
    for value in ("10.3", "6.4", "14.2", "12.3", "2.8", "5.5", "3.6", "8.7", "4.8", "46", "1.1", "9.9", "10.0"):
        assert value not in page.text, value


def test_scores_are_there_for_the_reveal_and_those_of_refused_visits_are_not(folder):
    text = (folder / "index.html").read_text()
    first, second, third = (re.search(rf'<article id="v{n}".*?</article>', text, re.DOTALL)[0] for n in range(3))
    assert '<span class="figure">10.3</span> <small>90% interval 6.4 to 14.2</small>' in first
    assert re.search(r'data-of="0" hidden>12.3<', first), "composite"
    assert re.search(r'data-of="0" hidden>2.8<', first), "redness"
    assert re.search(r'<span data-of="0" hidden>\N{MINUS SIGN}4.8, 46% better <small>reaches none', second)
    assert "shown once V1 is revealed too" in second
    assert "refused</span>" in third
    assert "back: no usable photo" in third
    assert not re.search(r"\d\.\d<", third)
    assert "10.0" not in text, "9.99 of the refused visit"


def test_photos_that_cannot_be_shown_say_why(page, folder):
    assert "front, photo 1 is damaged (the file ends early)" in " ".join(page.text.split())
    assert "back, photo 1 cannot be opened (no such file or directory)" in page.text
    assert "the table of photos has no such visit" in page.text
    assert len(list((folder / "photos").iterdir())) == 3 * 3 - 2


def test_photos_are_tiles_without_metadata_under_names_of_their_own(folder):
    picture = folder / "photos" / "v0-r0-p0.jpg"
    with Image.open(picture) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (32, 32), {})
    assert b"V1_front" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_every_field_and_picture_has_a_name_and_ids_are_unique(page):
    inputs = [found for tag, found in page.elements if tag in ("input", "select")]
    labelled = {found.get("for") for tag, found in page.elements if tag == "label"}
    assert len(inputs) == 3 + 4 * 2 * 2
    assert all(found["id"] in labelled for found in inputs)
    assert all(found["alt"] for tag, found in page.elements if tag == "img")
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))


def test_a_course_goes_by_weeks_and_its_axis_is_that_of_all_subjects(tmp_path):
    _, content = make_page(tmp_path)
    top = axis_top(content.subjects, INDEX.maximum)
    assert top == 16  # of 4 ticks, above 14.23
    course = course_of(content.subjects[0], top)
    assert course.axis == "week"
    assert [mark.x for mark in course.marks] == [56.0, 335.0, 614.0]
    assert [mark.y is None for mark in course.marks] == [False, False, True]
    assert len(course.lines) == 1
    assert course.marks[0].y == pytest.approx(186 - 174 * 10.31 / 16, abs=0.06)
    assert axis_top((), INDEX.maximum) == 24


def test_a_whole_score_has_one_field_a_visit(tmp_path):
    folder, _ = make_page(tmp_path, "score")
    page = Page((folder / "index.html").read_text())
    fields = [found for tag, found in page.elements if tag == "input" and "data-label" in found]
    assert [(found["data-label"], found["max"], found["step"]) for found in fields] == [("score", "24", "any")] * 4
