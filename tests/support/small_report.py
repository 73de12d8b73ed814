"""The content of a small report, made by hand: two networks, two meta-learners, two baselines, seven subjects."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from pasi.config.sections import EvaluationSection
from pasi.evaluation.description import TABLES, Judged, description_tables
from pasi.evaluation.endpoint_table import BOUNDED
from pasi.evaluation.openings import OPENING, Openings, openings_record
from pasi.evaluation.plan_log import PLAN, plans_record
from pasi.figures.agreement import draw_agreement
from pasi.figures.composites_diagram import draw_composites_diagram
from pasi.figures.courses import draw_courses
from pasi.figures.distributions import draw_distributions
from pasi.figures.learning_curves import draw_learning_curves
from pasi.figures.style import save_figure
from pasi.learners.settings import FIRST_VISIT
from pasi.report.content import FILES, ReportContent, Sources
from pasi.run_folder import FIGURES
from pasi.severity.index import SeverityIndex
from pasi.storage.hash_chain import HashChain
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table

PIXEL = "data:image/png;base64,iVBORw0KGgo="
METAS = ("meta_learner", "mean")
FLAGS = {"below_baseline": False, "optimistic": False}
SPREADS = {f"{metric}_spread": float("nan") for metric in ("mae", "mse", "pcc", "ccc")}
LEARNERS = (*((name, "backbone") for name in ("resnet34", "vgg11")), *((name, "meta") for name in METAS))
BASELINES = (("baseline_mean", "baseline"), ("baseline_histogram_ridge", "baseline"))

CONFIG = {
    "index": {
        "name": "PASI without head",
        "unit": "points",
        "signs": [{"name": "erythema", "maximum": 4, "step": 1}, {"name": "desquamation", "maximum": 4, "step": 1}],
        "area": {"name": "area", "maximum": 6, "step": 1},
        "regions": [{"name": "upper", "weight": 0.5, "photos": 2}, {"name": "lower", "weight": 0.5, "photos": 1}],
        "bands": [{"name": "mild", "up_to": 10}, {"name": "severe", "up_to": None}],
        "clear_below": 0.5,
        "responses": [50, 75],
    },
    "tiles": {"size": 128, "fit": "letterbox"},
    "splits": {"stratify_on": "desquamation"},
    "training": {
        "keep": "best",
        "backbones": ["resnet34", "vgg11"],
        "monitor": "inner",
        "weights": "imagenet",
        "least_skill": 0.1,
        "repeats": 1,
        "schedule": "plateau",
        "max_epochs": 40,
        "early_stopping_patience": 10,
    },
    "evaluation": EvaluationSection().model_dump(),
    "stacking": {"honest": False},
    "report": {"title": "Trial", "rater_difference": 3.3, "least_ccc": 0.5, "synthetic": False, "images": "none"},
}
SUBJECTS = {"A": -1, "B": -1, "C": -1, "D": 0, "E": 0, "F": 1, "G": 1}  # subject -> fold, -1 for test


def columns(rows: list[dict]) -> dict:
    """Rows as columns of numpy arrays, text as objects."""
    names = rows[0] if rows else ()
    found = {name: np.array([row[name] for row in rows]) for name in names}
    return {name: array.astype(object) if array.dtype.kind == "U" else array for name, array in found.items()}


def metric_row(learner: str, kind: str, part: str, level: str = "visit", **values: float) -> dict:
    row = {"learner": learner, "kind": kind, "level": level, "part": part, "n": 8}
    row |= {"mae": 2.0, "mse": 8.0, "pcc": 0.9, "ccc": 0.8, "learned": "2/2" if kind == "backbone" else ""}
    return row | FLAGS | SPREADS | values


def make_metrics() -> dict:
    errors = {"resnet34": 2.345678, "vgg11": 3.1, "meta_learner": 2.5, "mean": 2.4}
    rows = []
    for part, gain in (("oof", 0.0), ("test", 0.25)):
        for level in ("visit", "region"):
            for learner, kind in LEARNERS:
                mae = errors[learner] + gain * (learner == "resnet34")
                values = {"mae": mae, "mse": mae**2, "below_baseline": learner == "vgg11"}
                rows.append(metric_row(learner, kind, part, level, **values))
            rows += [metric_row(learner, kind, part, level, mae=5.0, ccc=0.5) for learner, kind in BASELINES]
    for row in rows:
        if row["learner"] == "baseline_mean":
            row["pcc"] = float("nan")
    return columns(rows)


def make_cohort() -> tuple[dict, dict, dict]:
    """Scores, photos and split: 7 subjects, 2 visits, 2 regions; visit V1 of G lacks region lower."""
    scores, photos = [], []
    for subject in SUBJECTS:
        for visit, week in (("V0", 0.0), ("V1", 4.0)):
            for region, slots in (("upper", 2), ("lower", 1)):
                if (subject, visit, region) == ("G", "V1", "lower"):
                    continue
                grade = {"erythema": 2.0, "desquamation": 1.0, "area": 3.0, "composite": 9.0}
                about = {"baseline": "V0", "arm": "active" if subject < "D" else "placebo"}
                scores.append({"subject": subject, "visit": visit, "week": week, "region": region, **about, **grade})
                keys = {"subject": subject, "visit": visit, "region": region}
                photos += [{**keys, "slot": slot, "sha256": f"{subject}{visit}{region}{slot}"} for slot in range(slots)]
    part = ["test" if fold < 0 else "train" for fold in SUBJECTS.values()]
    split = {"subject": np.array(list(SUBJECTS), object), "part": np.array(part, object)}
    return columns(scores), columns(photos), split | {"fold": np.array(list(SUBJECTS.values()))}


def make_predictions() -> tuple[dict, dict]:
    """The out-of-fold table (regions) and the table of visits of every learner."""
    oof, visits = [], []
    for learner, kind in (*LEARNERS, *BASELINES):
        for position, (subject, fold) in enumerate(SUBJECTS.items()):
            for place, visit in enumerate(("V0", "V1")):
                value = 20.0 / (1 + place) + position
                row = {"learner": learner, "kind": kind, "part": "test" if fold < 0 else "oof", "subject": subject}
                row |= {
                    "visit": visit,
                    "repeat": 0 if kind == "backbone" else -1,
                    "week": 4.0 * place,
                    "visit_order": float(place),
                    "baseline": "V0",
                    "observed": value,
                    "predicted": value + 1 + place,
                }
                if (subject, visit) != ("G", "V1"):
                    visits.append(row)
                if kind == "backbone" and fold >= 0:
                    keys = {"learner": learner, "fold": fold, "subject": subject, "visit": visit}
                    row = {**keys, "region": "upper", "observed": value, "predicted": value}
                    oof.append({**row, "repeat": 0, "skill": 0.75})
    return columns(oof), columns(visits)


def selection_row(part: str, metric: str, **values: float) -> dict:
    row = {"part": part, "metric": metric, "learner": "resnet34", "candidates": 4, "subjects": 4, "again": 0.75}
    numbers = {"mae": (2.35, 1.2, 3.5, 2.61, 1.9, 3.8), "ccc": (0.8, 0.6, 0.9, 0.74, 0.5, 0.88)}[metric]
    names = ("naive", "naive_low", "naive_high", "corrected", "low", "high")
    return row | dict(zip(names, numbers, strict=True)) | {"method": "bootstrap", "optimistic": False} | values


def difference_row(**values: object) -> dict:
    row = {"learner": "", "part": "", "reference": "baseline_histogram_ridge", "visits": "all", "measure": "mae"}
    row |= {"difference": -0.3, "low": -0.5, "high": 0.02, "method": "jackknife"}
    row |= dict.fromkeys(("z", "z_low", "z_high"), float("nan")) | {"p": 0.01, "p_holm": 0.04, "verdict": "better"}
    return row | values | {"subjects": 20}


def single_row(learner: str, single: float, mean: float) -> dict:
    row = {"learner": learner, "networks": 2, "visits": 6, "mae_single": single, "mae_mean": mean}
    return row | {"ccc_single": 1 - single / 10, "ccc_mean": 1 - mean / 10}


def sign_row(part: str, sign: str, **values: float) -> dict:
    row = {"learner": "resnet34", "part": part, "sign": sign, "n": 16, "mae": 0.625, "ccc": 0.75}
    return row | {"weighted_kappa": 0.7, "exact": 0.5, "within_one": 0.875} | values


def endpoint_row(arm: str, reference: str, **values: object) -> dict:
    row = {"learner": "resnet34", "part": "oof", "week": 16.0, "threshold": 75.0, "arm": arm, "reference": reference}
    row |= {"subjects": 40.0, "reference_subjects": 30.0 if reference else float("nan"), "absent": 2.0}
    row |= {name: float("nan") for name in ("subjects_observed", "subjects_predicted", "power_predicted")}
    for name in BOUNDED:
        row |= {name: 0.5, f"{name}_low": 0.25, f"{name}_high": 0.75}
    return row | {"verdict": "cannot be judged" if reference else "", "fails": "", "open": ""} | values


ARM_ROWS = [endpoint_row("active", ""), endpoint_row("placebo", "", observed=0.125)]
PRICED = {"price": 1.5, "subjects_observed": 20.5, "subjects_predicted": 30.75, "power_predicted": 0.75}
NO_ENDPOINTS = {name: np.array([]) for name in endpoint_row("", "")}
NO_SIGNS = {name: np.array([]) for name in sign_row("", "")}


FIRST_OPENING = {
    "event": OPENING,
    "when": "2026-03-01T08:00:00+00:00",
    "plan": {"primary": "mae", "limits": {"least_ccc": 0.5}},
    "split": "digest of the split",
    "config": {"training": "digest"},
    "code": {"training": "digest"},
    "learner": "resnet34",
    "test_rows": "all",
    "predictions": {"resnet34": "digest"},
}


FIRST_PLAN = {name: FIRST_OPENING[name] for name in ("plan", "split", "config")} | {
    "event": PLAN,
    "when": "2026-02-28T08:00:00+00:00",
    "evaluated": False,
}


def opening_record(*lines: dict, faults: tuple[str, ...] = (), test_rows: str = "all") -> dict:
    """evaluation/opening.json of a log with these lines behind a first plan, which may be among them."""
    log = lines if any(line["event"] == PLAN for line in lines) else (FIRST_PLAN, *lines)
    found = Openings(HashChain(tuple(log)), faults)
    plan = next(line["plan"] for line in reversed(log) if line["event"] == PLAN)
    record = openings_record(found) | {"plan": plan, "plans": plans_record(found)}
    return record | {"test_rows": test_rows, "shown": []}


def make_balance() -> dict:
    rows = []
    for grouping, parts in (("test", ("train", "test")), ("fold", ("0", "1"))):
        for part in parts:
            for label, records in (("0", 3), ("1", 1)):
                row = {"grouping": grouping, "part": part, "label": label, "records": records, "share": records / 4}
                rows.append(row | {"label_share": 12.3456, "cohort_share": 0.04321})
    return columns(rows)


def make_history() -> dict:
    losses = np.array([1.0, 0.5, 0.75])
    return {"epoch": np.arange(3), "train_loss": losses / 2, "monitor_loss": losses}


def with_descriptions(content: ReportContent) -> ReportContent:
    """The content with the tables of `pasi.evaluation.description` made anew from its predictions."""
    twice = {name: np.repeat(cells, 2) for name, cells in content.visits.items()}
    regions = twice | {"region": np.tile(np.array(["upper", "lower"], object), len(content.visits["subject"]))}
    judged = Judged(regions, content.visits, content.scores, content.split, content.oof)
    models = [{"name": name, **model} for name, model in content.models.items()]
    options = {"least_skill": content.config["training"]["least_skill"], "draws": 20, "seed": 0}
    tables = description_tables(judged, content.index, content.chosen, models, **options)
    found = {name: {column: table[column].to_numpy() for column in table} for name, table in tables.items()}
    return replace(content, **found)


def make_content() -> ReportContent:
    """Two networks, two meta-learners, two baselines on 7 subjects; figures are one placeholder."""
    scores, photos, split = make_cohort()
    oof, visits = make_predictions()
    intervals, differences = [], []
    for learner, kind in (*LEARNERS, *BASELINES):
        for part in ("oof", "test"):
            head = {"learner": learner, "part": part, "subjects": 4 if part == "oof" else 3}
            for metric, estimate, low, high in (("ccc", 0.8, 0.61, 0.91), ("mae", 2.3, 1.234, 3.456)):
                row = {**head, "metric": metric, "estimate": estimate, "low": low, "high": high, "method": "jackknife"}
                intervals.append(row)
            if kind != "baseline":
                differences.append(difference_row(**head))
                differences.append(difference_row(**head, reference=FIRST_VISIT, visits="after the baseline"))
    model = {"backbones": ["resnet34", "vgg11"], "alpha": None, "family": "linear"}
    content = ReportContent(
        **{name: {} for name in TABLES},
        index=SeverityIndex.from_config(CONFIG["index"]),
        config=CONFIG,
        scores=scores,
        counts={"unit": ["subjects", "visits", "regions", "photos"], "held": [7, 14, 28, 41], "left_out": [0, 0, 1, 0]},
        notes={"note": ["scores.csv: 1 of 28 regions left out, for want of a photo: G V1 lower <b>"]},
        photos=photos,
        copies={"note": ["photos.csv: A V1 trunk photo 2 (line 9) is the same file as A V1 trunk photo 1 (line 8)"]},
        split=split,
        balance=make_balance(),
        oof=oof,
        visits=visits,
        metrics=make_metrics(),
        intervals=columns(intervals),
        differences=columns(differences),
        selection=columns([selection_row(part, metric) for part in ("oof", "test") for metric in ("mae", "ccc")]),
        singles=columns([single_row("resnet34", 3.0, 2.5), single_row("vgg11", 4.0, 3.2)]),
        signs=NO_SIGNS,
        endpoints=NO_ENDPOINTS,
        opening=opening_record(FIRST_OPENING),
        models={name: {**model, "coefficients": [0.625, -0.125], "intercept": 0.5, "folds": []} for name in METAS},
        histories={"resnet34": {0: make_history(), 1: make_history()}, "vgg11": {0: make_history()}},
        figures=dict.fromkeys(FIGURES, PIXEL),
        provenance={"Software": {"Python": "3.11"}},
    )
    return with_descriptions(content)


def with_column(table: dict, name: str, change) -> dict:
    """`table` with one column changed cell by cell."""
    return table | {name: np.array([change(cell) for cell in table[name]], dtype=np.asarray(table[name]).dtype)}


def without_skill(content: ReportContent, *places: tuple[str, int]) -> ReportContent:
    """The content of a run in which these networks and folds did not learn."""
    keys = zip(content.oof["learner"], content.oof["fold"], strict=True)
    skill = np.array([0.05 if key in places else 0.75 for key in keys])
    return with_descriptions(replace(content, oof=content.oof | {"skill": skill}))


def with_lowest_error(content: ReportContent, learner: str) -> ReportContent:
    """The content of a run that chooses a learner."""
    mae = np.where(content.metrics["learner"] == learner, 0.1, content.metrics["mae"])
    return with_descriptions(replace(content, metrics=content.metrics | {"mae": mae}))


def write_results(folder: Path, content: ReportContent) -> Sources:
    """A results folder with the tables of `content` where a run has them, and its figures, drawn as a run does."""
    paths = {name: folder / file for name, file in FILES.items()}
    for name, path in paths.items():
        write_table(getattr(content, name), path)
    models = [folder / "stacking" / f"{learner}.json" for learner in content.models]
    for path, model in zip(models, content.models.values(), strict=True):
        write_json(model, path)
    histories = [folder / "models" / "resnet34" / f"fold{fold}" / "history.csv" for fold in (0, 1)]
    for path in histories:
        write_table(make_history(), path)
    figures = folder / "report" / "figures"
    save_figure(draw_distributions(content.scores, content.split, content.index), figures / "figure_2")
    save_figure(draw_agreement(content.visits, content.index, "resnet34"), figures / "figure_3")
    save_figure(draw_courses(content.visits, content.index, "resnet34"), figures / "figure_4")
    save_figure(draw_learning_curves(content.histories), figures / "learning_curves")
    save_figure(draw_composites_diagram(content.index), figures / "figure_s1")
    write_json(content.config, folder / "report" / "config.json")
    paths |= {"opening": folder / "evaluation" / "opening.json", "openings": folder / "openings.jsonl"}
    write_json(content.opening, paths["opening"])
    return Sources(**paths, models=models, histories=histories, figures=figures)
