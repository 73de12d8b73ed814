"""Which training this is, and the seeds of its random streams."""

import hashlib
from dataclasses import dataclass

from pasi.networks.records import Network


@dataclass(frozen=True)
class TrainingJob:
    """Which network on which fold, and the seed that all its random streams follow from.

    attempt: 0, or the number of the restart, which has other streams. repeat: 0, or which further training of this
    network on this fold it is, which has other streams too; that of number 0 has those of a run without repeats.
    """

    network: Network
    fold: int
    seed: int
    attempt: int = 0
    repeat: int = 0

    @property
    def backbone(self) -> str:
        """Name of the network."""
        return self.network.name

    @property
    def name(self) -> str:
        """This training in messages: "vgg11, fold 2", or "vgg11, fold 2, repeat 1"."""
        return f"{self.backbone}, fold {self.fold}" + (f", repeat {self.repeat}" if self.repeat else "")

    def seed_for(self, *names: str | int) -> int:
        """A seed for one random stream of this job: a function of its fields and `names` alone."""
        repeat = [f"repeat{self.repeat}"] if self.repeat else []
        restart = [f"attempt{self.attempt}"] if self.attempt else []
        return _stream_seed(self.seed, self.backbone, self.fold, *names, *repeat, *restart)


def shared_seed(seed: int, *names: str | int) -> int:
    """A seed for one random stream that all trainings of a run share."""
    return _stream_seed(seed, "", 0, *names)


def _stream_seed(*names: str | int) -> int:
    """56 bits of the SHA-256 of the names, joined by slashes."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:7], "big")
