"""Answers about what came out: figures, responses, the light and its conditions."""

from math import isfinite

from pasi.dossier.about_evaluation import PARTS
from pasi.dossier.about_groups import subgroups
from pasi.dossier.evidence import Run
from pasi.dossier.statements import SUMMARY, Answer, Quote, Statement, ask, between, cell, join, say, state
from pasi.report.cells import Line


def performance(run: Run) -> Answer:
    """MAE, CCC, bias and limits of agreement of the chosen learner, each with its interval, in each part."""
    said = [_figures(run, part) for part in PARTS]
    return Answer(tuple(one for one in said if one is not None), "" if any(said) else "The run has no such figures.")


def performance_and_groups(run: Run) -> Answer:
    """Figures of all subjects, and errors by group."""
    return join(performance(run), subgroups(run))


def responses(run: Run) -> Answer:
    """Sensitivity, specificity and kappa of each response over all visits after the baseline."""
    said = []
    for part, name in PARTS.items():
        for line in run.lines("responses", part=part, imputed=False):
            if not isfinite(line["week"]):
                said.append(_response(name, line))
    if not said:
        return state("No response was judged: visits lack an order or a baseline.", "evaluation/responses.csv")
    return Answer(tuple(said))


def light(run: Run) -> Answer:
    """The light and the verdict."""
    return Answer(
        (
            say("The report says: {light}.", light=Quote(run.summary["light"], f"{SUMMARY}, light")),
            say("{verdict}", verdict=Quote(run.summary["verdict"], f"{SUMMARY}, verdict")),
        )
    )


def conditions_that_fail(run: Run) -> tuple[Statement, ...]:
    """The conditions of the light that do not hold, in its order."""
    return tuple(run.condition(one["name"]) for one in run.summary["conditions"] if one["holds"] is False)


def limitations(run: Run) -> Answer:
    """The conditions that do not hold, and what a person must add."""
    failing = conditions_that_fail(run)
    said = failing or (say("No condition of the report's light fails.", f"{SUMMARY}, conditions"),)
    return Answer(said, "Limits that no table shows, such as who is not represented.")


def interpretation(run: Run) -> Answer:
    """The light, and a person's words."""
    return join(light(run), ask("What this means in view of the aims, of fairness and of other studies."))


def endpoints(run: Run) -> Answer:
    """Which endpoints the learner may replace."""
    answer = Quote(run.summary["endpoints"], f"{SUMMARY}, endpoints")
    return state("{answer}", person="The intended use and clinical role.", answer=answer)


def _figures(run: Run, part: str) -> Statement | None:
    intervals = {line["metric"]: line for line in run.lines("intervals", learner=run.chosen, part=part)}
    agreement = {line["measure"]: line for line in run.lines("agreement", learner=run.chosen, part=part)}
    if not {"mae", "ccc"} <= set(intervals) or not {"bias", "lower", "upper"} <= set(agreement):
        return None
    mae, ccc, bias = intervals["mae"], intervals["ccc"], agreement["bias"]
    return say(
        "{part}: MAE {mae} ({mae_ends}), CCC {ccc} ({ccc_ends}), bias {bias} ({bias_ends}), limits of agreement "
        "{lower} to {upper}; {subjects} subjects, in brackets 95% intervals.",
        part=PARTS[part],
        mae=cell(mae, "estimate"),
        mae_ends=between(mae),
        ccc=cell(ccc, "estimate"),
        ccc_ends=between(ccc),
        bias=cell(bias, "estimate", "+2"),
        bias_ends=between(bias, style="+2"),
        lower=cell(agreement["lower"], "estimate", "+1"),
        upper=cell(agreement["upper"], "estimate", "+1"),
        subjects=cell(mae, "subjects", "0"),
    )


def _response(part: str, line: Line) -> Statement:
    return say(
        "{part}, {threshold}% improvement: sensitivity {sensitivity} ({sensitivity_ends}), specificity {specificity} "
        "({specificity_ends}), kappa {kappa} ({kappa_ends}), {visits} visits.",
        part=part,
        threshold=cell(line, "threshold", "0"),
        visits=cell(line, "visits", "0"),
        **{name: cell(line, name) for name in ("sensitivity", "specificity", "kappa")},
        **{f"{name}_ends": between(line, name) for name in ("sensitivity", "specificity", "kappa")},
    )
