"""Weights that a run keeps: places by network and fold, and the room for what is missing."""

from dataclasses import replace
from pathlib import Path

import pytest

from pasi.config.settings import read_settings
from pasi.planning.disk_space import missing_bytes, weights_to_keep


@pytest.fixture
def settings(tmp_path):
    """Two networks, two folds."""
    settings = read_settings({})
    chosen = {"backbones": ("squeezenet1_1", "alexnet"), "keep_weights": "all"}
    splits = settings.splits.model_copy(update={"folds": 2})
    return replace(settings, results=str(tmp_path), training=settings.training.model_copy(update=chosen), splits=splits)


def keeping(settings, keep):
    return replace(settings, training=settings.training.model_copy(update={"keep_weights": keep}))


def test_all_networks_some_or_none_are_kept(settings):
    place = Path(settings.results, "models/alexnet/fold1/weights.safetensors")
    assert len(weights_to_keep(settings)) == 4
    assert weights_to_keep(settings)[place] == "alexnet"
    assert set(weights_to_keep(keeping(settings, ["squeezenet1_1"])).values()) == {"squeezenet1_1"}
    assert weights_to_keep(keeping(settings, "none")) == {}


def test_each_repeat_takes_room(settings):
    twice = replace(settings, training=settings.training.model_copy(update={"repeats": 2}))
    assert len(weights_to_keep(twice)) == 2 * len(weights_to_keep(settings))
    assert missing_bytes(twice) == 2 * missing_bytes(settings)


def test_networks_without_two_folds_take_no_room_because_their_weights_are_not_kept(settings):
    honest = replace(settings, stacking=settings.stacking.model_copy(update={"honest": True}))
    assert weights_to_keep(honest) == weights_to_keep(settings)


def test_room_is_counted_for_what_is_not_there(settings):
    first = next(place for place, name in weights_to_keep(settings).items() if name == "squeezenet1_1")
    assert missing_bytes(settings) == 4 * 2 * (1_235_496 + 61_100_840)
    first.parent.mkdir(parents=True)
    first.touch()
    assert missing_bytes(settings) == 4 * (1_235_496 + 2 * 61_100_840)
