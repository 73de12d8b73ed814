"""The worked examples in the docstrings of pasi.audit give what they say."""

import doctest
import pkgutil
from importlib import import_module
from inspect import getmembers, isfunction

import pytest

import pasi.audit
from pasi.audit import bounds, claims, columns, contradictions, implications, naive, printed, ranks, spreads

MODULES = [name for _, name, _ in pkgutil.iter_modules(pasi.audit.__path__, "pasi.audit.")]
STATISTICS = (bounds, claims, columns, contradictions, implications, naive, printed, ranks, spreads)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize(
    "function",
    [
        function
        for module in STATISTICS
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    ],
    ids=lambda function: function.__name__,
)
def test_each_public_function_has_an_example(function):
    assert doctest.DocTestFinder(recurse=False).find(function)[0].examples
