"""Keys of the config that are paths: what looks like a path and names no file here is refused, the rest is spelt alike.

One spelling matters, because Snakemake records results by their path: `results/`, `./results` and the absolute path are
one folder. A home folder (~) is expanded. Variables are refused and not expanded: a job on another machine reads the
config again, and $SCRATCH may stand for another folder there.
"""

import os
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pasi.config.folders import Fault, folder_fault
from pasi.config.keys import PATH
from pasi.errors import Problem
from pasi.imaging.photo_paths import HAS_CONTROL, QUOTES
from pasi.networks.settings import STARTS
from pasi.wording import quoted

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # a scheme of two characters or more; one character is a drive
MIRRORS = ("http", "https")  # schemes that training.weights may have
DRIVE = re.compile(r"([A-Za-z]):")
SHARE = re.compile(r"//[^/]|\\\\")  # //server/share and \\server\share
VARIABLE = re.compile(r"\$(?:\w+|\{[^}]*\}|\()|%\w+%|`[^`]*`")
WEIGHTS = "training.weights"  # the one key whose value may also be one of STARTS or the URL of a mirror


def path_problems(config: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Problem]:
    """The paths in a complete config that cannot be meant as they are written; of several faults of one, the first.

    The problems name no file.
    """
    faults = ((place, text, _fault(text, place, kind)) for place, text, kind in _paths(config, schema))
    return [Problem("", None, place, quoted(text), *fault) for place, text, fault in faults if fault]


def with_plain_paths(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A config in which `path_problems` found nothing, each of its paths in its one spelling."""
    plain: dict[str, Any] = deepcopy(dict(config))
    for place, text, _ in _paths(config, schema):
        *sections, name = place.split(".")
        path = plain_path(text)
        is_word = place == WEIGHTS and path in STARTS and path != text  # a folder of this name, such as ./none
        reduce(getitem, sections, plain)[name] = f"./{path}" if is_word else path
    return plain


def plain_path(text: str) -> str:
    """A path without detours: relative where it lies under the working directory, with its home folder written out.

    What is no path, such as a URL, stays as it is.
    """
    if URL.match(text):
        return text
    path = Path(re.sub("^//+", "/", os.path.expanduser(text)))  # POSIX lets // stand for something else
    if ".." in path.parts and os.path.realpath(os.path.normpath(path)) == os.path.realpath(path):
        path = Path(os.path.normpath(path))  # unless a symbolic link before the .. leads elsewhere
    if not path.is_absolute():
        return str(path)
    above = next((folder for folder in (path, *path.parents) if _is_here(folder)), None)
    return str(path.relative_to(above)) if above else str(path)


def _is_here(folder: Path) -> bool:
    """Whether a folder is the working directory."""
    try:
        return os.path.samefile(folder, ".")
    except OSError:  # it does not exist, or must not be looked at
        return False


def _paths(config: Any, schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Place, text and kind of each path in a config."""
    for name, part in schema.get("properties", {}).items():
        value = config.get(name) if isinstance(config, Mapping) else None
        if part.get(PATH) and isinstance(value, str) and value:
            yield f"{prefix}{name}", value, part[PATH]
        yield from _paths(value, part, f"{prefix}{name}.")


def _fault(text: str, place: str, kind: str) -> Fault | None:
    """What is expected of a path instead, and the fix; None where nothing is wrong."""
    if fault := _text_fault(text, place):
        return fault
    is_place = place != WEIGHTS or (text not in STARTS and not URL.match(text))
    return folder_fault(text, kind) if is_place else None


def _text_fault(text: str, place: str) -> Fault | None:
    """The same, by the text alone."""
    if text != text.strip():
        return "no spaces at either end", f"write {quoted(text.strip())}"
    if HAS_CONTROL.search(text) or (not text.isprintable() and not _is_there(text)):
        return "printable characters alone", "type it again: it holds a character that is not shown"
    if text[0] in QUOTES and text[-1] in QUOTES:
        bare = text.strip(QUOTES)
        return "a path without quotes of its own", f'write "{bare}", with the straight quotes of a keyboard or none'
    if URL.match(text):
        return _url_fault(text, place)
    if DRIVE.match(text) and (text[2:3] in ("", "/", "\\") or not _is_there(Path(text).parts[0])):
        return _drive_fault(text)
    if SHARE.match(text) and not _is_there("/" + text.strip("/").partition("/")[0]):
        return "a path of this machine", "mount the share, and write where it is mounted"
    if "\\" in text:
        return "a path with /", f'write "{text.replace(chr(92), "/")}"'
    if variable := VARIABLE.search(text):
        known = os.path.expandvars(text)
        written = f'write "{known}"' if not VARIABLE.search(known) else f"write what {variable[0]} stands for"
        return "a path without variables, which differ between machines", written
    if text.startswith("~") and os.path.expanduser(text).startswith("~"):
        return "a home folder that is known here", "write the folder out"
    return None


def _is_there(text: str) -> bool:
    """Whether a path is on the disk in exactly this spelling: then spaces and joiners of Unicode belong to its name."""
    try:
        return os.path.lexists(os.path.expanduser(text))
    except UnicodeEncodeError:  # half of a character
        return False


def _drive_fault(text: str) -> Fault:
    """The fault of a path of Windows with a drive."""
    drive, rest = text[0].lower(), text[2:].replace("\\", "/").strip("/")
    return "a path of this machine, without a drive", f'write where it lies here, under WSL "/mnt/{drive}/{rest}"'


def _url_fault(text: str, place: str) -> Fault | None:
    parts = urlsplit(text)
    if place == WEIGHTS and parts.scheme.lower() in MIRRORS:
        return None
    if parts.scheme.lower() == "file":
        return _file_url_fault(unquote(parts.netloc + parts.path))
    if place == "results":
        return "a folder, no URL", "name a folder, and give Snakemake the storage by --default-storage-provider"
    return "a path on this machine, no URL", "copy it to this machine, and write where it lies"


def _file_url_fault(path: str) -> Fault:
    """The fault of file: and a path, before which a host, or a drive of Windows, may stand."""
    plain = path.removeprefix("localhost")
    if DRIVE.match(plain.lstrip("/")):
        return "a path, no URL", _drive_fault(plain.lstrip("/"))[1]
    if not plain.startswith("/"):
        return "a path, no URL", "mount the share, and write where it is mounted"
    return "a path, no URL", f'write "{plain}"'
