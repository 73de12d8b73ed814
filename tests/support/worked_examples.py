"""What a package offers in public, whose docstrings have worked examples."""

import pkgutil
from importlib import import_module
from inspect import getmembers, isfunction
from types import ModuleType


def modules_of(package: ModuleType) -> list[str]:
    """The full names of the modules of a package."""
    return [name for _, name, _ in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]


def public_functions(name: str) -> list:
    """The public functions that a module defines itself."""
    module = import_module(name)
    return [
        function
        for member, function in getmembers(module, isfunction)
        if not member.startswith("_") and function.__module__ == name
    ]
