"""What a training job costs beside its steps: start, imports, reading, building the network, publishing."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial, wraps
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

from timing import Line, medians, run_child

IMPORTS = "import torch, torchvision, pytorch_lightning"
BACKBONE = "shufflenet_v2_x0_5"
Given = ParamSpec("Given")
Result = TypeVar("Result")


def lines() -> Iterator[Line]:
    """A lone job; one of the 145 costs the same, and docs/performance.md says why no parent is kept warm for them."""
    from trial import write_trial

    with TemporaryDirectory() as folder:
        write_trial(Path(folder))
        job = partial(seconds_beside_steps, Path(folder))
        ours, imports = medians(job, lambda: run_child(sys.executable, "-c", IMPORTS)[0])
    yield Line("training job beside its steps", "", ours, None, "CPU s", "<= 6")
    yield Line("training job beside its steps", "imports of its libraries alone", ours, imports, "CPU s")
    yield Line("each of the 145 beside its steps", "", ours, None, "CPU s", "<= 1.5")


def seconds_beside_steps(folder: Path) -> float:
    """CPU seconds of a process that trains for one epoch and predicts, without these two."""
    rmtree(folder / "out", ignore_errors=True)  # or the outputs of the last training would be published again
    used, _ = run_child(sys.executable, __file__, str(folder))
    return used - float((folder / "steps").read_text())


def train(folder: Path) -> None:
    """Do as workflow/scripts/train_fold.py does, for one epoch, and write the CPU seconds of its steps to `steps`."""
    from pasi.jobs.lean_imports import block_import, stub_module

    block_import("pandas")
    stub_module("scipy.signal", "hamming")
    import pytorch_lightning as pl

    from fold import paper, training_settings
    from pasi.imaging.settings import CompositeSettings
    from pasi.networks.catalogue import NETWORKS
    from pasi.training import attempt
    from pasi.training.seeds import TrainingJob
    from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, Target
    from pasi.training.train import train_fold

    steps: list[float] = []
    attempt.predict = timed(attempt.predict, steps)
    pl.Trainer.fit = timed(pl.Trainer.fit, steps)  # type: ignore[method-assign]  # timed for this process alone
    section = paper()
    tables = {name: folder / f"{name}.parquet" for name in ("labels", "subjects", "inner")}
    target = Target(["composite"], [section.index.composite_maximum], "zscore", True)
    train_fold(
        TrainingJob(NETWORKS[BACKBONE], 0, 0),
        FoldFiles(tile_table=folder / "index.parquet", shards=[folder / "shard.npy"], weights=None, **tables),
        SampleSettings(target, CompositeSettings(**section.composites.model_dump()), "inner", "letterbox", 2),
        training_settings(max_epochs=1),
        FoldOutputs(folder / "out", True, 60, section.training.least_skill),
    )
    (folder / "steps").write_text(str(sum(steps)))


def timed(function: Callable[Given, Result], seconds: list[float]) -> Callable[Given, Result]:
    """`function`, whose CPU seconds are noted."""

    @wraps(function)
    def noted(*arguments: Given.args, **options: Given.kwargs) -> Result:
        started = time.process_time()
        result = function(*arguments, **options)
        seconds.append(time.process_time() - started)
        return result

    return noted


if __name__ == "__main__":
    train(Path(sys.argv[1]))
