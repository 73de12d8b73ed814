"""Answers about errors in groups of subjects and between sites, and about failures."""

from pasi.dossier.about_subjects import DEMOGRAPHICS, is_recorded
from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer, Quote, Statement, between, cell, list_quotes, say, state
from pasi.report.cells import Line
from pasi.wording import counted

CLUSTER = "site"


def subgroups(run: Run) -> Answer:
    """MAE of each group by sex, age and skin type out of fold; what is not recorded is named."""
    return Answer(tuple(_by_attribute(run, name) for name in DEMOGRAPHICS))


def fairness(run: Run) -> Answer:
    """What was done for fairness: errors by group, where groups are known."""
    known = [name for each, name in DEMOGRAPHICS.items() if is_recorded(run, each)]
    missing = [name for each, name in DEMOGRAPHICS.items() if not is_recorded(run, each)]
    said = []
    if known:
        text = "Errors are reported by {known}; nothing is adjusted."
        said.append(say(text, "evaluation/groups.csv", known=", ".join(known)))
    if missing:
        text = "Not recorded, and so not examined: {missing}."
        said.append(say(text, "evaluation/characteristics.csv", missing=", ".join(missing)))
    return Answer(tuple(said), "Which groups matter for this use, and what follows from differences between them.")


def clusters(run: Run) -> Answer:
    """Errors by site, where sites are known."""
    lines = run.lines("groups", part="oof", scale="index", attribute=CLUSTER)
    if lines:
        return state("MAE by site, out of fold: {groups}.", groups=_group_errors(lines))
    if is_recorded(run, CLUSTER):
        text = "Sites are recorded, but errors are not divided by them: there is one site, or there are too many."
        return state(text, "evaluation/groups.csv")
    text = "Sites are not recorded, so that heterogeneity between sites was not examined."
    return state(text, "evaluation/characteristics.csv")


def failures(run: Run) -> Answer:
    """Impossible predictions, errors by severity band, and bias by week."""
    lines = run.lines("groups", part="oof", scale="index", attribute="observed_band")
    bands = [say("MAE by observed severity, out of fold: {groups}.", groups=_group_errors(lines))] if lines else []
    asked = ("possible scores", "no bias shown by week", "no bias of the improvement shown")
    return Answer(
        (*map(run.condition, asked), *bands), "What single large errors have in common, looked at photo by photo."
    )


def _by_attribute(run: Run, attribute: str) -> Statement:
    column = "age_band" if attribute == "age" else attribute
    lines = run.lines("groups", part="oof", scale="index", attribute=column)
    name = DEMOGRAPHICS[attribute]
    if not is_recorded(run, attribute):
        return say("By {name}: not recorded.", "evaluation/characteristics.csv", name=name)
    if not lines:
        return say("By {name}: not divided into groups.", "evaluation/groups.csv", name=name)
    return say("MAE by {name}, out of fold: {groups}.", name=name, groups=_group_errors(lines))


def _group_errors(lines: list[Line]) -> Quote:
    return list_quotes(
        [
            Quote(
                f"{line['group']} {cell(line, 'mae').text} ({between(line, 'mae').text}; "
                f"{counted(int(line['subjects']), 'subject')})",
                f"{line.file}, row {line.number}, mae, mae_low, mae_high and subjects",
            )
            for line in lines
        ]
    )
