"""The worked examples in the docstrings of pasi.evaluation give what they say."""

import doctest
from importlib import import_module

import pytest

import pasi.evaluation
from worked_examples import modules_of, public_functions

MODULES = modules_of(pasi.evaluation)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name, tmp_path):
    """Examples of what reads files write them into `folder` first."""
    assert doctest.testmod(import_module(name), extraglobs={"folder": tmp_path}).failed == 0


@pytest.mark.parametrize(
    "function",
    [function for name in MODULES for function in public_functions(name)],
    ids=lambda function: f"{function.__module__.rpartition('.')[2]}-{function.__name__}",
)
def test_each_public_function_has_an_example(function):
    assert doctest.DocTestFinder(recurse=False).find(function)[0].examples


def test_all_modules_are_found():
    assert {"pasi.evaluation.metrics", "pasi.evaluation.intervals", "pasi.evaluation.tables"} <= set(MODULES)
