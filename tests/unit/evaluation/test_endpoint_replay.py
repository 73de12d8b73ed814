"""An endpoint replayed with the model in the physician's place: by hand, a perfect model, and false licences."""

import math

import numpy as np
import pytest

from pasi.config.sections import EvaluationSection
from pasi.evaluation.endpoint_price import endpoint_price
from pasi.evaluation.endpoint_replay import endpoint_replay
from pasi.evaluation.intervals import Interval
from pasi.evaluation.nested import jackknife_error, student_quantile
from pasi.evaluation.replacement import may_replace
from pasi.evaluation.settings import LIMITS, AcceptanceLimits
from pasi.evaluation.two_proportions import trial_power, trial_size


def interval(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high, "", 50)


WITHIN, NONE = interval(-0.05, 0.05), interval(float("nan"), float("nan"))
GOOD = {"kappa": interval(0.7, 0.9), "price": interval(0.9, 1.2)}


class TestPrice:
    def test_it_is_the_ratio_of_two_sizes(self):
        observed, predicted = np.repeat([1, 0, 1, 0], [43, 7, 10, 40]), np.repeat([1, 0, 1, 0], [38, 12, 12, 38])
        arm = np.repeat([1, 0], 50)
        found = endpoint_price(observed, predicted, arm, power=0.8)
        ours, models = trial_size(0.86, 0.2, power=0.8), trial_size(0.76, 0.24, power=0.8)
        assert (found.observed, found.predicted) == pytest.approx((ours.exact, models.exact))
        assert found.price.estimate == pytest.approx(models.exact / ours.exact)
        assert found.power == pytest.approx(trial_power(0.76, 0.24, ours.exact))
        without = [
            math.log(one.predicted / one.observed)
            for i in range(100)
            for one in [endpoint_price(*(np.delete(values, i) for values in (observed, predicted, arm)), power=0.8)]
        ]
        reach = student_quantile(0.95, 99) * jackknife_error(np.array(without))
        assert found.price.high == pytest.approx(found.price.estimate * math.exp(reach))

    @pytest.mark.parametrize("predicted", [[0, 0, 1, 1], [1, 0, 1, 0]])
    def test_there_is_none_where_the_model_turns_the_difference_or_loses_it(self, predicted):
        found = endpoint_price([1, 1, 1, 0], predicted, [1, 1, 0, 0])
        assert math.isnan(found.price.estimate)
        assert math.isnan(found.power)

    def test_an_empty_arm_and_errors(self):
        assert math.isnan(endpoint_price([1, 0], [1, 0], [1, 1]).price.estimate)
        with pytest.raises(ValueError, match="treated has 1 rows, observed 2: expected as many"):
            endpoint_price([1, 0], [1, 0], [1])
        with pytest.raises(ValueError, match="treated has 3 in row 1, expected 0 or 1"):
            endpoint_price([1, 0], [1, 0], [1, 3])


class TestRule:
    @pytest.mark.parametrize(
        ("changes", "verdict", "fails", "unsettled"),
        [
            ({}, "may be replaced", (), ()),
            ({"change": interval(-0.1, 0.1)}, "may be replaced", (), ()),  # a bound at the limit is within
            ({"change": interval(-0.02, 0.11)}, "cannot be judged", (), ("rate",)),
            ({"change": interval(0.11, 0.2)}, "must not be replaced", ("rate",), ()),
            ({"change": interval(-0.3, -0.11)}, "must not be replaced", ("rate",), ()),
            ({"kappa": interval(0.5, 0.59)}, "must not be replaced", ("kappa",), ()),
            ({"kappa": interval(0.59, 0.9)}, "cannot be judged", (), ("kappa",)),
            ({"price": interval(1.26, 2.0)}, "must not be replaced", ("price",), ()),
            ({"price": interval(1.0, 1.26)}, "cannot be judged", (), ("price",)),
            ({"kappa": NONE, "price": NONE}, "cannot be judged", (), ("kappa", "price")),
            ({"change": interval(0.11, 0.2), "kappa": NONE}, "must not be replaced", ("rate",), ("kappa",)),
            ({"change": interval(0.11, 0.2), "fewest": 19}, "cannot be judged", (), ("subjects",)),
        ],
    )
    def test_each_criterion_on_both_sides(self, changes, verdict, fails, unsettled):
        given = {"change": WITHIN, "fewest": 20, **GOOD} | changes
        found = may_replace([("rate", given.pop("change"))], given["kappa"], given["price"], fewest=given["fewest"])
        assert (found.verdict, found.fails, found.open) == (verdict, fails, unsettled)

    def test_the_limits_are_the_readers(self):
        strict = AcceptanceLimits(margin=0.04)
        found = may_replace([("rate", WITHIN)], GOOD["kappa"], GOOD["price"], fewest=50, limits=strict)
        assert found.open == ("rate",)
        assert (LIMITS.margin, LIMITS.kappa, LIMITS.price, LIMITS.subjects) == (0.1, 0.6, 1.25, 20)


class TestReplay:
    @pytest.mark.parametrize(("subjects", "verdict"), [(51, "may be replaced"), (50, "cannot be judged")])
    def test_a_perfect_model_is_licensed_from_51_subjects_an_arm(self, subjects, verdict):
        """The change of the difference lies within sqrt(2) z^2 / (n + z^2), which is at most 0.1 from there on."""
        hits = np.repeat([1, 0, 1, 0], [45, subjects - 45, 6, subjects - 6])
        found = endpoint_replay(hits, hits, np.repeat([1, 0], subjects))
        assert found.replacement.verdict == verdict
        assert found.price.price.estimate == 1
        assert found.kappa.estimate == 1

    def test_reversed_arms_turn_the_signs_alone(self):
        generator = np.random.default_rng(0)
        observed, predicted = (generator.random(80) < 0.5 for _ in range(2))
        arm = np.repeat([1, 0], 40)
        one, other = endpoint_replay(observed, predicted, arm), endpoint_replay(observed, predicted, 1 - arm)
        assert one.change.estimate == pytest.approx(-other.change.estimate)
        assert one.corrected.difference.estimate == pytest.approx(-other.corrected.difference.estimate, nan_ok=True)
        assert one.kappa == other.kappa
        assert one.replacement.verdict == other.replacement.verdict

    def test_the_change_of_the_difference_is_that_of_both_rates(self):
        observed = [1] * 30 + [0] * 10 + [1] * 8 + [0] * 32
        predicted = [1] * 26 + [0] * 14 + [1] * 10 + [0] * 30
        found = endpoint_replay(observed, predicted, [1] * 40 + [0] * 40)
        assert (found.treated.change.estimate, found.control.change.estimate) == pytest.approx((-0.1, 0.05))
        assert found.change.estimate == pytest.approx(-0.15)
        apart = found.predicted.difference.estimate - found.observed.difference.estimate
        assert found.change.estimate == pytest.approx(apart)

    def test_kappa_has_bounds_with_one_disagreement(self):
        observed = np.repeat([1, 0], 20)
        predicted = np.repeat([1, 0], [21, 19])
        found = endpoint_replay(observed, predicted, np.tile([1, 0], 20)).kappa
        assert found.estimate == pytest.approx(0.95)
        assert 0.6 < found.low < 0.95 < found.high <= 1

    @pytest.mark.parametrize(("responders", "bounded"), [(4, False), (5, True)])
    def test_kappa_of_a_handful_of_responders_has_no_bounds(self, responders, bounded):
        """With none by the model it would be 0 to 0, which would forbid what nobody can judge."""
        observed = np.arange(60) < responders
        found = endpoint_replay(observed, np.roll(observed, 2), np.tile([1, 0], 30)).kappa
        assert math.isfinite(found.low) is bounded
        nobody = endpoint_replay(observed, np.zeros(60), np.tile([1, 0], 30))
        assert "kappa" in nobody.replacement.open

    def test_a_model_beyond_the_limits_is_hardly_ever_licensed(self):
        """Sensitivity 0.9 and specificity 0.85: the control rate rises from 0.1 to 0.175 and the price is 1.6."""
        verdicts = []
        for seed in range(200):
            generator = np.random.default_rng(seed)
            arm = np.repeat([1, 0], 100)
            truth = generator.random(200) < np.where(arm, 0.8, 0.1)
            read = generator.random(200) < np.where(truth, 0.9, 0.15)
            verdicts.append(endpoint_replay(truth, read, arm).replacement.verdict)
        assert verdicts.count("may be replaced") <= 5


def test_limits_of_the_config():
    """Every limit is a key of the section evaluation, with the default of the class."""
    keys = {"endpoint_margin": 0.05, "endpoint_kappa": 0.8, "endpoint_price": 1.1, "endpoint_subjects": 40}
    assert AcceptanceLimits.from_config({**keys, "primary": "mae"}) == AcceptanceLimits(0.05, 0.8, 1.1, 40)
    assert AcceptanceLimits.from_config(EvaluationSection().model_dump()) == LIMITS
