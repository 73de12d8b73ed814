"""Section 4, Agreement: scatter and Bland-Altman plots by fold, calibration, and errors by group."""

from dataclasses import dataclass
from math import isfinite, pi, sqrt
from typing import Any

import numpy as np
from markupsafe import Markup

from pasi.evaluation.calibration import calibration_line
from pasi.evaluation.limits import LIMIT
from pasi.evaluation.proportional_bias import proportional_bias
from pasi.evaluation.subgroups import FEW
from pasi.evaluation.visits import PART_NAMES, learner_rows
from pasi.report.cells import Line
from pasi.report.content import ReportContent
from pasi.report.findings import fit_lines
from pasi.report.further import further_rows, spread_text
from pasi.report.measured_coverage import band_text
from pasi.report.plots import Axes
from pasi.report.raters import rater_sentences
from pasi.report.signs import sign_rows
from pasi.storage.tables import Table
from pasi.wording import MINUS

SIZE = (344, 330)  # pixels: two plots stand side by side, and one fits on a phone
GRID = 40  # points of the calibration band
ATTRIBUTES = {
    "observed_band": "Severity band, observed",
    "week": "Week",
    "visit": "Visit",
    "region": "Region (points of the composite)",
    "arm": "Arm",
    "sex": "Sex",
    "age_band": "Age",
    "site": "Site",
    "skin_type": "Skin type",
    "baseline_band": "Severity at the baseline",
}


@dataclass(frozen=True)
class Group:
    """The rows of one attribute in one part."""

    part: str
    title: str
    rows: list[Line]


def agreement_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    lines = fit_lines(content)
    return {
        "panels": [(PART_NAMES[part], scatter(content, part), bland_altman(content, part)) for part in _parts(content)],
        "lines_of_fit": lines,
        "band": band_text(lines),
        "agreement": {
            PART_NAMES[part]: {
                row["measure"]: row for row in content.lines("agreement", learner=content.chosen, part=part)
            }
            for part in _parts(content)
        },
        "spread": spread_text(content),
        "limits_by_score": content.lines("limits_by_score"),
        "further": further_rows(content),
        "groups": groups(content),
        "few": FEW,
        "regions": content.lines("metrics", level="region", learner=content.chosen),
        "signs": sign_rows(content),
        "raters": rater_sentences(content),
        "folds_shown": content.fold_numbers,
    }


def _parts(content: ReportContent) -> list[str]:
    return [part for part in ("oof", "test") if len(learner_rows(content.visits, content.chosen, part)["subject"])]


def groups(content: ReportContent) -> list[Group]:
    """Tables by attribute, in the order of ATTRIBUTES, out of fold first."""
    rows = content.lines("groups")
    found = [
        Group(PART_NAMES[part], title, own)
        for part in ("oof", "test")
        for attribute, title in ATTRIBUTES.items()
        if (own := [row for row in rows if (row["part"], row["attribute"]) == (part, attribute)])
    ]
    return found


def fold_of(content: ReportContent) -> dict[str, int]:
    """Subject -> fold, -1 for test subjects."""
    return {str(s): int(f) for s, f in zip(content.split["subject"], content.split["fold"], strict=True)}


def scatter(content: ReportContent, part: str) -> Markup:
    """Observed against predicted scores, marks by fold, with identity, calibration line and band."""
    rows = learner_rows(content.visits, content.chosen, part)
    both = np.concatenate([rows["observed"], rows["predicted"]])
    ends = min(0.0, float(both.min())), max(float(both.max()), 1e-6)
    reach = (ends[0] - 0.03 * (ends[1] - ends[0]), ends[1] + 0.03 * (ends[1] - ends[0]))
    axes = Axes(*SIZE, x=reach, y=reach)
    parts = [axes.frame("predicted", "observed"), axes.line((reach[0],) * 2, (reach[1],) * 2, "identity")]
    grid = np.linspace(rows["predicted"].min(), rows["predicted"].max(), GRID)
    found = calibration_line(rows["observed"], rows["predicted"], rows["subject"], grid)
    clip = tuple(np.clip(line, *reach) for line in (found.low, found.line, found.high))
    parts += [axes.path(grid, line, kind) for line, kind in zip(clip, ("band", "fit", "band"), strict=True)]
    parts += _marks(content, rows, axes, rows["predicted"], rows["observed"])
    return axes.svg(parts, f"Observed against predicted scores, {PART_NAMES[part].lower()}; the table below has all")


def bland_altman(content: ReportContent, part: str) -> Markup:
    """Predicted minus observed against their mean, with bias and limits of agreement."""
    rows = learner_rows(content.visits, content.chosen, part)
    mean, difference = (rows["observed"] + rows["predicted"]) / 2, rows["predicted"] - rows["observed"]
    found = {row["measure"]: row for row in content.lines("agreement", learner=content.chosen, part=part)}
    drawn = {name: float(found[name]["estimate"]) for name in ("lower", "bias", "upper") if name in found}
    drawn = {name: value for name, value in drawn.items() if isfinite(value)}
    most = 1.08 * max([float(np.abs(difference).max()), *map(abs, drawn.values()), 1e-6])
    x = (min(0.0, float(mean.min())), max(1.04 * float(mean.max()), 1e-6))
    axes = Axes(*SIZE, x=x, y=(-most, most))
    parts = [axes.frame("mean of predicted and observed", f"predicted {MINUS} observed")]
    parts.append(axes.line((x[0], 0), (x[1], 0), "axis"))
    raters = [end for end in rater_limits(content) if abs(end) <= most]
    parts += [axes.line((x[0], end), (x[1], end), "rater") for end in raters]
    parts += [
        axes.line((x[0], value), (x[1], value), "fit" if name == "bias" else "band") for name, value in drawn.items()
    ]
    grid = np.linspace(mean.min(), mean.max(), GRID)
    widening = proportional_bias(rows["observed"], rows["predicted"], rows["subject"], grid)
    parts += [axes.path(grid, np.clip(line, -most, most), "identity") for line in (widening.lower, widening.upper)]
    parts += _marks(content, rows, axes, mean, difference)
    return axes.svg(parts, f"Predicted minus observed against their mean, {PART_NAMES[part].lower()}")


def rater_limits(content: ReportContent) -> tuple[float, ...]:
    """Limits of agreement of two raters, where `report.rater_difference` says how far they differ; else none.

    Of normal differences without bias the mean of the absolute ones is D = s sqrt(2 / pi), so that the limits are
    +/- 1.96 D sqrt(pi / 2).
    """
    difference = content.config["report"]["rater_difference"]
    if difference is None:
        return ()
    reach = LIMIT * float(difference) * sqrt(pi / 2)
    return -reach, reach


def _marks(content: ReportContent, rows: Table, axes: Axes, x: np.ndarray, y: np.ndarray) -> list[Markup]:
    folds = fold_of(content)
    cells = zip(rows["subject"], rows["visit"], rows["observed"], rows["predicted"], x, y, strict=True)
    marks = []
    for subject, visit, observed, predicted, across, up in cells:
        fold = folds.get(str(subject), -1)
        where = "test" if fold < 0 else f"fold {fold}"
        words = f"{subject} {visit}, {where}: observed {observed:.1f}, predicted {predicted:.1f}"
        marks.append(
            axes.mark(across, up, (None if fold < 0 else fold, "test" if fold < 0 else ""), words, str(subject))
        )
    return marks
