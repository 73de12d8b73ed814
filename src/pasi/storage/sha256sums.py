"""SHA256SUMS, the list of hashes that `sha256sum` writes."""

import re
from pathlib import Path

from pasi.errors import InputError, Problem
from pasi.wording import quoted

LINE = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(?:\./)*(\S.*?)\s*")  # a * before the name stands for binary mode


def read_sums(path: Path) -> dict[str, str]:
    """SHA-256 in lower case by file name, from a file that exists; lines without any text are skipped.

    Raises InputError that lists every line of another form.
    """
    sums, problems = {}, []
    for line, text in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
        if found := LINE.fullmatch(text.strip()):
            sums[found[2]] = found[1].lower()
        elif text.strip():
            expected, fix = "64 hexadecimal digits and a file name", "write it by: sha256sum *.pth > SHA256SUMS"
            problems.append(Problem(str(path), line, "", quoted(text), expected, fix))
    if problems:
        raise InputError(problems)
    return sums
