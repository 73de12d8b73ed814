"""docs/paper.md: every statement of the paper has its row, and every name in the file exists."""

import re

import pytest
import yaml
from jsonschema import Draft202012Validator

from checkout import CHECKOUT
from doc_tables import TEST, has_name, has_test, table
from pasi.config.schema import config_schema
from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config

MAP = (CHECKOUT / "docs" / "paper.md").read_text(encoding="utf-8")
HEAD = ["R", "the paper says", "we do", "key", "code", "test"]
CHOICES = ["R", "key", "default", "other readings", "paper_literal"]
FINDINGS = ["A", "finding", "where the report shows it", "code", "test"]
CODE = re.compile(r"pasi[.\w]*:[.\w]+")


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def has_key(key: str) -> bool:
    part = config_schema()
    for name in key.split("."):
        part = part.get("properties", {}).get(name)
        if part is None:
            return False
    return True


def exists(name: str) -> bool:
    """Whether a name in backticks is a test, code, key or file that there is."""
    if TEST.fullmatch(name):
        return has_test(name)
    if CODE.fullmatch(name):
        module, _, code = name.partition(":")
        return has_name(CHECKOUT / "src" / f"{module.replace('.', '/')}.py", code)
    return has_key(name) or ("/" in name and (CHECKOUT / name).is_file())


def settings_of(name: str) -> dict:
    settings = read_settings(load_config(CHECKOUT / "config" / name))
    return {"seed": settings.seed, "results": settings.results} | {
        section: getattr(settings, section).model_dump()
        for section in ("tiles", "composites", "splits", "training", "stacking", "evaluation", "report")
    }


def test_every_statement_and_finding_has_one_row():
    assert [row[0] for row in table(MAP, HEAD)] == [f"R{number}" for number in range(1, 51)]
    assert [row[0] for row in table(MAP, FINDINGS)] == [f"A{number}" for number in range(1, 12)]


def test_every_name_exists():
    values = {name for row in table(MAP, CHOICES) for cell in row[2:] for name in quoted(cell)}
    assert [name for name in quoted(MAP) if name not in values and not exists(name)] == []


@pytest.mark.parametrize("row", table(MAP, HEAD), ids=lambda row: row[0])
def test_a_row_names_key_code_and_test(row):
    *_, key, code, test = row
    assert all(row)
    assert key == "no key" or (quoted(key) and all(map(has_key, quoted(key))))
    for cell, form in ((code, CODE), (test, TEST)):
        assert quoted(cell)
        assert all(form.fullmatch(name) and exists(name) for name in quoted(cell))


@pytest.mark.parametrize("row", table(MAP, CHOICES), ids=lambda row: row[1].strip("`"))
def test_a_choice_says_what_the_configs_set(row):
    (key,), (default,), others, (literal,) = map(quoted, row[1:])
    section, _, name = key.partition(".")
    assert has_key(key)
    assert settings_of("config.yaml")[section][name] == yaml.safe_load(default)
    assert settings_of("paper_literal.yaml")[section][name] == yaml.safe_load(literal)
    for other in others:
        assert Draft202012Validator(config_schema()).is_valid({section: {name: yaml.safe_load(other)}}), other


def test_what_paper_literal_changes_is_among_the_choices():
    default, literal = settings_of("config.yaml"), settings_of("paper_literal.yaml")
    told = {quoted(row[1])[0] for row in table(MAP, CHOICES)} | {"stacking.learners", "report.title"}
    changed = {
        f"{section}.{name}"
        for section in set(default) - {"seed", "results"}
        for name in default[section]
        if default[section][name] != literal[section][name]
    }
    assert changed <= told


def test_no_machine_is_named():
    assert not re.search(r"(^|[\s`(])/\w|shared/", MAP)


@pytest.mark.parametrize(
    "name", ["pasi.imaging.decode:nothing", "test_photos.py::test_nothing", "tiles.nothing", "docs/none"]
)
def test_names_that_are_not_there_are_noticed(name):
    assert not exists(name)
