"""Which training this is, and the random streams that belong to it."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingJob:
    """Which network on which fold, and the seed that all its random streams follow from."""

    backbone: str
    fold: int
    seed: int

    def seed_for(self, *names: str | int) -> int:
        """A seed for one random stream of this job: a function of the job and `names` alone."""
        text = "/".join(map(str, (self.seed, self.backbone, self.fold, *names)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
