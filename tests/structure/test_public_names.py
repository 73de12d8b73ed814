"""The public face: about twenty names, typed, and nothing imported until one is used."""

import ast
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec

import pytest

import pasi
from checkout import CHECKOUT

PACKAGE = CHECKOUT / "src" / "pasi"


@pytest.mark.parametrize("name", pasi.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name):
    assert pasi.__version__ == version("one-step-pasi") if name == "__version__" else getattr(pasi, name).__doc__


def test_the_types_name_the_same_home_for_every_name():
    typed = {
        alias.name: node.module
        for node in ast.parse((PACKAGE / "__init__.pyi").read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == {name: f"pasi.{home}" for name, home in pasi._HOMES.items()}
    assert (PACKAGE / "py.typed").is_file()


def test_an_import_of_the_package_imports_nothing_else():
    code = "import sys, pasi; print([name for name in sys.modules if name.startswith('pasi.')], 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"


def test_unknown_names_are_refused_as_usual():
    with pytest.raises(AttributeError, match="module 'pasi' has no attribute 'no_such_name'"):
        pasi.no_such_name  # noqa: B018
    assert find_spec("pasi.no_such_module") is None
    assert set(pasi.__all__) <= set(dir(pasi))
