"""Which plans of the test were written and when, and whether the last was kept: sentences, conditions of the light."""

from collections.abc import Mapping
from typing import Any

from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent

UNKNOWN = "The log of openings was changed, so that nothing says"
NO_PLANS = "The log does not say when the plan was written."
UNSEEN = "before any learner was evaluated out of fold in this folder."
SEEN = "after learners had been evaluated out of fold in this folder, so that their results may have shaped it."


def plan_sentences(opening: Mapping[str, Any]) -> list[str]:
    """How many plans were written before the first opening, and since when the last of them stood.

    opening: evaluation/opening.json.
    """
    plans = [plan for plan in opening["plans"] if not plan["openings"]]
    later = [f"Another plan was written after an opening, on {when}: {what}." for when, what in _later_plans(opening)]
    if opening["faults"]:
        return [f"{UNKNOWN} which plans were written before the first opening, and when.", *later]
    if not plans:
        return [NO_PLANS, *later]
    held = plans[-1]
    before = "before the first opening" if opening["openings"] else "so far"
    seen = SEEN if held["evaluated"] else UNSEEN
    if len(plans) == 1:
        return [f"One plan was written {before}, on {held['when'][:10]}, {seen}", *later]
    changed = "; ".join(dict.fromkeys(change for plan in plans for change in plan["changed"]))
    return [
        f"A plan was written {len(plans)} times {before}; the one that held was written on {held['when'][:10]}, {seen}"
        + (f" Changed from plan to plan: {changed}." if changed else ""),
        *later,
    ]


def plan_kept(content: ReportContent) -> Condition:
    """No opening had another plan than the first one, none was written after an opening, and it is that of the config.

    Snakemake can be told to write the report alone (--allowed-rules), by other limits than those of the plan.
    """
    if other := _unplanned(content):
        text = f"The config is not that of the plan of the test: {'; '.join(other)}. Run the workflow with this config."
        return Condition("plan kept", Colour.NOT, False, text)
    changed = [
        change for line in content.opening["lines"] for change in line["changed"] if change.startswith("the plan")
    ]
    fault = ""
    if content.opening["plan_changed"]:
        fault = f"it was opened again with another plan: {'; '.join(changed)}"
    elif later := [what for _, what in _later_plans(content.opening)]:
        fault = f"another plan was written: {'; '.join(later)}"
    if fault:
        return Condition("plan kept", Colour.NOT, False, f"After the test part had been opened, {fault}.")
    if content.opening["faults"]:
        return Condition("plan kept", Colour.NOT, None, f"{UNKNOWN} whether the plan was kept.")
    text = "The plan of the test (measure, choice, limits) was not changed after an opening."
    return Condition("plan kept", Colour.NOT, True, text)


def limit_dated(opening: Mapping[str, Any], limit: float) -> Condition:
    """The limit of acceptance stood in the plan before any learner was evaluated.

    opening: evaluation/opening.json. Of the plans in a row that have this limit the first one counts.
    """
    name, since = "limit set", None
    for plan in reversed(opening["plans"]):
        if plan["least_ccc"] != limit:
            break
        since = plan
    if since is None or opening["faults"]:
        text = "A limit of acceptance was set (report.least_ccc); the log of openings does not say when."
        return Condition(name, Colour.CARE, None, text)
    if since["evaluated"]:
        text = f"The limit of acceptance (report.least_ccc) was set on {since['when'][:10]}, {SEEN}"
        return Condition(name, Colour.CARE, False, text)
    text = f"A limit of acceptance was set (report.least_ccc) on {since['when'][:10]}, {UNSEEN}"
    return Condition(name, Colour.CARE, True, text)


def _unplanned(content: ReportContent) -> list[str]:
    """Which limits, and whether the primary measure, are not those of the plan, in words."""
    plan, evaluation = content.opening["plan"], content.config["evaluation"]
    own = {"least_ccc": content.config["report"].get("least_ccc"), **evaluation}
    planned = {"primary": plan["primary"], **plan["limits"]}
    differing = [name for name in planned if own[name] != planned[name]]
    return [f"{name} is {_shown(own[name])}, and {_shown(planned[name])} there" for name in differing]


def _shown(value: object) -> str:
    return "not set" if value is None else str(value)


def _later_plans(opening: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Date and changes of each plan that was written after an opening, and is another one than that before it."""
    later = [plan for plan in opening["plans"] if plan["openings"]]
    changes = [[change for change in plan["changed"] if change.startswith("the plan")] for plan in later]
    return [(plan["when"][:10], "; ".join(own)) for plan, own in zip(later, changes, strict=True) if own]
