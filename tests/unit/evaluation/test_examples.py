"""The worked examples in the docstrings of pasi.evaluation give what they say."""

import doctest
import pkgutil
from importlib import import_module
from inspect import getmembers, isfunction

import pytest

import pasi.evaluation
from pasi.evaluation import (
    anova,
    calibration,
    components,
    conformal,
    cross_conformal,
    detectable_change,
    differences,
    error_terms,
    intervals,
    intraclass,
    jackknife,
    kappa,
    limits,
    metrics,
    optimism,
    pairs,
    proportion,
    ranks,
    rater_exchange,
    repeatability,
    repeated_ccc,
    response_agreement,
    responses_by_week,
    sample_size,
    subgroups,
    subject_groups,
)

WITH_EXAMPLES = (
    *(
        anova,
        calibration,
        components,
        conformal,
        cross_conformal,
        detectable_change,
        differences,
        error_terms,
        intervals,
        intraclass,
    ),
    *(jackknife, kappa, limits, metrics, optimism, pairs, proportion),
    *(
        ranks,
        rater_exchange,
        repeatability,
        repeated_ccc,
        response_agreement,
        responses_by_week,
        sample_size,
        subgroups,
        subject_groups,
    ),
)
MODULES = [name for _, name, _ in pkgutil.iter_modules(pasi.evaluation.__path__, "pasi.evaluation.")]


def public_functions(module) -> list:
    return [
        function
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    ]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize(
    "function",
    [function for module in WITH_EXAMPLES for function in public_functions(module)],
    ids=lambda function: function.__name__,
)
def test_each_metric_and_interval_has_an_example(function):
    assert doctest.DocTestFinder(recurse=False).find(function)[0].examples


def test_all_modules_are_found():
    assert {"pasi.evaluation.metrics", "pasi.evaluation.intervals", "pasi.evaluation.tables"} <= set(MODULES)
