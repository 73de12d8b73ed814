"""A predictor that equals every observed score has a perfect score in every statistic and table."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pasi.evaluation.conformal import conformal_width
from pasi.evaluation.detectable_change import detectable_change
from pasi.evaluation.endpoint_table import endpoint_table
from pasi.evaluation.error_terms import decompose_mse
from pasi.evaluation.intervals import mae_interval
from pasi.evaluation.intraclass import intraclass_correlation
from pasi.evaluation.kappa import weighted_kappa
from pasi.evaluation.limits import limits_of_agreement
from pasi.evaluation.metrics import ccc, mae, mse, pcc
from pasi.evaluation.repeated_ccc import repeated_ccc
from pasi.evaluation.responses_by_week import response_agreement_table
from pasi.severity.bands import band_table, severity_bands
from pasi.severity.response import response_table
from two_regions import INDEX

GRADES = st.tuples(*(st.integers(0, 4) for _ in range(3)), st.integers(0, 6))
VISIT = st.tuples(GRADES, GRADES, GRADES)


@st.composite
def cohorts(draw) -> dict:
    """Visits of 1 to 8 subjects, each graded region by region; the first visit is the baseline."""
    subjects = draw(st.lists(st.lists(VISIT, min_size=1, max_size=5), min_size=1, max_size=8))
    rows = [(f"S{s}", place, grades) for s, visits in enumerate(subjects) for place, grades in enumerate(visits)]
    observed = INDEX.combine(INDEX.composite([grades for _, _, grades in rows]))
    columns = {
        "subject": [subject for subject, _, _ in rows],
        "visit": [f"V{place}" for _, place, _ in rows],
        "visit_order": [float(place) for _, place, _ in rows],
        "observed": observed,
        "predicted": observed.copy(),
    }
    constants = {"learner": "perfect", "part": "test", "baseline": "V0"}
    return columns | {name: [text] * len(rows) for name, text in constants.items()}


@given(cohorts())
def test_a_perfect_predictor_has_diagonal_tables(visits):
    responses = response_table(visits, INDEX)
    assert (responses["observed"] == responses["predicted"]).all()
    assert (responses["agreed"] == responses["visits"]).all()
    bands = band_table(visits, INDEX).set_index("observed")[[band.name for band in INDEX.bands]].to_numpy()
    assert bands.sum() == np.trace(bands) == len(visits["observed"])


@given(cohorts())
def test_a_perfect_predictor_concludes_what_the_trial_did(visits):
    week = [4.0 * order for order in visits["visit_order"]]
    arm = ["active" if subject < "S4" else "placebo" for subject in visits["subject"]]
    table = endpoint_table(visits | {"week": week, "arm": arm}, INDEX)
    assert (table["observed"] == table["predicted"]).all()
    assert (table["change"] == 0).all()
    assert (table["price"].isna() | (table["price"] == 1)).all()
    assert set(table["verdict"]) <= {"", "cannot be judged"}  # of eight subjects, nothing is known


@given(cohorts())
def test_a_perfect_predictor_has_perfect_metrics(visits):
    observed, predicted, subjects = (visits[name] for name in ("observed", "predicted", "subject"))
    assert mae(observed, predicted) == mse(observed, predicted) == 0
    assert list(decompose_mse(observed, predicted).values()) == pytest.approx([0, 0, 0], abs=1e-9)
    assert mae_interval(observed, predicted, subjects).estimate == 0
    assume(len(set(observed.tolist())) > 1)
    assert ccc(observed, predicted) == pytest.approx(1)
    assert pcc(observed, predicted) == pytest.approx(1)


@settings(max_examples=30)
@given(cohorts())
def test_a_perfect_predictor_names_the_same_responders(visits):
    table = response_agreement_table({**visits, "week": visits["visit_order"]}, INDEX)
    assert (table["observed_only"] == 0).all()
    assert (table["predicted_only"] == 0).all()
    assert table["sensitivity"].dropna().eq(1).all()
    assert table["specificity"].dropna().eq(1).all()
    assert table["kappa"].dropna().round(9).eq(1).all()
    assert table["mcnemar"].dropna().eq(1).all()


@settings(max_examples=50)
@given(cohorts())
def test_a_perfect_predictor_has_perfect_agreement_over_subjects(visits):
    """A figure that the visits do not determine is NaN, and never another number."""
    data = observed, predicted, subjects = [visits[name] for name in ("observed", "predicted", "subject")]
    bands = severity_bands(observed, INDEX)
    icc = intraclass_correlation(np.column_stack([observed, predicted]), subjects)
    kappa = weighted_kappa(bands, bands, subjects)
    ones = icc.agreement, icc.consistency, repeated_ccc(*data, visits["visit"]).ccc, kappa.kappa
    assert {round(one.estimate, 9) for one in ones if np.isfinite(one.estimate)} <= {1.0}
    limits, change = limits_of_agreement(*data), detectable_change(*data)
    zeros = limits.bias, limits.lower, limits.upper, change.sem, change.change
    assert {one.estimate for one in zeros if np.isfinite(one.estimate)} == {0.0}
    assert kappa.exact == 1
    if len(set(subjects)) > 1:
        assert conformal_width(*data, level=0.5).half_width == 0
