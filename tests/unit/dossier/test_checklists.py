"""The checklists: each item is there, each figure is the cell that it names, and each condition has both its sides."""

import re
from dataclasses import replace

import numpy as np
import pytest

from pasi.dossier import (
    about_cohort,
    about_evaluation,
    about_groups,
    about_model,
    about_outcome,
    about_results,
    about_split,
    about_study,
    about_subjects,
    credibility,
)
from pasi.dossier.checklist import answered, checklist_table
from pasi.dossier.claim import ITEMS as CLAIM
from pasi.dossier.credibility import STEPS
from pasi.dossier.evidence import TABLES, Run
from pasi.dossier.statements import Status, between
from pasi.dossier.tripod import ITEMS as TRIPOD
from pasi.report.cells import Line, shown
from small_dossier import (
    make_run,
    with_condition,
    with_key,
    with_person,
    with_summary,
    with_table,
    without_rows,
)

CELL = re.compile(r"(?P<file>[\w/]+\.(?:csv|parquet)), row (?P<row>\d+), (?P<columns>[\w ,]+)")
STYLES = ("0", "1", "2", "g", "+1", "+2", "")


@pytest.fixture(scope="module")
def run() -> Run:
    return make_run()


def grouped(run: Run, table: str, attribute: str, *groups: str) -> Run:
    """The run with rows of an attribute of the subjects, all of whose figures are those of the first row."""
    own = run.tables[table]
    rows = {name: [np.asarray(cells)[0]] * len(groups) for name, cells in own.items()}
    part = "oof" if table == "groups" else "all"
    rows |= {"attribute": [attribute] * len(groups), "group": list(groups), "part": [part] * len(groups)}
    rows |= {"scale": ["index"] * len(groups)} if "scale" in own else {"mean": [np.nan] * len(groups)}
    return with_table(
        run, table, **{name: np.array([*cells, *rows[name]], dtype=object) for name, cells in own.items()}
    )


def synthetic(run: Run) -> Run:
    return with_summary(run, synthetic=True)


def test_tripod_ai_has_all_items_in_order():
    numbers = "1 2 3a 3b 3c 4 5a 5b 6a 6b 6c 7 8a 8b 8c 9a 9b 9c 10 11 12a 12b 12c 12d 12e 12f 12g 13 14 15 16 17"
    numbers += " 18a 18b 18c 18d 18e 18f 19 20a 20b 20c 21 22 23a 23b 24 25 26 27a 27b 27c"
    assert [item.number for item in TRIPOD] == numbers.split()


def test_claim_and_the_record_have_all_items_in_order():
    assert [item.number for item in CLAIM] == [str(number) for number in range(1, 45)]
    assert [item.number for item in STEPS] == [str(number) for number in range(1, 8)]


@pytest.mark.parametrize("items", [TRIPOD, CLAIM, STEPS], ids=["tripod", "claim", "record"])
def test_each_item_is_answered_or_says_what_a_person_must_write(run, items):
    for one in answered(items, run):
        assert one.answer.text or one.answer.person, one.item.number
        assert "{" not in one.answer.text
        assert "nan" not in one.answer.text.split(), one.answer.text
    table = checklist_table(answered(items, run))
    assert {len(cells) for cells in table.values()} == {len(items)}


@pytest.mark.parametrize("items", [TRIPOD, CLAIM, STEPS], ids=["tripod", "claim", "record"])
def test_each_figure_stands_in_the_cell_that_is_named(run, items):
    """Of a cell that a statement names, the number is in the text in one of the styles."""
    names = {file: name for name, file in TABLES.items()}
    seen = 0
    for one in answered(items, run):
        for statement in one.answer.statements:
            for found in (found for place in statement.places for found in CELL.finditer(place)):
                table = run.tables[names[found["file"]]]
                for column in re.split(r", | and ", found["columns"]):
                    cell = np.asarray(table[column])[int(found["row"]) - 1]
                    texts = [str(cell)] if isinstance(cell, str) else [shown(cell, style) for style in STYLES]
                    texts += ["unknown"]
                    assert any(text in statement.text for text in texts), (statement.text, found[0], cell)
                    seen += 1
    assert seen > 10


def test_the_figures_of_the_chosen_learner_by_hand(run):
    text = about_results.performance(run).text
    assert text.startswith("Out of fold: MAE 2.30 (1.23 to 3.46), CCC 0.80 (0.61 to 0.91), bias +1.43 (")  # 10 / 7
    assert "On test subjects: MAE 2.30 (1.23 to 3.46)" in text
    assert "evaluation/intervals.csv, row 2, estimate" in about_results.performance(run).places


def test_responses_are_those_over_all_weeks(run):
    """Two thresholds in each of two parts; each row of a single week is left out."""
    weeks = run.tables["responses"]["week"]
    assert np.isfinite(np.asarray(weeks, float)).any()
    assert len(about_results.responses(run).statements) == 4


def test_the_conditions_that_hold_are_counted(run):
    holds = [one["holds"] for one in run.summary["conditions"]]
    asked = [one for one in holds if one is not None]
    assert (
        f"{sum(asked)} of {len(asked)} conditions of the report's light that were asked"
        in credibility.adequacy(run).text
    )
    assert sum(asked) < len(asked) < len(holds)


@pytest.mark.parametrize(
    ("low", "high", "text"), [(1.0, 2.5, "1.00 to 2.50"), (1.0, 1.0, "unknown"), (np.nan, np.nan, "unknown")]
)
def test_an_interval_without_a_width_is_unknown(low, high, text):
    found = between(Line("evaluation/intervals.csv", 3, {"low": low, "high": high}))
    assert (found.text, found.place) == (text, "evaluation/intervals.csv, row 3, low and high")


BOTH_SIDES = [
    (about_cohort.data_source, synthetic, "simulated", ""),
    (about_cohort.setting, synthetic, "no patients", "sites of the subjects are not recorded"),
    (
        about_cohort.setting,
        lambda run: grouped(run, "characteristics", "site", "A1", "B2"),
        "2 sites: A1",
        "not recorded",
    ),
    (
        about_cohort.dates,
        lambda run: with_table(run, "scores", week=np.full(27, np.nan)),
        "weeks of the visits are not recorded",
        "between week 0 and week 4",
    ),
    (
        about_cohort.left_out,
        lambda run: with_table(run, "counts", left_out=[0, 0, 0, 0]),
        "was left out",
        "Left out: 1 of 28 regions",
    ),
    (
        about_cohort.treatments,
        lambda run: without_rows(run, "characteristics", attribute="arm"),
        "Treatment arms are not recorded",
        "Arms: active",
    ),
    (
        about_cohort.identities,
        lambda run: with_key(run, "report.images", "grey"),
        "shows photos, in grey",
        "shows no photo",
    ),
    (
        about_cohort.acquisition,
        lambda run: with_table(run, "photos", width=np.full(41, 900)),
        "has 900 to 900 pixels",
        "has 400 to 420 pixels",
    ),
    (
        about_subjects.characteristics,
        lambda run: grouped(run, "characteristics", "sex", "female", "male"),
        "Sex: female",
        "The sex of the subjects is not recorded",
    ),
    (
        about_subjects.characteristics,
        lambda run: without_rows(run, "characteristics", attribute="baseline index"),
        "The index at the baseline is not known",
        "PASI without head at the baseline: mean",
    ),
    (
        about_subjects.parts_compared,
        lambda run: without_rows(run, "characteristics", part="test"),
        "There is no test part",
        "Test subjects: The sex",
    ),
    (
        about_split.disjoint_level,
        lambda run: with_condition(run, "no leakage", holds=False, text="2 photos belong to two subjects."),
        "2 photos belong to two subjects.",
        "All visits of a subject are in one part",
    ),
    (
        about_split.partition,
        lambda run: with_key(run, "splits.method", "file"),
        "Subjects were divided as a file of the user says",
        "stratified on desquamation",
    ),
    (
        about_split.partition,
        lambda run: with_key(run, "training.monitor", "heldout"),
        "The held-out fold itself decided when training stopped",
        "were set aside to decide when training stops",
    ),
    (
        about_outcome.no_class_balance,
        lambda run: with_key(run, "splits.method", "file"),
        "",
        "The split spreads the grades of desquamation",
    ),
    (
        about_model.preparation,
        lambda run: with_key(run, "tiles.unusable", "refuse"),
        "stops the run",
        "is left out and named",
    ),
    (
        about_model.handling,
        lambda run: with_key(run, "composites.normalize", "none"),
        "Pixels are not standardised",
        "by the mean and standard deviation of ImageNet",
    ),
    (
        about_model.handling,
        lambda run: with_key(run, "composites.augment", "none"),
        "Nothing is augmented",
        "In training, composites are augmented",
    ),
    (
        about_model.model_type,
        lambda run: replace(run, models={}),
        "No meta-learner combines their predictions",
        "2 meta-learners combine their predictions",
    ),
    (
        about_outcome.graders,
        lambda run: with_person(run, evaluator="INVESTIGATOR"),
        "Grades are those of: INVESTIGATOR",
        "",
    ),
    (
        about_outcome.rater_variability,
        lambda run: with_key(run, "report.rater_difference", None),
        "was not given",
        "differ by 3.3 points",
    ),
    (
        about_model.initialisation,
        lambda run: with_key(run, "training.weights", "none"),
        "random numbers",
        "weights of ImageNet",
    ),
    (
        about_model.initialisation,
        lambda run: with_key(run, "training.weights", "a folder"),
        "weights that the user gave",
        "weights of ImageNet",
    ),
    (
        about_model.training,
        lambda run: with_key(run, "training.schedule", "one_cycle"),
        "No training ends early; monitored are the inner subjects",
        "Early stopping watches the inner subjects",
    ),
    (
        about_model.ensembling,
        lambda run: with_summary(run, learner="mean"),
        "0.625 of resnet34, -0.125 of vgg11",
        "resnet34 is a single network",
    ),
    (
        about_model.selection,
        lambda run: without_rows(run, "selection", part="oof"),
        "",
        "corrected for the choice among learners it is 2.61 (1.90 to 3.80)",
    ),
    (
        about_model.specification,
        lambda run: with_key(run, "training.keep_weights", "none"),
        "were not kept",
        "Weights were kept",
    ),
    (about_model.software, lambda run: with_summary(run, provenance={}), "", "Software: Python 3.11"),
    (
        about_groups.subgroups,
        lambda run: grouped(grouped(run, "characteristics", "sex", "f", "m"), "groups", "sex", "f", "m"),
        "MAE by sex, out of fold: f ",
        "By sex: not recorded.",
    ),
    (
        about_groups.subgroups,
        lambda run: grouped(run, "characteristics", "sex", "f"),
        "By sex: not divided into groups.",
        "By sex: not recorded.",
    ),
    (
        about_groups.fairness,
        lambda run: grouped(run, "characteristics", "skin_type", "II", "V"),
        "Errors are reported by skin type",
        "Not recorded, and so not examined: sex, age, skin type",
    ),
    (
        about_groups.clusters,
        lambda run: grouped(run, "groups", "site", "A", "B"),
        "MAE by site, out of fold: A ",
        "Sites are not recorded",
    ),
    (
        about_groups.clusters,
        lambda run: grouped(run, "characteristics", "site", "A"),
        "Sites are recorded, but",
        "Sites are not recorded",
    ),
    (
        about_evaluation.internal_testing,
        lambda run: without_rows(run, "metrics", part="test"),
        "No row of a test part is shown: there is none, or it is sealed",
        "On test subjects: 8 visits.",
    ),
    (about_evaluation.uncertainty, lambda run: with_summary(run, learner="unknown"), "", "95% intervals over subjects"),
    (
        about_evaluation.sensitivity,
        lambda run: with_table(run, "sensitivity", folds=np.full(4, "folds that learned", object)),
        "Folds that learned: MAE",
        "No fold was left out",
    ),
    (
        about_results.responses,
        lambda run: without_rows(run, "responses", imputed=False),
        "No response was judged",
        "Out of fold, 50% improvement: sensitivity",
    ),
    (
        about_results.limitations,
        lambda run: with_summary(run, conditions=[]),
        "No condition of the report's light fails.",
        "",
    ),
    (about_study.purpose, lambda run: with_person(run, context_of_use="Second reader."), "Second reader.", ""),
    (
        about_study.objectives,
        lambda run: with_person(run, question="Is it {one}?"),
        "Is it {one}? The run both develops",
        "",
    ),
    (
        about_study.protocol,
        lambda run: with_key(run, "report.least_ccc", None),
        "no limit of acceptance was set",
        "the CCC must lie above 0.5",
    ),
    (
        about_study.code_sharing,
        lambda run: with_summary(run, provenance={"Versions": {"one-step-pasi": "9.9"}}),
        "One-Step PASI 9.9",
        "",
    ),
    (credibility.question, lambda run: with_person(run, question="Does it help?"), "Does it help?", ""),
    (
        credibility.plan,
        lambda run: with_summary(run, changed=["training.weights"]),
        "defaults: training.weights (imagenet)",
        "defaults: none",
    ),
    (
        credibility.deviations,
        lambda run: with_summary(run, did_not_learn=[["vgg11", 1, 0], ["vgg11", 0, 2]]),
        "did not learn: vgg11 fold 1, vgg11 fold 0 repeat 2.",
        "",
    ),
    (
        credibility.deviations,
        lambda run: with_summary(run, left_out=[["alexnet", 1, "why"], ["alexnet", 2, "why"]]),
        "Networks left out because a training failed: alexnet.",
        "",
    ),
    (
        credibility.deviations,
        lambda run: with_summary(run, adopted=[["vgg11", 1, "0.1.0"]]),
        "Taken over from an earlier version: 1 training.",
        "",
    ),
    (
        credibility.deviations,
        lambda run: with_summary(run, conditions=[]),
        "None that the run can see.",
        "",
    ),
    (
        credibility.adequacy,
        lambda run: with_summary(run, light="Use", conditions=[]),
        "The report says: Use.",
        "The report says: Do not use.",
    ),
]


@pytest.mark.parametrize(("answer", "change", "changed", "before"), BOTH_SIDES)
def test_an_answer_follows_the_run_on_both_sides_of_its_condition(run, answer, change, changed, before):
    one, other = answer(run), answer(change(run))
    assert before in one.text
    assert changed in other.text
    assert one.text != other.text
    assert not changed or changed not in one.text
    assert not before or before not in other.text


@pytest.mark.parametrize("number", ["6a", "8c", "17"])
def test_what_is_asked_of_patients_does_not_apply_to_a_simulated_cohort(run, number):
    (item,) = (item for item in TRIPOD if item.number == number)
    assert item.answer(run).status in (Status.PERSON, Status.PART)
    assert item.answer(synthetic(run)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("written", "status", "said", "hint"),
    [
        ({}, Status.PERSON, "", "Model influence and decision consequence"),
        ({"influence": "high"}, Status.PART, "Model influence: high.", "dossier.consequence"),
        ({"influence": "high", "consequence": "high"}, Status.PART, "The model risk is high.", "Why both are so."),
        ({"influence": "high", "consequence": "low"}, Status.PART, "consequence: low.", "between low and high"),
    ],
)
def test_model_risk_is_stated_only_where_both_its_parts_agree(run, written, status, said, hint):
    found = credibility.risk(with_person(run, **written))
    assert found.status is status
    assert said in found.text
    assert hint in found.person
    assert ("The model risk is" in found.text) is ("risk is" in said)


@pytest.mark.parametrize("items", [TRIPOD, CLAIM, STEPS], ids=["tripod", "claim", "record"])
def test_each_condition_that_an_answer_rests_on_is_one_of_the_light(run, items):
    texts = " ".join(one.answer.text for one in answered(items, run))
    assert "The report does not say" not in texts
    assert (
        "The report does not say whether this holds: no leakage."
        in about_evaluation.how_predicted(with_summary(run, conditions=[])).text
    )


def test_conditions_that_hold_are_no_deviation(run):
    failing = [one["text"] for one in run.summary["conditions"] if one["holds"] is False]
    holding = [one["text"] for one in run.summary["conditions"] if one["holds"] is not False]
    text = credibility.deviations(run).text
    assert failing
    assert holding
    assert all(one in text for one in failing)
    assert not any(one in text for one in holding)


def test_a_chosen_network_has_one_row_a_visit_whatever_the_repeats(run):
    twice = {name: np.concatenate([cells, cells]) for name, cells in run.tables["visits"].items()}
    twice["repeat"] = np.concatenate(
        [run.tables["visits"]["repeat"], np.ones(len(run.tables["visits"]["repeat"]), int)]
    )
    more = replace(run, tables=dict(run.tables) | {"visits": twice})
    assert len(more.chosen_rows("visits")["subject"]) == len(run.chosen_rows("visits")["subject"]) == 13


def test_the_plan_names_the_limits_of_endpoints_and_what_the_log_says(run):
    text = credibility.plan(run).text
    assert "change of a rate 0.1, kappa 0.6, price 1.25, subjects an arm 20." in text
    assert "One plan was written before the first opening, on 2026-02-28, before any learner was evaluated" in text
    kept, opened = (run.condition(name).text for name in ("plan kept", "test set opened once"))
    assert kept in text
    assert opened in text
