"""Values of a config that the schema allows and that do not go together."""

import pytest

from pasi.config.settings import read_settings
from pasi.errors import InputError


def sign(name: str, maximum: float = 4, step: float | None = 1) -> dict:
    return {"name": name, "maximum": maximum, "step": step}


def region(name: str) -> dict:
    return {"name": name, "weight": 1, "photos": 1}


def band(name: str, up_to: float | None) -> dict:
    return {"name": name, "up_to": up_to}


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (
            {"index": {"signs": [sign("desquamation"), sign("Area")]}},
            'index.signs  found the name "area" 2 times, expected different names  rename one',
        ),
        (
            {"cohort": {"visit_order": ["start", "end"], "baseline": "starts"}},
            'cohort.baseline  found "starts", expected a visit of cohort.visit_order  did you mean "start"?',
        ),
        (
            {"scoring": {"visit_order": ["start", "end"], "baseline": "starts"}},
            'scoring.baseline  found "starts", expected a visit of scoring.visit_order  did you mean "start"?',
        ),
        (
            {"cohort": {"visit_order": ["start", "end", "start"]}},
            'cohort.visit_order  found ["start", "end", "start"], expected a list without repeats  keep one of each',
        ),
        (
            {"index": {"signs": [sign("desquamation"), sign("baseline")]}},
            'index.signs  found "baseline", expected a name that no table of the pipeline uses for a column  '
            'rename it, for example "baseline_grade"',
        ),
        (
            {"index": {"regions": [region("arm"), region("ARM")]}},
            'index.regions  found the name "arm" 2 times, expected different names  rename one',
        ),
        (
            {"index": {"signs": [sign("desquamation"), sign("week")]}},
            'index.signs  found "week", expected a name that no table of the pipeline uses for a column  '
            'rename it, for example "week_grade"',
        ),
        (
            {"index": {"signs": [sign("desquamation"), sign("predicted_redness")]}},
            'index.signs  found "predicted_redness", expected a name that no table of the pipeline uses for a column  '
            'rename it, for example "redness_grade"',
        ),
        (
            {"index": {"signs": [sign("desquamation", 4, 0.3)]}},
            "index.signs  found desquamation up to 4 in steps of 0.3, expected a maximum that is a multiple of the step"
            "  change one of them",
        ),
        (
            {"index": {"bands": [band("clear", 0), band("sick", 10)]}},
            "index.bands  found a last class up to 10, expected a last class without an end  give it up_to: null",
        ),
        (
            {"index": {"bands": [band("clear", None), band("sick", None)]}},
            "index.bands  found up_to: null before the last class, expected an end for every other class  "
            "order the classes",
        ),
        (
            {"index": {"bands": [band("a", 10), band("b", 0), band("c", None)]}},
            "index.bands  found ends 10, 0, expected rising ends  order the classes",
        ),
        (
            {"splits": {"stratify_on": "Erythem"}},
            'splits.stratify_on  found "Erythem", expected a sign or the area of the index: erythema, induration, '
            'desquamation, area  did you mean "erythema"?',
        ),
        (
            {"index": {"signs": [sign("severity")], "area": None}},
            'splits.stratify_on  found "desquamation", expected a sign or the area of the index: severity  '
            "set splits.stratify_on: severity",
        ),
        (
            {"splits": {"method": "file"}},
            "splits.file  found null, expected a table, because splits.method is file  "
            "name it, or set splits.method: greedy",
        ),
        (
            {"splits": {"file": "mine.csv"}},
            'splits.file  found "mine.csv", expected null, because splits.method is greedy  set splits.method: file',
        ),
        (
            {"training": {"instructions": "pinned", "device": "cpu", "precision": "bf16"}},
            'training.precision  found "bf16", expected "fp32" under training.instructions: pinned  '
            'set it to "fp32", or training.instructions to native',
        ),
        (
            {"training": {"schedule": "one_cycle", "warmup_epochs": 3}},
            "training.warmup_epochs  found 3, expected 0 under training.schedule: one_cycle  "
            "set it to 0, or training.schedule to plateau",
        ),
        (
            {"training": {"backbones": ["alexnet"], "keep_weights": ["alexnet", "vgg11"]}},
            'training.keep_weights  found "vgg11", expected a name from training.backbones  add it there, or drop it',
        ),
        (
            {"stacking": {"honest_backbones": ["vgg11"]}, "training": {"backbones": ["alexnet"]}},
            'stacking.honest_backbones  found "vgg11", expected a name from training.backbones  '
            "add it there, or drop it",
        ),
        (
            {"bundle": {"learner": "vgg11"}, "training": {"backbones": ["alexnet"]}},
            'bundle.learner  found "vgg11", expected chosen, cheapest, or a learner of training.backbones or '
            "stacking.learners  "
            "add it there, or name another one",
        ),
        (
            {"stacking": {"honest_backbones": []}},
            "stacking.honest_backbones  found an empty list, expected a name from training.backbones, or all  "
            "name one, or set it to all",
        ),
        (
            {"stacking": {"honest": True}, "splits": {"folds": 2}},
            "splits.folds  found 2, expected at least 3 under stacking.honest, which trains without two of them  "
            "set it to 3 or more, or stacking.honest to false",
        ),
        (
            {"stacking": {"honest": True}, "training": {"monitor": "heldout"}},
            'training.monitor  found "heldout", expected inner under stacking.honest: a held-out fold that decides '
            "when training stops has been seen  set it to inner, or stacking.honest to false",
        ),
    ],
)
def test_each_contradiction_is_told(config, told):
    with pytest.raises(InputError) as error:
        read_settings(config, source="c")
    assert str(error.value).splitlines() == [f"c  {told}", "1 problem; nothing was run."]


@pytest.mark.parametrize(
    ("config", "columns"),
    [
        (
            {"index": {"stratify": 1}, "splits": {"stratify_on": "rust"}},
            ["index.stratify", "splits.stratify_on"],
        ),
        (
            {"training": {"backbones": ["alexnet", "alexnet"], "keep_weights": ["vgg11"]}},
            ["training.backbones", "training.keep_weights"],
        ),
        ({"training": {"backbones": ["alexnet", 3], "keep_weights": ["vgg11"]}}, ["training.backbones[2]"]),
        (
            {"index": {"signs": None}, "splits": {"stratify_on": "rust", "file": "mine.csv"}},
            ["index.signs", "splits.file"],
        ),
        ({"index": None, "splits": {"stratify_on": "rust"}}, ["index"]),
        ({"index": {"signs": [{"name": 3}], "bands": [band("all", 4)]}}, ["index.bands"]),
    ],
)
def test_only_checks_that_read_a_broken_key_are_left_out(config, columns):
    with pytest.raises(InputError) as error:
        read_settings(config)
    told = [problem.column for problem in error.value.problems]
    assert [column for column in told if not column.startswith("index.signs[")] == columns


@pytest.mark.parametrize(
    "config",
    [
        {"splits": {"stratify_on": "area"}},
        {"splits": {"method": "file", "file": "mine.csv"}},
        {"training": {"keep_weights": ["alexnet", "vgg11"]}},
        {"training": {"keep_weights": "none"}},
        {"stacking": {"honest": True, "honest_backbones": ["alexnet"]}, "splits": {"folds": 3}},
        {"stacking": {"honest": False}, "splits": {"folds": 2}, "training": {"monitor": "heldout"}},
        {"training": {"instructions": "pinned", "device": "cpu"}},
        {"index": {"signs": [sign("desquamation", 4, None)]}},
        {"index": {"signs": [sign("desquamation", 0.3, 0.1)]}},
        {"index": {"bands": [band("all", None)]}},
    ],
)
def test_what_goes_together_passes(config):
    read_settings(config)
