"""The status of a run as text for a person and as JSON for a program."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from pasi.monitoring.run_state import STATES, Status, Training
from pasi.wording import folds_by_network

SHOWN = 12  # trainings of one state that are listed
SPANS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def status_text(status: Status, now: float) -> str:
    """Lines for a screen of 80 columns; `now` is in seconds since 1970."""
    return "\n".join(_lines(status, now))


def status_json(status: Status) -> str:
    """The whole status as JSON, a record a training."""
    counts = {state: status.count(state) for state in STATES}
    unlearned = [list(one.place) for one in status.unlearned]
    return json.dumps({**asdict(status), "counts": counts, "unlearned": unlearned}, indent=2)


def _lines(status: Status, now: float) -> Iterator[str]:
    run = f"a run is at work here ({status.process})" if status.process else "no run is at work here"
    yield f"{status.results}: {run}"
    yield ""
    for stage, state in status.stages.items():
        if stage == "oof":
            yield f"{'trainings':<12}{_counts(status)}"
        yield f"{stage:<12}{state}"
    yield ""
    yield from _networks(status)
    for state in ("running", "begun", "failed"):
        yield from _named(state, [one for one in status.trainings if one.state == state])
    yield from _unlearned(status)
    yield _end(status, now)


def _unlearned(status: Status) -> Iterator[str]:
    """What predicts little more than the mean of each region, a network a line."""
    found = [one.place for one in status.unlearned]
    if found:
        yield f"{len(found)} of {status.count('done')} done did not learn (skill below {status.least_skill:g}):"
        for text in folds_by_network(found).split("; "):
            yield f"{'':<9}{text}"


def _counts(status: Status) -> str:
    others = [f"{count} {state}" for state in STATES[1:] if (count := status.count(state))]
    return ", ".join([f"{status.count('done')} of {len(status.trainings)} done", *others])


def _networks(status: Status) -> Iterator[str]:
    """A line for each network that is neither all done nor all waiting."""
    backbones = dict.fromkeys(one.backbone for one in status.trainings)
    counts = {name: [status.count(state, name) for state in STATES] for name in backbones}
    begun = {name: count for name, count in counts.items() if sum(count) not in (count[0], count[-1])}
    if begun:
        yield f"{'network':<20}" + "".join(f"{state:>9}" for state in STATES)
        for name, count in begun.items():
            yield f"{name:<20}" + "".join(f"{number or '':>9}" for number in count)
        yield ""


def _named(state: str, trainings: list[Training]) -> Iterator[str]:
    for one in trainings[:SHOWN]:
        age = "" if one.age is None else f", last line {span(one.age)} ago"
        epoch = "before its first epoch" if one.epoch is None else f"epoch {one.epoch}"
        name = folds_by_network([one.place])
        yield f"{state:<9}{name}: {(one.reason or epoch + age).splitlines()[0]}"
        if state == "failed":
            yield f"{'':<9}{one.log}"
    if len(trainings) > SHOWN:
        yield f"{state:<9}and {len(trainings) - SHOWN} more"
    if state == "begun" and trainings:
        yield f"{'':<9}(stopped: the same command goes on)"


def _end(status: Status, now: float) -> str:
    if status.count("done") == len(status.trainings):
        return "all trainings are done"
    if status.count("done") + status.count("failed") == len(status.trainings):
        return "only failed trainings are left: correct the fault, and give the same command again"
    if status.left is None:
        return "expected end: unknown until a training has ended"
    end = end_of_trainings(status.left, now)
    once = "one training" if status.at_once == 1 else f"{status.at_once} trainings"
    return (
        f"expected end of the trainings: {end}, {span(status.left)} from now, with {once} at once, if each takes "
        "as many epochs as those that have ended"
    )


def end_of_trainings(left: float, now: float) -> str:
    """The time of day, and the day, when the last training is expected to end."""
    return datetime.fromtimestamp(now + left).strftime("%Y-%m-%d %H:%M")


def span(seconds: float) -> str:
    """A time in its largest unit: "45 s", "3 min", "2.5 h"."""
    size, unit = next((size, unit) for size, unit in SPANS if seconds >= size or size == 1)
    return f"{seconds / size:.1f} {unit}" if size > 60 else f"{seconds / size:.0f} {unit}"
