"""Names of visits that YAML has read as numbers, as true and false, as null or as times: one problem for all of them.

YAML reads 01 as 1, 1.10 as 1.1, NO as false and 12:30 as 750. What it makes of them no longer says what the file has,
so the file is read again for the message.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from pasi.config.schema_messages import IN_QUOTES, REPEATS
from pasi.config.yaml_files import Layer, holders
from pasi.errors import Problem
from pasi.wording import shortened

ORDER, BASELINE = "cohort.visit_order", "cohort.baseline"
ENTRY = re.compile(rf"{re.escape(ORDER)}\[\d+\]")
Texts = str | list[str] | None


def join_misread_names(problems: Sequence[Problem], layers: Sequence[Layer]) -> list[Problem]:
    """The problems, those of names of visits that YAML has misread made one, with the texts that the files have."""
    misread = [problem for problem in problems if _is_misread(problem)]
    if not misread:
        return list(problems)
    is_list = any(ENTRY.fullmatch(problem.column) for problem in misread)
    same = [problem for problem in problems if is_list and problem.column == ORDER and problem.fix == REPEATS]
    first = min(misread, key=lambda problem: problem.column == BASELINE)
    place = ORDER if is_list else BASELINE
    texts = {key: _texts(key, layers) for key in (ORDER, BASELINE) if any(_is_of(problem, key) for problem in misread)}
    others = [problem for problem in problems if problem not in misread and problem not in same]
    read = ", ".join(problem.found for problem in misread if _is_of(problem, place))
    found, fix = f"what YAML reads as {read}", "put each name in quotes"
    if all(texts.values()):
        found = f"{_as_written(texts[place])}, of which YAML makes {read}"
        fix = f"put names in quotes: {', '.join(_as_fixed(key, text) for key, text in texts.items())}"
    return [Problem(first.file, None, place, found, "names of visits as text", fix), *others]


def _is_misread(problem: Problem) -> bool:
    is_name = problem.column == BASELINE or ENTRY.fullmatch(problem.column) is not None
    return is_name and (problem.fix == IN_QUOTES or problem.found == "null")


def _is_of(problem: Problem, key: str) -> bool:
    return problem.column == key or problem.column.startswith(f"{key}[")


def _as_written(text: Texts) -> str:
    return shortened(f"[{', '.join(text)}]" if isinstance(text, list) else str(text))


def _as_fixed(place: str, text: Texts) -> str:
    return f"{place.rpartition('.')[2]}: {json.dumps(text, ensure_ascii=False)}"


def _texts(place: str, layers: Sequence[Layer]) -> Texts:
    """The text of a scalar, or the texts of a list, at a place of a config file; None where no file says."""
    try:
        node = yaml.compose(Path(holders(place, layers)[0]).read_text(encoding="utf-8-sig"), yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return None
    for name in place.split("."):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in pairs if key.value == name), None)
    if isinstance(node, yaml.SequenceNode):
        return [part.value for part in node.value if isinstance(part, yaml.ScalarNode)]
    return node.value if isinstance(node, yaml.ScalarNode) else None
