"""The worked examples in the docstrings of pasi.evaluation give what they say."""

import doctest
from importlib import import_module

import pytest

import pasi.evaluation
from worked_examples import modules_of, public_functions

# Modules that make or read the tables of a run, or hold the arrays that statistics share. All others are statistics.
WITHOUT_EXAMPLES = {
    *("baseline_comparison", "choice", "chosen_endpoints", "comparison", "histories", "learned", "moments", "nested"),
    *("judgement", "openings", "plan_log"),
    *("characteristics", "description", "group_table", "repeats", "signs", "single_networks", "tables", "visits"),
}
MODULES = modules_of(pasi.evaluation)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize(
    "function",
    [
        function
        for name in MODULES
        if name.rpartition(".")[2] not in WITHOUT_EXAMPLES
        for function in public_functions(name)
    ],
    ids=lambda function: function.__name__,
)
def test_each_statistic_has_an_example(function):
    assert doctest.DocTestFinder(recurse=False).find(function)[0].examples


def test_all_modules_are_found():
    assert {f"pasi.evaluation.{name}" for name in WITHOUT_EXAMPLES} <= set(MODULES)
    assert {"pasi.evaluation.metrics", "pasi.evaluation.intervals", "pasi.evaluation.tables"} <= set(MODULES)
