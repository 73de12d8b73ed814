"""Snakemake's profiles: the default one wins where two name a key, so that none is shared."""

from dataclasses import replace

import pytest
import yaml
from snakemake.cli import get_argument_parser

from checkout import CHECKOUT
from pasi.config.settings import read_config_files

PROFILES, CONFIG = CHECKOUT / "profiles", CHECKOUT / "config"
PAPER = ("config.yaml",)


def keys(name: str) -> set[str]:
    return set(yaml.safe_load((PROFILES / name / "config.yaml").read_text()))


def test_a_profile_shares_no_key_with_the_default_one():
    others = {path.name for path in PROFILES.iterdir() if path.name != "default"}
    assert others == {"gpu", "slurm"}
    assert [keys("default") & keys(name) for name in others] == [set()] * 2


def test_the_config_for_a_gpu_changes_what_it_says_alone():
    plain, gpu = (read_config_files([CONFIG / name for name in names]) for names in (PAPER, (*PAPER, "gpu.yaml")))
    changes = {"device": "cuda", "precision": "tf32"}
    assert gpu == replace(plain, training=plain.training.model_copy(update=changes))


@pytest.mark.parametrize("name", ["default", "gpu", "slurm"])
def test_snakemake_knows_every_key(name):
    known = {option.lstrip("-") for action in get_argument_parser()._actions for option in action.option_strings}
    assert {key for key in keys(name) if not key.startswith("slurm-")} <= known
