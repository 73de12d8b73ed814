"""A run in hostile surroundings on photos that name a person: the same bits, no name, nothing that others may read."""

import os
import re
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
import yaml

from canaries import ELSEWHERE, IN_JPEG, IN_PNG, PLACES, mark, marks_in, marks_under, plant
from checkout import CHECKOUT
from pasi.figures.composites_diagram import draw_composites_diagram
from pasi.figures.style import save_figure
from pasi.severity.index import SeverityIndex
from small_run import changed, command, environment, make_copy, planned, run, with_config

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
    """Paths in a folder, and the folder itself, on which group or others have any right."""
    return [str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


def test_nobody_else_may_read_what_was_made(hostile):
    assert loose(hostile / "results") == []
    for name in ("report.html", "report.zip"):
        assert loose(hostile / name) == []
    assert (hostile / ".snakemake").stat().st_mode & 0o077 == 0, "which bars others from all that lies in it"
    forced = re.compile(r"\.snakemake/(log|metadata|incomplete)/|\.snakemake/log$")
    inside = [os.path.relpath(name, hostile) for name in loose(hostile / ".snakemake")]
    assert [name for name in inside if not forced.search(name)] == []


def test_pretrained_weights_are_for_their_owner_too(hostile, weights_folder):
    training = {"backbones": ["squeezenet1_1"], "weights": str(weights_folder)}
    target = next(line.split()[1] for line in (weights_folder / "SHA256SUMS").read_text().splitlines())
    digest = (weights_folder / "SHA256SUMS").read_text()[:8]
    with with_config(hostile, "training", **training):
        done = run_there(hostile, f"data/weights/{Path(target).stem}-{digest}.safetensors")
    assert done.returncode == 0, done.stderr
    assert len(list((hostile / "data/weights").iterdir())) == 1
    assert loose(hostile / "data") == []


def pictures(page: str) -> list[bytes]:
    return [b64decode(coded) for coded in re.findall(r"data:image/[a-z+]+;base64,([A-Za-z0-9+/=]+)", page)]


def test_no_pixel_of_a_photo_is_in_the_report_unless_asked_for(plain, tmp_path):
    figures = plain / "results/report/figures"
    files = {path.read_bytes() for path in figures.iterdir()}
    shown = pictures((plain / "results/report/report.html").read_text())
    assert len(shown) == 3
    assert set(shown) <= files
    assert [path.name for path in figures.glob("*.svg") if "<image" in path.read_text()] == []
    index = SeverityIndex.from_config(yaml.safe_load((CHECKOUT / "config/config.yaml").read_text())["index"])
    bare = {path.suffix: path.read_bytes() for path in save_figure(draw_composites_diagram(index), tmp_path / "bare")}
    assert {path.suffix: path.read_bytes() for path in figures.glob("figure_s1.*")} == bare
    with with_config(plain, "report", images="grey"):
        run(plain, str((figures / "figure_s1.svg").relative_to(plain)))
        assert "<image" in (figures / "figure_s1.svg").read_text()
    run(plain)


def test_a_photo_that_breaks_is_told_by_its_line_and_not_by_its_name(hostile):
    table = (hostile / "trial/photos.csv").read_text().splitlines()
    subject, visit, region, path, _ = table[5].split(",")
    photo = hostile / "trial" / path
    whole, stat = photo.read_bytes(), photo.stat()
    photo.write_bytes(whole[: len(whole) // 2])
    done = run_there(hostile)
    photo.write_bytes(whole)
    os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert done.returncode
    logs = "".join(path.read_text() for path in (hostile / "results/logs/make_tiles").iterdir())
    assert re.search(rf"photos\.csv:6  photo  found {subject} {visit} {region} photo \d, which is damaged", logs)
    assert marks_in((done.stdout + done.stderr).encode()) == set()
    assert marks_under(hostile, *INPUTS) == {}
    assert run_there(hostile).returncode == 0


def test_what_is_wrong_with_a_table_stands_on_the_screen_alone(hostile):
    with changed(hostile / "trial/photos.csv", lambda text: text.replace(f",{mark('dirs')}", f",../{mark('dirs')}", 1)):
        done = run_there(hostile)
    assert done.returncode
    assert f'photos.csv:2  photo  found "../{mark("dirs")}' in done.stderr
    assert marks_under(hostile, *INPUTS) == {}


def test_a_clock_that_was_put_back_reruns_nothing(plain):
    for folder in ("trial", "results", "src", "workflow"):
        for path in (plain / folder).rglob("*"):
            os.utime(path, (4e9, 4e9))  # the year 2096
    assert "Nothing to be done" in run(plain)
    with with_config(plain, "report", title="Another title"):
        assert planned(plain) == {"write_report": 1}, "a change is noticed all the same"
