"""What tells bad photos from good ones: statistics of tiles, or features of the networks (docs/scoring.md).

    python benchmarks/unlike_features.py results/demo results/demo/bundle results/unlike/first-first-48

For each way the limit is the largest distance of the training's subjects, each by the network that did not see it; of
the visits of the simulated folder, whose subjects are new, it prints the share beyond it: good ones, then bad ones.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from bad_photos import CHOSEN_ON
from pasi.bundle.load import Bundle, load_bundle
from pasi.bundle.network_weights import load_network
from pasi.bundle.run_tables import training_folds
from pasi.bundle.visit_photos import SeenPhoto
from pasi.imaging.decode import Tile
from pasi.imaging.tile_store import TileStore
from pasi.run_folder import RunFolder
from pasi.storage.tables import read_table
from unlike import Photos, Trial, load_trial

RANK, NEIGHBOUR = 16, 5
Visits = Sequence[Sequence[SeenPhoto]]
Distance = Callable[[np.ndarray], np.ndarray]


def penultimate(bundle: Bundle, backbone: str, fold: int, visits: Visits) -> np.ndarray:
    """What the last layer of a network is given (visits, regions, features), means over places in the picture."""
    weights = next(own for own in bundle.scorer.model.networks if own[1:] == (backbone, fold, 0))
    network = load_network(bundle.scorer.model, weights, bundle.scorer.read(weights.file)).network
    found: list[torch.Tensor] = []

    def keep(_: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        found.append(given[0].flatten(2).mean(dim=2) if given[0].ndim > 2 else given[0])

    head = bundle.scorer.model.backbones[backbone].network.head
    network.get_submodule(head).register_forward_pre_hook(keep)
    composer = bundle.scorer.preprocess.composer(visits, bundle.index.region_names)
    with torch.inference_mode():
        for which in torch.arange(len(composer.tile_numbers)).split(16):
            network(composer.compose(which))
    return torch.cat(found).double().numpy().reshape(len(visits), len(bundle.index.regions), -1)


def mahalanobis(known: np.ndarray) -> Distance:
    """From RANK directions of most variance, the others with their mean variance."""
    center = known.mean(axis=0)
    _, values, directions = np.linalg.svd(known - center, full_matrices=False)
    variances = values**2 / len(known)
    rest = max(float(variances[RANK:].sum()) / (known.shape[1] - RANK), 1e-12)

    def distance(new: np.ndarray) -> np.ndarray:
        own = new - center
        along = own @ directions[:RANK].T
        beyond = np.square(own).sum(axis=1) - np.square(along).sum(axis=1)
        found: np.ndarray = np.sqrt((np.square(along) / variances[:RANK]).sum(axis=1) + beyond / rest)
        return found

    return distance


def neighbours(known: np.ndarray) -> Distance:
    """The distance to the NEIGHBOUR-th nearest of the known features, all of length 1."""
    unit = known / np.linalg.norm(known, axis=1, keepdims=True)

    def distance(new: np.ndarray) -> np.ndarray:
        own = new / np.linalg.norm(new, axis=1, keepdims=True)
        found: np.ndarray = np.sort(np.maximum(2 - 2 * own @ unit.T, 0), axis=1)[:, NEIGHBOUR - 1]
        return found

    return distance


def beyond(
    make: Callable[[np.ndarray], Distance],
    known: Sequence[np.ndarray],
    folds: np.ndarray,
    new: Sequence[Sequence[np.ndarray]],
) -> list[float]:
    """The share of visits beyond the limit in each set of `new`: farther in every fold than all of its own subjects.

    known: by fold the features of the training's visits (visits, regions, features). new: by set and fold the same.
    """
    ratios: list[list[np.ndarray]] = [[] for _ in new]
    for fold, features in enumerate(known):
        regions = features.shape[1]
        ways = [make(features[folds != fold, region]) for region in range(regions)]
        limit = max(ways[region](features[folds == fold, region]).max() for region in range(regions))
        for own, sets in zip(ratios, new, strict=True):
            far = np.max([ways[region](sets[fold][:, region]) for region in range(regions)], axis=0)
            own.append(far / limit)
    return [float((np.min(own, axis=0) > 1).mean()) for own in ratios]


def training_visits(store: TileStore, folds: dict[str, int]) -> tuple[list[list[SeenPhoto]], np.ndarray]:
    """The visits of the training from its tiles, and the fold of each."""
    table, tiles = store.columns, store.tiles()
    visits: dict[tuple[str, str], list[SeenPhoto]] = {}
    for row, subject in enumerate(table["subject"]):
        if subject in folds:
            tile = Tile(tiles[row], int(table["width"][row]), int(table["height"][row]))
            photo = SeenPhoto(table["region"][row], int(table["slot"][row]), "", "", tile)
            visits.setdefault((subject, table["visit"][row]), []).append(photo)
    return [*visits.values()], np.array([folds[subject] for subject, _ in visits])


def of_statistics(bundle: Bundle, visits: Visits) -> float:
    """The share of visits that statistics of tiles find unlike the training."""
    fit = bundle.scorer.preprocess.tiles.fit
    found = [bundle.checks.check(own, bundle.index.region_names, fit) for own in visits]
    return float(np.mean([bool(own.unlike) for own in found]))


def sets_of(bundle: Bundle, trial: Trial, count: int) -> Iterator[tuple[str, Visits]]:
    """Good visits, and bad ones of each kind on which the checks were chosen."""
    photos = Photos(bundle, trial, [])
    yield "good", [photos.good(visit) for visit in trial.visits]
    for name, change in CHOSEN_ON.items():
        yield name, [photos.changed(visit, change) for visit in trial.visits[:count]]


def main() -> None:
    """Print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("run", "bundle", "trial"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--visits", type=int, default=30, metavar="N", help="of which photos are spoilt")
    options = parser.parse_args()
    run, bundle = RunFolder(options.run), load_bundle(options.bundle, device="cpu")
    folds = training_folds(read_table(run.root / "splits" / "subjects.parquet"))
    store = TileStore.open(run.root / "tiles" / "index.parquet", sorted((run.root / "tiles").glob("shard-*.npy")))
    known, own_folds = training_visits(store, folds)
    sets = dict(sets_of(bundle, load_trial(options.trial, bundle), options.visits))
    print(f"| way | {' | '.join(sets)} |\n|---{'|---' * len(sets)}|")
    print_line("statistics of tiles", [of_statistics(bundle, visits) for visits in sets.values()])
    for backbone in bundle.scorer.model.backbones:
        features = [penultimate(bundle, backbone, fold, known) for fold in bundle.scorer.model.folds]
        new = [
            [penultimate(bundle, backbone, fold, own) for fold in bundle.scorer.model.folds] for own in sets.values()
        ]
        for name, make in (("Mahalanobis", mahalanobis), (f"neighbour {NEIGHBOUR}", neighbours)):
            print_line(f"{backbone}, {name}", beyond(make, features, own_folds, new))


def print_line(name: str, shares: Sequence[float]) -> None:
    """A line of the table, in per cent."""
    print(f"| {name} | {' | '.join(f'{100 * share:.0f}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main()
