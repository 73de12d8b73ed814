"""Libraries that are installed, that another one loads unasked, and that a process does without."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def block_import(library: str) -> None:
    """Have every import of `library` in this process fail from now on, as if it were not installed.

    For one that is loaded wherever it is found, as pandas is by pyarrow for any array.
    """
    sys.meta_path.insert(0, _Absent(library))


def stub_module(module: str, *names: str) -> None:
    """Have every import of `module` in this process find nothing in it but `names`, each of them None.

    For one that is loaded without a look whether it is there, as scipy.signal is by torchmetrics. Whoever then wants
    something of it gets an AttributeError. Does nothing where the module is loaded already.
    """
    empty = ModuleType(module, "Left empty by pasi.jobs.lean_imports.")
    vars(empty).update(dict.fromkeys(names))
    sys.modules.setdefault(module, empty)


class _Absent(MetaPathFinder, Loader):
    """Finds the library and refuses to load it: torch looks where libraries lie, and bears no error there."""

    def __init__(self, library: str):
        self.library = library

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self.library else None

    def exec_module(self, module: ModuleType) -> None:
        raise ModuleNotFoundError(f"{self.library} is left out of this process", name=self.library)
