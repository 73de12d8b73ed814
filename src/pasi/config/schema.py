"""The JSON schema of the config, made from its models."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pasi.config.keys import PATTERNS, Schema
from pasi.config.sections import Config

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DESCRIPTION = "Closed: a key that is not declared here is an error. Defaults are those of config/config.yaml."


@cache
def config_schema() -> Schema:
    """The schema (draft 2020-12) without references; `$comment` puts a pattern into words."""
    raw = Config.model_json_schema()
    head = {"$schema": DIALECT, "title": "Config of One-Step PASI", "description": DESCRIPTION}
    return {**_simple(raw, raw["$defs"]), **head}


def sections(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Name and schema of each section of the config."""
    return ((name, part) for name, part in schema["properties"].items() if "properties" in part)


def _simple(schema: Schema, definitions: Schema) -> dict[str, Any]:
    """A schema as a person would write it: references resolved, null and constants spelt shortly."""
    if "$ref" in schema:
        own = {name: value for name, value in schema.items() if name != "$ref"}
        return _simple({**definitions[schema["$ref"].rsplit("/", 1)[1]], **own}, definitions)
    plain = {name: value for name, value in schema.items() if name not in ("title", "$defs", "anyOf")}
    if "description" in plain:
        plain["description"] = plain["description"].removesuffix(".") + "."
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    if "enum" in plain:
        plain.pop("type", None)
    if "pattern" in plain:
        plain["$comment"] = PATTERNS[plain["pattern"]]
    if "items" in plain:
        plain["items"] = _simple(plain["items"], definitions)
    if "properties" in plain:
        plain["properties"] = {name: _property(part, definitions) for name, part in plain["properties"].items()}
    return _with_options(plain, [_simple(option, definitions) for option in schema.get("anyOf", ())])


def _property(schema: Schema, definitions: Schema) -> dict[str, Any]:
    """The schema of a key; an absent section has the defaults of its own keys."""
    plain = _simple(schema, definitions)
    return {**plain, "default": {}} if "properties" in plain and "default" in plain else plain


def _with_options(plain: dict[str, Any], options: list[dict[str, Any]]) -> dict[str, Any]:
    """`plain` with alternatives: "or null" as a second type where only one other is left, else as anyOf."""
    others = [option for option in options if option != {"type": "null"}]
    if len(others) == 1 and len(options) == 2 and isinstance(others[0].get("type"), str):
        return {**others[0], **plain, "type": [others[0]["type"], "null"]}
    return {**plain, "anyOf": options} if options else plain
