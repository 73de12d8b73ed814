"""The config of a run: what Snakemake was given, read by our own reader and compared with what Snakemake made of it."""

import pytest
import yaml
from snakemake.utils import update_config

from pasi.errors import InputError
from pasi.planning.run_config import read_run_config

FILES = {
    "base.yaml": "seed: 1\ntiles: {size: 64}\n",
    "mine.yaml": "results: out\ntiles: {shards: 4}\n",
    "twice.yaml": "seed: 3\ntraining:\n  max_epochs: 2\nreport: {title: x}\ntraining:\n  batch_size: 4\n",
    "inner.yaml": "splits:\n  folds: 3\n  restarts: 5\n  folds: 4\n",
}


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)


def merged(*names: str, **typed) -> dict:
    """What Snakemake makes of the files: of a key that is given twice, the last."""
    config: dict = {}
    for name in names:
        update_config(config, yaml.safe_load(FILES[name]))
    update_config(config, typed)
    return config


def problems(files: list[str], typed: dict, config: dict) -> list[str]:
    with pytest.raises(InputError) as error:
        read_run_config(files, typed, config)
    return str(error.value).splitlines()[:-1]


def test_files_and_what_is_typed_are_laid_over_each_other(tmp_path):
    names = ["base.yaml", "mine.yaml"]
    settings = read_run_config([tmp_path / name for name in names], {"seed": 7}, merged(*names, seed=7))
    assert (settings.seed, settings.results, settings.tiles.size, settings.tiles.shards) == (7, "out", 64, 4)


def test_keys_that_are_given_twice_are_told_of_every_file():
    told = problems(["twice.yaml", "mine.yaml", "inner.yaml"], {}, merged("twice.yaml", "mine.yaml", "inner.yaml"))
    assert [line.split()[0] for line in told] == ["twice.yaml:5", "inner.yaml:4"]
    assert 'found "training" a second time' in told[0]
    assert 'found "folds" a second time' in told[1]


def test_a_problem_names_the_file_or_the_option_that_its_key_comes_from():
    told = problems(["base.yaml", "mine.yaml"], {"tiles": {"fit": "x"}}, merged("base.yaml"))
    assert [line.split("  ")[:2] for line in told] == [["--config", "tiles.fit"]]


def test_a_config_that_other_code_has_changed_is_refused_with_each_difference():
    changed = merged("base.yaml", "mine.yaml") | {"seed": 2, "report": {"title": "Other"}}
    told = problems(["base.yaml", "mine.yaml"], {}, changed)
    assert [line.split("  ")[1].strip() for line in told] == ["report", "seed"]
    assert told[1].startswith("base.yaml + mine.yaml")
    assert "found 2 in the config that Snakemake has, expected 1, as the files say" in told[1]


def test_nested_values_that_are_typed_are_read_as_in_a_file():
    """Snakemake reads each of them as text."""
    entries = ["splits={restarts: 4}", "seed=3", "training='{backbones: [vgg11]}'"]
    typed = {"splits": {"restarts": "4"}, "seed": 3, "training": {"backbones": ["vgg11"]}}
    settings = read_run_config(["base.yaml"], typed, merged("base.yaml", **typed), entries=entries)
    assert (settings.splits.restarts, settings.seed, settings.training.backbones) == (4, 3, ("vgg11",))


def test_a_key_twice_inside_of_what_is_typed_is_refused():
    typed = {"report": {"title": "B"}, "splits": {"folds": "3"}}
    entries = ["report={title: A, title: B}", "splits={folds: 2, folds: 3}"]
    with pytest.raises(InputError) as error:
        read_run_config([], typed, typed, entries=entries)
    assert [line.split("  ")[:2] for line in str(error.value).splitlines()[:-1]] == [
        ["--config", "report"],
        ["--config", "splits"],
    ]
    assert 'found "title" a second time, expected valid YAML' in str(error.value)


def test_text_in_quotes_stays_text_where_it_is_typed():
    typed = {"report": {"title": "2024"}}
    settings = read_run_config([], typed, typed, entries=['report={title: "2024"}'])
    assert settings.report.title == "2024"
