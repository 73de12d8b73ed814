"""How often the test part was opened, when, and what had changed: sentences, and conditions of the light."""

from collections.abc import Iterator, Mapping
from typing import Any

from pasi.evaluation.openings import OPENING
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.report.plans import UNKNOWN, plan_sentences
from pasi.wording import counted

ROWS = {"chosen": "rows of the chosen learner and of the baselines", "all": "rows of all learners"}
NO_TEST = "There is no test part that could be opened."
SEALED = "The test part is sealed (evaluation.test_rows is none)"
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
    count = content.opening["openings"]
    if not subjects and not count:
        return [NO_TEST]
    by_log = f"It was {_times(count)}, by the log of openings (openings.jsonl)."
    if content.opening["faults"]:
        by_log = f"{UNKNOWN} how often it was opened; {counted(count, 'opening')} can still be read."
    said = [f"The test part has {counted(subjects, 'subject') if subjects else 'no subject any more'}. {by_log}"]
    said += plan_sentences(content.opening)
    if subjects and not content.tested:
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
    has_test = count > 0 or "test" in set(content.split["part"])
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
