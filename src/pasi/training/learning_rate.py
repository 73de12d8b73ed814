"""The learning rate of a step, where it follows from the step alone."""

import math

RISE = 0.3  # the part of a cycle in which the rate rises
START, END = 1 / 25, 1 / 250_000  # of the peak: the rate before the first step, and in the last one


def warmed_up(step: int, steps: int) -> float:
    """The part of the full rate in step 1, 2, ... of a linear warm-up over `steps` steps: all of it in the last one.

    >>> [warmed_up(step, 4) for step in (1, 2, 4)]
    [0.25, 0.5, 1.0]
    """
    return step / steps


def one_cycle(step: int, steps: int) -> float:
    """The part of the peak in step 1, 2, ... of `steps`: up by half a cosine, then down by another one to nearly 0.

    The shape is that of torch's OneCycleLR with its defaults, after Smith and Topin, Super-convergence (2018), with a
    constant momentum. As it follows from the step alone, a checkpoint holds nothing of it.

    >>> [round(one_cycle(step, 10), 4) for step in (1, 2, 3, 10)]
    [0.28, 0.76, 1.0, 0.0]
    """
    top = RISE * steps
    if step <= top:
        return _between(START, 1.0, step / top)
    return _between(1.0, END, (step - top) / (steps - top))


def _between(first: float, last: float, part: float) -> float:
    """A value between two, `part` of the way along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * part)) / 2
