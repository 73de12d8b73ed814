"""Keys of the config that are folders, looked at on the disk: no file stands in the way, and results have their own.

No path of any kind is longer than a disk takes.
"""

import os
from pathlib import Path

from pasi.config.keys import FILE, OUTPUT

Fault = tuple[str, str]  # what is expected, and the fix

SYSTEM = ("/proc", "/sys", "/dev/fd")  # folders in which no file can be made
LONGEST_NAME, LONGEST_PATH = 255, 4000  # bytes; file systems take no longer name, and systems no path over 4,096


def folder_fault(text: str, kind: str) -> Fault | None:
    """What is expected instead of a path of this kind, and the fix; None where nothing is wrong.

    An OUTPUT is a folder that a run fills: not the working directory, one above it, or a home folder.
    """
    path = Path(os.path.expanduser(text))
    if fault := _length_fault(path):
        return fault
    if kind == FILE:
        return None
    if file := next((part for part in (path, *path.parents) if os.path.exists(part) and not os.path.isdir(part)), None):
        what = "it" if file == path else f'"{file}"'
        if file.is_file():
            return "a folder", f"{what} is a file: name a folder, or move the file"
        return "a folder", f"{what} is a device or a pipe: name a folder"
    return _output_fault(path) if kind == OUTPUT else None


def _length_fault(path: Path) -> Fault | None:
    longest = max((len(os.fsencode(name)) for name in path.parts), default=0)
    if longest > LONGEST_NAME:
        return f"names of up to {LONGEST_NAME} bytes", f"shorten the one of {longest:,}"
    if (length := len(os.fsencode(path))) > LONGEST_PATH:
        return f"a path of up to {LONGEST_PATH:,} bytes", f"shorten it: it has {length:,}"
    return None


def _output_fault(path: Path) -> Fault | None:
    real = os.path.realpath(path)
    if os.path.realpath(".") == real:
        what = "the folder that you work in"
    elif Path(os.path.realpath(".")).is_relative_to(real):
        what = "a folder above the one that you work in"
    elif os.path.realpath(os.path.expanduser("~")) == real:
        what = "a home folder"
    elif any(Path(real).is_relative_to(folder) for folder in SYSTEM):
        what = "a folder that the system makes, and no disk"
    else:
        return None
    return "a folder of its own", f"it is {what}: name another one, for example a folder below the working directory"
