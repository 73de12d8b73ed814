"""Config files: read strictly, and laid one over the other."""

import json
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from pasi.errors import InputError, Problem

Layer = tuple[str, Mapping[str, Any]]  # a config file, or --config, with its keys


# What else may stand under the name of a config file: how it is known, what it is, and what to do.
STAND_INS = (
    (re.compile(r"\Aversion https://git-lfs"), "a pointer of Git LFS", "fetch the file: git lfs pull"),
    (re.compile(r"\A\s*<"), "a web page or XML", "download the file itself, signed in where the server asks for it"),
    (re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE), "the mark of a conflict in git", "resolve it, and delete its marks"),
)
ITSELF = "an alias inside of what it stands for"
ONE_A_LINE = "one key a line, none twice, indented by spaces"


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice, of which YAML readers silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping of a node; raises ConstructorError, with the line, for a key that it has twice."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f'"{key.value}" a second time', key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_config(path: str | Path) -> dict[str, Any]:
    """The mapping that a YAML config file holds, unchecked; raises InputError where it is no such file."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refusal(
            path,
            None,
            str(error.strerror).lower(),
            "a config file",
            "correct the path, or name another file by --config",
        ) from error
    except UnicodeDecodeError as error:
        raise _refusal(path, None, "other text than UTF-8", "UTF-8", "save the file as UTF-8") from error
    for start, found, fix in STAND_INS:
        if match := start.search(text):
            raise _refusal(path, text[: match.start()].count("\n") + 1, found, "a config file", fix)
    config = _parse_or_refuse(text, path)
    if not isinstance(config, dict):
        found = "an empty file" if config is None else "no keys"
        raise _refusal(path, None, found, "sections with keys", "see config/README.md")
    return config


def read_typed(entries: Iterable[str], read: Mapping[str, Any]) -> dict[str, Any]:
    """What --config was given, as `name=value`, with mappings and lists as they would be read in a file.

    `read` is what Snakemake has read of it, for which a nested value is text, and of a nested key that is given twice
    the last one counts. Raises InputError with the problems of all values.
    """
    values, problems = dict(read), []
    for entry in entries:
        name, _, text = entry.partition("=")
        if isinstance(read.get(name), Mapping | list):
            try:
                values[name] = _parse_or_refuse(text.strip("'\""), "--config")
            except InputError as error:
                problems += [replace(problem, line=None, column=name) for problem in error.problems]
    if problems:
        raise InputError(problems)
    return values


def _parse_or_refuse(text: str, path: str | Path) -> Any:
    """The value of JSON or YAML; raises InputError, with the line, where it is neither."""
    try:
        return _parse(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        found, fix = (error.problem or "broken YAML").removeprefix("found "), ONE_A_LINE
        if found == "but found another document":
            found, fix = "a second YAML document", "delete the line ---, or give two files, one laid over the other"
        if found == ITSELF:
            fix = "write the value itself in place of the alias"
        raise _refusal(path, line, found, "valid YAML", fix) from error
    except yaml.YAMLError as error:
        raise _refusal(path, None, "a control character", "valid YAML", "save the file as plain text") from error


def _parse(text: str) -> Any:
    """The value of JSON or YAML, as Snakemake tries them; JSON is YAML too, unless it is indented by tabs."""
    try:
        return json.loads(text, object_pairs_hook=_mapping)
    except ValueError:
        if "*" in text:  # which an alias begins with
            _refuse_loops(yaml.compose(text, _Loader), set(), set())
        return yaml.load(text, _Loader)


def _refuse_loops(node: yaml.Node | None, holding: set[yaml.Node], done: set[yaml.Node]) -> None:
    """Raises ConstructorError, with the line, where a value of YAML holds itself; `holding` are those that hold it."""
    if not isinstance(node, yaml.CollectionNode) or node in done:
        return
    pairs = node.value if isinstance(node, yaml.MappingNode) else [(part, part) for part in node.value]
    for key, value in pairs:
        if value in holding or value is node:
            mark = node.start_mark if key is value else key.start_mark
            raise yaml.constructor.ConstructorError(None, None, ITSELF, mark)
        _refuse_loops(value, holding | {node}, done)
    done.add(node)


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The mapping of an object in JSON; raises ValueError for a key that it has twice: YAML's reader names its line."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def load_layers(paths: Sequence[str | Path]) -> list[Layer]:
    """Each config file with its keys, in their order.

    Raises InputError with the problems of every file that cannot be read.
    """
    layers: list[Layer] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            layers.append((str(path), load_config(path)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))  # a file may be given twice
    return layers


def merge_layers(layers: Iterable[Layer]) -> dict[str, Any]:
    """One config of all layers, each laid over those before it, as `snakemake --configfile` does it (`lay_over`)."""
    return reduce(lay_over, (config for _, config in layers), {})


def holders(place: str, layers: Sequence[Layer]) -> list[str]:
    """Names of the last layer with a place such as index.signs[2].name, and of those that are laid over it.

    Where no layer has the place, its value is a default: then all names, as one.
    """
    names, keys = [name for name, _ in layers], place.partition("[")[0].split(".")
    holding = [number for number, (_, config) in enumerate(layers) if _holds(config, keys)]
    return names[holding[-1] :] if holding else [" + ".join(names)]


def _holds(config: Any, names: Sequence[str]) -> bool:
    """Whether a config has the key to which the names lead."""
    for name in names:
        keys = {str(key): key for key in config} if isinstance(config, Mapping) else {}
        if name not in keys:
            return False
        config = config[keys[name]]
    return True


def lay_over(below: Any, above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` over `below`: mappings merge, whatever their depth; anything else, lists too, is replaced whole."""
    merged = dict(below) if isinstance(below, Mapping) else {}
    for key, value in above.items():
        merged[key] = lay_over(merged.get(key), value) if isinstance(value, Mapping) else value
    return merged


def _refusal(path: str | Path, line: int | None, found: str, expected: str, fix: str) -> InputError:
    return InputError([Problem(str(path), line, "", found, expected, fix)])
