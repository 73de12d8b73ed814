"""Answers about characteristics of the subjects, as far as they are recorded."""

from math import isfinite

from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer, Quote, Statement, cell, list_quotes, say, state
from pasi.report.cells import Line

DEMOGRAPHICS = {"sex": "sex", "age": "age", "skin_type": "skin type"}  # attribute of a subject, and its name
PART_NAMES = {"train": "Training subjects", "test": "Test subjects"}


def characteristics(run: Run) -> Answer:
    """Sex, age, skin type and the index at the baseline of all subjects; what is not recorded is named."""
    return Answer((*(_attribute(run, name, "all") for name in DEMOGRAPHICS), _baseline(run, "all")))


def parts_compared(run: Run) -> Answer:
    """The same of the training and of the test part."""
    if not run.lines("characteristics", part="test"):
        return state("There is no test part to compare with.", "evaluation/characteristics.csv")
    found = []
    for part, name in PART_NAMES.items():
        first, *others = (*(_attribute(run, each, part) for each in DEMOGRAPHICS), _baseline(run, part))
        found += [Statement(f"{name}: {first.text}", first.places), *others]
    return Answer(tuple(found))


def is_recorded(run: Run, attribute: str) -> bool:
    """Whether an attribute of the subjects is known."""
    return bool(run.lines("characteristics", attribute=attribute))


def _attribute(run: Run, attribute: str, part: str) -> Statement:
    lines = run.lines("characteristics", attribute=attribute, part=part)
    name = DEMOGRAPHICS[attribute]
    if not lines:
        return say("The {name} of the subjects is not recorded.", "evaluation/characteristics.csv", name=name)
    if isfinite(lines[0]["mean"]):
        return _mean(name, lines[0])
    return say("{name}: {groups}.", name=name.capitalize(), groups=groups(lines))


def _baseline(run: Run, part: str) -> Statement:
    line = run.line("characteristics", attribute="baseline index", part=part)
    if line is None:
        return say("The index at the baseline is not known.", "evaluation/characteristics.csv")
    return _mean(f"{run.index.name} at the baseline", line)


def _mean(name: str, line: Line) -> Statement:
    return say(
        "{name}: mean {mean}, SD {sd}, from {least} to {most} ({subjects} subjects).",
        name=name[0].upper() + name[1:],
        mean=cell(line, "mean", "1"),
        sd=cell(line, "sd", "1"),
        least=cell(line, "least", "g"),
        most=cell(line, "most", "g"),
        subjects=cell(line, "subjects", "0"),
    )


def groups(lines: list[Line]) -> Quote:
    """The groups of an attribute with their numbers of subjects."""
    return list_quotes(
        [Quote(f"{line['group']} {line['subjects']:g}", f"{line.file}, row {line.number}, subjects") for line in lines]
    )
