"""Composites of synthetic visits, with where their plaques are, and networks with random weights to compare with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from pasi.bundle.load import Bundle
from pasi.bundle.occlusion import visit_pixels
from pasi.bundle.photo_table import NewVisits, Reading, read_new_visits
from pasi.bundle.preprocess import Preprocess
from pasi.bundle.scoring_graph import ScoringGraph
from pasi.bundle.visit_photos import see_photos
from pasi.imaging.fit import content_box
from pasi.networks.build import build_backbone
from pasi.simulate.course import REGIONS, Subject, draw_course
from pasi.simulate.design import design_subjects
from pasi.simulate.scene import Drawing, draw_photo
from pasi.simulate.shot import Shot
from pasi.simulate.trial import draw_lesions, simulate_trial

SIZE = (616, 408)  # pixels of a photo
VISITS = ("V1", "V4")  # baseline and week 8, when some regions are clear
ROUNDS, BATCH = 5, 16  # of composites from which batch norm takes its statistics


@dataclass(frozen=True)
class Case:
    """A region of a visit. pixels, hidden (1, side, side, 3). masks (3, side, side): plaques, skin and photo, bool."""

    subject: str
    pixels: Tensor
    hidden: Tensor
    masks: np.ndarray


def draw_cases(bundle: Bundle, subjects: int, seed: int) -> list[Case]:
    """The regions of some visits of a synthetic trial."""
    people = design_subjects(subjects, seed)
    with TemporaryDirectory() as place:
        simulate_trial(Path(place), subjects=subjects, photo_size=SIZE, seed=seed, processes=1)
        found = read_new_visits(Path(place, "photos.csv"), bundle.index, "error", Reading())
        return list(_cases(bundle, found, {person.name: person for person in people}, seed))


def _cases(bundle: Bundle, found: NewVisits, people: dict[str, Subject], seed: int) -> Iterator[Case]:
    for visit in found.visits:
        if visit.visit in VISITS:
            photos = see_photos(visit, found.root, bundle.scorer.preprocess.tiles)
            pixels, hidden = visit_pixels(bundle.scorer, photos)
            for place in range(len(REGIONS)):
                drawings = draw_region(people[visit.subject], int(visit.visit[1:]) - 1, place, seed)
                masks = composite_masks(bundle.scorer.preprocess, drawings)
                yield Case(visit.subject, pixels[[place]], hidden[[place]], masks)


def draw_region(person: Subject, visit: int, region: int, seed: int) -> list[Drawing]:
    """The photos of a region by slot, as the trial has drawn them."""
    lesions = draw_lesions(person, draw_course(person, seed), visit, region, seed=seed)
    about = (seed, person.number, person.skin_type, person.sex == "male", visit, REGIONS[region].name)
    return [draw_photo(Shot(*about, slot, own), *SIZE) for slot, own in enumerate(lesions)]


def composite_masks(preprocess: Preprocess, drawings: Sequence[Drawing]) -> np.ndarray:
    """Where a composite shows plaques, skin and photo (3, side, side), bool: what covers half of a pixel or more."""
    tiles, grid = preprocess.tiles, preprocess.grid
    masks = np.zeros((3, grid, grid, tiles.size, tiles.size), dtype=bool)
    for slot, drawing in enumerate(drawings):
        height, width = drawing.skin.shape
        top, left, down, across = content_box(width, height, tiles.size, tiles.fit)
        for number, drawn in enumerate((drawing.plaques, drawing.skin, np.ones_like(drawing.skin))):
            image = Image.fromarray(drawn.astype(np.uint8) * 255).resize((across, down), Image.Resampling.BOX)
            cell = masks[number, slot // grid, slot % grid]
            cell[top : top + down, left : left + across] = np.asarray(image) >= 128
    side = grid * tiles.size
    return masks.transpose(0, 1, 3, 2, 4).reshape(3, side, side)


def with_random_weights(bundle: Bundle, pixels: Tensor) -> ScoringGraph:
    """The same networks with random weights; batch norm has the statistics of the composites `pixels`."""
    graph, model = ScoringGraph(bundle.scorer), bundle.scorer.model
    pictures = ((pixels.float() / 255 - graph.mean) / graph.deviation).permute(0, 3, 1, 2).contiguous()
    for place, weights in enumerate(model.networks):
        torch.manual_seed(place)
        network = build_backbone(model.backbones[weights.backbone].network, len(model.columns), model.head).train()
        with torch.no_grad():
            for batch in pictures.split(BATCH) * ROUNDS:
                network(batch)
        graph.networks[place] = network
    return graph.eval()
