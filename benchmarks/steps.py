"""A step of training: composites, our loop against a plain one, and against what others would write."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image, ImageEnhance

from fold import CELLS, SIZE, make_fold, training_settings
from pasi.imaging.composites import Draw, draw_augmentation
from pasi.networks.catalogue import NETWORKS
from pasi.training.data import FoldData
from pasi.training.seeds import TrainingJob
from pasi.training.train import fit_fold
from plain_loop import PlainLoop
from rivals import FastaiLoop, ReferenceLoop, write_composites
from timing import Line, by_turns, medians, seconds_of

BATCH = 16
BACKBONE = "shufflenet_v2_x0_5"  # the fastest of the 29: what is beside the network weighs most
TIMED = (  # batches an epoch, and our precisions; the rivals' is fp32
    (BACKBONE, 8, ("fp32",)),
    ("squeezenet1_1", 4, ("fp32", "bf16")),
    ("resnet18", 2, ("fp32", "bf16")),
)


def lines() -> Iterator[Line]:
    """On one thread, as a job trains."""
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        data = make_fold(10 * BATCH, 2 * BATCH)
        files = write_composites(data, Path(folder))
        yield from composites(data, files)
        yield plain(data)
        for backbone, batches, precisions in TIMED:
            yield from others(backbone, make_fold(batches * BATCH, BATCH), files, precisions)


def composites(data: FoldData, files: list[Path]) -> Iterator[Line]:
    """Sixteen augmented composites, against a PNG and PIL for each."""
    batches = data.fit.split(BATCH)
    count, cells = data.composer.tile_numbers.shape
    draw = draw_augmentation(count, cells, data.composer.settings, torch.Generator().manual_seed(0))
    ours, theirs = (
        1000 * seconds / len(batches)
        for seconds in by_turns(
            partial(each, batches, lambda which: data.composer.compose(which, draw.take(which))),
            partial(each, batches, lambda which: pil_composites([files[row] for row in which], draw.take(which))),
        )
    )
    yield Line("composites of 16", "", ours, None, "CPU ms a batch", "<= 12")
    yield Line("composites of 16", "a PNG and PIL a composite", ours, theirs, "CPU ms a batch")


def each(batches: Iterable[torch.Tensor], make: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """Make each batch and let it go, as training does: ten that are kept cost fresh memory for each."""
    for which in batches:
        make(which)


def pil_composites(files: list[Path], draw: Draw) -> torch.Tensor:
    """The same turns and factors by Pillow: from a PNG of each composite to a batch."""
    batch = []
    for row, path in enumerate(files):
        with Image.open(path) as picture:
            source = picture.convert("RGB")
        turned = Image.new("RGB", source.size)
        for cell in range(CELLS):
            top, left = divmod(int(draw.order[row, cell]), 2)
            tile = source.crop((left * SIZE, top * SIZE, (left + 1) * SIZE, (top + 1) * SIZE))
            tile = tile.rotate(float(draw.angle[row, cell]))
            tile = ImageEnhance.Brightness(tile).enhance(float(draw.brightness[row, cell]))
            tile = ImageEnhance.Contrast(tile).enhance(float(draw.contrast[row, cell]))
            turned.paste(tile, (cell % 2 * SIZE, cell // 2 * SIZE))
        batch.append(torch.from_numpy(np.array(turned)).permute(2, 0, 1).float().div(255))
    return torch.stack(batch)


def plain(data: FoldData) -> Line:
    """An epoch of ours, by its own clock of wall time, against one of a plain loop that gives the same bits."""
    job = TrainingJob(NETWORKS[BACKBONE], 0, 0)
    loop = PlainLoop(job, data, training_settings())
    epochs = iter(range(10**6))
    ours, theirs = medians(
        partial(second_epoch, job, data), lambda: seconds_of(lambda: loop.epoch(next(epochs)), time.perf_counter)
    )
    return Line(f"epoch of {BACKBONE}", "a plain PyTorch loop", ours, theirs, "wall s", "<= 1.03")


def second_epoch(job: TrainingJob, data: FoldData, precision: str = "fp32") -> float:
    """Seconds of the second epoch of a training by ours, validation included."""
    settings = training_settings(max_epochs=2, precision=precision)
    with redirect_stdout(StringIO()):
        return fit_fold(job, data, settings, None).history[1]["seconds"]


def others(backbone: str, data: FoldData, files: list[Path], precisions: tuple[str, ...]) -> Iterator[Line]:
    """Composites a second in an epoch of training, against the loops that others would write, in fp32."""
    targets, fitted = data.targets.flatten().tolist(), len(data.fit)
    rivals: dict[str, FastaiLoop | ReferenceLoop] = {
        "fastai's learner": FastaiLoop(backbone, files[: len(targets)], targets, fitted),
        "torchvision's reference loop": ReferenceLoop(backbone, files[: len(targets)], targets, fitted),
    }
    ours = [partial(second_epoch, TrainingJob(NETWORKS[backbone], 0, 0), data, precision) for precision in precisions]
    seconds = medians(*ours, *(rival.epoch for rival in rivals.values()))
    theirs = seconds[len(ours) :]
    for precision, own in zip(precisions, seconds, strict=False):
        for name, other in zip(rivals, theirs, strict=True):
            target = ">= 1.5" if other == min(theirs) else ""
            yield Line(f"{backbone}, {precision}", name, fitted / own, fitted / other, "composites / wall s", target)
