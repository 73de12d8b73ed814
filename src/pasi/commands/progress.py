"""The progress bar of a command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(unit: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal; gives a function that takes how many have ended so far.

    unit: the plural of what ends. total: of how many, where that is known before.

    >>> with progress_bar("photos") as show:
    ...     show(1)
    """
    from tqdm import tqdm

    with tqdm(total=total, unit=f" {unit}", disable=None) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        yield show
