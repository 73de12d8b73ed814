"""Named random streams: what one stream gives depends neither on the use of another nor on their order."""

import zlib

import numpy as np


def draws(seed: int, *names: str | int) -> np.random.Generator:
    """The random stream of `names` (such as "pose", subject, visit) under `seed`, a non-negative integer."""
    words = [name if isinstance(name, int) else zlib.crc32(name.encode()) for name in names]
    return np.random.default_rng([seed, *words])
