"""The model card says what was trained on, how good it was, and what it is not for."""

import numpy as np
import pytest

from pasi.bundle.card import NO_DEVICE, CardTables, card_text
from pasi.bundle.residuals import Residuals
from small_bundle import INDEX, NAME, VERDICT, make_parts

NAN = float("nan")


def tables(below: bool = True, repeats: int = 1) -> CardTables:
    learners = [NAME, "baseline_week", "baseline_first_visit", NAME, "baseline_week"]
    parts = ["oof", "oof", "oof", "test", "test"]
    metrics = {
        "learner": learners,
        "kind": ["backbone", "baseline", "baseline", "backbone", "baseline"],
        "level": ["visit"] * 5,
        "part": parts,
        "n": [12, 12, 12, 3, 3],
        "mae": [4.0, 3.0, 1.0, 5.0, 3.5],
        "ccc": [0.5, 0.6, 0.9, NAN, 0.4],
        "below_baseline": [below, False, False, below, False],
        "repeats": [repeats] * 5,
        "mae_spread": [0.25] * 5,
        "learned": ["1/2", "", "", "1/2", ""],
    }
    intervals = {
        "learner": learners * 2,
        "part": parts * 2,
        "metric": ["mae"] * 5 + ["ccc"] * 5,
        "low": [3.0, *[NAN] * 9],
        "high": [5.5, *[NAN] * 9],
        "subjects": [12, 12, 12, 3, 3] * 2,
    }
    subjects = {"subject": ["A", "B", "C"], "part": ["train", "train", "test"], "fold": [0, 1, -1]}
    cohort = {"subject": ["A", "A", "B", "C"], "visit": ["1"] * 4, "composite": [2.0, 20.0, 4.0, 24.0]}
    return CardTables(metrics, intervals, subjects, cohort, {"subject": ["A"] * 5 + ["B", "C"]})


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_parts(tmp_path_factory.mktemp("weights")).model


def card(model, found: CardTables, subjects: int = 9, leaking: tuple[str, ...] = (), *, synthetic: bool = False) -> str:
    residuals = Residuals(np.zeros(subjects, dtype=int), np.ones(subjects))
    about = {"leaking": leaking, "alarms": 1 / 21, "synthetic": synthetic, "verdict": VERDICT}
    return card_text(model, INDEX, residuals, found, **about)


def test_it_counts_what_was_trained_on_and_not_the_test_set(model):
    text = card(model, tables())
    assert (
        "2 subjects, 2 visits, 3 graded regions and 6 photos. Their composites reach from 2 to 20 of at most 24."
        in text
    )
    assert "not a medical device" in text
    assert "wrong at any visit of at most about 4.8% of subjects who are like those of the training." in text
    assert "- learner: shufflenet_v2_x0_5, of 2 networks" in text


def test_it_says_whether_patients_were_photographed(model):
    asks, simulated = "only the maker of this bundle knows", "nothing on this card holds for patients"
    texts = card(model, tables()), card(model, tables(), synthetic=True)
    assert [asks in text for text in texts] == [True, False]
    assert [simulated in text for text in texts] == [False, True]


def test_it_shows_the_learner_beside_the_strongest_baseline_that_is_told_no_score(model):
    lines = card(model, tables()).splitlines()
    rows = [line for line in lines if line.startswith(("| out of fold", "| test set"))]
    assert rows == [
        f"| out of fold | {NAME} | 12 | 12 | 4.00 (95% 3.00 to 5.50) | 0.50 (no interval) | unknown: one repeat |",
        "| out of fold | baseline_week | 12 | 12 | 3.00 (no interval) | 0.60 (no interval) | unknown: one repeat |",
        f"| test set | {NAME} | 3 | 3 | 5.00 (no interval) | undefined | unknown: one repeat |",
        "| test set | baseline_week | 3 | 3 | 3.50 (no interval) | 0.40 (no interval) | unknown: one repeat |",
    ]
    assert "**Out of fold the learner is no better than the strongest baseline: its scores are worth little.**" in lines
    assert "Test set, 3 subjects: fewer than the 11 that a verdict takes." in lines
    assert not any(line.startswith("Out of fold, ") for line in lines), "12 are enough"
    assert "Networks that learned more than the mean of each region: 1/2." in lines


def test_it_says_nothing_bad_of_a_better_learner_and_shows_the_spread_over_repeats(model):
    text = card(model, tables(below=False, repeats=3))
    assert "worth little" not in text
    assert "| 0.25 (3 repeats) |" in text


def test_a_learner_whose_test_rows_are_sealed_is_said_to_have_them(model):
    found = tables()
    metrics = {name: values[:3] + values[4:] for name, values in found.metrics.items()}
    assert f"| test set | {NAME} | sealed | sealed | sealed | sealed | sealed |" in card(
        model, found._replace(metrics=metrics)
    )
    train = {**found.subjects, "part": ["train"] * 3}
    text = card(model, found._replace(metrics=metrics, subjects=train))
    assert f"| test set | {NAME} | 0 | 0 | none | none | none |" in text


def test_it_says_what_the_interval_promises_and_where_there_is_none(model):
    assert "from the largest out-of-fold error of each of 9 subjects (Barber et al. 2021)" in card(model, tables())
    assert "with a probability of at least 33%, which rises to 80%" in card(model, tables()), "0.8 - sqrt(2 / 9)"
    assert "None: 8 subjects out of fold are too few for an interval of 90%." in card(model, tables(), subjects=8)


def test_it_begins_with_what_the_report_says_and_why(model):
    lines = card(model, tables()).splitlines()
    start = lines.index("## What the report of its run says")
    assert lines[:start] == [lines[0], "", NO_DEVICE, ""]
    assert lines[start + 2 : start + 5] == [f"**{VERDICT.of(NAME)}**", "", f"- {VERDICT.reasons[0]}"]


def test_it_says_that_weights_are_optimistic(model):
    assert "optimistic" not in card(model, tables())
    text = card(model, tables(), leaking=(NAME,))
    assert "The out-of-fold figures are optimistic" in text
    assert "Optimistic weights (see above) weaken the guarantee." in text
