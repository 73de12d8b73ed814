"""Departures of a config from its schema: each is told with its place, what was found, what is expected, the fix."""

import pytest

from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config
from pasi.errors import InputError

NAME = "a name of up to 64 letters, digits, _ and -, a letter first"


def problems(config: dict) -> list[tuple[str, str, str, str]]:
    """Column, found, expected and fix of all problems of a config."""
    with pytest.raises(InputError) as error:
        read_settings(config, source="my.yaml")
    assert {problem.file for problem in error.value.problems} == {"my.yaml"}
    return [(problem.column, problem.found, problem.expected, problem.fix) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (
            {"training": {"compile": False}},
            (
                "training.compile",
                "a key of an earlier version",
                "a key of training",
                "remove it: networks are no longer compiled, which took minutes and saved none (docs/performance.md)",
            ),
        ),
        ({"tils": {}}, ("tils", "an unknown key", "a section or a key of the config", 'did you mean "tiles"?')),
        ({"tiles": {"Size": 3}}, ("tiles.Size", "an unknown key", "a key of tiles", 'did you mean "size"?')),
        ({"tiles": {"momentum": 0}}, ("tiles.momentum", "an unknown key", "a key of tiles", "it is a key of training")),
        (
            {"training": {"momentum": 0, 9: None}},  # {momentum: 0,9}
            (
                "training.9",
                "an unknown key",
                "a key of training",
                "a comma between { } ends a value: write decimals with a point",
            ),
        ),
        ({7: 1}, ("7", "an unknown key", "a section or a key of the config", "remove it, or see config/README.md")),
        ({"report": None}, ("report", "null", "a mapping", "remove the key, or give it keys of its own")),
        (
            {"tiles": {"fit": "leterbox"}},
            ("tiles.fit", '"leterbox"', "letterbox, squash or center_crop", 'did you mean "letterbox"?'),
        ),
        (
            {"training": {"learning_rate": "0,01"}},
            ("training.learning_rate", '"0,01"', "a number above 0", "use a point: 0.01"),
        ),
        (
            {"training": {"max_epochs": "16"}},
            ("training.max_epochs", '"16"', "a whole number of at least 1", "take off the quotes"),
        ),
        (
            {"training": {"batch_size": 1}},
            ("training.batch_size", "1", "a whole number of at least 2", "the default is 16"),
        ),
        (
            {"training": {"momentum": float("nan")}},
            ("training.momentum", "NaN", "a number of at least 0 and below 1", "the default is 0.9"),
        ),
        (
            {"training": {"learning_rate": float("inf")}},
            ("training.learning_rate", "Infinity", "a number above 0", "the default is 0.01"),
        ),
        (
            {"training": {"shuffle": True, "weights": False}},
            ("training.weights", "false", "text that is not empty", "YAML reads no and off as false: write none"),
        ),
        (
            {"training": {"gradient_clip": 0}},
            ("training.gradient_clip", "0.0", "a number above 0 or null", "the default is 1.0"),
        ),
        (
            {"training": {"batch_norm_momentum": "nativ"}},
            (
                "training.batch_norm_momentum",
                '"nativ"',
                "a number above 0 and up to 1 or native",
                'did you mean "native"?',
            ),
        ),
        (
            {"training": {"backbones": ["resnet34", "resnet34"]}},
            (
                "training.backbones",
                '["resnet34", "resnet34"]',
                "a list that is not empty and without repeats",
                "keep one of each",
            ),
        ),
        (
            {"training": {"backbones": ["resnet_34"]}},
            (
                "training.backbones[1]",
                '"resnet_34"',
                "one of the 29 networks in pasi.networks.catalogue",
                'did you mean "resnet34"?',
            ),
        ),
        (
            {"tiles": {"shards": 33}},
            ("tiles.shards", "33", "a whole number of at least 1 and up to 32", "the default is 32"),
        ),
        (
            {"results": "out/{fold}"},
            ("results", '"out/{fold}"', "the path of a folder, without { } * ? [ ]", 'the default is "results"'),
        ),
        (
            {"index": {"signs": [{"name": "a b", "maximum": 4, "step": 1}]}, "splits": {"stratify_on": "area"}},
            ("index.signs[1].name", '"a b"', NAME, "see config/README.md"),
        ),
        (
            {"index": {"regions": [{"name": "leaf", "weight": 1}]}},
            ("index.regions[1].photos", "nothing", "a whole number of at least 1 and up to 64", "add the key"),
        ),
        (
            {"index": {"regions": [{"name": "leaf", "weight": -1, "photos": 1}]}},
            ("index.regions[1].weight", "-1.0", "a number above 0", "see config/README.md"),
        ),
        ({"splits": {"inner_fraction": 0.6}}, None),
        ({"stacking": {"ridge_alpha": -1}}, ("stacking.ridge_alpha", "-1.0", "a number of at least 0 or cv", None)),
        ({"evaluation": {"ccc_ddof": 2}}, ("evaluation.ccc_ddof", "2", "0 or 1", "the default is 0")),
    ],
)
def test_each_departure_is_told(config, told):
    column, *rest = problems(config)[-1]
    if told is None:
        assert column == "splits.inner_fraction"
    else:
        assert (column, *rest)[: 3 if told[3] is None else 4] == tuple(part for part in told if part is not None)


def test_all_problems_come_at_once():
    """Those of the schema, and contradictions in sections without one."""
    config = {
        "seed": -1,
        "tiles": {"size": 0, "fit": 3},
        "splits": {"file": "split.csv"},
        "training": {"max_epochs": 0, "keep_weights": ["vgg11"], "backbones": ["alexnet"]},
    }
    columns = [column for column, *_ in problems(config)]
    assert columns == ["seed", "tiles.size", "tiles.fit", "training.max_epochs", "splits.file", "training.keep_weights"]


def test_listing_reads_well():
    with pytest.raises(InputError) as error:
        read_settings({"tiles": {"fit": "centercrop"}, "seed": "x"}, source="my.yaml")
    assert str(error.value).splitlines() == [
        'my.yaml  seed       found "x", expected a whole number of at least 0 and up to 4294967295  the default is 0',
        'my.yaml  tiles.fit  found "centercrop", expected letterbox, squash or center_crop          '
        'did you mean "center_crop"?',
        "2 problems; nothing was run.",
    ]


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:77\n", 1, "a pointer of Git LFS"),
        ("<!DOCTYPE html>\n<p>Sign in</p>\n", 1, "a web page or XML"),
        ("seed: 1\n<<<<<<< ours\nfolds: 2\n=======\n", 2, "the mark of a conflict in git"),
    ],
)
def test_what_stands_in_place_of_a_config_is_named(tmp_path, text, line, found):
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(InputError) as error:
        load_config(tmp_path / "c.yaml")
    (problem,) = error.value.problems
    assert (problem.line, problem.found) == (line, found)
