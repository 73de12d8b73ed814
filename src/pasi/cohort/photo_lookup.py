"""Looking for the file that a path of photos.csv means, where its name on the disk looks the same and differs."""

import os
import unicodedata
from collections import defaultdict
from urllib.parse import unquote

from pasi.cohort.look_alike import ENCODINGS, appearance, difference

ENDING = "its ending"
PERCENT = "characters that stand as %XX, as in a URL,"
BACKSLASHES = "\\ in place of /"


class FolderNames:
    """The names in a folder, found by what they look like."""

    def __init__(self, folder: str):
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            names = []
        self._by_appearance: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for name in names:
            self._by_stem[appearance(os.path.splitext(name)[0])].append(name)
            for text in {name, *_misread(name)}:
                self._by_appearance[appearance(text)].append(name)

    def find(self, name: str) -> tuple[str, str] | None:
        """The first name that looks like `name`, and in what it differs; None where there is none."""
        for other in self._by_appearance.get(appearance(name), ()):
            kind = difference(name, other)
            if kind:
                return other, kind
        stems = self._by_stem.get(appearance(os.path.splitext(name)[0]), [])
        return (stems[0], ENDING) if len(stems) == 1 else None


def find_look_alike(base: str, path: str, folders: dict[str, FolderNames]) -> tuple[str, str] | None:
    """An existing path under `base` that looks like `path`, and in what its first different part differs.

    None where there is none. `folders` keeps what was listed for the next call.
    """
    found, kind = base, ""
    parts = path.split("/")
    for place, part in enumerate(parts):
        if not os.path.lexists(os.path.join(found, part)):
            if os.path.lexists(os.path.join(found, whole := "\\".join(parts[place:]))):
                return os.path.relpath(os.path.join(found, whole), base), BACKSLASHES
            if "%" in part and os.path.lexists(os.path.join(found, plain := unquote(part))):
                found, kind = os.path.join(found, plain), kind or PERCENT
                continue
            if found not in folders:
                folders[found] = FolderNames(found)
            alike = folders[found].find(part)
            if alike is None:
                return None
            part, kind = alike[0], kind or alike[1]
        found = os.path.join(found, part)
    return (os.path.relpath(found, base), kind) if kind else None


def _misread(name: str) -> set[str]:
    """What a name is where its bytes are read in another encoding, or were read in a wrong one before."""
    if name.isascii():
        return set()
    data = name.encode("utf-8", "surrogateescape")
    texts = {data.decode(encoding, "replace") for encoding in ENCODINGS}
    for encoding in ENCODINGS:
        try:
            texts.add(name.encode(encoding).decode("utf-8"))
        except UnicodeError:
            continue
    return {unicodedata.normalize("NFC", text) for text in texts}
