"""Plans of a small trial, before and after a change, and the rules that run again between them."""

import csv
from pathlib import Path

from pasi.config.settings import Settings, read_settings
from pasi.planning.inputs import read_run_inputs
from pasi.planning.photo_rows import photo_rows
from pasi.planning.plan import SCRIPTS, Plan
from pasi.planning.visit_parts import read_visit_parts
from pasi.run_folder import FIGURES
from pasi.simulate.trial import simulate_trial
from rule_graph import followers

CODE = {name: f"digest of {name}" for name in SCRIPTS}
BY_RULE = [
    *("read_labels", "read_scores", "count_cohort", "make_tiles", "index_tiles", "split_subjects", "train_fold"),
    *("train_pair", "gather_pairs", "gather_predictions", "fit_learner", "fit_baseline"),
    *("write_plan", "evaluate_oof", "choose_learner", "open_test"),
    *("write_tables", "write_report", "make_bundle", "score_part", "join_scores", "make_dossier"),
]
SMALL = {"training": {"backbones": ["squeezenet1_1", "alexnet"], "weights": "none"}, "splits": {"restarts": 10}}
EVALUATING = {"evaluate_oof", "choose_learner", "open_test"}
JUDGING = {
    *(*EVALUATING, "draw_figure_3", "draw_figure_4", "write_tables", "write_report"),
    *("make_bundle", "score_part", "join_scores", "make_dossier"),
}
LEARNING = {"train_fold", "gather_predictions", "fit_learner", "draw_learning_curves", *JUDGING}


def make_trial(folder: Path) -> Path:
    """Make the tables of a trial of six subjects, one of whose photos is there, in the folder `trial`."""
    simulate_trial(folder / "trial", subjects=6, tables_only=True, seed=1)
    place = folder / "trial" / rows(folder / "trial")[0]["photo"]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"photo")
    return folder / "trial"


def rows(trial: Path, table: str = "photos.csv") -> list[dict[str, str]]:
    with (trial / table).open() as file:
        return list(csv.DictReader(file))


def rewrite(trial: Path, table: str, **cells: str) -> None:
    """Set cells of the first row of a table."""
    first, *others = rows(trial, table)
    write_rows(trial / table, [{**first, **cells}, *others])


def write_rows(path: Path, found: list[dict[str, str]]) -> None:
    """Write a table; its columns are those of the first row, and cells that another row lacks are empty."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), restval="")
        writer.writeheader()
        writer.writerows(found)


def make_settings(trial: Path, **sections: dict) -> Settings:
    tables = {"photos": str(trial / "photos.csv"), "scores": str(trial / "scores.csv")}
    config = {"cohort": tables, **{name: dict(keys) for name, keys in SMALL.items()}}
    for name, keys in sections.items():
        config[name] = {**config.get(name, {}), **keys}
    return read_settings(config)


def make_plan(trial: Path, code: dict | None = None, **sections: dict) -> Plan:
    settings = make_settings(trial, **sections)
    cohort, weights = read_run_inputs(settings)
    memory = trial.parent / "state" / "photos.sqlite"
    photos = photo_rows(cohort, settings.tiles.shards, memory)
    scored = read_visit_parts(settings, memory) if settings.scoring.photos else None
    return Plan(settings, cohort, weights, {**CODE, **(code or {})}, photos, scored=scored)


def make_new_visits(folder: Path, visits: int = 3) -> dict[str, object]:
    """Write a table of new visits with one photo each into `folder`; returns the section that scores each in a job."""
    folder.mkdir()
    found = [
        {"subject": "N1", "visit": f"V{number}", "region": "trunk", "photo": f"{number}.jpg", "week": str(number)}
        for number in range(visits)
    ]
    for row in found:
        (folder / row["photo"]).write_bytes(row["photo"].encode())
    write_rows(folder / "photos.csv", found)
    return {"photos": str(folder / "photos.csv"), "visits_per_job": 1}


def params_of(plan: Plan) -> dict[str, dict]:
    """Params by job: by rule, and for those of a wildcard by rule and wildcard."""
    params = {rule: getattr(plan, rule) for rule in BY_RULE}
    params |= {f"draw_{figure}": plan.draw(figure) for figure in FIGURES}
    params |= {f"make_tiles {shard}": plan.shard_rows(shard) for shard in plan.shards}
    if plan.scored:
        params |= {f"score_part {part}": plan.scored.rows(part) for part in plan.scored.names}
        params["join_scores courses"] = plan.scored.courses
    return params | {
        f"train_fold {name}": [plan.network(name), plan.pretrained(name), plan.training_digest(name)]
        for name in plan.backbones
    }


def causes(before: Plan, after: Plan) -> set[str]:
    """Jobs whose params differ."""
    old, new = params_of(before), params_of(after)
    return {job for job in new if old.get(job) != new[job]}


def reruns(before: Plan, after: Plan) -> set[str]:
    """Rules that run again: those whose params differ, and what follows."""
    return followers({job.split()[0] for job in causes(before, after)})
