"""Reading of a config: defaults, spellings of YAML, what is refused, and the guide to the keys."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from snakemake.utils import update_config

from checkout import CHECKOUT
from pasi.config.guide import BEGIN, END, SCHEMA, guide_text, schema_text
from pasi.config.schema import config_schema
from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config, load_layers, merge_layers
from pasi.errors import InputError

CONFIGS = sorted((CHECKOUT / "config").glob("*.yaml"))
GUIDE = (CHECKOUT / "config" / "README.md").read_text(encoding="utf-8")


def sections(schema: dict) -> Iterator[tuple[str, dict]]:
    """Name and properties of each section; the keys that stand in none come under the empty name."""
    yield "", {name: part for name, part in schema["properties"].items() if "properties" not in part}
    for name, part in schema["properties"].items():
        if "properties" in part:
            yield name, part["properties"]


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        load_config(path)
    return str(error.value).splitlines()[0]


def test_defaults_are_those_of_config_yaml():
    """So that a file alone, and the same file laid over config.yaml, mean the same."""
    config = load_config(CHECKOUT / "config" / "config.yaml")
    assert read_settings({}) == read_settings(config)
    for name, keys in sections(config_schema()):
        assert set(keys) <= set(config[name] if name else config), "config.yaml shows every key"


def test_shipped_configs_are_good_and_keep_their_results_apart():
    results = {path.name: read_settings(load_config(path), source=path.name).results for path in CONFIGS}
    for laid_over in ("gpu.yaml", "fast.yaml"):
        results.pop(laid_over)  # another config, whose results it keeps
    assert len(set(results.values())) == len(results) >= 5


def test_paper_literal_departs_where_the_paper_is_silent():
    settings = read_settings(load_config(CHECKOUT / "config" / "paper_literal.yaml"))
    training = settings.training
    assert settings.composites.augment == "frozen"
    assert training.gradient_clip is None
    assert training.monitor == "heldout"
    assert training.target_scale == "none"
    assert training.squeezenet_relu == "keep"
    assert training.batch_norm_momentum == "native"
    assert (training.warmup_epochs, training.restarts, training.learning_epochs) == (0, 0, 0)
    assert len(training.backbones) == 29


def test_schema_is_closed_and_described():
    schema = config_schema()
    Draft202012Validator.check_schema(schema)

    def walk(part: dict, place: str) -> None:
        if "properties" in part:
            assert part["additionalProperties"] is False, place
        for name, inner in part.get("properties", {}).items():
            assert inner["description"].endswith("."), f"{place}.{name}"
            walk(inner, f"{place}.{name}")
        if "items" in part:
            walk(part["items"], f"{place}[]")

    walk(schema, "config")
    for name, keys in sections(schema):
        assert all("default" in key for key in keys.values()), name


def test_settings_cannot_be_changed():
    settings = read_settings({})
    with pytest.raises(ValidationError, match="frozen"):
        settings.training.momentum = 0
    assert isinstance(settings.training.backbones, tuple)
    with pytest.raises(AttributeError):
        settings.seed = 1


def test_index_is_an_object():
    index = read_settings({}).index
    assert index.label_names == ("erythema", "induration", "desquamation", "area")
    assert index.maximum == 64.8


@pytest.mark.parametrize(
    ("written", "value"), [("1e-4", 0.0001), ("1E-4", 0.0001), ("0.0001", 0.0001), ("2.5e+0", 2.5)]
)
def test_exponents_are_numbers(tmp_path, written, value):
    """YAML 1.1 reads 1e-4 as text, and so does Snakemake, which hands its own reading to read_settings."""
    path = tmp_path / "config.yaml"
    path.write_text(f"training: {{learning_rate: {written}}}\n")
    assert read_settings(load_config(path)).training.learning_rate == value


def test_numbers_have_one_type():
    """So that 16.0 and 16, and 1 and 1.0, give the same digest."""
    training = read_settings({"training": {"batch_size": 16.0, "gradient_clip": 1}}).training
    assert json.dumps([training.batch_size, training.gradient_clip]) == "[16, 1.0]"


def test_dates_are_text(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("results: 2024-02-03\n")
    assert read_settings(load_config(path)).results == "2024-02-03"


def test_area_may_be_left_out_or_partly_given():
    assert read_settings({"index": {"area": None}}).index.area is None
    area = read_settings({"index": {"area": {"maximum": 5}}}).index.area
    assert (area.name, area.maximum, area.step) == ("area", 5, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "tiles:\n  size: 3\n  fit: squash\n  size: 4\n",
            ':4  found "size" a second time, expected valid YAML  one key a line, none twice, indented by spaces',
        ),
        (
            "seed: 1\nreport: &own {title: *own}\n",
            ":2  found an alias inside of what it stands for, expected valid YAML  "
            "write the value itself in place of the alias",
        ),
        (
            "report: &own\n  note: x\n  title: *own\n",
            ":3  found an alias inside of what it stands for, expected valid YAML",
        ),
        ("index: &own\n  regions:\n    - *own\n", ":3  found an alias inside of what it stands for, expected"),
        ("seed: [1\nresults: x\n", ":2  found expected ',' or ']', but got ':', expected valid YAML"),
        ("tiles:\n\tsize: 3\n", ":2  found character '\\t' that cannot start any token, expected valid YAML"),
        ("", "  found an empty file, expected sections with keys  see config/README.md"),
        ("- seed\n", "  found no keys, expected sections with keys  see config/README.md"),
        ("seed: \a\n", "  found a control character, expected valid YAML  save the file as plain text"),
    ],
)
def test_broken_files_are_refused_with_their_line(tmp_path, text, told):
    path = tmp_path / "my.yaml"
    path.write_text(text)
    assert refusal(path).startswith(f"{path}{told}")


def test_an_alias_of_another_value_is_taken(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(
        "seed: &one 2\nreport: {title: *one, note: [*one, *one]}\ntiles: &other {size: 32}\nsplits: *other\n"
    )
    config = load_config(path)
    assert config["report"] == {"title": 2, "note": [2, 2]}
    assert config["splits"] == config["tiles"] == {"size": 32}


def test_json_is_read_as_snakemake_reads_it(tmp_path):
    path = tmp_path / "my.json"
    path.write_text('{\n\t"results": "x",\n\t"training": {"learning_rate": 1e-4}\n}\n')
    assert load_config(path) == {"results": "x", "training": {"learning_rate": 0.0001}}
    path.write_text('{\n  "tiles": {"size": 64},\n  "seed": 1,\n  "tiles": {}\n}\n')
    assert refusal(path).startswith(f'{path}:4  found "tiles" a second time, expected valid YAML')
    path.write_text("[1]")
    assert "found no keys, expected sections with keys" in refusal(path)


def test_missing_and_wrongly_encoded_files_are_refused(tmp_path):
    assert "found no such file or directory, expected a config file" in refusal(tmp_path / "no.yaml")
    (tmp_path / "latin.yaml").write_bytes("report: {title: Größe}\n".encode("latin-1"))
    assert "found other text than UTF-8, expected UTF-8" in refusal(tmp_path / "latin.yaml")


def test_configs_are_laid_over_each_other_as_snakemake_does_it(tmp_path):
    texts = [
        "tiles: {size: 64, fit: squash}\nindex: {area: {name: bsa}}\ntraining: {backbones: [vgg11, alexnet]}\n",
        "tiles: {size: 32}\ntraining: {backbones: [vgg13]}\nindex: {area: null}\nreport: null\n",
        "tiles: {shards: 2}\nindex: {area: {step: 1}}\nreport: {title: x}\n",
    ]
    paths = [tmp_path / f"{number}.yaml" for number in range(3)]
    expected = {}
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
        update_config(expected, yaml.safe_load(text))
    assert merge_layers(load_layers(paths)) == expected
    assert expected["tiles"] == {"size": 32, "fit": "squash", "shards": 2}
    assert expected["training"] == {"backbones": ["vgg13"]}


def test_the_guide_and_the_catalog_schema_are_those_of_the_models():
    """Where this fails: make config-guide."""
    assert GUIDE.partition(BEGIN)[2].partition(END)[0] == guide_text()
    assert (CHECKOUT / SCHEMA).read_text(encoding="utf-8") == schema_text()


def test_the_guide_has_a_row_for_every_key_with_default_and_options():
    row = "| `device` | Where training runs; auto: CUDA where there is one | `auto` | `auto`, `cpu`, `cuda` | a laptop"
    assert row in guide_text()
    rows = set(re.findall(r"^\| `([\w.\[\]]+)` \|", guide_text(), re.MULTILINE))
    for _, keys in sections(config_schema()):
        assert set(keys) <= rows
    assert {"signs[].name", "area.step", "regions[].photos", "bands[].up_to"} <= rows


@pytest.mark.parametrize(
    ("name", "regions", "maximum", "composite_maximum"),
    [("PASI", ("head", "upper", "trunk", "lower"), 72, 72), ("EASI", ("head_neck", "upper", "trunk", "lower"), 72, 72)],
)
def test_indices_of_the_guide_load(name, regions, maximum, composite_maximum):
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)]
    config = next(block for block in blocks if block["index"]["name"] == name)
    index = read_settings(config).index
    assert index.region_names == regions
    assert index.maximum == maximum
    assert index.composite_maximum == composite_maximum
    assert sum(region.weight for region in index.regions) == pytest.approx(1)


def test_two_documents_in_one_file_are_told(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("seed: 1\n---\nseed: 2\n")
    with pytest.raises(
        InputError, match=r"my\.yaml:2  found a second YAML document, expected valid YAML  delete the line ---"
    ):
        load_config(path)
