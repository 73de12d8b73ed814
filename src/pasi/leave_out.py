"""A library that is installed, and that a process does without."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def leave_out(library: str) -> None:
    """Have every import of `library` in this process fail from now on, as if it were not installed.

    For libraries that another one loads wherever it finds them, as pyarrow does with pandas for any array.
    """
    sys.meta_path.insert(0, _Absent(library))


class _Absent(MetaPathFinder, Loader):
    """Finds the library and refuses to load it: torch looks where libraries lie, and bears no error there."""

    def __init__(self, library: str):
        self.library = library

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self.library else None

    def exec_module(self, module: ModuleType) -> None:
        raise ModuleNotFoundError(f"{self.library} is left out of this process", name=self.library)
