"""The warnings that stand at the head of the report."""

from collections import Counter
from collections.abc import Mapping
from math import isnan
from typing import Any

import numpy as np

from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.report.content import ReportContent
from pasi.report.learning import learning_warnings
from pasi.report.numbers import number
from pasi.report.paper_tables import GREATER_IS_BETTER, best_learners
from pasi.report.primary import BEST, BETTER, WORSE
from pasi.storage.tables import rows_of
from pasi.wording import counted

PLAIN_ROWS = "up to 6.5% too good, and with other networks up to 8.5% too bad"  # benchmarks/stacking.py


def caveats(content: ReportContent) -> list[str]:
    """What a reader must know before using a number of the report, the most important first."""
    return [
        *_left_out_warnings(content),
        *learning_warnings(content),
        *_training_warnings(content.config["training"]),
        *_stacking_warnings(content),
        *_adoption_warnings(content),
        *_test_warnings(content),
        *_baseline_warnings(content),
        *_visit_warnings(content),
        *_undefined_warnings(content),
    ]


def _left_out_warnings(content: ReportContent) -> list[str]:
    networks = len({backbone for backbone, _, _ in content.left_out})
    if not networks:
        return []
    planned = counted(len(content.config["training"]["backbones"]), "network")
    reasons = " ".join(reason for *_, reason in content.left_out)
    return [
        f"{networks} of {planned} {'is' if networks == 1 else 'are'} left out of all results, because a training "
        f"failed for good (stacking.allow_missing). {reasons}"
    ]


def _training_warnings(training: Mapping[str, Any]) -> list[str]:
    said = []
    if training["monitor"] == "heldout":
        said.append(
            "Out-of-fold results are optimistic: training.monitor is heldout, so the fold that a network predicts also "
            "decided when its training stopped and which weights were kept."
        )
    if training["weights"] == "none":
        said.append("The networks were trained from scratch (training.weights is none), not from ImageNet weights.")
    return said


def _stacking_warnings(content: ReportContent) -> list[str]:
    """Which meta-learners are marked optimistic for their weights alone; under monitor heldout all learners are."""
    rows = rows_of(content.metrics, level="visit", part="oof", kind="meta")
    marked = [row["learner"] for row in rows if row["optimistic"]]
    if not marked or content.config["training"]["monitor"] == "heldout":
        return []
    evaluated = f" This report evaluates one of them, {content.chosen}." if content.chosen in marked else ""
    return [
        f"Out-of-fold results of {', '.join(marked)} are no fair estimates: the weights for a fold were fitted to "
        f"predictions of networks that had been trained on that fold. In simulated trials they were {PLAIN_ROWS} "
        f"(docs/evaluation.md).{evaluated} Test results are not affected. With stacking.honest set to true, further "
        "networks are trained, from which rows without this fault are made."
    ]


def _adoption_warnings(content: ReportContent) -> list[str]:
    versions = Counter(version for *_, version in content.adopted)
    trainings = counted(sum(len(folds) for folds in content.histories.values()), "training")
    return [
        f"{count} of {trainings} were taken over (pasi adopt): version {version} of this software trained them, with "
        "equal settings and inputs."
        for version, count in versions.items()
    ]


def _test_warnings(content: ReportContent) -> list[str]:
    if not content.tested:
        why = "The test part is sealed (evaluation.test_rows is none)" if content.sealed else "There is no test part"
        return [f"{why}: all results are out of fold."]
    tested = rows_of(content.metrics, level="visit", part="test")
    subjects = len({row["subject"] for row in rows_of(content.split, part="test")})
    said = []
    if subjects < FEWEST_FOR_VERDICT:
        said.append(
            f"The test part has {counted(subjects, 'subject')}: its intervals are wide, and differences between "
            f"learners on it have no verdict, which takes {FEWEST_FOR_VERDICT}."
        )
    judged = sum(row["kind"] != "baseline" for row in tested)
    best, chosen = best_learners(tested).get(content.primary), content.chosen
    if best not in (None, chosen):
        found = {row["learner"]: number(row[content.primary]) for row in tested}
        said.append(
            f"{best} has {BEST[content.primary]} on the test part ({found[best]}; {chosen}: {found[chosen]}). It "
            f"was not chosen: a learner that is chosen among {judged} on the visits that also evaluate it looks better "
            "than it is."
        )
    return said


def _baseline_warnings(content: ReportContent) -> list[str]:
    rows = rows_of(content.metrics, level="visit", part="oof")
    below = [row["learner"] for row in rows if row["below_baseline"]]
    judged = sum(row["kind"] != "baseline" for row in rows)
    chosen, primary = content.chosen, content.primary
    values = {row["learner"]: row[primary] for row in rows}
    said = [
        f"{name} has {BETTER[primary]} out of fold ({number(values[name])}) than {chosen} ({number(values[chosen])})."
        for name in (row["learner"] for row in rows if row["kind"] == "baseline")
        if (values[name] > values[chosen] if GREATER_IS_BETTER[primary] else values[name] < values[chosen])
    ]
    if below:
        said.append(
            f"{len(below)} of {counted(judged, 'learner')} {'has' if len(below) == 1 else 'have'} {WORSE[primary]} out "
            f"of fold than a baseline: {', '.join(below)}."
        )
    return said


def _visit_warnings(content: ReportContent) -> list[str]:
    lacking = content.incomplete_visits
    if not lacking:
        return []
    own = np.asarray(content.visits["learner"]) == content.chosen
    subjects, visits, baselines = (np.asarray(content.visits[name]) for name in ("subject", "visit", "baseline"))
    lost = set(subjects[own & (baselines != "")]) - set(subjects[own & (visits == baselines)])
    names = ", ".join(content.index.region_names)
    said = [
        f"{counted(lacking, 'visit')} {'lacks' if lacking == 1 else 'lack'} a region ({names}). Such a visit has no "
        f"{content.index.name}: its other regions were used for training, and no result at visit level includes it."
    ]
    if lost:
        said.append(
            f"{counted(len(lost), 'subject')} without all regions at the baseline: no improvement can be computed, "
            "because no other visit replaces it."
        )
    return said


def _undefined_warnings(content: ReportContent) -> list[str]:
    judged = [row for row in rows_of(content.metrics, level="visit") if row["kind"] != "baseline"]
    undefined = [row["learner"] for row in judged if isnan(row["pcc"])]
    if not undefined:
        return []
    names = ", ".join(dict.fromkeys(undefined))
    return [
        f"The PCC is undefined, and shown as a dash, for {names}: all predictions or all observed values are equal."
    ]
