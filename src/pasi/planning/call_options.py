"""Options of a call of Snakemake that are given several times, of which it keeps the last one without a word."""

import argparse
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

Profile = tuple[str, Mapping[str, Any]]  # the file of a profile, and the options in it without their dashes
NAMES = {"configfile": ("configfile", "configfiles"), "config": ("config", "C")}


def options_given_twice(arguments: Sequence[str], profiles: Sequence[Profile] = ()) -> str | None:
    """Why a call is refused that gives the config files, keys of the config, or one such key several times.

    `profiles` are those that Snakemake has read, a later one above those before it, the command line above them all. An
    option that repeats all of what it hides is no fault.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name, (long, other) in NAMES.items():
        other = f"-{other}" if len(other) == 1 else f"--{other}"
        parser.add_argument(f"--{long}", other, dest=name, nargs="*", action="append", default=[])
    typed = vars(parser.parse_known_args(arguments)[0])
    for name, given in typed.items():
        places = [*_in_profiles(name, profiles), *(("on the command line", items) for items in given)]
        text = _hidden(name, places, len(given)) or _repeated(name, places)
        if text:
            return text
    return None


def _in_profiles(name: str, profiles: Sequence[Profile]) -> list[tuple[str, list[str]]]:
    """Where an option stands in profiles, and its values there."""
    found = []
    for file, options in profiles:
        values = [value for key, value in options.items() if key.lstrip("-") in NAMES[name]]
        if values:
            lists = (value if isinstance(value, list) else [value] for value in values)
            found.append((f"in {file}", [str(item) for item in chain(*lists)]))
    return found


def _hidden(name: str, places: Sequence[tuple[str, Sequence[str]]], times_typed: int) -> str | None:
    """The refusal of an option that hides what another one has."""
    together = shlex.join([f"--{name}", *dict.fromkeys(chain(*(items for _, items in places)))])
    if times_typed > 1:
        return f"--{name} is given {times_typed} times, and Snakemake reads the last one alone: write {together}"
    if any(set(items) - set(places[-1][1]) for _, items in places[:-1]):
        where = " and ".join(place for place, _ in places)
        return f"--{name} is given {where}, and Snakemake reads the last one alone: write {together}"
    return None


def _repeated(name: str, places: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """The refusal of a key that --config has twice."""
    items = places[-1][1] if places and name == "config" else []
    keys = Counter(item.partition("=")[0].strip() for item in items)
    for key, count in keys.items():
        if count > 1:
            return f"--config has {key} {count} times, and Snakemake reads the last one alone: give it once"
    return None
