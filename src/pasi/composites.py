"""From tiles to the composites that a network sees, a whole batch at a time, on the device that trains.

A composite is a grid x grid picture of the tiles of one region and visit, black where a photo is missing (paper, Image
pre-processing and tiling; R7 to R14). Only training composites are turned, shuffled and jittered.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as torchvision and Pillow weigh grey


@dataclass(frozen=True)
class CompositeSettings:
    """Keys of the config's `composites` section.

    `augment`: "per_epoch" draws anew each epoch, "frozen" once (the paper's literal reading), "none" never.
    `rotation`: "right_angle" (lossless), "any" (black corners) or "none". `brightness` and `contrast` are half-widths
    of uniform factors around 1. `jitter_unit`: a factor for each "tile" (photo) or one for the whole "composite".
    """

    augment: Literal["per_epoch", "frozen", "none"] = "per_epoch"
    rotation: Literal["right_angle", "any", "none"] = "right_angle"
    shuffle: bool = True
    brightness: float = 0.2
    contrast: float = 0.2
    jitter_unit: Literal["tile", "composite"] = "tile"
    normalize: Literal["imagenet", "none"] = "imagenet"


@dataclass(frozen=True)
class Draw:
    """Random choices for n composites of c cells, drawn on the CPU so that they are the same on every device.

    order (n, c): which cell's tile comes to each cell. angle (n, c): counter-clockwise, in degrees.
    brightness, contrast (n, c): factors.
    """

    order: Tensor
    angle: Tensor
    brightness: Tensor
    contrast: Tensor

    def take(self, which: Tensor) -> "Draw":
        """The choices for the composites `which`."""
        return Draw(self.order[which], self.angle[which], self.brightness[which], self.contrast[which])


def draw_augmentation(count: int, cells: int, settings: CompositeSettings, generator: torch.Generator) -> Draw:
    """Choices for `count` composites, from `generator` alone."""
    order = torch.arange(cells).expand(count, cells)
    if settings.shuffle:
        order = torch.rand(count, cells, generator=generator).argsort(dim=1)
    if settings.rotation == "right_angle":
        angle = 90.0 * torch.randint(4, (count, cells), generator=generator)
    elif settings.rotation == "any":
        angle = 360.0 * torch.rand(count, cells, generator=generator)
    else:
        angle = torch.zeros(count, cells)
    units = cells if settings.jitter_unit == "tile" else 1
    factors = [
        1 + width * (2 * torch.rand(count, units, generator=generator) - 1).expand(count, cells)
        for width in (settings.brightness, settings.contrast)
    ]
    return Draw(order, angle, *factors)


class Composer:
    """All tiles of a cohort on one device, and the composites made from them.

    tiles (t, size, size, 3) uint8; boxes (t, 4) int: top, left, height, width of the photo pixels in each tile;
    samples (n, cells) int: the tiles of each composite in cell order, -1 for a black cell.
    """

    def __init__(self, tiles: Tensor, boxes: Tensor, samples: Tensor, settings: CompositeSettings):
        size = tiles.shape[1]
        black = torch.zeros(1, size, size, 3, dtype=torch.uint8)
        self.tiles = torch.cat([tiles, black])  # (t + 1, size, size, 3): index -1 is the black tile
        self.boxes = torch.cat([boxes, torch.zeros(1, 4, dtype=boxes.dtype)])
        self.samples = samples
        self.settings = settings
        self.size = size
        self.grid = math.isqrt(samples.shape[1])

    def to(self, device: torch.device) -> "Composer":
        """Move the tiles to `device`; composites are made where the tiles are."""
        self.tiles, self.boxes, self.samples = (x.to(device) for x in (self.tiles, self.boxes, self.samples))
        return self

    def compose(self, which: Tensor, draw: Draw | None = None) -> Tensor:
        """Composites (n, 3, grid x size, grid x size) of the samples `which` (n,), augmented where `draw` is given.

        Values are normalised; without `draw` the result depends on the tiles alone.
        """
        index = self.samples[which]  # (n, cells)
        if draw is not None:
            index = index.gather(1, draw.order.to(index.device))
        pixels = self.tiles[index].permute(0, 1, 4, 2, 3).float() / 255  # (n, cells, 3, size, size)
        if draw is not None:
            pixels = self._jitter(pixels, index, draw)
            pixels = self._turn(pixels, draw.angle.to(pixels.device))
        return self._normalize(self._tile(pixels))

    def _jitter(self, pixels: Tensor, index: Tensor, draw: Draw) -> Tensor:
        """Scale brightness, then contrast around the mean grey of the photo; black outside of the photo stays black."""
        photo = self._photo_mask(index)  # (n, cells, 1, size, size)
        brightness = draw.brightness.to(pixels.device)[..., None, None, None]
        contrast = draw.contrast.to(pixels.device)[..., None, None, None]
        pixels = pixels.mul_(brightness).clamp_(0, 1)
        luma = pixels.new_tensor(LUMA).view(3, 1, 1)
        grey = (pixels.sum((3, 4), keepdim=True) * luma).sum(2, keepdim=True)  # black adds nothing to the sums
        mean = grey / photo.sum((3, 4), keepdim=True).clamp_(min=1)
        return pixels.mul_(contrast).add_(mean * (1 - contrast)).clamp_(0, 1).mul_(photo)

    def _photo_mask(self, index: Tensor) -> Tensor:
        """1 where a tile shows the photo, 0 on the black around it: (n, cells, 1, size, size)."""
        top, left, height, width = self.boxes[index][..., None, None, None].unbind(2)  # each (n, cells, 1, 1, 1)
        step = torch.arange(self.size, device=index.device)
        rows = (step[:, None] >= top) & (step[:, None] < top + height)
        columns = (step >= left) & (step < left + width)
        return (rows & columns).float()

    def _turn(self, pixels: Tensor, angle: Tensor) -> Tensor:
        """Turn each tile counter-clockwise by its angle."""
        flat, angle = pixels.flatten(0, 1), angle.flatten()
        if self.settings.rotation == "right_angle":
            turned = torch.empty_like(flat)
            for quarter in range(4):
                chosen = angle == 90.0 * quarter
                turned[chosen] = torch.rot90(flat[chosen], quarter, (2, 3))
        elif self.settings.rotation == "any":
            radians = torch.deg2rad(angle)
            sine, cosine, zero = radians.sin(), radians.cos(), torch.zeros_like(radians)
            matrix = torch.stack([cosine, -sine, zero, sine, cosine, zero], dim=1).view(-1, 2, 3)
            grid = F.affine_grid(matrix, list(flat.shape), align_corners=False)
            turned = F.grid_sample(flat, grid, align_corners=False)
        else:
            return pixels
        return turned.view_as(pixels)

    def _tile(self, pixels: Tensor) -> Tensor:
        """(n, cells, 3, size, size) to (n, 3, grid x size, grid x size), cells row by row."""
        n, side = pixels.shape[0], self.grid * self.size
        rows = pixels.view(n, self.grid, self.grid, 3, self.size, self.size)  # (n, row, column, 3, y, x)
        return rows.permute(0, 3, 1, 4, 2, 5).reshape(n, 3, side, side)

    def _normalize(self, pictures: Tensor) -> Tensor:
        if self.settings.normalize == "none":
            return pictures
        mean = pictures.new_tensor(IMAGENET_MEAN).view(3, 1, 1)
        return (pictures - mean) / pictures.new_tensor(IMAGENET_DEVIATION).view(3, 1, 1)
