"""The page of review in a headless Chromium, which is started once: keys, clicks, the reveal, saving and the export."""

import csv
import io
import json
from pathlib import Path
from threading import Thread

import pytest

from browser import Chromium
from pasi.review.entries import visit_key
from pasi.review.grade_book import GradeBook
from pasi.review.server import ReviewServer
from small_review import ATTACK, make_page

READY = "document.documentElement.dataset.ready"
SHOWN = "[...document.querySelectorAll('article')].findIndex(own => own.offsetParent)"
MODEL = (
    "[...document.querySelectorAll('[data-of]')].filter(own => own.checkVisibility())"
    ".map(own => own.textContent.trim()).join('|')"
)
FAULTS = ("Runtime.exceptionThrown", "Log.entryAdded")  # a script that fails, a request that the policy refuses


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    own = Chromium(tmp_path_factory.mktemp("browser"))
    yield own
    own.close()


@pytest.fixture
def page(chromium, tmp_path):
    """The browser with a page that is opened as a file, and its folder; at its end nothing has failed."""
    folder, _ = make_page(tmp_path)
    chromium.window(1400, 1000)
    chromium.open((folder / "index.html").as_uri(), READY)
    yield chromium, folder
    assert [own for own in chromium.events if own["method"] in FAULTS] == []
    sent = [own["params"]["request"]["url"] for own in chromium.events if own["method"] == "Network.requestWillBeSent"]
    assert all(url.startswith(("file:", "data:", "blob:")) for url in sent), "the page asks nothing of a network"


def export(chromium, folder: Path) -> list[list[str]]:
    """The rows of what the button downloads."""
    chromium.run(
        "window.made = []; URL.createObjectURL = (old => blob => { made.push(blob.text()); return old(blob); })"
        "(URL.createObjectURL.bind(URL))"
    )
    chromium.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder.parent / "downloads"))
    chromium.click("#export")
    return list(csv.reader(io.StringIO(chromium.run("made[0]"))))


def grade(chromium, *grades: str) -> None:
    """Enter grades from the first field on."""
    chromium.press("g")
    for text in grades:
        chromium.press(*text, "Enter")


def test_keys_go_through_visits_and_subjects(page):
    chromium, _ = page
    assert chromium.run(SHOWN) == 0
    for key, expected in (
        ("j", 1),
        ("ArrowRight", 2),
        ("j", 3),
        ("j", 3),
        ("k", 2),
        ("ArrowLeft", 1),
        ("n", 3),
        ("p", 0),
    ):
        chromium.press(key)
        assert chromium.run(SHOWN) == expected, key
    assert chromium.run("document.title") == "Review of scores: Two regions", "the id with markup has run nothing"
    chromium.press("n")
    assert ATTACK in chromium.run("document.querySelector('section.subject:not([hidden]) h2').textContent")
    chromium.click('[data-go="3"]')
    chromium.press("?")
    assert chromium.run("document.getElementById('help').open")
    chromium.press("Escape", "j")


def test_a_photo_is_enlarged_by_a_click_or_a_key_and_arrows_go_on(page):
    chromium, _ = page
    title = "document.getElementById('zoom').open && document.getElementById('zoom-title').textContent"
    chromium.click("#v0 [data-zoom]")
    assert chromium.run(title) == "front, photo 1"
    chromium.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert chromium.run(title) == "back, photo 1"
    chromium.press("Escape", "j", "z")
    assert chromium.run(title) == "front, photo 2", "the first one is damaged"
    chromium.press("Escape")
    assert chromium.run(SHOWN) == 1


def test_grades_before_and_after_the_reveal_are_told_apart(page):
    chromium, folder = page
    assert chromium.run(MODEL) == ""
    grade(chromium, "2", "3", "1", "4")
    assert chromium.run("document.activeElement.dataset.reveal") == "0", "Enter leads from field to field, then here"
    assert chromium.run("document.querySelector('[data-own]').textContent") == "5.0"
    chromium.press("r")
    assert "10.3" in chromium.run(MODEL)
    assert chromium.run("document.querySelector('[data-difference]').textContent") == "\N{MINUS SIGN}5.3"
    chromium.press("g", "4")
    head = ["rater", "subject", "visit", "region", "redness", "area", "blinded"]
    rows = [["reader", "A", "V1", "front", "2", "3", "yes"], ["reader", "A", "V1", "front", "4", "3", "no"]]
    assert export(chromium, folder) == [head, *rows, ["reader", "A", "V1", "back", "1", "4", "yes"]]
    assert [path.name for path in folder.parent.iterdir() if path.name not in ("photos", "page")] in ([], ["downloads"])


def test_a_reveal_without_grades_is_asked_twice_and_a_change_waits_for_its_baseline(page):
    chromium, _ = page
    chromium.press("j", "r")
    assert chromium.run(MODEL) == ""
    assert "Grades are missing" in chromium.run("document.querySelector('#v1 [data-note]').textContent")
    chromium.press("r")
    shown = chromium.run(MODEL)
    assert "5.5" in shown
    assert "46%" not in chromium.run("document.querySelector('#v1').innerText")
    chromium.press("k", "r", "r", "j")
    assert "4.8, 46% better" in chromium.run("document.querySelector('#v1').innerText")
    assert chromium.run("document.querySelectorAll('.course .path:not([hidden])').length") == 1
    chromium.press("j", "r", "r")
    assert "refused" in chromium.run("document.querySelector('#v2 .figure.none').innerText")


def test_what_is_no_grade_is_marked_and_not_exported(page):
    chromium, folder = page
    grade(chromium, "5", "3")
    field = "document.getElementById('v0-0-0')"
    assert chromium.run(f"{field}.getAttribute('aria-invalid')") == "true"
    assert len(export(chromium, folder)) == 1
    chromium.run("document.activeElement.blur()")
    chromium.press("r")
    said = chromium.run("document.querySelector('#v0 [data-note]').textContent")
    assert "this is no such grade. Grades are missing" in said
    grade(chromium, "4")
    assert chromium.run(f"{field}.getAttribute('aria-invalid')") is None


def test_entries_stay_in_the_browser_and_are_those_of_this_page_alone(page, tmp_path):
    chromium, folder = page
    grade(chromium, "2", "3", "1", "4")
    other, _ = make_page(tmp_path, name="other")
    chromium.open((other / "index.html").as_uri(), READY)
    assert "0 of 4" in chromium.run("document.getElementById('progress').textContent")
    make_page(tmp_path)  # the page is renewed
    chromium.open((folder / "index.html").as_uri(), READY)
    assert "1 of 4" in chromium.run("document.getElementById('progress').textContent")
    assert len(export(chromium, folder)) == 3


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (1400, True), (390, False)])
def test_it_fits_its_window_and_has_a_picture(page, tmp_path, width, dark):
    chromium, _ = page
    chromium.window(width, 900, dark=dark)
    assert chromium.run("document.documentElement.scrollWidth <= innerWidth")
    chromium.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 10_000
    assert chromium.run(
        "[...document.querySelectorAll('#v0 img')].every(own => own.complete && own.naturalWidth === 32)"
    )


@pytest.mark.parametrize("grading", ["signs", "score"])
def test_a_served_page_saves_what_it_exports(chromium, tmp_path, grading):
    folder, content = make_page(tmp_path, grading)
    with ReviewServer(GradeBook(folder, content)) as server:
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        chromium.open(server.address, READY)
        grade(chromium, *(("2", "3", "1", "4") if grading == "signs" else ["12.5"]))
        chromium.press("r")
        chromium.wait("document.getElementById('saved').textContent.startsWith('Saved in the page')")
        for _ in range(500):
            if server.book.shown()["entries"]["visits"].get(visit_key("A", "V1"), {}).get("revealed"):
                break
            chromium.run("new Promise(go => setTimeout(go, 20))")
        rows = export(chromium, folder)
        server.shutdown()
        thread.join()
    assert list(csv.reader((folder / "grades.csv").open())) == rows
    assert len(rows) == (3 if grading == "signs" else 2)
    assert json.loads((folder / "grades.json").read_text())["rater"] == "reader"
    assert [own for own in chromium.events if own["method"] in FAULTS] == []
