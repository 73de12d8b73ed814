"""How often the test part was opened, when, and what had changed: sentences, and conditions of the light."""

from collections.abc import Iterator, Mapping
from typing import Any

from pasi.evaluation.openings import OPENING
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.wording import counted

ROWS = {"chosen": "rows of the chosen learner and of the baselines", "all": "rows of all learners"}
NO_TEST = "There is no test part that could be opened."
UNKNOWN = "The log of openings was changed, so that nothing says"
SEALED = "The test part is sealed (evaluation.test_rows is none)"
NO_PLANS = "The log does not say when the plan was written."
SEEN = "after learners had been evaluated out of fold in this folder, so that their results may have shaped it."
LIMITS = (
    "The log holds what this workflow has opened in this results folder. The same opening again, by another run or "
    "another report, adds no line. Whoever can read the folder can compare predictions and scores without the log, and "
    "a copy of the folder has a log of its own."
)
EARLIER = (
    "Before its first line an earlier version of this software, which kept no log, had shown the test rows of all "
    "learners in this folder."
)


def opening_sentences(content: ReportContent) -> list[str]:
    """What the log of openings says, a sentence or two for each of its lines; and what is still sealed."""
    subjects = sum(part == "test" for part in content.split["part"])
    if not subjects:
        return [NO_TEST]
    count = content.opening["openings"]
    by_log = f"It was {_times(count)}, by the log of openings (openings.jsonl)."
    if content.opening["faults"]:
        by_log = f"{UNKNOWN} how often it was opened; {counted(count, 'opening')} can still be read."
    said = [f"The test part has {counted(subjects, 'subject')}. {by_log}"]
    said += plan_sentences(content.opening)
    if not content.tested:
        said.append(f"{SEALED}: no figure of this report is from it.")
    said += _lines(content.opening["lines"])
    if _was_shown_before(content):
        said.append(EARLIER)
    said += [f"The log was changed: {fault}." for fault in content.opening["faults"]]
    if content.tested and content.sealed:
        said.append(sealed_rows_text(content))
    return [*said, LIMITS]


def dated(content: ReportContent) -> str:
    """When the test part was opened last, or else when its plan was written; "" where no log says."""
    opened = [line["when"][:10] for line in content.opening["lines"] if line["event"] == OPENING]
    plans = [plan["when"][:10] for plan in content.opening["plans"]]
    if opened:
        return f"test part opened on {opened[-1]}"
    return f"plan of the test written on {plans[-1]}" if plans else ""


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
    seen = SEEN if held["evaluated"] else "before any learner was evaluated out of fold in this folder."
    if len(plans) == 1:
        return [f"One plan was written {before}, on {held['when'][:10]}, {seen}", *later]
    changed = "; ".join(dict.fromkeys(change for plan in plans for change in plan["changed"]))
    return [
        f"A plan was written {len(plans)} times {before}; the one that held was written on {held['when'][:10]}, {seen}"
        + (f" Changed from plan to plan: {changed}." if changed else ""),
        *later,
    ]


def _later_plans(opening: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Date and changes of each plan that was written after an opening, and is another one than that before it."""
    later = [plan for plan in opening["plans"] if plan["openings"]]
    changes = [[change for change in plan["changed"] if change.startswith("the plan")] for plan in later]
    return [(plan["when"][:10], "; ".join(own)) for plan, own in zip(later, changes, strict=True) if own]


def sealed_rows_text(content: ReportContent) -> str:
    """Which rows are withheld, and what shows them; also where they had been shown before."""
    count = content.opening["openings"]
    if any(line["test_rows"] == "all" for line in content.opening["lines"] if line["number"] == count):
        return "The rows of the other learners on the test part were shown before and are left out here (sealed)."
    return (
        "The rows of the other learners on the test part are sealed. Once the choice is final, evaluation.test_rows: "
        "all shows them, and the log says when."
    )


def log_intact(content: ReportContent) -> Condition:
    """No line of the log of openings was changed, moved or removed."""
    faults = content.opening["faults"]
    text = f"The log of openings was changed: {'; '.join(faults)}." if faults else "The log of openings is whole."
    return Condition("log of openings intact", Colour.NOT, not faults, text)


def plan_kept(content: ReportContent) -> Condition:
    """No opening had another plan than the first one, and no other plan was written after an opening."""
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


def opened_once(content: ReportContent) -> Condition:
    """The test part was opened once, or never."""
    name, count = "test set opened once", content.opening["openings"]
    if _was_shown_before(content):
        return Condition(name, Colour.CARE, False, EARLIER.replace("its first line", "the first opening in the log"))
    if count > 1:
        text = (
            f"The test part was {_times(count)}: what was changed after the first opening may have been fitted to it "
            "(section 3)."
        )
        return Condition(name, Colour.CARE, False, text)
    if content.opening["faults"]:
        return Condition(name, Colour.CARE, None, f"{UNKNOWN} how often the test part was opened.")
    has_test = "test" in set(content.split["part"])
    return Condition(name, Colour.CARE, True, f"The test part was {_times(count)}." if has_test else NO_TEST)


def _was_shown_before(content: ReportContent) -> bool:
    return any(line.get("earlier_version") for line in content.opening["lines"])


def _times(count: int) -> str:
    return {0: "never opened", 1: "opened once"}.get(count, f"opened {count} times")


def _lines(lines: list[Mapping[str, Any]]) -> Iterator[str]:
    for line in lines:
        date, rows = line["when"][:10], ROWS[line["test_rows"]]
        if line["event"] == OPENING:
            changed = f" Changed since the opening before: {'; '.join(line['changed'])}." if line["changed"] else ""
            yield f"Opening {line['number']}, {date}: {line['learner']}, with {rows}.{changed}"
        else:
            yield f"{date}: {rows}; plan, split, learner and its predictions were those of opening {line['number']}."
