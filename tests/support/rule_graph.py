"""Which rules follow which, read from the rule files: by the files of results that they declare."""

import re
from fnmatch import fnmatch
from functools import cache

from checkout import CHECKOUT

RULE = re.compile(
    r"^(?:use rule (?P<base>\w+) as )?(?:rule )?(?P<name>\w+)(?: with)?:\n(?P<body>(?:(?:    .*)?\n)+)", re.MULTILINE
)
FILE = re.compile(r'"<results>/([^"]+)"')
WILDCARD = re.compile(r"\{\w+\}")


@cache
def files_of_rules() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Inputs and outputs of every rule, wildcards as *; a rule that takes over another one has its inputs."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for path in sorted((CHECKOUT / "workflow" / "rules").glob("*.smk")):
        for rule in RULE.finditer(path.read_text(encoding="utf-8")):
            inputs, outputs = (_files(rule["body"], part) for part in ("input", "output"))
            if rule["base"] and not inputs:
                inputs = found[rule["base"]][0]
            if outputs:
                found[rule["name"]] = inputs, outputs
    return found


def _files(body: str, part: str) -> frozenset[str]:
    block = re.search(rf"^    {part}:\n((?:        .*\n)+)", body, re.MULTILINE)
    return frozenset(WILDCARD.sub("*", file) for file in FILE.findall(block[1])) if block else frozenset()


def followers(rules: set[str]) -> set[str]:
    """The rules and all that read what they make, directly or not."""
    reached, waiting = set(), set(rules)
    while waiting:
        rule = waiting.pop()
        reached.add(rule)
        made = files_of_rules()[rule][1]
        waiting |= {name for name, (inputs, _) in files_of_rules().items() if _reads(inputs, made)} - reached
    return reached


def _reads(inputs: frozenset[str], made: frozenset[str]) -> bool:
    return any(fnmatch(file, pattern) for pattern in inputs for file in made)
