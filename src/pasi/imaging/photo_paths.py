"""Which paths of photos.csv are accepted: those of regular files inside the folder of photos.

F16 and F26 are rows of docs/reliability.md.
"""

import os
import re
import stat
from pathlib import Path

from pasi.errors import UnreadablePhotoError
from pasi.wording import did_you_mean

# Control characters and ends of lines, which no path may have. Spaces of Unicode, joiners and private characters may be
# there: screenshots of macOS, emoji, Persian names and disks of macOS under Windows have them.
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
HAS_CONTROL = re.compile(f"[{CONTROL}]")
QUOTES = "\"'`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a\u00ab\u00bb"  # as people and programs put them
# Paths in which `path_fault` finds nothing and which need no cleaning: relative, no part begins with a full stop or a
# quote, and none has \, : or a control character.
PART = rf"[^.{QUOTES}/\\:{CONTROL}][^/\\:{CONTROL}]*"
PLAIN = re.compile(rf"(?:{PART}/)*{PART}")
DRIVE = re.compile(r"[A-Za-z]:[/\\]")
LOOK = "see what pasi check says of this line"  # only the screen shows names; logs do not (F16)
ANNEX = "annex/objects/"  # in the targets of the links that git-annex lays in place of files
NOT_HERE = ("is a link of git-annex to a photo that is not here", "a photo", "run: git annex get .")
RELATIVE = "a path relative to cohort.photos_root"
OF_WINDOWS = (
    "set cohort.photos_root to the folder as it is called here, remove drive and folder here, and write / for \\"
)
LEAVES = ("leads out of the folder by a symbolic link", "a photo under cohort.photos_root", "copy it there")


def path_fault(path: str) -> tuple[str, str] | None:
    """What is expected of a path, and the fix; None where its text is that of a path inside the folder (F26)."""
    if PLAIN.fullmatch(path):  # nearly all paths
        return None
    if not path:
        return "the path of a photo", "fill it in, or drop the row"
    if HAS_CONTROL.search(path):
        return "a path without control characters", "rename the photo"
    if path[0] in QUOTES and path[-1] in QUOTES and (bare := path.strip(QUOTES)):
        inner = path_fault(bare)
        return "a path without quotes of its own", f'write "{bare}"' if inner is None else f"take them off; {inner[1]}"
    if "://" in path:
        return "a path on this machine, no URL", "fetch the photo first"
    if path.startswith("\\") or DRIVE.match(path):
        return RELATIVE, OF_WINDOWS
    if path.startswith("/"):
        return RELATIVE, "set cohort.photos_root to the folder, and remove it here"
    if "\\" in path:
        return "a path with /", f'write "{path.replace(chr(92), "/")}"'
    if ".." in path.split("/"):
        return "a path that stays in its folder", "set cohort.photos_root to the folder above"
    if path.endswith(("/", "/.")) or path == ".":
        return "the path of a photo, no folder", "name the photo"
    return None


def is_under(path: str, base: str) -> bool:
    """Whether a path, its symbolic links resolved, is under the folder `base`, which is resolved already."""
    return Path(os.path.realpath(path)).is_relative_to(base)


def file_fault(path: str, base: str) -> tuple[str, str, str] | None:
    """What is wrong with a file whose folder is under `base`: found, expected, fix; None where nothing is (F26)."""
    try:
        link = stat.S_ISLNK(os.lstat(path).st_mode)
        if link and not os.path.exists(path) and ANNEX in os.readlink(path):
            return NOT_HERE
        if link and not is_under(path, base):
            return LEAVES
        return None if stat.S_ISREG(os.stat(path).st_mode) else ("is no regular file", "a photo", "drop the row")
    except OSError as error:
        folder, name = os.path.split(path)
        names = os.listdir(folder) if os.path.isdir(folder) else ()
        alike = [other for other in names if other.casefold() == name.casefold() and other != name]
        fix = did_you_mean(name, alike) or "copy it there, or drop the row"
        reason = (error.strerror or "no reason given").lower()
        return f"cannot be opened ({reason})", "a file under cohort.photos_root", fix


def resolve_photo(root: Path, path: str) -> Path:
    """The file under `root` that `path`, a cell of photos.csv, names.

    Raises UnreadablePhotoError, whose message names no file, where the path or the file is not acceptable.
    """
    if unusable := path_fault(path):
        raise UnreadablePhotoError(f"has an unusable path (expected {unusable[0]})", LOOK)
    base = os.path.realpath(root)
    place = os.path.join(base, path)
    fault = file_fault(place, base) if is_under(os.path.dirname(place), base) else LEAVES
    if fault:
        raise UnreadablePhotoError(fault[0], LOOK)
    return Path(os.path.realpath(place))
