"""Arrays in .npy files, as memory maps where the file system has them."""

import errno
from pathlib import Path

import numpy as np

NO_MAPS = {errno.ENODEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM, errno.EACCES}


def open_array(path: Path) -> np.ndarray:
    """The array of a .npy file, read when its values are used.

    It is read at once on a file system without memory maps, such as FUSE with direct_io. Raises OSError or ValueError
    where the file cannot be read or holds no plain array.
    """
    try:
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        if error.errno not in NO_MAPS:
            raise
        array = np.load(path, allow_pickle=False)
    return array
