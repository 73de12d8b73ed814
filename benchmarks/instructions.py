"""An epoch under pinned instructions, against one under those that suit this processor."""

import os
import sys
from collections.abc import Iterator
from functools import partial

from timing import Line, medians, run_child

BACKBONES = ("shufflenet_v2_x0_5", "squeezenet1_1", "mobilenet_v2", "densenet121", "resnet18")
FITTED = 32  # composites of an epoch


def lines() -> Iterator[Line]:
    """CPU time of the second epoch of a training, each in a process of its own."""
    for backbone in BACKBONES:
        pinned, native = medians(partial(epoch, backbone, "pinned"), partial(epoch, backbone, "native"), rounds=3)
        yield Line(f"epoch of {backbone}, pinned", "native instructions", pinned, native, "CPU s")


def epoch(backbone: str, instructions: str) -> float:
    """CPU seconds of an epoch, from a process of its own."""
    _, printed = run_child(sys.executable, __file__, backbone, instructions, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return float(printed.splitlines()[-1])


if __name__ == "__main__":
    from pasi.training.instructions import restart_pinned

    restart_pinned("pinned" if sys.argv[2] == "pinned" else "native")
    from second_epoch import second_epoch

    print(second_epoch(sys.argv[1], FITTED, instructions=sys.argv[2])[1].seconds)
