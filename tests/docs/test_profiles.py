"""Snakemake's profiles: the default one wins where two name a key, so that none is shared."""

import pytest
import yaml
from snakemake.cli import get_argument_parser

from checkout import CHECKOUT

PROFILES = CHECKOUT / "profiles"


def keys(name: str) -> set[str]:
    return set(yaml.safe_load((PROFILES / name / "config.yaml").read_text()))


def test_a_profile_shares_no_key_with_the_default_one():
    others = [path.name for path in PROFILES.iterdir() if path.name != "default"]
    assert others == ["slurm"]
    assert keys("default") & keys("slurm") == set()


@pytest.mark.parametrize("name", ["default", "slurm"])
def test_snakemake_knows_every_key(name):
    known = {option.lstrip("-") for action in get_argument_parser()._actions for option in action.option_strings}
    assert {key for key in keys(name) if not key.startswith("slurm-")} <= known
