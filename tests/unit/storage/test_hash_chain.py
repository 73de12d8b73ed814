"""A log whose lines are chained by hashes: it grows, goes on after a kill, and names what was done to it."""

import json

import pytest

from pasi.errors import WriteError
from pasi.storage.hash_chain import CHANGED, GAP, MOVED, UNREADABLE, append_lines, lacks_line, read_chain
from pasi.storage.hashing import value_digest


@pytest.fixture
def log(tmp_path):
    """A log of three lines, written one by one."""
    path = tmp_path / "folder" / "log.jsonl"
    for name in "abc":
        append_lines(path, read_chain(path), [{"name": name}])
    return path


def names(path) -> list[str]:
    return [line["name"] for line in read_chain(path).lines]


def rewrite(path, change):
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))


def faults(path) -> list[tuple[int, str]]:
    return [tuple(fault) for fault in read_chain(path).faults]


def test_lines_are_chained_and_read_back_without_a_fault(log):
    chain = read_chain(log)
    assert names(log) == ["a", "b", "c"]
    assert chain.faults == ()
    assert [line["previous"] for line in chain.lines] == ["", *(line["hash"] for line in chain.lines[:2])]
    assert chain.last == chain.lines[-1]["hash"]
    assert chain.whole == log.stat().st_size


def test_several_lines_at_once_are_those_lines_one_by_one(log, tmp_path):
    other = tmp_path / "other.jsonl"
    found = append_lines(other, read_chain(other), [{"name": name} for name in "abc"])
    assert other.read_bytes() == log.read_bytes()
    assert found == read_chain(other)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda lines: [lines[0], lines[2]], [(2, GAP)]),
        (lambda lines: lines[1:], [(1, GAP)]),
        (lambda lines: [lines[0], lines[1].replace('"b"', '"x"'), lines[2]], [(2, CHANGED)]),
        (lambda lines: [lines[0], "nothing\n", lines[2]], [(2, UNREADABLE)]),
        (lambda lines: [lines[0], "[1]\n", lines[2]], [(2, UNREADABLE)]),
        (lambda lines: [lines[0], lines[2], lines[1]], [(2, MOVED), (3, MOVED)]),
        (lambda lines: [*lines, lines[2]], [(4, MOVED)]),
        (lambda lines: [*lines, lines[0]], [(4, MOVED)]),
    ],
)
def test_what_was_done_to_a_line_is_found_and_named(log, change, found):
    rewrite(log, change)
    assert faults(log) == found


def test_a_line_that_was_changed_is_not_believed(log):
    rewrite(log, lambda lines: [lines[0], lines[1].replace('"b"', '"x"'), lines[2]])
    assert names(log) == ["a", "c"]
    assert not lacks_line(read_chain(log), json.loads(log.read_text().splitlines()[1])["hash"])


def test_a_line_that_was_changed_with_its_hash_is_found_at_the_next_one(log):
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    own = {"name": "x", "previous": lines[1]["previous"]}
    lines[1] = {**own, "hash": value_digest(own)}
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert faults(log) == [(3, GAP)]


def test_lines_that_are_gone_at_the_end_are_found_by_the_hash_that_was_kept(log):
    last = read_chain(log).last
    assert not lacks_line(read_chain(log), last)
    rewrite(log, lambda lines: lines[:2])
    assert faults(log) == []
    assert lacks_line(read_chain(log), last)
    log.unlink()
    assert lacks_line(read_chain(log), last)
    assert not lacks_line(read_chain(log), "")


def test_a_line_that_a_kill_has_cut_off_is_replaced_by_the_next_one(log):
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"name": "d", "prev')
    assert names(log) == ["a", "b", "c"]
    append_lines(log, read_chain(log), [{"name": "e"}])
    assert names(log) == ["a", "b", "c", "e"]
    assert log.read_bytes().startswith(whole)
    assert faults(log) == []


def test_a_broken_log_goes_on_and_stays_broken(log):
    rewrite(log, lambda lines: [lines[0], lines[2], "nothing\n"])
    append_lines(log, read_chain(log), [{"name": "d"}])
    assert names(log) == ["a", "c", "d"]
    assert faults(log) == [(2, GAP), (3, UNREADABLE)]


def test_what_cannot_be_written_is_told(tmp_path):
    (tmp_path / "log").mkdir()
    chain = read_chain(tmp_path / "none")
    with pytest.raises(WriteError, match=r"log cannot be written \(Is a directory\): make room or another folder"):
        append_lines(tmp_path / "log", chain, [{"name": "a"}])
