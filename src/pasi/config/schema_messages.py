"""Departures of a config from its schema, as problems that a user can correct."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators

from pasi.config.keys import WORDS_OF_A_PATH, Schema
from pasi.errors import Problem
from pasi.wording import did_you_mean, shortened

WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
    "object": "a mapping",
    "array": "a list",
}
LIMITS = {
    "minimum": "of at least {:.10g}",
    "exclusiveMinimum": "above {:.10g}",
    "maximum": "up to {:.10g}",
    "exclusiveMaximum": "below {:.10g}",
    "minLength": "that is not empty",
    "minItems": "that is not empty",
    "uniqueItems": "without repeats",
}
# Keys of earlier versions, and why a config needs them no more.
REMOVED = {
    "training.compile": "networks are no longer compiled, which took minutes and saved none (docs/performance.md)",
}
GUIDE = "see config/README.md"
REPEATS = "keep one of each"
IN_QUOTES = "put it in quotes"


def schema_problems(config: Mapping[str, Any], schema: Schema) -> list[Problem]:
    """Every departure of a config from the schema; of several faults of one value, the first. They name no file."""
    finite = Draft202012Validator.TYPE_CHECKER.redefine("number", _is_finite)
    extend: Callable[..., type[Draft202012Validator]] = validators.extend
    validator = extend(Draft202012Validator, type_checker=finite)(schema)
    problems: dict[str, Problem] = {}
    for error in validator.iter_errors(config):
        for problem in _translate(error, schema):
            problems.setdefault(problem.column, problem)
    return list(problems.values())


def _is_finite(_: Any, value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _translate(error: ValidationError, schema: Schema) -> Iterator[Problem]:
    """The problems that one error of jsonschema stands for."""
    place, part = _place(error.absolute_path), _schema_of(error)
    if error.validator == "additionalProperties":
        known = part["properties"]
        home = f"a key of {place}" if place else "a section or a key of the config"
        for key in (key for key in _mapping(error) if key not in known):
            whole = _join(place, key)
            found = "a key of an earlier version" if whole in REMOVED else "an unknown key"
            cure = _cure_removed(whole) or _cure_comma(key, _mapping(error)) or _cure_key(key, known, schema)
            yield Problem("", None, whole, found, home, cure)
    elif error.validator == "required":
        for key in (key for key in part["required"] if key not in _mapping(error)):
            missing = expected(part["properties"][key])
            yield Problem("", None, _join(place, key), "nothing", missing, "add the key")
    else:
        yield Problem("", None, place, show(error.instance), expected(part), _cure_value(error))


def _schema_of(error: ValidationError) -> Schema:
    """The part of the schema that an error departs from: that of a key, always a mapping here."""
    return cast(Schema, error.schema)


def _mapping(error: ValidationError) -> Mapping[str, Any]:
    """The section that an error of its keys is about."""
    return cast(Mapping[str, Any], error.instance)


def _place(path: Iterable[str | int]) -> str:
    """A path in the config as a person names it, entries of a list counted from 1: index.signs[2].name."""
    place = ""
    for part in path:
        place = f"{place}[{part + 1}]" if isinstance(part, int) else _join(place, part)
    return place


def _join(place: str, key: Any) -> str:
    return f"{place}.{key}" if place else str(key)


def _cure_removed(place: str) -> str:
    """What to do with a key that this version no longer has; nothing for other keys."""
    return f"remove it: {REMOVED[place]}" if place in REMOVED else ""


def _cure_comma(key: Any, section: Mapping[str, Any]) -> str:
    """YAML reads {learning_rate: 0,01} as a rate of 0 and a key 01, without a value; nothing for other keys."""
    comma = str(key).isdecimal() and section[key] is None
    return "a comma between { } ends a value: write decimals with a point" if comma else ""


def _cure_key(key: Any, known: Schema, schema: Schema) -> str:
    """What an unknown key was probably meant to be."""
    homes = [name for name, section in schema["properties"].items() if key in section.get("properties", ())]
    return did_you_mean(str(key), known) or (f"it is a key of {homes[0]}" if homes else f"remove it, or {GUIDE}")


def _cure_value(error: ValidationError) -> str:
    """How to correct a value of the wrong type, out of bounds, or misspelt."""
    value, schema = error.instance, _schema_of(error)
    if isinstance(value, str):
        guess = did_you_mean(value, _options(schema))
        if guess:
            return guess
        if schema.get("type") == "array" and value:
            return f"write a list: [{', '.join(filter(None, map(str.strip, re.split('[,;]', value))))}]"
        whole, mark, decimals = value.partition("," if "," in value else ".")
        if whole.isdigit() and (decimals.isdigit() or not mark):
            return f"use a point: {whole}.{decimals}" if mark == "," else "take off the quotes"
    if value is False and "none" in _options(schema):
        return "YAML reads no and off as false: write none"
    if not isinstance(value, str | list | dict | type(None)) and "string" in schema.get("type", ()):
        return IN_QUOTES
    if error.validator == "uniqueItems":
        return REPEATS
    if value is None and "properties" in schema:
        return "remove the key, or give it keys of its own"
    default = schema.get("default")
    return GUIDE if default is None or isinstance(default, list | dict) else f"the default is {show(default)}"


def _options(schema: Schema) -> list[str]:
    """The words that a value may be, where the schema lists them."""
    options = [option for part in schema.get("anyOf", ()) for option in _options(part)]
    listed = (*schema.get("enum", ()), *schema.get(WORDS_OF_A_PATH, ()))
    return options + [option for option in listed if isinstance(option, str)]


def expected(schema: Schema) -> str:
    """What a schema asks of a value, in words; a pattern is put in words by the schema's $comment."""
    if "$comment" in schema:
        return str(schema["$comment"])
    if "anyOf" in schema:
        return " or ".join(expected(part) for part in schema["anyOf"])
    if "enum" in schema:
        return _expected_option(schema["enum"])
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    limits = [words.format(schema[limit]) for limit, words in LIMITS.items() if schema.get(limit) is not None]
    first = " ".join([WORDS[kinds[0]], " and ".join(limits)]).rstrip()
    return " or ".join([first, *(WORDS[kind] for kind in kinds[1:])])


def _expected_option(options: Sequence[Any]) -> str:
    if len(options) > 8:
        return f"one of the {len(options)} networks in pasi.networks.catalogue"
    *most, last = map(str, options)
    return f"{', '.join(most)} or {last}" if most else last


def show(value: Any) -> str:
    """A value as YAML writes it, shortened."""
    if isinstance(value, Mapping):
        return "a mapping"
    if value == []:
        return "an empty list"
    return shortened(json.dumps(value, ensure_ascii=False, default=str))
