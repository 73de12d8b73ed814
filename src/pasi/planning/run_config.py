"""The config of a run: read from the files that Snakemake was given, by the reader that `pasi check` uses."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pasi.config.paths import plain_path
from pasi.config.schema_messages import show
from pasi.config.settings import Settings, read_layers
from pasi.config.yaml_files import holders, lay_over, load_layers, merge_layers, read_typed
from pasi.errors import InputError, Problem


def read_run_config(
    files: Sequence[str | Path], typed: Mapping[str, Any], merged: Mapping[str, Any], *, entries: Sequence[str] = ()
) -> Settings:
    """The settings of config files, laid over each other, with what was `typed` on the command line over them all.

    `entries` is the text of what was typed, for nested values, which Snakemake does not read as those of a file.
    `merged` is what Snakemake has made of the same. Snakemake's own reader drops a key that is given twice without a
    word, so its config is only compared with ours. Raises InputError with every problem of the files, and where the two
    differ.
    """
    layers = load_layers([plain_path(str(file)) for file in files])
    read = lay_over(merge_layers(layers), typed)
    layers += [("--config", read_typed(entries, typed))] if typed else []
    settings = read_layers(layers)
    differing = [
        Problem(
            " + ".join(holders(place, layers)),
            None,
            place,
            f"{_shown(merged, place)} in the config that Snakemake has",
            f"{_shown(read, place)}, as the files say",
            "change it by a file (--configfile) or by --config alone",
        )
        for place in _differences(read, merged)
    ]
    if differing:
        raise InputError(differing)
    return settings


def _differences(one: Mapping[str, Any], other: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Places at which two configs differ."""
    for name in sorted(one.keys() | other.keys()):
        mine, theirs = one.get(name), other.get(name)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            yield from _differences(mine, theirs, f"{prefix}{name}.")
        elif mine != theirs:
            yield f"{prefix}{name}"


def _shown(config: Any, place: str) -> str:
    for name in place.split("."):
        config = config.get(name) if isinstance(config, Mapping) else None
    return show(config)
