"""The log of openings of the test part: what was shown, when, and what it was made from. It is never emptied.

One opening is one plan, one split, one chosen learner and its predictions on the test part. The same again, by whatever
run, adds no line. A line "more rows" says that rows of other learners were shown later, while these four were the same:
the choice was final then. Anything else is another opening. Lines "plan" say which plans were written
(`pasi.evaluation.plan_log`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pasi.errors import DamagedFileError
from pasi.evaluation.opening_changes import changes_between, plan_changes
from pasi.storage.hash_chain import HashChain, Line, append_lines, hash_after, lacks_line, read_chain
from pasi.storage.json_files import read_json, write_json

OPENING, MORE_ROWS, PLAN = "opening", "more rows", "plan"
FINAL = ("plan", "split", "learner")  # with the predictions of the learner, what one opening is
SHORTENED = "lines at its end, or the whole file, are gone"
HEADLESS = "was removed or changed, so that lines at the end of the log may be gone"
UNLOGGED = "was changed after the last plan in the log was written"
SHOWN = ("event", "when", "learner", "test_rows", "earlier_version")


@dataclass(frozen=True)
class Openings:
    """The log as it was read: its lines, and what is wrong with it in words, also what earlier readers found."""

    chain: HashChain
    faults: tuple[str, ...] = ()

    @property
    def opened(self) -> list[Line]:
        """The lines that are openings."""
        return [line for line in self.chain.lines if line["event"] == OPENING]

    @property
    def shown(self) -> list[Line]:
        """The lines that say that rows were shown: openings, and more rows of one."""
        return [line for line in self.chain.lines if line["event"] in (OPENING, MORE_ROWS)]

    @property
    def plan_changed(self) -> bool:
        """Whether an opening had another plan than the first one."""
        return any(line["plan"] != self.opened[0]["plan"] for line in self.opened)


def opening_of(
    plan: Mapping[str, Any], learner: str, predictions: Mapping[str, str], code: Mapping[str, str], *, earlier: bool
) -> dict[str, Any]:
    """An opening as plain values.

    plan: plan.json. predictions: digests of the rows that are shown, by learner. code: digests by name. earlier:
    whether a version without a log has shown the test part before.

    >>> plan = {"plan": {"primary": "mae"}, "split": "s", "config": {}, "test_rows": "chosen", "subjects": 6}
    >>> found = opening_of(plan, "nnls", {"nnls": "digest"}, {"evaluation": "code"}, earlier=False)
    >>> found["learner"], found["subjects"], "earlier_version" in found
    ('nnls', 6, False)
    """
    names = ("plan", "split", "config", "test_rows", "subjects")
    own = {name: plan[name] for name in names} | {"code": dict(code), "learner": learner}
    return own | {"predictions": dict(predictions)} | ({"earlier_version": True} if earlier else {})


def read_openings(path: Path, last: str = "") -> Openings:
    """Read the log. last: the hash of its last line as evaluation/opening.json has it, "" where there was none.

    A log whose only line was removed, and the file beside it was not.

    >>> path = folder / "shortened.jsonl"
    >>> write_json({"last": "its hash"}, head_file(path))
    >>> read_openings(path).faults
    ('shortened.jsonl: lines at its end, or the whole file, are gone',)
    """
    chain = read_chain(path)
    recorded = [str(text) for line in chain.lines for text in line.get("faults", ())]
    found = [f"{path.name}, line {fault.line}: {fault.text}" for fault in chain.faults]
    kept = _kept_hashes(head_file(path))
    if kept is None or (not kept and chain.hashes):
        found.append(f"{head_file(path).name} {HEADLESS}")
    if lacks_line(chain, last) or lacks_line(chain, *(kept or ())):
        found.append(f"{path.name}: {SHORTENED}")
    return Openings(chain, tuple(dict.fromkeys([*recorded, *found])))


def _kept_hashes(head: Path) -> tuple[str, ...] | None:
    """The hashes beside the log, of which its last line has one; () without the file, None where it is damaged."""
    if not head.exists():
        return ()
    try:
        record = read_json(head)
        return (str(record["last"]), *([str(record["next"])] if "next" in record else []))
    except (DamagedFileError, KeyError, TypeError):
        return None


def record_opening(path: Path, opening: Mapping[str, Any], when: str) -> Openings:
    """Append an opening to the log in `path`, unless it is the last one again; returns the log as it is then.

    when: the time in ISO format. That its plan is not the last one in the log, where plans are logged, is a fault: a
    file plan.json that was edited by hand.

    >>> plan = {"plan": {"primary": "mae"}, "split": "s", "config": {}, "test_rows": "chosen", "subjects": 6}
    >>> opening = opening_of(plan, "nnls", {"nnls": "digest"}, {}, earlier=False)
    >>> path = folder / "openings.jsonl"
    >>> for _ in range(2):  # the same again adds no line
    ...     found = record_opening(path, opening, "2026-11-28")
    >>> other = {**opening, "learner": "mean", "predictions": {"mean": "other"}}
    >>> len(found.opened), len(record_opening(path, other, "2026-11-29").opened)
    (1, 2)
    """
    found = read_openings(path)
    event = _event(found, opening)
    if event is None:
        return confirm_head(path, found)
    plans = [line for line in found.chain.lines if line["event"] == PLAN]
    for change in plan_changes(plans[-1], opening) if plans else ():
        found = replace(found, faults=(*found.faults, f"plan.json: {UNLOGGED} ({change})"))
    line = {"event": event, "when": when, **opening}
    if found.shown:
        line.pop("earlier_version", None)  # which is said of what was before the first opening
    return append_event(path, found, line)


def append_event(path: Path, found: Openings, line: Mapping[str, Any]) -> Openings:
    """Append a line to the log that was read as `found`.

    What is noticed now stands in the new line for good. The hash of the last line is kept in a file beside the log, by
    which a line that is removed at the end is noticed. The file is written before the line, with the hashes before and
    after it, so that a log with lines and without that file was never left by a kill.

    >>> path = folder / "events.jsonl"
    >>> found = append_event(path, read_openings(path), {"event": OPENING, "when": "2026-11-28"})
    >>> found.faults, read_json(head_file(path))["last"] == found.chain.last
    ((), True)
    """
    recorded = {text for own in found.chain.lines for text in own.get("faults", ())}
    faults = [text for text in found.faults if text not in recorded]
    entry = {**line, **({"faults": faults} if faults else {})}
    last = found.chain.last
    if not faults:  # which the file tells until they stand in a line
        write_json({"last": last, "next": hash_after(last, entry)}, head_file(path))
    chain = append_lines(path, found.chain, [entry])
    write_json({"last": chain.last}, head_file(path))
    return Openings(chain, found.faults)


def confirm_head(path: Path, found: Openings) -> Openings:
    """Let the file beside the log name its last line alone, which a kill may have kept from it; returns `found`.

    >>> path = folder / "killed.jsonl"
    >>> found = append_event(path, read_openings(path), {"event": OPENING, "when": "2026-11-28"})
    >>> write_json({"last": "", "next": found.chain.last}, head_file(path))  # as a kill leaves it
    >>> {"last": confirm_head(path, read_openings(path)).chain.last} == read_json(head_file(path))
    True
    """
    if found.chain.last and not found.faults and _kept_hashes(head_file(path)) != (found.chain.last,):
        write_json({"last": found.chain.last}, head_file(path))
    return found


def head_file(path: Path) -> Path:
    """Where the hash of the last line of a log is kept: {"last": ...}, and the next one while a line is written.

    >>> head_file(Path("results/openings.jsonl")).name
    'openings.head.json'
    """
    return path.with_suffix(".head.json")


def openings_record(found: Openings) -> dict[str, Any]:
    """The log as evaluation/opening.json and the report show it: each opening in words, faults, and the last hash.

    >>> plan = {"plan": {"primary": "mae"}, "split": "s", "config": {}, "test_rows": "chosen", "subjects": 6}
    >>> opening = opening_of(plan, "nnls", {"nnls": "digest"}, {}, earlier=False)
    >>> found = record_opening(folder / "record.jsonl", opening, "2026-11-28")
    >>> [(line["number"], line["learner"], line["changed"]) for line in openings_record(found)["lines"]]
    [(1, 'nnls', [])]
    """
    lines: list[Line] = []
    before: Line | None = None
    number = 0
    for line in found.shown:
        own = {name: line[name] for name in SHOWN if name in line}
        is_opening = line["event"] == OPENING
        number += is_opening
        changed = changes_between(before, line) if before and is_opening else []
        lines.append({**own, "number": number, "changed": changed})
        before = line if is_opening else before
    return {
        "openings": len(found.opened),
        "lines": lines,
        "plan_changed": found.plan_changed,
        "faults": list(found.faults),
        "last": found.chain.last,
    }


def _event(found: Openings, opening: Mapping[str, Any]) -> str | None:
    """What kind of line an opening is; None for none, where the log ends with it."""
    if not found.opened:
        return OPENING
    last, learner = found.opened[-1], opening["learner"]
    same = all(last[name] == opening[name] for name in FINAL)
    if not same or last["predictions"][learner] != opening["predictions"][learner]:
        return OPENING
    lines = found.shown
    seen = {item for line in lines[lines.index(last) :] for item in line["predictions"].items()}
    return None if set(opening["predictions"].items()) <= seen else MORE_ROWS
