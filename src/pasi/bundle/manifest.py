"""The manifest of a bundle: every file with its SHA-256, chained to what the bundle was made from.

Every byte of a bundle counts: those of its files by their digests, those of the manifest because it has one spelling
and its chain covers all that it says. This finds damage and slips. It is no signature: whoever rewrites the whole
manifest can change everything, so compare the digest of the bundle, which is that of its manifest, with the one that
its maker has published.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pasi.bundle.layout import FORMAT, KINDS, MANIFEST
from pasi.errors import BundleError
from pasi.storage.hashing import bytes_sha256, file_sha256, value_digest
from pasi.wording import first_names

MOST_BYTES = 16 * 2**20  # of a manifest; a larger file is none
COPY_AGAIN = (
    "copy the bundle again from where it was made, or, where its run is, delete it and make it again (snakemake bundle)"
)


@dataclass(frozen=True)
class Manifest:
    """What a manifest says. files: SHA-256 by name. about: learner, versions and the like. digest: of the bundle."""

    files: Mapping[str, str]
    about: Mapping[str, Any]
    digest: str


def write_manifest(folder: Path, origin: Mapping[str, str], about: Mapping[str, Any]) -> None:
    """Write the manifest over all files of `folder`; origin: digests of what the bundle was made from, in their order.

    It is written last: a folder without one is no bundle.
    """
    files = {name: _entry(folder / name) for name in sorted(_listing(folder)[0])}
    content = {"format": FORMAT, "about": about, "files": files, "chain": _chain(origin, about, files)}
    (folder / MANIFEST).write_bytes(_spelling(content))


def verify(folder: Path) -> Manifest:
    """The manifest of a bundle of which every byte is in place.

    Raises BundleError that names what is missing, was added or was changed, or says which format was expected.
    """
    files, folders, odd = _listing(folder)
    manifest, listed = _read(folder)
    own_folders = {str(parent) for name in listed for parent in PurePosixPath(name).parents} - {"."}
    problems = {
        "missing": [name for name in listed if name not in files],
        "added": sorted({*files, *folders} - {*listed, *own_folders, MANIFEST} | set(odd)),
        "of a kind that no bundle has": [name for name in listed if PurePosixPath(name).suffix not in KINDS],
        "changed": [name for name in listed if name in files and _entry(folder / name) != listed[name]],
    }
    texts = [f"{what}: {first_names(names, most=5)}" for what, names in problems.items() if names]
    if texts:
        raise BundleError(f"{folder} is not as it was made ({'; '.join(texts)}): {COPY_AGAIN}")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a bundle whose other files were not looked at; raises BundleError where it is not as it was made.

    `read_verified` holds each file to it that is read.
    """
    return _read(folder)[0]


def read_verified(folder: Path, name: str, manifest: Manifest) -> bytes:
    """The bytes of a file of the bundle; raises BundleError where they have changed since the bundle was checked."""
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise BundleError(f"{folder / name} cannot be read ({error.strerror}): {COPY_AGAIN}") from error
    if bytes_sha256(data) != manifest.files.get(name):
        raise BundleError(f"{folder / name} is not as it was made: {COPY_AGAIN}")
    return data


def _read(folder: Path) -> tuple[Manifest, Mapping[str, Mapping[str, Any]]]:
    """The manifest, and the digest and size of each file that it lists."""
    if not (folder / MANIFEST).is_file() or (folder / MANIFEST).is_symlink():
        raise BundleError(f"{folder} is no bundle: it has no {MANIFEST}. Name the folder that `snakemake bundle` wrote")
    data = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).stat().st_size <= MOST_BYTES else b""
    content = _parse(data, folder)
    listed: Mapping[str, Mapping[str, Any]] = content["files"]
    digests = {name: entry["sha256"] for name, entry in listed.items()}
    return Manifest(digests, content["about"], bytes_sha256(data)), listed


def _parse(data: bytes, folder: Path) -> dict[str, Any]:
    damaged = BundleError(f"{folder / MANIFEST} is damaged, or was edited: {COPY_AGAIN}")
    try:
        content = json.loads(data)
        found = content["format"]
        is_own = found == FORMAT
        whole = is_own and data == _spelling(content) and _is_chained(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged from error
    if not is_own and data == _spelling(content):
        made_by = content.get("about", {}).get("versions", {}).get("one-step-pasi", "another version")
        raise BundleError(
            f"{folder} has the format {found!r} of One-Step PASI {made_by}, and this version reads format {FORMAT}: "
            "install the version that made it, or make the bundle anew from its run (snakemake bundle)"
        )
    if not whole:
        raise damaged
    return dict(content)


def _is_chained(content: Mapping[str, Any]) -> bool:
    chain = content["chain"]
    origin = {link["link"]: link["sha256"] for link in chain[:-2]}
    expected = {"format": FORMAT, "about": content["about"], "files": content["files"]}
    expected["chain"] = _chain(origin, content["about"], content["files"])
    return expected == content


def _chain(origin: Mapping[str, str], about: Mapping[str, Any], files: Mapping[str, Any]) -> list[dict[str, str]]:
    """The links: each has the digest of its own thing, and one of itself with all links before it."""
    chain: list[dict[str, str]] = []
    previous = ""
    for link, digest in (*origin.items(), ("about", value_digest(about)), ("files", value_digest(files))):
        previous = value_digest(previous, link, digest)
        chain.append({"link": link, "sha256": digest, "chain": previous})
    return chain


def _spelling(content: Mapping[str, Any]) -> bytes:
    """The one spelling of a manifest."""
    return (json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def _entry(path: Path) -> dict[str, Any]:
    return {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def _listing(folder: Path) -> tuple[set[str], set[str], list[str]]:
    """Names of the files below a folder, its manifest aside, of the folders, and of what is neither, such as links."""
    files, folders, odd = set(), set(), []
    for entry in _walk(folder):
        name = Path(entry.path).relative_to(folder).as_posix()
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISREG(mode):
            files.add(name)
        elif stat.S_ISDIR(mode):
            folders.add(name)
        else:
            odd.append(name)
    return files - {MANIFEST}, folders, odd


def _walk(folder: Path) -> "Iterator[os.DirEntry[str]]":
    if not folder.is_dir():
        raise BundleError(f"{folder} is no folder: name the folder that `snakemake bundle` wrote")
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
