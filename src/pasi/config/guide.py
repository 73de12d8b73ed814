"""The tables of config/README.md and the schema for the workflow catalog, made from the models of the config.

`make config-guide` runs this module in the checkout; a test holds both files to it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pasi.config.keys import Schema
from pasi.config.schema import config_schema, sections
from pasi.config.schema_messages import expected
from pasi.storage.atomic import atomic_write

GUIDE = Path("config/README.md")
SCHEMA = Path("workflow/schemas/config.schema.yaml")
BEGIN, END = "<!-- made by make config-guide -->\n\n", "\n<!-- end of what make config-guide makes -->\n"
HEAD = "| key | meaning and unit | default | allowed | the paper |\n|---|---|---|---|---|"
LONGEST_DEFAULT = 40  # characters; longer ones are shown in config.yaml
MANY = 8  # options; more are not listed


def guide_text() -> str:
    """The tables of all keys in Markdown: those outside of a section first, then a section a heading."""
    schema = config_schema()
    single = {name: part for name, part in schema["properties"].items() if "properties" not in part}
    parts = [_table(single)]
    parts += [f"## {name}\n\n{part['description']}\n\n{_table(part['properties'])}" for name, part in sections(schema)]
    return "\n\n".join(parts) + "\n"


def schema_text() -> str:
    """The JSON schema as YAML."""
    head = "# Made by make config-guide from the models in src/pasi/config.\n"
    return head + yaml.safe_dump(json.loads(json.dumps(config_schema())), sort_keys=False, width=120)


def _table(keys: Schema) -> str:
    return "\n".join([HEAD, *(row for name, part in keys.items() for row in _rows(name, part))])


def _rows(name: str, part: Schema) -> Iterator[str]:
    """The row of a key, then those of the keys of its entries."""
    unit = f"; in {part['unit']}" if "unit" in part else ""
    cells = (f"`{name}`", part["description"].removesuffix(".") + unit, _default(part), _allowed(part))
    yield f"| {' | '.join([*cells, part.get('paper', '')])} |"
    for prefix, entry in ((f"{name}.", part), (f"{name}[].", part.get("items", {}))):
        for key, inner in entry.get("properties", {}).items():
            yield from _rows(prefix + key, inner)


def _default(part: Schema) -> str:
    if "default" not in part:
        return "required"
    value = part["default"]
    if value == {}:
        return "as the keys below"
    shown = value if isinstance(value, str) else json.dumps(value)
    return "see `config.yaml`" if isinstance(value, list) and len(shown) > LONGEST_DEFAULT else f"`{shown}`"


def _allowed(part: Schema) -> str:
    if "anyOf" in part:
        return ", or ".join(_allowed(option) for option in part["anyOf"])
    if "enum" in part:
        return (
            f"names out of the {len(part['enum'])} in `pasi.networks.catalogue`"
            if len(part["enum"]) > MANY
            else _options(part["enum"])
        )
    if part.get("type") == "boolean":
        return _options(["true", "false"])
    if "items" in part:
        return _allowed_list(part["items"])
    return expected(part)


def _allowed_list(entry: Schema) -> str:
    if "properties" in entry:
        return "a list of entries as below"
    return f"a list of {_allowed(entry)}" if "enum" in entry else f"a list; each entry is {_allowed(entry)}"


def _options(options: list[Any]) -> str:
    return ", ".join(f"`{option}`" for option in options)


def main() -> None:
    """Write both files into the checkout that is the working directory."""
    before, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    guide = before + BEGIN + guide_text() + END + rest.partition(END)[2]
    for path, text in ((GUIDE, guide), (SCHEMA, schema_text())):
        with atomic_write(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
