"""The model card of a bundle, in Markdown: what it is, what it was trained on, how good it was, and what it is not for.

After Mitchell et al. 2019, Model cards for model reporting, doi 10.1145/3287560.3287596.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, sqrt
from typing import Any, NamedTuple

from pasi.bundle.model import ScoringModel
from pasi.bundle.residuals import LEVEL, Residuals
from pasi.bundle.run_verdict import RunVerdict
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.learners.settings import GIVEN_A_SCORE
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns, Row, rows_of
from pasi.wording import counted

PARTS = {"oof": "out of fold", "test": "test set"}
ASK = "What kind of photos and people these were, only the maker of this bundle knows: ask before you use it."
SIMULATED = "Photos and grades were simulated by a program: nothing on this card holds for patients."
OPTIMISTIC = (
    "The out-of-fold figures are optimistic: the networks behind a fold's rows were combined by weights that owe "
    "something to the observed scores of that fold (stacking.honest was false)."
)
CHECKS = (
    "Quality, colours, statistics and region of the photos of a visit are compared with those of the training. Each of "
    "these four checks is wrong at any visit of at most about {alarms} of subjects who are like those of the training."
)
LIMITS = (
    "- Blurred, dark and bright photos are left out, and photos unlike those of the training refuse a visit. Photos of "
    "another camera or at another site often pass, with scores that are worth less: judge a sample first.",
    "- Faces are looked for where `pasi predict --faces` is given, and some are missed.",
    "- It was judged on the cohort of its training alone, by the rater or raters of that cohort.",
    "- The error depends on the spread of severity in a cohort: do not compare errors across cohorts without it.",
    "- A score is not clipped: it may lie slightly below 0.",
)
USE = (
    "Research on photos like those of the training: the same kind of camera, light, distance, body regions and "
    "patients. Have a person look at each score before it counts for anything."
)
NO_DEVICE = (
    "**Research software and not a medical device.** It must not be used to diagnose or to decide on a treatment."
)
LICENCES = (
    "The software is under Apache-2.0. The weights follow from the photos that they were trained on, whose owner "
    "decides about them, and, where they started from torchvision's ImageNet weights, from these: see the licences of "
    "torchvision and the terms of ImageNet."
)


class CardTables(NamedTuple):
    """What the card shows of a run: tables of evaluation, the split, and counts of what was trained on.

    cohort: cohort/labels.parquet. tiles: the tile table.
    """

    metrics: Columns
    intervals: Columns
    subjects: Columns
    cohort: Columns
    tiles: Columns


def card_text(
    model: ScoringModel,
    index: SeverityIndex,
    residuals: Residuals,
    tables: CardTables,
    *,
    leaking: Sequence[str],
    alarms: float,
    synthetic: bool,
    verdict: RunVerdict,
) -> str:
    """The card. leaking: meta-learners whose out-of-fold figures owe something to the scores that they predict.

    alarms: the share of subjects of whom a check of photos may be wrong (`PhotoChecks`). synthetic: whether the cohort
    was a simulated one. verdict: what the report of the run says.
    """
    optimistic = model.learner in leaking
    sections = {
        "What the report of its run says": _verdict_lines(verdict, model.learner),
        "What it is": _model_lines(model, index),
        "What it was trained on": [_trained_on(tables, index), SIMULATED if synthetic else ASK],
        "How good it was, by visit": [*_figures(model.learner, index, tables), *([OPTIMISTIC] if optimistic else [])],
        "Intervals": [_interval_text(residuals, optimistic=optimistic)],
        "Limits": LIMITS,
        "Intended use": [USE],
        "To score visits": ["    pasi predict --model BUNDLE --photos photos.csv --out scores.csv"],
        "Licences": [LICENCES],
        "Checks of new photos": [CHECKS.format(alarms=f"{alarms:.1%}")],
    }
    head = f"# {model.learner}: {index.name} from photos"
    parts = ["\n".join([f"## {heading}", "", *lines]) for heading, lines in sections.items()]
    return "\n\n".join([head, NO_DEVICE, *parts]) + "\n"


def _verdict_lines(verdict: RunVerdict, learner: str) -> Iterator[str]:
    """What the report says, in bold type, and why."""
    yield f"**{verdict.of(learner)}**"
    if verdict.reasons:
        yield ""
        yield from (f"- {reason}" for reason in verdict.reasons)


def _model_lines(model: ScoringModel, index: SeverityIndex) -> Iterator[str]:
    networks = counted(len(model.networks), "network")
    yield f"- index: {index.name}, 0 to {index.maximum:g} {index.unit}; regions {', '.join(index.region_names)}"
    yield f"- learner: {model.learner}, of {networks}"
    predicted = "each sign and the area" if len(model.columns) > 1 else "the composite of each region"
    yield f"- each network predicts {predicted}"
    started = [name for name, backbone in model.backbones.items() if backbone.pretrained]
    yield f"- started from ImageNet weights: {', '.join(started) or 'none, all from random numbers'}"
    for name, coefficient in zip(model.final.backbones, model.final.coefficients, strict=True):
        yield f"- coefficient of {name}: {coefficient:.4g}"


def _trained_on(tables: CardTables, index: SeverityIndex) -> str:
    parts = dict(zip(tables.subjects["subject"], tables.subjects["part"], strict=True))
    trained = {subject for subject, part in parts.items() if part != "test"}
    rows = list(zip(tables.cohort["subject"], tables.cohort["visit"], tables.cohort["composite"], strict=True))
    visits = {row[:2] for row in rows if row[0] in trained}
    composites = [row[2] for row in rows if row[0] in trained]
    photos = sum(subject in trained for subject in tables.tiles["subject"])
    counts = ", ".join(
        (counted(len(trained), "subject"), counted(len(visits), "visit"), counted(len(composites), "graded region"))
    )
    return (
        f"{counts} and {counted(photos, 'photo')}. Their composites reach from {min(composites):g} to "
        f"{max(composites):g} of at most {index.composite_maximum:g}."
    )


def _figures(learner: str, index: SeverityIndex, tables: CardTables) -> Iterator[str]:
    """A table of the learner and of the strongest baselines, with 95% intervals over subjects, and what it shows."""
    yield f"| part | learner | visits | subjects | MAE ({index.unit}) | CCC | spread of the MAE over repeats |"
    yield "|---|---|---|---|---|---|---|"
    for part, name in PARTS.items():
        rows = rows_of(tables.metrics, level="visit", part=part)
        own = [row for row in rows if row["learner"] == learner]
        named = [row for row in rows if row["kind"] == "baseline" and row["learner"] not in GIVEN_A_SCORE]
        baselines = [row for row in named if isfinite(row["mae"])]
        for row in own + sorted(baselines, key=lambda row: float(row["mae"]))[:1]:
            ends = {one["metric"]: one for one in rows_of(tables.intervals, learner=row["learner"], part=part)}
            cells = [_with_interval(row[metric], ends.get(metric)) for metric in ("mae", "ccc")]
            numbers = f"{row['n']:g} | {ends['mae']['subjects']:g}"
            yield f"| {name} | {row['learner']} | {numbers} | {' | '.join(cells)} | {_spread(row)} |"
        if not own:
            sealed = part == "test" and "test" in set(tables.subjects["part"])
            cells = ["sealed"] * 5 if sealed else ["0", "0", *["none"] * 3]
            yield f"| {name} | {learner} | {' | '.join(cells)} |"
    yield ""
    yield (
        "The baseline is the one with the lowest MAE of each part; it may know the week and the arm, and needs no "
        "network."
    )
    (own_row,) = rows_of(tables.metrics, level="visit", part="oof", learner=learner)
    for part, name in PARTS.items():
        count = max((row["subjects"] for row in rows_of(tables.intervals, learner=learner, part=part)), default=0)
        if 0 < count < FEWEST_FOR_VERDICT:
            few = counted(count, "subject")
            yield f"{name.capitalize()}, {few}: fewer than the {FEWEST_FOR_VERDICT} that a verdict takes."
    if own_row["below_baseline"]:
        yield "**Out of fold the learner is no better than the strongest baseline: its scores are worth little.**"
    if own_row["learned"]:
        yield f"Networks that learned more than the mean of each region: {own_row['learned']}."


def _with_interval(value: float, ends: Mapping[str, Any] | None) -> str:
    if not isfinite(value):
        return "undefined"
    if ends is None or not (isfinite(ends["low"]) and isfinite(ends["high"])):
        return f"{value:.2f} (no interval)"
    return f"{value:.2f} (95% {ends['low']:.2f} to {ends['high']:.2f})"


def _spread(row: Row) -> str:
    return f"{row['mae_spread']:.2f} ({row['repeats']:g} repeats)" if row["repeats"] > 1 else "unknown: one repeat"


def _interval_text(residuals: Residuals, *, optimistic: bool) -> str:
    count, level = len(residuals.largest), float(LEVEL)
    if int((1 - LEVEL) * (count + 1)) < 1:
        return f"None: {counted(count, 'subject')} out of fold are too few for an interval of {level:.0%}."
    promised = max(0.0, 2 * level - 1 - sqrt(2 / count))
    text = (
        f"Each score has a {level:.0%} interval by CV+ over subjects, from the largest out-of-fold error of each of "
        f"{count} subjects (Barber et al. 2021). If a new subject is exchangeable with these, the intervals of all "
        f"its visits together hold its scores with a probability of at least {promised:.0%}, which rises to "
        f"{2 * level - 1:.0%} with more subjects, and usually of about {level:.0%}. For other photos or people than "
        "those of the training nothing is guaranteed. Ends are cut at the ends of the scale."
    )
    return text + (" Optimistic weights (see above) weaken the guarantee." if optimistic else "")
