"""A tiny bundle of two untrained networks, with photos that it can score, made without a run."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from pasi.bundle.layout import weights_file
from pasi.bundle.learn_checks import TrainingPhotos, learn_checks
from pasi.bundle.likeness import Reference, describe
from pasi.bundle.model import Arithmetic, Backbone, ScoringModel, Weights, single_fit
from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.photo_quality import MEASURES, Quality, quality_of
from pasi.bundle.preprocess import Preprocess, without_augmentation
from pasi.bundle.residuals import Residuals
from pasi.bundle.response_probability import SubjectErrors
from pasi.bundle.run_verdict import RunVerdict
from pasi.bundle.tile_statistics import CELLS, STATISTICS, photo_pixels
from pasi.bundle.write import BundleParts, write_bundle
from pasi.commands.main import main
from pasi.imaging.decode import make_tile
from pasi.imaging.settings import CompositeSettings, TileSettings
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import HeadSettings
from pasi.severity.index import SeverityIndex
from pasi.storage.hashing import value_digest
from pasi.storage.tables import write_table
from pasi.storage.tensor_files import save_tensors

NAME = "shufflenet_v2_x0_5"  # the network with the fewest weights
HEAD = HeadSettings()
INDEX = SeverityIndex.from_config(
    {
        "name": "Two regions",
        "unit": "points",
        "signs": [{"name": "redness", "maximum": 4, "step": 1}],
        "area": {"name": "area", "maximum": 6, "step": 1},
        "regions": [{"name": "front", "weight": 0.5, "photos": 2}, {"name": "back", "weight": 0.5, "photos": 1}],
        "bands": [{"name": "any", "up_to": None}],
        "clear_below": 0.5,
        "responses": [50, 75],
    }
)
PREPROCESS = Preprocess(
    TileSettings(32, "letterbox"), without_augmentation(CompositeSettings()), 2, {"front": 2, "back": 1}, "error"
)
SIZE = len(STATISTICS)
FAR = 1e9  # a limit that no photo reaches
LENIENT = PhotoChecks(
    Quality(dict.fromkeys(MEASURES, (-FAR, FAR))),
    Reference(np.ones(CELLS * CELLS, dtype=bool), np.zeros((2, SIZE)), np.ones(SIZE), np.eye(SIZE)),
    {"colours": FAR, "statistics": FAR, "region": FAR},
    subjects=10,
    alarms=1 / 11,
)
VERDICT = RunVerdict(NAME, "Use with care", ("The test part has 4 of at least 11 subjects.",))
NATIVE = Arithmetic(4, "native")
ORIGIN = {name: value_digest(name) for name in ("config", "code", "split", "photos")}


def save_network(path: Path, fold: int, columns: int = 1, name: str = NAME) -> None:
    """Write the weights of an untrained network as a training does; its outputs differ between photos by points."""
    torch.manual_seed(fold)
    network = build_backbone(NETWORKS[name], columns, HEAD)
    with torch.no_grad():  # without statistics of its inputs, batch norm would make all outputs nearly equal
        for _ in range(20):
            network.train()(torch.randn(4, 3, 64, 64))
    about = {"backbone": name, "fold": fold, "center": [9.0] * columns, "scale": [40.0] * columns}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_tensors(network.state_dict(), about, path)


def make_parts(folder: Path, columns: tuple[str, ...] = ("composite",)) -> BundleParts:
    """The parts of a bundle of the networks of two folds; their weights are written into `folder`."""
    weights = {Weights(weights_file(NAME, fold, 0), NAME, fold, 0): folder / f"fold{fold}.st" for fold in (0, 1)}
    for place, file in weights.items():
        save_network(file, place.fold, len(columns))
    single = single_fit(NAME, INDEX.composite_maximum)
    backbones = {NAME: Backbone(NETWORKS[NAME], False)}
    model = ScoringModel(
        NAME, "backbone", backbones, tuple(weights), HEAD, columns, True, single, {0: single, 1: single}, (0,), NATIVE
    )
    errors = tuple(SubjectErrors(number % 2, np.array([[1.0, -1.0], [0.0, number - 5.0]])) for number in range(10))
    residuals = Residuals(np.array([0, 1] * 5), np.linspace(0.5, 5.0, 10), errors)
    return BundleParts(model, PREPROCESS, INDEX, residuals, LENIENT, weights, "# A card\n", ORIGIN, VERDICT)


def small_checks() -> PhotoChecks:
    """Checks learnt from twelve subjects with six photos of noise each, as `make_photos` makes them."""
    generator = np.random.default_rng(1)
    described, measures = [], []
    for number in range(72):
        noise = generator.integers(0, 256, (40, 60, 3), dtype=np.uint8) // (1 + number % 3)
        stream = io.BytesIO()
        Image.fromarray(noise).save(stream, "PNG")
        pixels = photo_pixels(make_tile(stream.getvalue(), size=32, fit="letterbox"), "letterbox")
        described.append(describe(pixels))
        measures.append(quality_of(pixels))
    subjects = np.array([f"S{number // 6}" for number in range(72)], dtype=object)
    regions, folds = np.array([0, 0, 1] * 24), np.repeat([0, 1], 36)
    found = learn_checks(TrainingPhotos(subjects, subjects, regions, folds, np.stack(measures), described), 2)
    return replace(found, limits={**found.limits, "region": FAR})  # of noise, no region can be told


def make_bundle(folder: Path, columns: tuple[str, ...] = ("composite",)) -> Path:
    """Write a bundle into `folder`/bundle."""
    write_bundle(make_parts(folder / "weights", columns), folder / "bundle")
    return folder / "bundle"


def make_photos(folder: Path, visits: int = 3) -> Path:
    """Write photos of one subject, A, at the visits V1, V2, ... of weeks 0, 1, ..., and their table photos.csv."""
    rows = []
    generator = np.random.default_rng(0)
    for visit in range(1, visits + 1):
        for name in ("front_1", "front_2", "back_1"):
            path = f"V{visit}_{name}.png"
            pixels = generator.integers(0, 256, (40, 60, 3), dtype=np.uint8) // visit
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(folder / path)
            rows.append(("A", f"V{visit}", name.split("_")[0], path, visit - 1))
    names = ("subject", "visit", "region", "photo", "week")
    write_table(dict(zip(names, zip(*rows, strict=True), strict=True)), folder / "photos.csv")
    return folder / "photos.csv"


def score(bundle: Path, photos: Path, *options: str) -> int:
    """Score a table of photos by the command, into scores.csv beside the folder of the table; returns its exit code."""
    out = photos.parent.parent / "scores.csv"
    return main(["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(out), *options])
