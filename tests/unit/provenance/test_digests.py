import fcntl
import os
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from file_systems import NO_LOCKS, failing
from pasi.provenance.code_digest import code_digest, reached_files
from pasi.provenance.photo_digests import PhotoDigests
from pasi.storage.hashing import value_digest


@pytest.fixture
def package(tmp_path):
    """A small package named as this one: a script reaches `first`, which reaches `drawing` and `running.locks`."""
    folder = tmp_path / "pasi"
    for name, text in {
        "__init__.py": '"""Top."""\n',
        "first.py": "def run():\n    from pasi.drawing import draw\n    import pasi.running.locks\n    return draw\n",
        "drawing/__init__.py": "draw = 1\n",
        "drawing/page.html": "<p>",
        "drawing/deeper/page.html": "<p>",
        "running/__init__.py": "",
        "running/locks.py": "from pasi.running import waiting, times\n",
        "running/waiting.py": "seconds = 1\n",
        "running/times.py": "from pasi import clock\n",
        "clock.py": "hour = 3600\n",
        "other.py": "x = 1\n",
        "../script.py": "from pasi import first\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def names(package, **options):
    reached = reached_files(package.parent / "script.py", package=package, **options)
    return {path.relative_to(package).as_posix() for path in reached}


def test_a_script_reaches_what_its_imports_reach(package):
    assert names(package) == {
        *("first.py", "drawing/__init__.py", "drawing/page.html", "running/__init__.py"),
        *("running/locks.py", "running/waiting.py", "running/times.py", "clock.py"),
    }


def test_neutral_modules_are_neither_counted_nor_followed(package):
    drawn = {"first.py", "drawing/__init__.py", "drawing/page.html"}
    assert names(package, neutral=["pasi.running"]) == drawn
    assert names(package, neutral=["pasi.runn", "pasi.first.run"]) == names(package)
    some = names(package, neutral=["pasi.running.times", "pasi.drawing"])
    assert some == {"first.py", "running/__init__.py", "running/locks.py", "running/waiting.py"}


def test_a_module_inside_of_a_neutral_package_may_count(package):
    (package / "first.py").write_text("from pasi.running import locks, times\n")
    counted = names(package, neutral=["pasi.running"], counted=["pasi.running.times"])
    assert counted == {"first.py", "running/times.py", "clock.py"}


def test_a_name_more_of_the_public_face_changes_nothing(package):
    before = code_digest(package.parent / "script.py", package=package)
    (package / "__init__.py").write_text("names = ['more']\n")
    assert code_digest(package.parent / "script.py", package=package) == before


@pytest.mark.parametrize("text", ["from pasi import ccc\n", "import pasi\n"])
def test_an_import_of_the_public_face_is_refused(package, text):
    (package / "first.py").write_text(text)
    with pytest.raises(ValueError, match="imports pasi's public face, behind which a digest sees nothing"):
        names(package)


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("first.py", "def run():\n    # why\n    from pasi.drawing import draw\n\n    return draw\n", True),
        ("first.py", 'def run():\n    """What."""\n    from pasi.drawing import draw\n    return draw\n', True),
        ("first.py", "if TYPE_CHECKING:\n    from pasi.other import x\n{first}", True),
        ("first.py", "if typing.TYPE_CHECKING:\n    from .other import x\n{first}", True),
        ("first.py", "if TYPE_CHECKING:\n    from pasi.nothing import x\nelse:\n    x = 2\n{first}", False),
        ("first.py", "def run():\n    from pasi.drawing import draw\n    return draw + 1\n", False),
        ("first.py", "from pasi.other import x\n{first}", False),
        ("drawing/page.html", "<b>", False),
        ("drawing/deeper/page.html", "<b>", True),
        ("other.py", "x = 2\n", True),
    ],
)
def test_only_what_a_script_reaches_and_means_counts(package, name, text, same):
    script, first = package.parent / "script.py", "def run():\n    from pasi.drawing import draw\n    return draw\n"
    (package / "first.py").write_text(first)
    before = code_digest(script, package=package)
    (package / name).write_text(text.replace("{first}", first))
    assert (code_digest(script, package=package) == before) == same


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('raise ValueError(f"{path} is lost: look for {other}")', True),
        ('raise ValueError("is damaged")', True),
        ('raise KeyError(f"{path} is damaged")', False),
        ('raise ValueError(f"{path} is damaged", 2)', False),
        ('error = f"{path} is lost"', False),
    ],
)
def test_the_text_of_an_error_does_not_count_and_its_class_does(package, text, same):
    script, first = package.parent / "script.py", package / "first.py"
    first.write_text('def run(path, other):\n    raise ValueError(f"{path} is damaged")\n')
    before = code_digest(script, package=package)
    first.write_text(f"def run(path, other):\n    {text}\n")
    assert (code_digest(script, package=package) == before) == same


def test_what_is_printed_does_not_count_and_what_is_called_for_it_does(package):
    script, first = package.parent / "script.py", package / "first.py"
    digests = []
    for line in ('print("a", f"{x}", flush=True)', 'print("b", "c", flush=True)', 'print("a", save(x), flush=True)'):
        first.write_text(f"def run(x):\n    {line}\n")
        digests.append(code_digest(script, package=package))
    assert digests[0] == digests[1] != digests[2]


def test_every_python_gives_the_same_digest(tmp_path):
    """Python 3.12 reads f-strings in another way, and 3.12 and 3.13 gave functions and classes further fields."""
    script = tmp_path / "script.py"
    script.write_text(
        "import math\n"
        "async def say(x, /, *more, width=3, **names):\n"
        "    match x:\n        case {'a': [1, *_]} | None:\n            pass\n"
        "    print(more)\n"
        "    return f'{x:>{width}}' f\"{names['a']!r} and \" 'so on' f'{{}}' f'', {**names}, -1e-9, b'\\0', ..., 2j\n"
    )
    assert code_digest(script) == "d742348de32c827a817deee58b53dabf3f34d63a2add7cdbe4531e65cf293335"


@pytest.mark.parametrize("line", ["from . import other", "from .drawing import draw", "from ..pasi import other"])
def test_a_relative_import_is_refused(package, line):
    (package / "clock.py").write_text(f"def late():\n    {line}\n")
    with pytest.raises(ValueError, match=r"clock\.py has a relative import, which its digest would miss: write the"):
        code_digest(package.parent / "script.py", package=package)


@pytest.mark.parametrize(
    "line", ["import pasi.nothing", "from pasi.nothing import x", "from pasi.drawing.deep import x"]
)
def test_an_import_of_a_module_that_is_not_there_is_refused(package, line):
    (package / "clock.py").write_text(line)
    with pytest.raises(ValueError, match=r"clock\.py imports pasi\.\S+, which is not in .*: its digest would miss it"):
        code_digest(package.parent / "script.py", package=package)


def test_a_root_that_is_not_that_of_the_package_is_refused(package):
    """As where the module of digests is moved a folder deeper: it would reach nothing, and nothing would run again."""
    with pytest.raises(ValueError, match=r"imports pasi\.drawing, which is not in"):
        code_digest(package / "first.py", package=package / "drawing")


@settings(deadline=None)  # a busy machine takes its time
@given(st.dictionaries(st.text(), st.integers()))
def test_values_count_not_their_order(mapping):
    assert value_digest(mapping) == value_digest(dict(reversed(mapping.items())))
    assert value_digest(mapping) != value_digest({**mapping, "more": 1}) or mapping.get("more") == 1


def test_a_photo_is_known_by_its_content(tmp_path):
    memory = PhotoDigests(tmp_path / "memory" / "photos.sqlite")
    photo, copy = tmp_path / "a.jpg", tmp_path / "b.jpg"
    photo.write_bytes(b"x" * 300_000)
    copy.write_bytes(b"x" * 300_000)
    first, second, absent = memory.digest(tmp_path, [photo.name, copy.name, "c.jpg"])
    assert first == second
    assert absent == "absent"


def test_a_photo_that_cannot_be_read_stops_no_plan(tmp_path):
    """The job that needs it says what is wrong with it."""
    (tmp_path / "folder.jpg").mkdir()
    for memory in (tmp_path / "photos.sqlite", tmp_path / "folder.jpg"):
        assert PhotoDigests(memory).digest(tmp_path, ["folder.jpg"]) == ["absent"]


def test_a_replaced_photo_is_noticed_although_its_time_is_old(tmp_path):
    memory = PhotoDigests(tmp_path / "photos.sqlite")
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"x" * 1000)
    os.utime(photo, (1, 1))
    before = memory.digest(tmp_path, ["a.jpg"])
    new = tmp_path / "new.jpg"
    new.write_bytes(b"y" * 1000)
    os.utime(new, (1, 1))
    new.replace(photo)
    assert memory.digest(tmp_path, ["a.jpg"]) != before


def test_a_touched_photo_is_the_same(tmp_path):
    memory = PhotoDigests(tmp_path / "photos.sqlite")
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"x" * 1000)
    before = memory.digest(tmp_path, ["a.jpg"])
    os.utime(photo)
    assert memory.digest(tmp_path, ["a.jpg"]) == before


def test_the_memory_names_no_photo(tmp_path):
    photo = tmp_path / "jane-doe.jpg"
    photo.write_bytes(b"x")
    PhotoDigests(tmp_path / "photos.sqlite").digest(tmp_path, ["jane-doe.jpg"])
    assert b"jane" not in (tmp_path / "photos.sqlite").read_bytes()


@pytest.fixture
def photos(tmp_path):
    """A folder with three photos, the digests of which are known."""
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(bytes([number]) * 1000)
    names = [f"{number}.jpg" for number in range(3)]
    return tmp_path, names, PhotoDigests(tmp_path / "photos.sqlite").digest(tmp_path, names)


@pytest.mark.parametrize("number", NO_LOCKS)
def test_where_the_memory_cannot_be_locked_every_photo_is_read_and_this_is_told_once(photos, monkeypatch, number):
    folder, names, known = photos
    monkeypatch.setattr(fcntl, "lockf", failing(number))
    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: pytest.fail("it would wait for a minute"))
    told = []
    memory = PhotoDigests(folder / "state" / "photos.sqlite", told.append)
    assert memory.digest(folder, names) == known
    assert memory.digest(folder, names) == known
    assert len(told) == 1
    assert told[0].startswith(
        f"{folder}/state/photos.sqlite cannot be used ({os.strerror(number)}): each plan reads both"
    )
    assert PhotoDigests(folder / "state" / "photos.sqlite").digest(folder, names) == known, "told or not"


def test_a_memory_that_another_plan_has_locked_is_used(photos, monkeypatch):
    folder, names, known = photos
    monkeypatch.setattr(fcntl, "lockf", failing(11))
    assert PhotoDigests(folder / "photos.sqlite", pytest.fail).digest(folder, names) == known


def test_a_damaged_memory_is_told_and_not_used(photos):
    folder, names, known = photos
    (folder / "photos.sqlite").write_bytes(b"no database" * 1000)
    told = []
    assert PhotoDigests(folder / "photos.sqlite", told.append).digest(folder, names) == known
    assert told == [
        f"{folder}/photos.sqlite cannot be used (file is not a database): each plan reads both ends of every photo "
        "again, which changes no result. If pasi doctor finds nothing missing in this folder, delete the file."
    ]


def test_a_memory_that_fails_in_the_middle_changes_no_digest(photos):
    folder, names, known = photos
    told = []
    memory = PhotoDigests(folder / "other.sqlite", told.append)
    memory.connection.execute("PRAGMA query_only = ON")
    assert memory.digest(folder, names) == known
    assert len(told) == 1


def test_a_folder_that_takes_no_memory_ends_nothing(photos):
    folder, names, known = photos
    (folder / "file").touch()
    told = []
    assert PhotoDigests(folder / "file" / "deep" / "photos.sqlite", told.append).digest(folder, names) == known
    assert "cannot be used (Not a directory)" in told[0]
