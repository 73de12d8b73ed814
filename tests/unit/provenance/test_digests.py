import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasi.provenance import code_digest as digests
from pasi.provenance.code_digest import code_digest, reached_files
from pasi.provenance.photo_digests import PhotoDigests
from pasi.storage.hashing import value_digest


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package in the place of this one: a script reaches `first`, which reaches `drawing`."""
    folder = tmp_path / "pasi"
    (folder / "drawing").mkdir(parents=True)
    (folder / "__init__.py").write_text('"""Top."""\n')
    (folder / "first.py").write_text("def run():\n    from pasi.drawing import draw\n    return draw\n")
    (folder / "drawing" / "__init__.py").write_text("draw = 1\n")
    (folder / "drawing" / "page.html").write_text("<p>")
    (folder / "other.py").write_text("x = 1\n")
    (tmp_path / "script.py").write_text("from pasi import first\n")
    monkeypatch.setattr(digests, "PACKAGE", folder)
    return folder


def test_a_script_reaches_what_its_imports_reach(package):
    names = {path.relative_to(package).as_posix() for path in reached_files(package.parent / "script.py")}
    assert names == {"__init__.py", "first.py", "drawing/__init__.py", "drawing/page.html"}


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("first.py", "def run():\n    # why\n    from pasi.drawing import draw\n\n    return draw\n", True),
        ("first.py", 'def run():\n    """What."""\n    from pasi.drawing import draw\n    return draw\n', True),
        ("first.py", "def run():\n    from pasi.drawing import draw\n    return draw + 1\n", False),
        ("drawing/page.html", "<b>", False),
        ("other.py", "x = 2\n", True),
    ],
)
def test_only_what_a_script_reaches_and_means_counts(package, name, text, same):
    script = package.parent / "script.py"
    before = code_digest(script)
    (package / name).write_text(text)
    assert (code_digest(script) == before) == same


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
