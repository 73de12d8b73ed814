"""Keys that are paths: what is refused and with which fix, and the one spelling that is left."""

import os
from functools import reduce
from pathlib import Path

import pytest

from pasi.config.paths import plain_path
from pasi.config.schema import config_schema
from pasi.config.settings import read_settings
from pasi.errors import InputError

KEYS = [
    *("results", "cohort.photos", "cohort.scores", "cohort.photos_root"),
    *("splits.file", "training.weights", "training.weights_cache", "scoring.photos", "scoring.photos_root"),
]


def config_of(value: str) -> dict:
    """A config in which every key that is a path has this value."""
    config: dict = {"splits": {"method": "file"}}
    for place in KEYS:
        *sections, name = place.split(".")
        reduce(lambda inner, section: inner.setdefault(section, {}), sections, config)[name] = value
    return config


def faults(config: dict) -> list[tuple[str, str, str]]:
    """Place, expected and fix of each problem."""
    with pytest.raises(InputError) as error:
        read_settings(config)
    return [(problem.column, problem.expected, problem.fix) for problem in error.value.problems]


def values_of(value: str) -> set[str]:
    """What the keys hold that were all given this value."""
    settings = read_settings(config_of(value))
    return {reduce(getattr, place.split("."), settings) for place in KEYS}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """A working directory and a home folder of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STUDY_AREA", "/mnt/study")
    monkeypatch.delenv("NOT_SET", raising=False)


def test_these_are_the_keys_that_are_declared_as_paths():
    """A new key that names a file or a folder is declared with path=..., and then stands here."""
    parts = config_schema()["properties"]
    sections = {
        f"{name}.{key}": inner for name, part in parts.items() for key, inner in part.get("properties", {}).items()
    }
    declared = {place for place, part in (parts | sections).items() if part.get("path")}
    assert declared == set(KEYS)
    named = ("Folder", "Table of", "a CSV table", "or a folder")
    texts = {place: part["description"] for place, part in (parts | sections).items()}
    assert {place for place, text in texts.items() if any(words in text for words in named)} == set(KEYS)


@pytest.mark.parametrize(
    ("written", "expected", "fix"),
    [
        ("run 7 ", "no spaces at either end", 'write "run 7"'),
        ("\tdata", "no spaces at either end", 'write "data"'),
        ("da\u200bta/x", "printable characters alone", "type it again: it holds a character that is not shown"),
        ("da\u00a0ta/x", "printable characters alone", "type it again: it holds a character that is not shown"),
        ("file:///srv/my%20study/x", "a path, no URL", 'write "/srv/my study/x"'),
        ("file:/srv/x", "a path, no URL", 'write "/srv/x"'),
        ("file://localhost/srv/x", "a path, no URL", 'write "/srv/x"'),
        ("file://E:/trials", "a path, no URL", 'write where it lies here, under WSL "/mnt/e/trials"'),
        ("file:///E:/a%20b", "a path, no URL", 'write where it lies here, under WSL "/mnt/e/a b"'),
        ("file://nas/trials", "a path, no URL", "mount the share, and write where it is mounted"),
        ("e:trials", "a path of this machine, without a drive", 'write where it lies here, under WSL "/mnt/e/trials"'),
        ("//no-such-server/trials", "a path of this machine", "mount the share, and write where it is mounted"),
        ("`pwd`/x", "a path without variables, which differ between machines", "write what `pwd` stands for"),
        ("x/" + "\u00fc" * 140, "names of up to 255 bytes", "shorten the one of 280"),
        ("y/" * 2001, "a path of up to 4,000 bytes", "shorten it: it has 4,001"),
        ("D:\\trials\\one", "a path of this machine, without a drive", None),
        ("e:/trials", "a path of this machine, without a drive", 'write where it lies here, under WSL "/mnt/e/trials"'),
        ("\\\\nas\\trials", "a path of this machine", "mount the share, and write where it is mounted"),
        ("trials\\one", "a path with /", 'write "trials/one"'),
        ("$STUDY_AREA/x", "a path without variables, which differ between machines", 'write "/mnt/study/x"'),
        ("${STUDY_AREA}/x", "a path without variables, which differ between machines", 'write "/mnt/study/x"'),
        ("$NOT_SET/x", "a path without variables, which differ between machines", "write what $NOT_SET stands for"),
        ("%TEMP%/x", "a path without variables, which differ between machines", "write what %TEMP% stands for"),
        ("$(pwd)/x", "a path without variables, which differ between machines", "write what $( stands for"),
        (
            "“run 7”",
            "a path without quotes of its own",
            'write "run 7", with the straight quotes of a keyboard or none',
        ),
        ("'x'", "a path without quotes of its own", 'write "x", with the straight quotes of a keyboard or none'),
        ("~no-such-user/x", "a home folder that is known here", "write the folder out"),
    ],
)
def test_what_only_looks_like_a_path_is_refused_with_the_fix(written, expected, fix):
    found = faults(config_of(written))
    assert sorted(place for place, *_ in found) == sorted(KEYS)
    assert {(said, advised if fix else None) for _, said, advised in found} == {(expected, fix)}


def test_urls_other_than_a_mirror_of_weights_are_refused():
    assert sorted(place for place, *_ in faults(config_of("s3://bucket/x"))) == sorted(KEYS)
    found = {place: (expected, fix) for place, expected, fix in faults(config_of("https://example.org/x//"))}
    assert found.keys() == {*KEYS} - {"training.weights"}
    assert found["results"] == (
        "a folder, no URL",
        "name a folder, and give Snakemake the storage by --default-storage-provider",
    )
    assert found["cohort.scores"] == (
        "a path on this machine, no URL",
        "copy it to this machine, and write where it lies",
    )
    mirror = {"training": {"weights": "https://mirror.example/models//"}}
    assert read_settings(mirror).training.weights == "https://mirror.example/models//"


@pytest.mark.parametrize("plain", ["a", "data/trial x/a.csv", "../out", "cost$", "50%/x", "x~/y"])
def test_sound_paths_are_kept_as_they_are(plain):
    assert values_of(plain) == {plain}


def test_one_folder_has_one_spelling(tmp_path):
    for spelling in ("out/x", "out/x/", "./out/x", "out//x", "out/./x", "out/y/../x", f"{tmp_path}/out/x/"):
        assert values_of(spelling) == {"out/x"}
    Path("a:b").mkdir()
    assert values_of("a:b/x") == {"a:b/x"}, "no drive: a folder is called so"
    assert values_of(f"/{tmp_path}/out/x") == {"out/x"}, "no share: / has this folder"
    assert values_of("~/x") == {"home/x"}
    assert values_of("/elsewhere/x/") == {"/elsewhere/x"}


def test_a_link_before_two_dots_leads_where_it_leads(tmp_path):
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("far/deep")
    assert plain_path("link/../x") == "link/../x", "far/x, and not x"
    assert plain_path("far/deep/../x") == "far/x"


def test_the_working_directory_is_known_under_its_other_name(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to("real")
    monkeypatch.chdir(tmp_path / "real")
    assert plain_path(f"{tmp_path}/alias/results") == "results"


@pytest.mark.parametrize("word", ["imagenet", "none"])
def test_a_folder_named_as_a_word_of_weights_stays_a_folder(word):
    for written, kept in ((word, word), (f"./{word}", f"./{word}"), (f"{word}/", f"./{word}")):
        assert read_settings({"training": {"weights": written}}).training.weights == kept


def test_paths_are_refused_together_with_all_other_problems():
    config = {"results": "$OUT/{x}", "tiles": {"size": 3}, "cohort": {"scores": "C:\\s.csv", "photos": 3}}
    assert [column for column, *_ in faults(config)] == ["results", "cohort.scores", "cohort.photos", "tiles.size"]


def test_a_key_that_is_no_path_may_look_like_one():
    assert read_settings({"report": {"title": "~ $5 C:\\x "}}).report.title == "~ $5 C:\\x "


def test_paths_are_checked_as_they_are_written(tmp_path):
    """A name that exists is no reason to take a text as it stands: a run once made a folder named $STUDY_AREA."""
    Path("$STUDY_AREA").mkdir()
    assert faults({"results": "$STUDY_AREA"})


FOLDERS = ["results", "cohort.photos_root", "training.weights", "training.weights_cache", "scoring.photos_root"]


@pytest.mark.parametrize(
    ("written", "what"), [("sheet", "it"), ("sheet/x", '"sheet"'), ("./sheet/x/y", '"sheet"'), ("~/note/x", "...note")]
)
def test_a_file_where_a_folder_is_meant_is_refused(tmp_path, written, what):
    Path("sheet").write_text("")
    Path("home").mkdir()
    Path("home/note").write_text("")
    found = faults(config_of(written))
    assert [place for place, *_ in found] == FOLDERS
    if what == "...note":
        what = f'"{tmp_path}/home/note"'
    assert {problem[1:] for problem in found} == {("a folder", f"{what} is a file: name a folder, or move the file")}


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (".", "the folder that you work in"), ("x/../", "the folder that you work in"),
        ("..", "a folder above the one that you work in"), ("/", "a folder above the one that you work in"),
        ("~", "a home folder"),
    ],
)  # fmt: skip
def test_a_run_fills_a_folder_of_its_own(tmp_path, written, what):
    Path("home").mkdir()
    found = faults(config_of(written))
    assert [place for place, *_ in found] == ["results", "training.weights_cache"]
    assert {said for _, said, _ in found} == {"a folder of its own"}
    assert all(fix.startswith(f"it is {what}: name another one") for *_, fix in found)


def test_what_is_no_folder_and_no_disk_is_refused(tmp_path):
    os.mkfifo("pipe")
    for written, what in (("/dev/null", "it"), ("/dev/null/x", '"/dev/null"'), ("pipe", "it")):
        found = faults(config_of(written))
        assert [place for place, *_ in found] == FOLDERS
        assert {problem[1:] for problem in found} == {("a folder", f"{what} is a device or a pipe: name a folder")}
    (fault,) = faults({"results": "/proc/x"})
    assert fault[1:] == (
        "a folder of its own",
        "it is a folder that the system makes, and no disk: name another one, for example a folder below the working "
        "directory",
    )


def test_folders_that_exist_and_those_that_do_not_are_both_taken(tmp_path):
    Path("there").mkdir()
    Path("link").symlink_to("there")
    for written in ("there", "there/x", "link/x", "not/yet", "../beside", str(tmp_path / "there")):
        taken = read_settings({"results": written, "cohort": {"photos_root": written}})
        assert Path(taken.results).resolve() == Path(taken.cohort.photos_root).resolve() == Path(written).resolve()
    taken = read_settings({"cohort": {"photos_root": "."}, "training": {"weights": ".."}})
    assert (taken.cohort.photos_root, taken.training.weights) == (".", "..")


def test_a_character_that_is_not_shown_is_taken_where_a_name_on_the_disk_has_it(tmp_path):
    place = {"cohort": {"photos_root": "9.41\u202fAM"}}
    expected = "printable characters alone"
    assert faults(place) == [("cohort.photos_root", expected, "type it again: it holds a character that is not shown")]
    (tmp_path / "9.41\u202fAM").mkdir()
    assert read_settings(place).cohort.photos_root == "9.41\u202fAM"
    for letter in ("\n", "\x85", "\u2028", "\ud800"):
        (fault,) = faults({"cohort": {"photos_root": f"a{letter}b"}})
        assert fault[1] == expected
