"""A run in hostile surroundings on photos that name a person: the same bits, nobody named, nothing for other eyes."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from canaries import ELSEWHERE, IN_JPEG, IN_PNG, PLACES, marks_in, marks_under, plant
from small_run import command, environment, make_copy, run, with_config
from test_weights import folder as weights_folder  # noqa: F401

pytestmark = pytest.mark.faults

INPUTS = ("trial", "elsewhere")
HOSTILE = {
    "LANG": "C",
    "LC_ALL": "C",
    "TZ": "Asia/Kathmandu",
    "PYTHONDONTWRITEBYTECODE": "1",
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9"),
}


def run_there(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Snakemake without home and network, in another language, under a mask that lets all others read."""
    places = {"TMPDIR": str(folder / "tmp mit Leerzeichen")}
    kept = {name: value for name, value in environment(folder).items() if name not in ("HOME", "PYTHONPYCACHEPREFIX")}
    alone = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
    return subprocess.run(
        [*(["unshare", "-n"] if alone else []), *command(*arguments)],
        cwd=folder,
        env={**kept, **HOSTILE, **places},
        umask=0o022,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A run that nothing is done to."""
    folder = make_copy(tmp_path_factory.mktemp("plain"))
    run(folder)
    return folder


@pytest.fixture(scope="module")
def printed():
    """What the hostile runs printed."""
    return []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, printed):
    """A run whose photos, names of photos and tables are marked, in a folder with a name that is not ASCII."""
    folder = make_copy(tmp_path_factory.mktemp("Füße und 皮膚"))
    (folder / "tmp mit Leerzeichen").mkdir()
    plant(folder / "trial")
    sources = {path: path.read_bytes() for path in (folder / "src").rglob("*") if path.is_file()}
    for arguments in ((), ("--report", "report.zip"), ("--report", "report.html")):
        done = run_there(folder, *arguments)
        printed.append(done.stdout + done.stderr)
        assert done.returncode == 0, printed[-1]
    assert {path: path.read_bytes() for path in (folder / "src").rglob("*") if path.is_file()} == sources
    return folder


def test_the_search_finds_every_mark_where_it_was_planted(hostile):
    found = marks_under(hostile / "trial")
    tables, photos = [{name: found.pop(name) for name in ("photos.csv", "scores.csv")}, found.items()]
    assert tables == {"photos.csv": {"dirs", "file", "pcol"}, "scores.csv": {"scol"}}
    names = {"dirs", "file"}
    assert {frozenset(marks) for name, marks in photos if name.endswith(".jpg")} == {frozenset({*IN_JPEG, *names})}
    assert [marks for name, marks in photos if name.endswith(".png")] == [{*IN_PNG, *names}]
    assert set().union(*found.values(), *tables.values()) == set(PLACES)
    assert set(ELSEWHERE) == names | {"pcol", "scol"}


def test_no_mark_is_in_anything_that_was_made(hostile):
    made = [path for path in hostile.rglob("*") if path.is_file() and path.relative_to(hostile).parts[0] not in INPUTS]
    suffixes = {path.suffix for path in made}
    assert {".parquet", ".npy", ".png", ".svg", ".html", ".zip", ".sqlite", ".log", ".safetensors"} <= suffixes
    assert any("metadata" in path.parts for path in made)
    assert marks_under(hostile, *INPUTS) == {}


def test_no_mark_is_on_the_screen(hostile, printed):
    assert len(printed) == 3
    assert 'columns that nothing reads: "taken_by"' in printed[0]
    assert [marks_in(text.encode()) for text in printed] == [set(), set(), set()]


def test_the_bits_are_those_of_a_plain_run(plain, hostile):
    for name in ("oof.parquet", "test.parquet", "evaluation/metrics.csv", "splits/subjects.parquet"):
        assert (hostile / "results" / name).read_bytes() == (plain / "results" / name).read_bytes(), name


def loose(folder: Path) -> list[str]:
    """What under a folder, and the folder itself, group or others may look into."""
    return [str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


def test_nobody_else_may_read_what_was_made(hostile):
    assert loose(hostile / "results") == []
    for name in ("report.html", "report.zip"):
        assert loose(hostile / name) == []
    assert (hostile / ".snakemake").stat().st_mode & 0o077 == 0, "which shuts off all that lies in it"
    forced = re.compile(r"\.snakemake/(log|metadata|incomplete)/|\.snakemake/log$")
    inside = [os.path.relpath(name, hostile) for name in loose(hostile / ".snakemake")]
    assert [name for name in inside if not forced.search(name)] == []


def test_pretrained_weights_are_for_their_owner_too(hostile, weights_folder):  # noqa: F811
    training = {"backbones": ["squeezenet1_1"], "weights": str(weights_folder)}
    target = next(line.split()[1] for line in (weights_folder / "SHA256SUMS").read_text().splitlines())
    digest = (weights_folder / "SHA256SUMS").read_text()[:8]
    with with_config(hostile, "training", **training):
        done = run_there(hostile, f"data/weights/{Path(target).stem}-{digest}.safetensors")
    assert done.returncode == 0, done.stderr
    assert len(list((hostile / "data/weights").iterdir())) == 1
    assert loose(hostile / "data") == []
