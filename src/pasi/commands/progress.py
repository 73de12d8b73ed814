"""The progress bar of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Show(Protocol):
    """Shows how many have ended so far, and of how many, where that was not known before."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


@contextmanager
def progress_bar(unit: str) -> Iterator[Show]:
    """Show a bar on a terminal; gives a function that takes how many have ended so far. unit: the plural of what ends.

    >>> with progress_bar("photos") as show:
    ...     show(1)
    """
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", disable=None) as bar:

        def show(done: int, total: int | None = None) -> None:
            bar.total = total or bar.total
            bar.update(done - bar.n)

        yield show
