"""The errors of this package, and the listing of all problems of an input.

UserError               the message says what a user can do; a log shows it without a stack trace
  InputError            all problems of the config, of tables and of photos at once
  SettingError          a setting that does not suit the data
  UsageError            a command that cannot do what was asked
  PatternError          a pattern of `pasi table` that makes no table of a folder
  PhotoError            a photo that cannot be used
    UnreadablePhotoError  its file cannot be opened or read, which says nothing of the picture
  WeightsError          pretrained weights that cannot be fetched or trusted
  ResultError           a file of an earlier stage that cannot be used
    DamagedFileError    it is missing or damaged, or lacks a column
    StaleResultError    it is sound and does not fit the other results
  WriteError            a file that cannot be written
  RunningError          another run is at work in the folder
  BundleError           a bundle that is damaged, was changed, or is of another version
  DeviceError           a device that the config asks for and the machine does not have
  LeaseError            a folder of GPU leases that cannot be used
  FullMemoryError       a training for which the memory of its GPU or machine has no room
  StepError             a training step that cannot be timed on this device
  TrainingError         a training that fails because of its own data or settings, and would fail again
    BackboneError       weights that do not fit the network
"""

from collections.abc import Iterable
from dataclasses import dataclass

REEXPORT = "re-export the photo as JPEG"
SHOWN = 20  # problems in one listing; a last line counts the others


class UserError(Exception):
    """An error whose message says what a user can do; a log shows the message without a stack trace."""


@dataclass(frozen=True)
class Problem:
    """One fault in one place of an input.

    `line` is the line of the file as an editor counts it (the header is line 1), None for a problem of the whole file.
    """

    file: str
    line: int | None
    column: str
    found: str
    expected: str
    fix: str

    def cells(self) -> tuple[str, str, str]:
        """The three columns of the listing: place, fault, fix."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}  {self.column}".rstrip(), f"found {self.found}, expected {self.expected}", self.fix


class InputError(UserError):
    """All problems of an input at once; `str()` is the listing that a user reads."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(describe(self.problems))


def describe(problems: tuple[Problem, ...]) -> str:
    """The first problems as aligned columns, a count of the others, and a last line that says that nothing was run."""
    rows = [problem.cells() for problem in problems[:SHOWN]]
    widths = [max(len(row[column]) for row in rows) for column in range(2)] if rows else [0, 0]
    lines = [f"{place:<{widths[0]}}  {fault:<{widths[1]}}  {fix}".rstrip() for place, fault, fix in rows]
    if len(problems) > SHOWN:
        lines.append(f"... and {len(problems) - SHOWN} more")
    noun = "problem" if len(problems) == 1 else "problems"
    return "\n".join([*lines, f"{len(problems)} {noun}; nothing was run."])


class SettingError(UserError, ValueError):
    """A setting that does not suit the data; the message names its key."""


class UsageError(UserError):
    """A command that cannot do what was asked; the message says why and what to do."""


class PatternError(UserError, ValueError):
    """A pattern that makes no table of a folder; the message says why and what to write."""


class PhotoError(UserError, ValueError):
    """A photo that cannot be used: `fault` says what is wrong with it, `fix` what to do; neither names the file."""

    def __init__(self, fault: str, fix: str = REEXPORT):
        self.fault = fault
        self.fix = fix
        super().__init__(f"the photo {fault}: {fix}")


class UnreadablePhotoError(PhotoError):
    """A photo of which nothing is known: it is not there, cannot be read, or needs more memory than there is.

    A file that stands for a photo which is elsewhere, such as a Git LFS pointer, is such a photo too.
    """


class WeightsError(UserError):
    """Pretrained weights that cannot be fetched or trusted; the message says which file to put where."""


class ResultError(UserError, ValueError):
    """A file of an earlier stage that cannot be used; the message names it, what is wrong and what to do."""


class DamagedFileError(ResultError):
    """A result that is missing or damaged, or lacks a column."""


class StaleResultError(ResultError):
    """A result that is sound and does not fit the others: another split, other rows, another decoder."""


class WriteError(UserError):
    """A file that cannot be written: the message names it, why, how much room there is and what to do."""


class RunningError(UserError):
    """Another run is at work in the folder; the message names its process, host and start."""


class BundleError(UserError):
    """A bundle that is not as it was made or that this version cannot use; the message says what differs."""


class MissingExtraError(UserError):
    """A library that only some users need, and that is not installed; the message names the extra that brings it."""

    def __init__(self, extra: str, purpose: str, cause: ImportError):
        super().__init__(f"{cause.name} is needed {purpose}: pip install 'one-step-pasi[{extra}]'")


class DeviceError(UserError):
    """A device that the config asks for and the machine does not have; the message names the key to change."""


class LeaseError(UserError):
    """A folder of GPU leases that cannot be used; the message names it and what to do."""


class StepError(UserError):
    """A training step that cannot be timed on this device; the message says which network and what to change."""


class FullMemoryError(UserError):
    """Memory of a GPU or a machine that is full; the message names the training and keys to change."""


class TrainingError(UserError):
    """A training that fails because of its own data or settings; the message names network, fold and key to change."""


class BackboneError(TrainingError):
    """Weights that do not fit the network that was to start from them."""
