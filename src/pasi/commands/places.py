"""Files and folders that options name: what cannot be used is refused before anything is opened or computed."""

from pathlib import Path

from pasi.errors import UsageError

PHOTOS_ROOT = "name the folder in which the paths of the table begin"


def require_folder(option: str, folder: Path | None, fix: str) -> None:
    """Raises UsageError where a folder is named and is not there; fix: what to do then."""
    if folder is not None and not folder.is_dir():
        found = "is no folder" if folder.exists() else "is not there"
        raise UsageError(f"{option} {folder} {found}: {fix}")


def refuse_file(option: str, folder: Path | None) -> None:
    """Raises UsageError where a folder that is to be written is named, and a file is in its place or above it."""
    if folder is not None and not (nearest := _nearest(folder)).is_dir():
        raise UsageError(f"{option} {folder}: {nearest} is a file: name a folder")


def refuse_folder(option: str, file: Path) -> None:
    """Raises UsageError where a file that is to be written is named, and a folder is there or a file is above it."""
    if file.is_dir():
        raise UsageError(f"{option} {file} is a folder: name a file in it")
    refuse_file(option, file.parent)


def _nearest(place: Path) -> Path:
    """The place itself, or the first one above it that is there."""
    return next(path for path in (place.absolute(), *place.absolute().parents) if path.exists())
