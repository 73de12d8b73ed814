"""The server of a page: its own address and token alone, its own files alone, and grades that are saved whole."""

import http.client
import json
from pathlib import Path
from threading import Thread

import pytest

from pasi.errors import DamagedFileError, WriteError
from pasi.review import grade_book
from pasi.review.entries import visit_key
from pasi.review.grade_book import GradeBook
from pasi.review.server import LARGEST, ReviewServer
from pasi.storage.tables import read_table
from small_review import make_page

GRADES = {"front": {"redness": 2, "area": 3}}


def entries(rater: str = "R1") -> dict:
    own = {"revealed": False, "before": GRADES, "after": {}}
    return {"rater": rater, "visits": {visit_key("A", "V1"): own}}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, object]:
    folder, content = make_page(tmp_path_factory.mktemp("served"))
    (folder.parent / "secret.txt").write_text("not of the page")
    (folder / "photos" / "secret.txt").write_text("not of the page")
    return folder, content


@pytest.fixture
def server(made):
    folder, content = made
    for name in ("grades.json", "grades.csv"):
        (folder / name).unlink(missing_ok=True)
    with ReviewServer(GradeBook(folder, content)) as own:
        thread = Thread(target=own.serve_forever, args=[0.01])
        thread.start()
        yield own
        own.shutdown()
        thread.join()


def ask(server, path: str, *, body: bytes | None = None, **headers: str | None):
    """The status, the headers and the body of an answer; a path is sent as it is. headers: None leaves one out."""
    own = {"Host": server.origin.removeprefix("http://")}
    if body is not None:
        own |= {"Origin": server.origin, "Content-Type": "application/json", "Content-Length": str(len(body))}
    own |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.putrequest("GET" if body is None else "POST", path, skip_host=True, skip_accept_encoding=True)
    for name, value in own.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


def save(server, value, **headers):
    return ask(server, f"/{server.token}/grades.json", body=json.dumps(value).encode(), **headers)


def test_the_page_and_its_pictures_are_served_from_loopback_with_the_token(server, made):
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 32
    status, headers, body = ask(server, f"/{server.token}/")
    assert (status, body) == (200, (made[0] / "index.html").read_bytes())
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    status, headers, body = ask(server, f"/{server.token}/photos/v0-r0-p0.jpg")
    assert (status, headers["Content-Type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")


@pytest.mark.parametrize("path", ["/", "/wrong/", "/wrong/photos/v0-r0-p0.jpg", "//", "/{token}x/", "/{token}", "*"])
def test_a_wrong_token_is_refused(server, path):
    assert ask(server, path.format(token=server.token))[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        *("../secret.txt", "photos/../../secret.txt", "..%2fsecret.txt", "photos/%2e%2e/%2e%2e/secret.txt"),
        *("photos/", "photos", "photos/secret.txt", "review.json", "review.lock", "index.html", "/etc/passwd"),
        *("photos/v0-r0-p0.jpg%00", "./", "grades.csv"),
    ],
)
def test_nothing_but_the_pages_own_files_is_served(server, path):
    status, _, body = ask(server, f"/{server.token}/{path}")
    assert (status, body) == (404, b"no such file\n"), "grades.csv: nothing was saved yet"


@pytest.mark.parametrize("host", ["evil.example", "localhost", "evil.example:{port}", "127.0.0.1", None])
def test_a_foreign_host_is_refused(server, host):
    shown = host and host.format(port=server.server_port)
    assert ask(server, f"/{server.token}/", Host=shown)[0] == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": None}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Length": None}, 411),
        ({"Content_Length": "-5"}, 411),
        ({"Content_Length": str(LARGEST + 1)}, 413),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_grades_that_the_page_itself_has_not_posted_are_not_saved(server, made, headers, status):
    assert save(server, {"version": 0, "entries": entries()}, **headers)[0] == status
    assert not (made[0] / "grades.csv").exists()


def test_a_wrong_token_or_place_saves_nothing(server, made):
    body = json.dumps({"version": 0, "entries": entries()}).encode()
    assert ask(server, "/wrong/grades.json", body=body)[0] == 403
    assert ask(server, f"/{server.token}/grades.csv", body=body)[0] == 404
    assert not (made[0] / "grades.csv").exists()


def test_grades_are_saved_and_read_again(server, made):
    folder, content = made
    assert json.loads(ask(server, f"/{server.token}/grades.json")[2])["version"] == 0
    status, _, body = save(server, {"version": 0, "entries": entries()})
    assert (status, json.loads(body)) == (200, {"version": 1})
    table = read_table(folder / "grades.csv")
    assert [cells.tolist() for cells in table.values()] == [["R1"], ["A"], ["V1"], ["front"], [2], [3], ["yes"]]
    assert json.loads(ask(server, f"/{server.token}/grades.json")[2]) == {"version": 1, "entries": entries()}
    assert ask(server, f"/{server.token}/grades.csv")[2] == (folder / "grades.csv").read_bytes()
    assert GradeBook(folder, content).entries == entries(), "the next call goes on from them"


def test_a_window_that_has_not_seen_the_others_grades_does_not_replace_them(server, made):
    assert save(server, {"version": 0, "entries": entries()})[0] == 200
    status, _, body = save(server, {"version": 0, "entries": entries("R2")})
    assert (status, body) == (409, b"another window has saved grades since: load this page again\n")
    assert read_table(made[0] / "grades.csv")["rater"].tolist() == ["R1"]


@pytest.mark.parametrize("value", [[], {"version": 0}, {"version": 0, "entries": entries("=1+1")}])
def test_what_is_no_entry_is_refused_with_its_reason(server, made, value):
    status, _, body = save(server, value)
    assert status == 400
    assert body.startswith((b"these are no entries", b"the rater's name"))
    assert not (made[0] / "grades.csv").exists()


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(server, body):
    assert ask(server, f"/{server.token}/grades.json", body=body)[::2] == (400, b"this is no JSON\n")


def test_a_full_disk_is_told_to_the_page_and_the_old_grades_stay(server, made, monkeypatch):
    def fail(*_):
        raise WriteError("the disk is full")

    assert save(server, {"version": 0, "entries": entries()})[0] == 200
    monkeypatch.setattr(grade_book, "write_json", fail)
    assert save(server, {"version": 1, "entries": entries("R2")})[::2] == (507, b"the disk is full\n")
    monkeypatch.undo()
    assert save(server, {"version": 1, "entries": entries("R2")})[0] == 200


def test_damaged_entries_of_before_are_named(made):
    folder, content = made
    (folder / "grades.json").write_text('{"rater": "=1", "visits": {}}')
    with pytest.raises(DamagedFileError, match=r"grades.json cannot be used \(the rater's name .*\): move it away"):
        GradeBook(folder, content)
