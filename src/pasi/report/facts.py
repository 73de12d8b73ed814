"""Counts and figures of the page that are no cell of a table: report/summary.json holds them under `facts`."""

from pasi.evaluation.fewest_subjects import fewest_subjects
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.appendix import related_errors
from pasi.report.checks import cohort_flow
from pasi.report.content import ReportContent
from pasi.report.endpoints import limits_of
from pasi.report.epoch_cap import FACT, OWN_FACT, of_chosen, still_improving
from pasi.report.findings import fit_lines, headlines
from pasi.report.learning import resting_on
from pasi.report.light import light
from pasi.severity.courses import subjects_without_order

CANDIDATES = "learners but for baselines"
SHOWN_REASONS = 3  # of the light's reasons, in the answer


def facts_of(content: ReportContent) -> dict[str, float]:
    """Name -> number. Each is computed from the tables by the function that the page's sentence uses too."""
    failed = light(content).failed
    found: dict[str, float] = {
        "trainings": len(content.skills),
        "trainings that did not learn": len(content.unlearned),
        "of these, the chosen learner rests on": len(resting_on(content, content.chosen)),
        FACT: len(still_improving(content)),
        OWN_FACT: len(of_chosen(content)),
        CANDIDATES: len(candidates(content)),
        "reasons_left": max(len(failed) - SHOWN_REASONS, 0),
        "folds": len(content.fold_numbers),
        "networks": len(content.config["training"]["backbones"]),
        "meta-learners": len(content.models),
        "incomplete visits": content.incomplete_visits,
        "fewest subjects in each arm for an endpoint": fewest_subjects(limits_of(content)),
    }
    found |= {step.noun: step.count for step in cohort_flow(content)}
    found |= {f"sd_observed_{line.row['part']}": line.observed_sd for line in headlines(content)}
    for line in fit_lines(content):
        found |= {f"share_{name}_{line.part}": share for name, share in line.error_shares.items()}
    found |= {f"errors of {a} and {b}": value for a, b, value in related_errors(content)}
    for part in PART_NAMES:
        rows = learner_rows(content.visits, content.chosen, part)
        found |= {f"subjects, {part}": len(set(rows["subject"])), f"visits, {part}": len(rows["subject"])}
        found[f"subjects without order, {part}"] = len(subjects_without_order(rows))
    found |= {f"subjects of the split, {part}": sum(content.split["part"] == part) for part in ("train", "test")}
    return found


def candidates(content: ReportContent) -> set[str]:
    """The learners that one is chosen among."""
    return {row["learner"] for row in content.lines("metrics", level="visit") if row["kind"] != "baseline"}
