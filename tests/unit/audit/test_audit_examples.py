"""The worked examples in the docstrings of pasi.audit give what they say."""

import doctest
from importlib import import_module

import pytest

import pasi.audit
from worked_examples import modules_of, public_functions

MODULES = modules_of(pasi.audit)
STATISTICS = {"bounds", "claims", "columns", "contradictions", "implications", "naive", "printed", "ranks", "spreads"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize(
    "function",
    [function for name in sorted(STATISTICS) for function in public_functions(f"pasi.audit.{name}")],
    ids=lambda function: function.__name__,
)
def test_each_public_function_has_an_example(function):
    assert doctest.DocTestFinder(recurse=False).find(function)[0].examples
