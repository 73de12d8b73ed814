"""What scoring by each learner costs: the networks to which it gives weight in any of its fits."""

from pathlib import Path

import pytest

from pasi.bundle.learner import RunNetworks, learner_costs
from pasi.bundle.model import Arithmetic, Backbone
from pasi.learners.stacking import LinearFit
from pasi.networks.catalogue import NETWORKS
from pasi.storage.json_files import write_json
from small_bundle import HEAD

NAMES = ("resnet18", "alexnet")
SECONDS = {"resnet18": 2.0, "alexnet": 1.0}


def write_meta(path: Path, *coefficients: tuple[float, float], names: tuple[str, str] = NAMES) -> Path:
    """A meta-learner with these coefficients: of its final fit, then of each fold."""
    fits = [LinearFit(names, own, 0.0, None, "linear", 72.0).to_json() for own in coefficients]
    write_json({**fits[0], "folds": [{"fold": fold, **fit} for fold, fit in enumerate(fits[1:])]}, path)
    return path


@pytest.mark.parametrize(
    ("coefficients", "cost"),
    [
        (((0.5, 0.5), (0.5, 0.5), (0.5, 0.5)), 3.0),
        (((0.0, 1.0), (0.0, 0.9), (0.0, 0.8)), 1.0),
        (((0.0, 1.0), (0.1, 0.9), (0.0, 0.8)), 3.0),  # the fit of one fold needs it
        (((0.0, 0.0), (0.0, 0.0), (0.0, 0.0)), None),
    ],
)
def test_a_meta_learner_costs_what_its_networks_do(tmp_path, coefficients, cost):
    files = [tmp_path / "models" / name / f"fold{fold}" / "weights.safetensors" for name in NAMES for fold in (0, 1)]
    backbones = {name: Backbone(NETWORKS[name], False) for name in NAMES}
    run = RunNetworks(HEAD, ("composite",), True, 72.0, backbones, files, Arithmetic(16, "native"))
    meta = write_meta(tmp_path / "nnls.json", *coefficients)
    lost = write_meta(tmp_path / "mean.json", *[(0.5, 0.5)] * 3, names=("resnet18", "vgg11"))
    found = learner_costs(run, [meta, lost], SECONDS)
    assert found == {**SECONDS, **({} if cost is None else {"nnls": cost})}, "vgg11 is no network of this run"
