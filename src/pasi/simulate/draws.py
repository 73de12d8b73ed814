"""Random numbers by name: what one thing draws never depends on how much another drew, or in which order."""

import zlib

import numpy as np


def draws(seed: int, *names: str | int) -> np.random.Generator:
    """The random numbers that belong to `names` (say "pose", subject, visit) under `seed`, a non-negative integer."""
    words = [name if isinstance(name, int) else zlib.crc32(name.encode()) for name in names]
    return np.random.default_rng([seed, *words])
