"""What a composite rests on: by how many points its score falls when a patch of it is hidden.

This is occlusion (Zeiler and Fergus 2014, Visualizing and understanding convolutional networks, ECCV, doi
10.1007/978-3-319-10590-1_53). A patch is filled with the mean colour of its photo; places without a photo stay black.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from pasi.bundle.scoring import Scorer
from pasi.bundle.scoring_graph import ScoringGraph, composite_pixels
from pasi.bundle.visit_photos import SeenPhoto
from pasi.errors import MissingExtraError
from pasi.imaging.fit import content_box
from pasi.imaging.settings import TileSettings

BATCH = 16  # composites with a hidden patch that a network sees at once
PATCHES = 8  # patches along a side of a composite; the next one begins half a patch further


def require_captum() -> None:
    """Raises MissingExtraError without the extra [explain]."""
    try:
        import captum.attr  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("explain", "to explain scores", error) from error


def visit_pixels(scorer: Scorer, photos: Sequence[SeenPhoto]) -> tuple[Tensor, Tensor]:
    """Pixels (regions, side, side, 3) uint8 of a visit's composites: as they are, and with everything hidden."""
    painted = [_painted(photo, scorer.preprocess.tiles) for photo in photos]
    return composite_pixels(scorer, [photos]), composite_pixels(scorer, [painted])


def _painted(photo: SeenPhoto, tiles: TileSettings) -> SeenPhoto:
    """The photo with all its pixels in their mean colour; bars around it stay black."""
    if photo.tile is None:
        return photo
    top, left, height, width = content_box(photo.tile.width, photo.tile.height, tiles.size, tiles.fit)
    pixels = photo.tile.pixels.copy()
    inside = pixels[top : top + height, left : left + width]
    inside[:] = inside.mean(axis=(0, 1)).round()
    return photo._replace(tile=photo.tile._replace(pixels=pixels))


def occlude(graph: nn.Module, pixels: Tensor, hidden: Tensor, device: torch.device) -> np.ndarray:
    """By how many points the score of each composite falls when a place is hidden: (n, side, side), float64.

    It is the mean over all patches that cover the place. graph: maps pixels to points (n,), on `device`. pixels, hidden
    (n, side, side, 3): the composites, and the same with everything hidden.
    """
    from captum.attr import Occlusion

    patch = _patch(pixels)
    step = max(1, patch // 2)
    occlusion = Occlusion(graph)
    found = []
    with torch.backends.cudnn.flags(allow_tf32=False):
        for one, none in zip(pixels.split(1), hidden.split(1), strict=True):  # patches share a batch, composites do not
            effects = occlusion.attribute(
                one.float().to(device),
                sliding_window_shapes=(patch, patch, 3),
                strides=(step, step, 3),
                baselines=none.float().to(device),
                perturbations_per_eval=BATCH,
            )
            found.append(effects[0, :, :, 0].double().cpu().numpy())
    return np.stack(found)


def strongest(
    graph: ScoringGraph, pixels: Tensor, hidden: Tensor, effects: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What hiding the strongest place of each composite takes from its score, and how far networks differ about it.

    Returns the mean and the standard deviation (ddof 0), in points (n,), over the networks of each fold, for the patch
    around this place. Arguments are as those of `occlude`, which gave the effects (n, side, side).
    """
    side, patch = pixels.shape[1], _patch(pixels)
    covered = pixels.clone()
    for number, own in enumerate(np.abs(effects)):
        y, x = (min(max(place - patch // 2, 0), side - patch) for place in divmod(int(own.argmax()), side))
        covered[number, y : y + patch, x : x + patch] = hidden[number, y : y + patch, x : x + patch]
    device = graph.mean.device
    with torch.inference_mode(), torch.backends.cudnn.flags(allow_tf32=False):
        change = graph.by_fold(pixels.to(device)) - graph.by_fold(covered.to(device))
    return change.mean(dim=0).cpu().numpy(), change.std(dim=0, correction=0).cpu().numpy()


def _patch(pixels: Tensor) -> int:
    return max(1, pixels.shape[1] // PATCHES)
