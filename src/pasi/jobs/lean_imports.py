"""Keeping a process free of libraries that it does not need and that another library would load."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def block_import(library: str) -> None:
    """Let every import of `library` fail in this process from now on, as if it were not installed.

    For a library that another one loads wherever it is installed: pyarrow loads pandas for any array.
    """
    sys.meta_path.insert(0, _BlockedImport(library))


def stub_module(module: str, *names: str) -> None:
    """Replace `module` in this process by an empty module that has only `names`, each of them None.

    For a module that another library imports unconditionally: torchmetrics imports scipy.signal. Any other name of the
    module raises an AttributeError. Does nothing if the module is loaded already.
    """
    empty = ModuleType(module, "Left empty by pasi.jobs.lean_imports.")
    vars(empty).update(dict.fromkeys(names))
    sys.modules.setdefault(module, empty)


class _BlockedImport(MetaPathFinder, Loader):
    """Finds the library and fails to load it: torch searches for libraries, and an error there would stop it."""

    def __init__(self, library: str):
        self.library = library

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self.library else None

    def exec_module(self, module: ModuleType) -> None:
        raise ModuleNotFoundError(f"{self.library} is blocked in this process", name=self.library)
