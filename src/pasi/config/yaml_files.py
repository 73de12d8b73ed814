"""Config files: read strictly, and laid one over the other."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from pasi.errors import InputError, Problem


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
        config = yaml.load(Path(path).read_text(encoding="utf-8-sig"), _Loader)
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
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        found = (error.problem or "broken YAML").removeprefix("found ")
        raise _refusal(path, line, found, "valid YAML", "one key a line, none twice, indented by spaces") from error
    except yaml.YAMLError as error:
        raise _refusal(path, None, "a control character", "valid YAML", "save the file as plain text") from error
    if not isinstance(config, dict):
        found = "an empty file" if config is None else "no keys"
        raise _refusal(path, None, found, "sections with keys", "see config/README.md")
    return config


def load_configs(paths: Sequence[str | Path]) -> dict[str, Any]:
    """Config files laid over each other in their order, as `snakemake --configfile` does it (`lay_over`)."""
    return reduce(lay_over, map(load_config, paths), {})


def lay_over(below: Any, above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` over `below`: mappings merge, whatever their depth; anything else, lists too, is replaced whole."""
    merged = dict(below) if isinstance(below, Mapping) else {}
    for key, value in above.items():
        merged[key] = lay_over(merged.get(key), value) if isinstance(value, Mapping) else value
    return merged


def file_names(paths: Iterable[str | Path]) -> str:
    """Config files laid over each other as problems name them: "config/config.yaml + my.yaml"."""
    return " + ".join(map(str, paths))


def _refusal(path: str | Path, line: int | None, found: str, expected: str, fix: str) -> InputError:
    return InputError([Problem(str(path), line, "", found, expected, fix)])
