"""Which training this is, and the seeds of its random streams."""

import hashlib
from dataclasses import dataclass

from pasi.networks.records import Network


@dataclass(frozen=True)
class TrainingJob:
    """Which network on which fold, and the seed that all its random streams follow from.

    attempt: 0, or the number of the restart, which has other streams.
    """

    network: Network
    fold: int
    seed: int
    attempt: int = 0

    @property
    def backbone(self) -> str:
        """Name of the network."""
        return self.network.name

    def seed_for(self, *names: str | int) -> int:
        """A seed for one random stream of this job: a function of seed, backbone, fold, attempt and `names` alone."""
        restart = [f"attempt{self.attempt}"] if self.attempt else []
        return _stream_seed(self.seed, self.backbone, self.fold, *names, *restart)


def shared_seed(seed: int, *names: str | int) -> int:
    """A seed for one random stream that all trainings of a run share."""
    return _stream_seed(seed, "", 0, *names)


def _stream_seed(*names: str | int) -> int:
    """56 bits of the SHA-256 of the names, joined by slashes."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:7], "big")
