"""What it costs to score by one network instead of the several of a backbone (docs/scoring.md).

    python benchmarks/one_network.py BUNDLE photos.csv scores.csv

The bundle is that of one backbone, and the photos are of subjects that none of its networks has seen. Three learners
give the index of each visit: the mean of all networks, as the bundle does; one network whose weights are the mean of
theirs; and each network alone. What batch norms hold is estimated anew from the composites of these photos where
weights were averaged, which flatters that learner, if anything. Printed are MAE and CCC, and the processor time of the
networks.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
import safetensors.torch
import torch
from torch import nn

import pasi
from pasi.bundle.load import load_bundle
from pasi.bundle.model import Weights
from pasi.bundle.network_weights import load_network
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.scoring import Scorer
from pasi.bundle.visit_photos import SeenPhoto, see_photos
from pasi.imaging.composites import Composer
from pasi.severity.index import SeverityIndex

Pair = tuple[str, str]


def alone(scorer: Scorer, weights: Weights, data: bytes) -> Scorer:
    """A scorer by one network, whose file has these bytes."""
    model = replace(scorer.model, networks=(weights,), crossed={weights.fold: scorer.model.final})
    return replace(scorer, model=model, read=lambda _: data)


def averaged(scorer: Scorer, composer: Composer) -> Scorer:
    """A scorer by one network that has the mean of the weights, and of what turns outputs into points."""
    files = [scorer.read(weights.file) for weights in scorer.model.networks]
    networks = [load_network(scorer.model, *pair) for pair in zip(scorer.model.networks, files, strict=True)]
    states = [safetensors.torch.load(data) for data in files]
    first, network = scorer.model.networks[0], networks[0].network
    network.load_state_dict({name: _mean([state[name] for state in states]) for name in states[0]})
    _estimate_norms(network, composer)
    middle = {name: _mean([getattr(own, name) for own in networks]).tolist() for name in ("center", "scale")}
    about = json.dumps({"backbone": first.backbone, "fold": first.fold, **middle})
    state = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    return alone(scorer, first, safetensors.torch.save(state, metadata={"training": about}))


def _mean(tensors: list[torch.Tensor]) -> torch.Tensor:
    return torch.stack([tensor.double() for tensor in tensors]).mean(0).to(tensors[0].dtype)


def _estimate_norms(network: nn.Module, composer: Composer) -> None:
    """Let batch norms hold mean and variance of all composites; nothing happens in a network without any."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
        norm.train()
    if norms:
        with torch.inference_mode():
            for which in torch.arange(len(composer.tile_numbers)).split(48):
                network(composer.compose(which).contiguous(memory_format=torch.channels_last))
    network.eval()


def measure(name: str, scorer: Scorer, seen: list[list[SeenPhoto]], truth: np.ndarray) -> None:
    """Print how far a learner's index is off, and what it took."""
    begun = process_time()
    said = scorer.index.combine(scorer.score(seen).composites)
    seconds = process_time() - begun
    print(f"| {name} | {pasi.mae(truth, said):.2f} | {pasi.ccc(truth, said):.3f} | {1000 * seconds / len(seen):.0f} |")


def observed(scores: Path, index: SeverityIndex) -> dict[Pair, float]:
    """The index of the graders by subject and visit, of those visits all of whose regions have grades."""
    table = pd.read_csv(scores, dtype={"subject": str, "visit": str})
    names = [label.name for label in index.labels]
    values: dict[Pair, float] = {}
    for (subject, visit), own in table.groupby(["subject", "visit"]):
        grades = own.set_index("region").reindex(index.region_names)[names].to_numpy(dtype=float)
        values[str(subject), str(visit)] = float(index.combine(index.composite(grades)))
    return {pair: value for pair, value in values.items() if np.isfinite(value)}


def main() -> None:
    """Print a row of the table for each learner."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("bundle", "photos", "scores"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    scorer = load_bundle(options.bundle, device="cpu").scorer
    found = read_new_visits(options.photos, scorer.index, scorer.preprocess.extra_photos, Reading())
    grades = observed(options.scores, scorer.index)
    visits = [visit for visit in found.visits if (visit.subject, visit.visit) in grades]
    seen = [see_photos(visit, found.root, scorer.preprocess.tiles) for visit in visits]
    truth = np.array([grades[visit.subject, visit.visit] for visit in visits])
    print(f"{scorer.model.learner}, {len(visits)} visits\n\n| learner | MAE | CCC | networks (ms a visit) |")
    print("|---|---|---|---|")
    measure("the mean of all networks", scorer, seen, truth)
    composer = scorer.preprocess.composer(seen, scorer.index.region_names)
    measure("one network, the mean of their weights", averaged(scorer, composer), seen, truth)
    for weights in scorer.model.networks:
        measure(f"the network of fold {weights.fold}", alone(scorer, weights, scorer.read(weights.file)), seen, truth)


if __name__ == "__main__":
    main()
