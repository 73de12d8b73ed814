"""Which plans of the test were written, and when: lines "plan" in the log of openings.

plan.json holds the last plan alone; the log holds each one. The same plan again adds no line.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pasi.evaluation.opening_changes import plan_changes
from pasi.evaluation.openings import OPENING, PLAN, Openings, append_event, confirm_head, read_openings
from pasi.storage.hash_chain import Line


def record_plan(path: Path, plan: Mapping[str, Any], when: str, *, evaluated: bool) -> Openings:
    """Append a plan to the log in `path`, unless it holds already or there is no test subject; returns the log then.

    plan: plan.json. It holds where the last line, be it a plan or an opening, has the same plan and the same split:
    digests of the config change with every setting of a training and make no other plan. when: the time in ISO
    format. evaluated: whether learners had been evaluated out of fold in this folder when it was written.

    >>> plan = {"plan": {"primary": "mae"}, "split": "s", "config": {}, "test_rows": "chosen", "subjects": 6}
    >>> path = folder / "openings.jsonl"
    >>> for written in (plan, plan, {**plan, "plan": {"primary": "ccc"}}):  # the same again adds no line
    ...     found = record_plan(path, written, "2026-11-28", evaluated=False)
    >>> len(found.chain.lines)
    2
    """
    found = read_openings(path)
    lines = found.chain.lines
    if not plan["subjects"] or (lines and not list(plan_changes(lines[-1], plan))):
        return confirm_head(path, found)
    own = {name: plan[name] for name in ("plan", "split", "config", "test_rows", "subjects")}
    return append_event(path, found, {"event": PLAN, "when": when, **own, "evaluated": evaluated})


def plans_record(found: Openings) -> list[dict[str, Any]]:
    """The plans as evaluation/opening.json and the report show them, each with the number of openings before it.

    changed: what differs from the line before, in words. least_ccc: the limit of acceptance of the CCC in this plan.

    >>> plan = {"plan": {"primary": "mae"}, "split": "s", "config": {}, "test_rows": "chosen", "subjects": 6}
    >>> path = folder / "plans.jsonl"
    >>> found = record_plan(path, plan, "2026-11-27", evaluated=False)
    >>> found = record_plan(path, {**plan, "plan": {"primary": "ccc"}}, "2026-11-28", evaluated=True)
    >>> [(one["when"], one["evaluated"], one["changed"]) for one in plans_record(found)]
    [('2026-11-27', False, []), ('2026-11-28', True, ['the plan (primary)'])]
    """
    plans: list[dict[str, Any]] = []
    openings = 0
    before: Line | None = None
    for line in found.chain.lines:
        if line["event"] == PLAN:
            own = {"when": line["when"], "evaluated": line["evaluated"], **_limit(line)}
            plans.append({**own, "openings": openings, "changed": list(plan_changes(before, line)) if before else []})
        openings += line["event"] == OPENING
        before = line
    return plans


def _limit(line: Line) -> dict[str, float | None]:
    return {"least_ccc": line["plan"].get("limits", {}).get("least_ccc")}
