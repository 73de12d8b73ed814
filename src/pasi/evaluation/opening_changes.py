"""What differs between an opening of the test part and the one before it, in words."""

from collections.abc import Iterator, Mapping
from typing import Any


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Sentence parts, the gravest first; both are lines of the log of openings.

    >>> first = {"plan": {"primary": "mae"}, "split": "a", "learner": "net", "predictions": {"net": "c"}}
    >>> first |= {"config": {"training": "d", "cohort": "e"}, "code": {"training": "f"}}
    >>> changes_between(first, {**first, "split": "b", "config": {"training": "x", "cohort": "e"}})
    ['the split', 'config or data (training)']
    """
    return list(_changes(before, after))


def plan_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The same for the plan and the split alone; lines of any kind.

    >>> first = {"plan": {"primary": "mae", "limits": {}}, "split": "a"}
    >>> list(plan_changes(first, {**first, "plan": {"primary": "ccc", "limits": {}}}))
    ['the plan (primary)']
    """
    if before["plan"] != after["plan"]:
        yield f"the plan ({', '.join(_names(before['plan'], after['plan']))})"
    if before["split"] != after["split"]:
        yield "the split"


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    yield from plan_changes(before, after)
    if before["learner"] != after["learner"]:
        yield f"the chosen learner (before: {before['learner']})"
    elif before["predictions"][after["learner"]] != after["predictions"][after["learner"]]:
        yield "the predictions of the chosen learner"
    if before["config"] != after["config"]:
        yield f"config or data ({', '.join(_names(before['config'], after['config']))})"
    if before["code"] != after["code"]:
        yield f"code ({', '.join(_names(before['code'], after['code']))})"


def _names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names whose values differ, in order."""
    return [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
