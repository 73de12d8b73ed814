"""What a reader must know before using a number of the report."""

from collections.abc import Mapping
from math import isnan
from typing import Any

import numpy as np

from pasi.report.content import ReportContent
from pasi.report.numbers import number
from pasi.report.paper_tables import best_learners
from pasi.storage.tables import rows_of
from pasi.wording import counted

FEW_SUBJECTS = 10  # with fewer, an interval is too wide to tell learners apart


def caveats(content: ReportContent) -> list[str]:
    """What a reader must know before believing a number; in the order of weight."""
    return [
        *_left_out_warnings(content),
        *_training_warnings(content.config["training"]),
        *_test_warnings(content),
        *_baseline_warnings(content),
        *_visit_warnings(content),
        *_undefined_warnings(content),
    ]


def _left_out_warnings(content: ReportContent) -> list[str]:
    networks = {backbone for backbone, _, _ in content.left_out}
    reasons = " ".join(reason for *_, reason in content.left_out)
    planned = counted(len(content.config["training"]["backbones"]), "network")
    said = f"{len(networks)} of {planned} left out of everything here, because a training failed for good"
    return [f"{said} (stacking.allow_missing). {reasons}"] if networks else []


def _training_warnings(training: Mapping[str, Any]) -> list[str]:
    said = []
    if training["monitor"] == "heldout":
        said.append(
            "Out-of-fold figures are optimistic: training.monitor is heldout, so each network was stopped, and its "
            "weights were picked, by the fold that it then predicts."
        )
    if training["weights"] == "none":
        said.append("The networks were trained from scratch (training.weights is none), not from ImageNet weights.")
    return said


def _test_warnings(content: ReportContent) -> list[str]:
    if content.part == "oof":
        return ["There is no test part: every figure is out of fold."]
    tested = rows_of(content.metrics, level="visit", part="test")
    subjects = len({row["subject"] for row in rows_of(content.split, part="test")})
    said = []
    if subjects < FEW_SUBJECTS:
        said.append(
            f"The test part has {counted(subjects, 'subject')}: its intervals are wide, and differences between "
            "learners on it are mostly chance."
        )
    judged = sum(row["kind"] != "baseline" for row in tested)
    best, chosen = best_learners(tested).get("mae"), content.chosen
    if best not in (None, chosen):
        mae = {row["learner"]: row["mae"] for row in tested}
        said.append(
            f"The least MAE on the test part is that of {best} ({number(mae[best])}; {chosen}: {number(mae[chosen])}). "
            f"It was not chosen: the best of {judged} learners on the visits that also judge it would look better "
            "than it is."
        )
    return said


def _baseline_warnings(content: ReportContent) -> list[str]:
    rows = rows_of(content.metrics, level="visit", part="oof")
    below = [row["learner"] for row in rows if row["below_baseline"]]
    judged = sum(row["kind"] != "baseline" for row in rows)
    mae = {row["learner"]: row["mae"] for row in rows}
    chosen = content.chosen
    said = [
        f"{row['learner']} has a lower MAE out of fold ({number(row['mae'])}) than {chosen} ({number(mae[chosen])})."
        for row in rows
        if row["kind"] == "baseline" and row["mae"] < mae[chosen]
    ]
    if below:
        said.append(
            f"{len(below)} of {judged} learners agree less (CCC, out of fold) than a baseline: {', '.join(below)}."
        )
    return said


def _visit_warnings(content: ReportContent) -> list[str]:
    lacking = content.incomplete_visits
    if not lacking:
        return []
    names = content.index.region_names
    own = np.asarray(content.visits["learner"]) == content.chosen
    subjects, visits, baselines = (np.asarray(content.visits[name]) for name in ("subject", "visit", "baseline"))
    lost = set(subjects[own & (baselines != "")]) - set(subjects[own & (visits == baselines)])
    said = [
        f"{counted(len(lost), 'subject')} without all regions at the baseline: no improvement can be computed, because "
        "no other visit replaces it."
    ]
    return [
        f"{counted(lacking, 'visit')} {'lacks' if lacking == 1 else 'lack'} a region ({', '.join(names)}) and "
        f"{'has' if lacking == 1 else 'have'} no {content.index.name}: their regions were used for training, and they "
        "are in no figure at visit level.",
        *(said if lost else []),
    ]


def _undefined_warnings(content: ReportContent) -> list[str]:
    judged = [row for row in rows_of(content.metrics, level="visit") if row["kind"] != "baseline"]
    undefined = [row["learner"] for row in judged if isnan(row["pcc"])]
    if not undefined:
        return []
    names = ", ".join(dict.fromkeys(undefined))
    return [f"No PCC, shown as a dash, for {names}: its predictions or the observed values are all equal."]
