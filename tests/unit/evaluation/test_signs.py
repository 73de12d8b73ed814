"""Signs one by one: weighted kappa against scikit-learn, and the table by hand."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from pasi.evaluation.signs import COLUMNS, grade_kappa, sign_table, to_grades
from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex

ERYTHEMA, DRYNESS = Label("erythema", 4, 1), Label("dryness", 10, None)
INDEX = SeverityIndex(
    name="two signs",
    unit="points",
    signs=(ERYTHEMA, DRYNESS),
    area=None,
    regions=(Region("upper", 1.0, 4),),
    bands=(SeverityBand("any", None),),
    clear_below=0.5,
    responses=(50,),
)
SCORES = {
    "subject": ["A", "A", "B", "B"],
    "visit": ["V1", "V2", "V1", "V2"],
    "region": ["upper"] * 4,
    "erythema": np.array([0.0, 1.0, 2.0, 3.0]),
    "dryness": np.array([0.0, 2.0, 4.0, 6.0]),
}


def predictions(erythema, *, repeat: int = 0, **others) -> dict:
    keys = {name: np.array(SCORES[name], dtype=object) for name in ("subject", "visit", "region")}
    own = {"learner": np.full(4, "net", dtype=object), "repeat": np.full(4, repeat)}
    values = {"predicted_erythema": erythema, "predicted_dryness": SCORES["dryness"] + 1.0} | others
    return {**own, **keys, **{name: np.asarray(value, dtype=float) for name, value in values.items()}}


@pytest.mark.parametrize("seed", range(5))
def test_weighted_kappa_is_that_of_scikit_learn(seed):
    generator = np.random.default_rng(seed)
    observed = generator.integers(0, 5, 60).astype(float)
    predicted = observed + generator.normal(0, 1.5, 60)
    grades = to_grades(predicted, ERYTHEMA)
    expected = cohen_kappa_score(observed.astype(int), grades.astype(int), weights="quadratic")
    assert grade_kappa(observed, predicted, ERYTHEMA) == pytest.approx(expected)


def test_a_sign_without_grades_has_no_kappa():
    assert np.isnan(grade_kappa([0.0, 1.0], [0.0, 1.0], DRYNESS))


def test_each_sign_has_a_row_and_what_has_no_grades_has_dashes():
    """Erythema of 0, 1, 2, 3 is predicted as 0.4, 0.6, 3.6, 3: grades 0, 1, 4, 3."""
    oof = predictions([0.4, 0.6, 3.6, 3.0])
    found = sign_table(oof, {name: values[:0] for name, values in oof.items()}, SCORES, INDEX)
    assert list(found) == COLUMNS
    erythema, dryness = found.itertuples()
    assert (erythema.learner, erythema.part, erythema.sign, erythema.n) == ("net", "oof", "erythema", 4)
    assert erythema.mae == pytest.approx((0.4 + 0.4 + 1.6) / 4)
    assert (erythema.exact, erythema.within_one) == (0.75, 0.75)
    assert erythema.weighted_kappa == pytest.approx(cohen_kappa_score([0, 1, 2, 3], [0, 1, 4, 3], weights="quadratic"))
    assert (dryness.sign, dryness.mae) == ("dryness", 1.0)
    assert np.isnan([dryness.weighted_kappa, dryness.exact]).all()


def test_repeats_are_means_over_networks_and_rows_without_signs_are_left_out():
    one, two = predictions([0, 1, 2, 3]), predictions([2, 3, 4, 5], repeat=1)
    both = {name: np.concatenate([one[name], two[name]]) for name in one}
    lost = predictions([np.nan] * 4, predicted_dryness=[np.nan] * 4) | {"learner": np.full(4, "adopted", dtype=object)}
    both = {name: np.concatenate([both[name], lost[name]]) for name in both}
    found = sign_table(both, {}, SCORES, INDEX)
    assert set(found["learner"]) == {"net"}
    assert found.loc[0, ["mae", "exact", "n"]].tolist() == [1.0, 0.5, 4]


def test_networks_that_predict_composites_alone_have_no_rows():
    oof = {name: values for name, values in predictions([0, 1, 2, 3]).items() if not name.startswith("predicted_")}
    assert sign_table(oof, oof, SCORES, INDEX).empty
