"""What a training is given, from the params of its rule and from the config's section."""

from dataclasses import asdict
from pathlib import Path

import pytest

from pasi.imaging.settings import CompositeSettings
from pasi.networks.catalogue import NETWORKS
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldOutputs, SampleSettings, Target, from_params
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
