"""Batches of sample numbers."""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from pasi.training.seeds import TrainingJob


class FixedBatches:
    """Batches of sample numbers in the order given. A class, because Lightning takes a list for several loaders.

    They are on the device that `to` was given last, where Lightning finds nothing to copy in each step.
    """

    def __init__(self, samples: Tensor, size: int):
        self.samples, self.size = samples, size

    def to(self, device: torch.device) -> None:
        """Move the sample numbers to `device`."""
        self.samples = self.samples.to(device)

    def __iter__(self) -> Iterator[Tensor]:
        return iter(torch.split(self.samples, self.size))

    def __len__(self) -> int:
        return math.ceil(len(self.samples) / self.size)


class Batches(FixedBatches):
    """Shuffled batches of sample numbers, in an order that follows from the job and the epoch alone.

    `epoch` is called when Lightning starts to iterate: in a resumed training that is before any hook runs. A last batch
    of one sample is left out, because batch norm has no variance of one value.
    """

    def __init__(self, samples: Tensor, size: int, job: TrainingJob, epoch: Callable[[], int]):
        super().__init__(samples, size)
        self.job, self.epoch = job, epoch

    def __iter__(self) -> Iterator[Tensor]:
        generator = torch.Generator().manual_seed(self.job.seed_for("order", self.epoch()))
        order = torch.randperm(len(self.samples), generator=generator).to(self.samples.device)
        return iter(torch.split(self.samples[order], self.size)[: len(self)])

    def __len__(self) -> int:
        whole, rest = divmod(len(self.samples), self.size)
        return whole + (rest > 1)
