"""Keys of the config that are folders, looked at on the disk: no file stands in the way, and results have their own."""

import os
from pathlib import Path

from pasi.config.keys import FOLDER, OUTPUT

Fault = tuple[str, str]  # what is expected, and the fix


def folder_fault(text: str, kind: str) -> Fault | None:
    """What is expected instead of a path of this kind, and the fix; None where nothing is wrong.

    An OUTPUT is a folder that a run fills: not the working directory, one above it, or a home folder.
    """
    if kind not in (FOLDER, OUTPUT):
        return None
    path = Path(os.path.expanduser(text))
    if file := next((part for part in (path, *path.parents) if part.is_file()), None):
        what = "it" if file == path else f'"{file}"'
        return "a folder", f"{what} is a file: name a folder, or move the file"
    return _output_fault(path) if kind == OUTPUT else None


def _output_fault(path: Path) -> Fault | None:
    real = os.path.realpath(path)
    if os.path.realpath(".") == real:
        what = "the folder that you work in"
    elif Path(os.path.realpath(".")).is_relative_to(real):
        what = "a folder above the one that you work in"
    elif os.path.realpath(os.path.expanduser("~")) == real:
        what = "a home folder"
    else:
        return None
    return "a folder of its own", f"it is {what}: name another one, for example a folder below the working directory"
