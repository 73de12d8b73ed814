"""The table "What runs again" of docs/design.md: each of its rows is made to happen, and runs what the row says.

The table of CONTRIBUTING.md says the same by module, and is held to what the scripts import. A change is one of the
tables, photos, settings or code of a small trial; what runs again are the rules whose params differ, and those that
read what these make. Words of the second column stand for rules (STEPS).
"""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from checkout import CHECKOUT
from doc_tables import table
from package_copy import with_another_word
from pasi.networks.catalogue import NETWORKS
from pasi.planning.plan import SCRIPTS, Plan
from pasi.provenance.script_digest import script_digest, script_files
from rule_graph import files_of_rules, followers
from small_plan import SMALL, make_new_visits, make_plan, make_trial, params_of, rewrite, rows, write_rows

ROWS = dict(table((CHECKOUT / "docs" / "design.md").read_text(encoding="utf-8"), ["change", "what runs"]))
BY_MODULE = dict(
    table((CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8"), ["you change code in", "what runs again"])
)
SOURCE = CHECKOUT / "src" / "pasi"
HELD = ("imaging", "networks", "storage")  # packages whose modules are all named
FOLLOWING = "what follows"
STEPS = {
    "labels": ("read_labels",),
    "table of scores": ("read_scores",),
    "notes": ("count_cohort",),
    "tiles": ("make_tiles", "index_tiles"),
    "splits": ("split_subjects",),
    "trainings": ("train_fold", "train_pair"),
    "learners": ("gather_predictions", "gather_pairs", "fit_learner"),
    "baselines": ("fit_baseline",),
    "evaluation": ("write_plan", "evaluate_oof", "choose_learner", "open_test"),
    "figures": tuple(rule for rule in files_of_rules() if rule.startswith("draw_")),
    "report": ("write_tables", "write_report"),
    "bundle": ("make_bundle",),
    "scores": ("score_part", "join_scores"),
    "dossier": ("make_dossier",),
}
WHICH = ("the new ", "then all ", "that network's ", "then ", "that ", "five ", "all ", "the ", "its ")
ALIASES = {"shard": "tiles", "training": "trainings"}


@dataclass
class Case:
    """A trial, and a copy of the package and of the scripts, either of which a change may touch."""

    trial: Path
    package: Path
    patch: pytest.MonkeyPatch

    def plan(self, **sections: dict) -> Plan:
        code = {name: script_digest(CHECKOUT / "workflow/scripts" / f"{name}.py", self.package) for name in SCRIPTS}
        return make_plan(self.trial, code, **sections)

    def rules_after(self, change: Callable[[], object], **sections: dict) -> set[str]:
        """Rules whose params differ after a change of files or of the config."""
        before = params_of(self.plan())
        change()
        after = params_of(self.plan(**sections))
        return {job.split()[0] for job in after if after[job] != before.get(job)}

    def scoring(self, change: Callable[[Path], object], **keys: object) -> set[str]:
        """The same with new visits, whose folder the change is given, and after keys of their section are set."""
        section = make_new_visits(self.trial.parent / "new")
        before = params_of(self.plan(scoring=section))
        change(self.trial.parent / "new")
        after = params_of(self.plan(scoring={**section, **keys}))
        return {job.split()[0] for job in after if after[job] != before.get(job)}

    def code(self, *files: str) -> set[str]:
        return self.rules_after(lambda: [add_word(self.package / file) for file in files])

    def config(self, **sections: dict) -> set[str]:
        return self.rules_after(lambda: None, **sections)

    def cells(self, **cells: str) -> set[str]:
        return self.rules_after(lambda: rewrite(self.trial, "scores.csv", **cells))


def add_word(path: Path) -> None:
    text = path.read_text()
    path.write_text(with_another_word(text) if path.suffix == ".py" else f"{text} word")


def comment_and_touch(case: Case) -> set[str]:
    def change() -> None:
        for path in case.package.rglob("*.py"):
            path.write_text(f"{path.read_text()}\n# a comment\n")
        for path in case.trial.rglob("*"):
            os.utime(path, (1, 1))
        case.trial = case.trial.rename(case.trial.with_name("elsewhere"))

    return case.rules_after(change)


def another_order(case: Case) -> set[str]:
    return case.config(cohort={"visit_order": ["V1", "V2", "V3", "V4", "V5", "V6"]}) | case.config(
        cohort={"baseline": "V1"}
    )


def another_week(trial: Path, *, order_kept: bool) -> None:
    """Move the last visit of the first subject by a week, or exchange the weeks of its last two visits."""
    subject = rows(trial, "scores.csv")[0]["subject"]
    weeks = {row["visit"]: row["week"] for row in rows(trial, "scores.csv") if row["subject"] == subject}
    *_, before, last = sorted(weeks, key=lambda visit: float(weeks[visit]))
    moved = {last: f"{float(weeks[last]) + 1}"} if order_kept else {before: weeks[last], last: weeks[before]}
    changed = [
        {**row, "week": moved.get(row["visit"], row["week"])} if row["subject"] == subject else row
        for row in rows(trial, "scores.csv")
    ]
    write_rows(trial / "scores.csv", changed)


def regions_of_equal_weight() -> list[dict]:
    return [{"name": name, "weight": 0.3, "photos": most} for name, most in (("upper", 4), ("trunk", 2), ("lower", 2))]


def another_photo(case: Case) -> set[str]:
    return case.rules_after(lambda: (case.trial / rows(case.trial)[0]["photo"]).write_bytes(b"another"))


def another_grade(case: Case) -> set[str]:
    return case.cells(erythema="1" if rows(case.trial, "scores.csv")[0]["erythema"] != "1" else "2")


def another_record(case: Case) -> set[str]:
    head = replace(NETWORKS["alexnet"], head="another")
    return case.rules_after(lambda: case.patch.setitem(NETWORKS, "alexnet", head))


# The rules whose params a change of a row alters; a deleted file alters none, and Snakemake makes it again.
CHANGES: dict[str, Callable[[Case], set[str]]] = {
    "a comment, a docstring, times or places of photos and tables": comment_and_touch,
    "operations: their keys of the config, such as `training.checkpoint_seconds`": lambda case: case.config(
        training={"checkpoint_seconds": 5, "jobs_per_gpu": 2, "keep_weights": "none", "weights_cache": "another"}
    ),
    "operations: their code (`jobs` but its checkpoints, `errors`, `provenance`, `run_folder`)": lambda case: case.code(
        "jobs/lease.py", "jobs/job_log.py", "errors.py", "provenance/code_digest.py", "run_folder.py"
    ),
    "an unused column of scores.csv, which is noted": lambda case: case.cells(hospital="A"),
    "a `week` of scores.csv that leaves the visits in their order": lambda case: case.rules_after(
        lambda: another_week(case.trial, order_kept=True)
    ),
    "a `week` of scores.csv that changes the order of a subject's visits": lambda case: case.rules_after(
        lambda: another_week(case.trial, order_kept=False)
    ),
    "an attribute of a subject, such as arm or site": lambda case: case.cells(site="another"),
    "the code of a figure": lambda case: case.code("figures/courses.py"),
    "the report's template, a title": lambda case: (
        case.code("report/report.html.jinja") | case.config(report={"title": "Another"})
    ),
    "the order of visits or the baseline, in the config or as dates": another_order,
    "a severity band": lambda case: case.config(index={"bands": [{"name": "any", "up_to": None}]}),
    "the weight of a region": lambda case: case.config(index={"regions": regions_of_equal_weight()}),
    "one photo": another_photo,
    "`tiles.unusable`, while every photo can be used": lambda case: case.config(tiles={"unusable": "leave_out"}),
    "a grade": another_grade,
    "a setting of training, the code it reaches": lambda case: (
        case.config(training={"learning_rate": 0.02}) | case.code("training/train.py")
    ),
    "`training.least_skill`, where `restarts` and `learning_epochs` are 0": lambda case: case.config(
        training={"least_skill": 0.2}
    ),
    "`report.least_ccc`, `evaluation.test_rows`": lambda case: (
        case.config(report={"least_ccc": 0.5}) | case.config(evaluation={"test_rows": "all"})
    ),
    "the code of a statistic (`evaluation`)": lambda case: case.code("evaluation/metrics.py"),
    "the code that decodes photos (`imaging`)": lambda case: case.code("imaging/decode.py"),
    "the severity index (`severity/index.py`)": lambda case: case.code("severity/index.py"),
    "a network added to the catalogue": lambda case: case.code("networks/catalogue.py"),
    "the record of a network in the catalogue": another_record,
    "another backbone": lambda case: case.config(training={"backbones": [*SMALL["training"]["backbones"], "resnet18"]}),
    "a higher `training.repeats`": lambda case: case.config(training={"repeats": 2}) | {"train_fold"},
    "`stacking.honest: true`, later": lambda case: case.config(stacking={"honest": True}) | {"train_pair"},
    "`bundle.learner`, the code of a bundle (`bundle`)": lambda case: (
        case.config(bundle={"learner": "mean"}) | case.code("bundle/card.py")
    ),
    "the section `dossier`, the code of the dossier (`dossier`)": lambda case: (
        case.config(dossier={"study": "ABC"}) | case.code("dossier/tripod.py")
    ),
    "a photo or a row of the new visits": lambda case: case.scoring(
        lambda folder: (folder / "1.jpg").write_bytes(b"another")
    ),
    "the section `scoring`, the code of the new scores": lambda case: (
        case.config(scoring={"baseline": "V1"}) | case.code("bundle/score_parts.py")
    ),
    "a deleted fold, or pair of folds": lambda case: {"train_fold", "train_pair"},
}


@pytest.fixture
def case(tmp_path, monkeypatch) -> Case:
    package = tmp_path / "copy" / "pasi"
    shutil.copytree(CHECKOUT / "src" / "pasi", package, ignore=shutil.ignore_patterns("__pycache__"))
    return Case(make_trial(tmp_path), package, monkeypatch)


def steps_of(rules: set[str]) -> set[str]:
    return {step for step, names in STEPS.items() if rules & set(names)}


def steps_in(words: str) -> set[str]:
    """Steps that the second column names, with all that follows them where it says so."""
    if words.startswith("nothing"):
        return set()
    if words == "everything":
        return set(STEPS)
    named = [word.strip() for word in words.replace(" and ", ", ").split(",")]
    for which in WHICH:
        named = [word.removeprefix(which) for word in named]
    steps = {ALIASES.get(word, word) for word in named if word} - {FOLLOWING}
    if FOLLOWING in named:
        return steps | steps_of(followers({rule for step in steps for rule in STEPS[step]}))
    steps |= {"bundle", "dossier"} if "report" in steps else set()  # they read its summary, as the page says
    return steps | ({"scores"} if "bundle" in steps else set())  # which are made by it


def test_every_row_is_tried_and_every_change_has_a_row():
    assert set(ROWS) == set(CHANGES)
    assert set(files_of_rules()) - {"fetch_weights"} == {rule for rules in STEPS.values() for rule in rules}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_runs_what_its_row_says(case, change):
    assert steps_of(followers(CHANGES[change](case))) == steps_in(ROWS[change])


def modules_in(words: str) -> set[str]:
    """Modules that the first column names; a bare name lies in the one folder that stands beside it in its part."""
    found = set()
    for part in words.split(";"):
        names = re.findall(r"`([\w/.]+)`", part)
        folders = [name for name in names if "/" in name and not name.endswith(".py")]
        for name in names:
            if name.endswith(".py"):
                found.add(name if "/" in name else f"{folders[0]}/{name}")
    return {name.removeprefix("src/pasi/") for name in found}


def rules_that_import(module: str) -> set[str]:
    scripts = {name for name in SCRIPTS if SOURCE / module in script_files(CHECKOUT / f"workflow/scripts/{name}.py")}
    return {rule for name in scripts for rule in (("read_labels", "read_scores") if name == "read_cohort" else (name,))}


def test_every_module_of_some_packages_is_named_once():
    named = [module for words in BY_MODULE for module in modules_in(words)]
    modules = [f"{room}/{path.name}" for room in HELD for path in (SOURCE / room).glob("[!_]*.py")]
    record = ["networks/catalogue.py"]  # one row for a network's record, one for the rest of the module
    assert sorted(module for module in named if module.split("/")[0] in HELD) == sorted(modules + record)
    assert [module for module in named if not (SOURCE / module).is_file()] == []


@pytest.mark.parametrize("words", [words for words in BY_MODULE if modules_in(words) and "the record" not in words])
def test_a_module_runs_what_its_row_says(words):
    said = steps_in(re.sub(r" \(.*\)", "", BY_MODULE[words]))
    steps = {module: steps_of(followers(rules_that_import(module))) for module in modules_in(words)}
    assert steps == dict.fromkeys(steps, said)


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("nothing, until a config names it", set()),
        ("its shard, then all trainings, and evaluation", {"tiles", "trainings", "evaluation"}),
        ("evaluation, and what follows", {"evaluation", "figures", "report", "bundle", "scores", "dossier"}),
    ],
)
def test_words_stand_for_steps(words, steps):
    assert steps_in(words) == steps
