"""What a training is given, from the params of its rule and from the config's section."""

from dataclasses import asdict
from pathlib import Path

import pytest

from pasi.config.settings import read_settings
from pasi.imaging.settings import CompositeSettings
from pasi.networks.catalogue import NETWORKS
from pasi.storage.hashing import value_digest
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldOutputs, SampleSettings, Target, TrainingSettings, from_params
from small_training import SETTINGS

TARGET = {"columns": ["composite"], "maxima": [72.0], "scale": "unit", "has_area": True}
PARAMS = {
    "settings": asdict(SETTINGS),
    "composites": asdict(CompositeSettings(rotation="any")),
    "monitor": "heldout",
    "target": TARGET,
    "fit": "squash",
    "grid": 2,
    "seed": 7,
    "network": asdict(NETWORKS["vgg11"]),
    "code": "a param that no training is given",
}


def test_params_of_a_rule_become_what_a_training_is_given():
    samples = SampleSettings(Target(**TARGET), CompositeSettings(rotation="any"), "heldout", "squash", 2)
    assert from_params(PARAMS, 3) == (TrainingJob(NETWORKS["vgg11"], 3, 7), samples, SETTINGS)


@pytest.mark.parametrize(
    ("wanted", "kept"), [("all", True), ("none", False), (["vgg11"], True), (("alexnet",), False), ([], False)]
)
def test_weights_are_kept_as_the_section_says(wanted, kept):
    section = {"keep_weights": wanted, "checkpoint_seconds": 5.0, "least_skill": 0.2, "device": "cpu"}
    assert FoldOutputs.of(Path("fold0"), "vgg11", section) == FoldOutputs(Path("fold0"), kept, 5.0, 0.2)


def test_the_default_settings_of_a_training_have_the_digest_that_they_had():
    """With another one, each user's finished trainings run once more: a new key or a new type is a new digest."""
    settings = TrainingSettings.of(read_settings({}).training.model_dump())
    assert value_digest(asdict(settings)).startswith("9f78ee100f25")
