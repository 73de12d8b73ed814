"""What a reader has entered on a page, as JSON, and the rater's table that it gives.

Entries are `{"rater": NAME, "visits": {KEY: {"revealed": bool, "before": GRADES, "after": GRADES}}}`. KEY is the JSON
of [subject, visit]; GRADES are `{REGION: {LABEL: number}}`, or `{"": {"score": number}}` for the whole score. `before`
was entered before the model's score of the visit was shown and never changes again; `after` are all grades as they are
since. script.js makes the same table in the browser.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pasi.errors import UserError
from pasi.review.content import Grading
from pasi.severity.index import Label, SeverityIndex

WHOLE = ""  # stands for the region where the whole score is entered
SCORE = "score"
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
EMPTY: dict[str, Any] = {"rater": "reader", "visits": {}}
Grades = Mapping[str, Mapping[str, float]]


class EntriesError(UserError):
    """Entries that a page could not have made; the message says which."""


def check_entries(value: Any, index: SeverityIndex) -> dict[str, Any]:
    """The entries, where they have the form above and every grade is one of the index; raises EntriesError else."""
    try:
        rater, visits = str(value["rater"]), dict(value["visits"])
        if not NAME.fullmatch(rater):
            raise EntriesError("the rater's name is not 1 to 64 letters, digits, points, _ and -")
        return {"rater": rater, "visits": {_key(key): _visit(own, index) for key, own in visits.items()}}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EntriesError("these are no entries of a review page") from error


def _key(key: str) -> str:
    subject, visit = json.loads(key)
    return visit_key(str(subject), str(visit))


def visit_key(subject: str, visit: str) -> str:
    """The key of a visit among the entries, as JSON.stringify of the browser writes it."""
    return json.dumps([subject, visit], ensure_ascii=False, separators=(",", ":"))


def _visit(value: Mapping[str, Any], index: SeverityIndex) -> dict[str, Any]:
    grades = {when: _grades(value[when], index) for when in ("before", "after")}
    return {"revealed": value["revealed"] is True, **grades}


def _grades(value: Mapping[str, Any], index: SeverityIndex) -> dict[str, dict[str, float]]:
    allowed = {label.name: label for label in index.labels}
    places: dict[str, dict[str, Label]] = dict.fromkeys(index.region_names, allowed)
    places[WHOLE] = {SCORE: Label(SCORE, index.maximum, None)}
    found: dict[str, dict[str, float]] = {}
    for region, own in value.items():
        for name, grade in own.items():
            label = places.get(region, {}).get(name)
            if label is None or isinstance(grade, bool) or not isinstance(grade, int | float):
                raise EntriesError("a grade is none of this page")
            if not label.allows(grade):
                raise EntriesError(f"{name} of {region or 'a visit'} is {grade:g}, expected {label}")
            found.setdefault(region, {})[name] = grade
    return found


def rater_columns(grading: Grading, index: SeverityIndex) -> tuple[str, ...]:
    """The columns of the rater's table."""
    if grading == "score":
        return ("rater", "subject", "visit", SCORE, "blinded")
    return ("rater", "subject", "visit", "region", *index.label_names, "blinded")


def rater_table(
    entries: Mapping[str, Any], visits: Sequence[tuple[str, str]], grading: Grading, index: SeverityIndex
) -> dict[str, list[Any]]:
    """The rater's table: a row for each region that is graded whole, or for each visit where scores are entered.

    visits: subject and visit in the order of the page. Where grades were changed after the model's score was shown, a
    second row, blinded no, has the later ones.
    """
    names = rater_columns(grading, index)
    places = [(WHOLE, (SCORE,))] if grading == "score" else [(name, index.label_names) for name in index.region_names]
    rows = []
    for subject, visit in visits:
        own = entries["visits"].get(visit_key(subject, visit), {"before": {}, "after": {}})
        for region, labels in places:
            where = (region,) if region else ()
            for grades, blinded in _versions(own, region, labels):
                rows.append((entries["rater"], subject, visit, *where, *grades, blinded))
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _versions(own: Mapping[str, Grades], region: str, labels: Sequence[str]) -> Iterator[tuple[list[float], str]]:
    """The grades of a region as they were before the reveal, and as they are since where they differ."""
    before, after = (
        [own[when][region][name] for name in labels] if all(n in own[when].get(region, {}) for n in labels) else None
        for when in ("before", "after")
    )
    if before is not None:
        yield before, "yes"
    if after is not None and after != before:
        yield after, "no"
