"""What several sub-commands read from the command line: counts, sizes and config files."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

CONFIG = Path("config/config.yaml")  # the file that Snakemake reads by itself

# What add_subparsers returns; argparse has no public name for it, and its class is generic for type checkers alone.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def count(text: str) -> int:
    """A whole number from 1."""
    number = natural(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return number


def natural(text: str) -> int:
    """A whole number from 0."""
    if not re.fullmatch(r"[0-9]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """Names, from V1,V2,V3.

    >>> names("V1, V2,")
    ('V1', 'V2')
    """
    return tuple(name.strip() for name in text.split(",") if name.strip())


def photo_size(text: str) -> tuple[int, int]:
    """Width and height of a photo in pixels, from 4928x3264."""
    found = re.fullmatch(r"([0-9]+)[xX]([0-9]+)", text)
    if not found or not int(found[1]) >= int(found[2]) >= 16:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 4928x3264, the long side first, 16 or more")
    return int(found[1]), int(found[2])


def factor(text: str) -> float:
    """A number from 0."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0, such as 0.5")
    return float(text)


def arms(text: str) -> tuple[tuple[str, float], ...]:
    """Names of arms and shares from 0 to 1, from placebo:0.05,active:0.75."""
    found = [re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*):([0-9](?:\.[0-9]+)?)", part) for part in text.split(",")]
    pairs = tuple((one[1], float(one[2])) for one in found if one)
    if len(pairs) < len(found) or len(dict(pairs)) < len(pairs) or any(share > 1 for _, share in pairs):
        raise argparse.ArgumentTypeError(
            f"{text!r} names no arms such as placebo:0.05,active:0.75, each once with a share from 0 to 1"
        )
    return pairs


def add_run_config(add: Callable[..., argparse.Action]) -> None:
    """The option --config of a command that looks at a run."""
    text = f"config files of the run, each laid over those before it, and the first over {CONFIG} (default: that alone)"
    add("--config", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=text)


def run_configs(given: Sequence[Path]) -> list[Path]:
    """The config files of a run as Snakemake reads them: its own file, where there is one, and then those given."""
    if any(file.exists() and CONFIG.exists() and file.samefile(CONFIG) for file in given):
        return list(given)
    return [CONFIG, *given] if CONFIG.exists() or not given else list(given)
