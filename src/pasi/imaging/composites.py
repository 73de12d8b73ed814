"""From tiles to the composites that a network sees, a whole batch at a time, on the device that trains.

A composite is a grid x grid picture of the tiles of one sample (a region of a subject at a visit), black where a photo
is missing (paper, Image pre-processing and tiling; R7 to R14). Only composites for training are turned, shuffled and
jittered.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from pasi.imaging.settings import GREY, CompositeSettings
from pasi.imaging.tile_pixels import TilePixels

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
AT_ONCE = 4  # composites that a CPU makes at a time: few enough that intermediate results stay in its cache


@dataclass(frozen=True)
class Draw:
    """Random choices for n composites of c cells, drawn on the CPU so that they are the same on every device.

    order (n, c): the cell whose tile is moved to each cell. angle (n, c): counter-clockwise, in degrees. brightness,
    contrast (n, c): factors.
    """

    order: Tensor
    angle: Tensor
    brightness: Tensor
    contrast: Tensor

    def take(self, which: Tensor | slice) -> "Draw":
        """The choices for the composites `which` (their numbers, or a slice)."""
        return Draw(self.order[which], self.angle[which], self.brightness[which], self.contrast[which])

    def to(self, device: torch.device) -> "Draw":
        """The same choices on `device`."""
        return Draw(*(choice.to(device) for choice in (self.order, self.angle, self.brightness, self.contrast)))


def draw_augmentation(count: int, cells: int, settings: CompositeSettings, generator: torch.Generator) -> Draw:
    """Draw the choices for `count` composites of `cells` cells; they depend on settings and `generator` alone."""
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
    """All tiles of a cohort, and the composites made from them on one device.

    Whatever is needed to make them lies on that device: to send a number to a GPU in each step would make the CPU wait.

    boxes (t, 4) int: top, left, height, width of the photo's pixels in each of the t tiles; tile_numbers (n, cells)
    int: the tiles of each sample, cell by cell, -1 for a black cell.

    Inside, x and channel are one axis, (..., y, x and channel): a mask or factor then applies to whole rows of memory,
    and composites are channels last, the layout that networks read fastest.
    """

    def __init__(self, tiles: TilePixels, boxes: Tensor, tile_numbers: Tensor, settings: CompositeSettings):
        self.size = tiles.size
        self.grid = math.isqrt(tile_numbers.shape[1])
        self.tiles = tiles
        self.boxes = quarter_boxes(torch.cat([boxes, torch.zeros(1, 4, dtype=boxes.dtype)]), self.size)
        place = torch.arange(self.size**2).view(self.size, self.size)
        self.turns = torch.stack([torch.rot90(place, quarter).flatten() for quarter in range(4)])  # (4, size x size)
        self.places = torch.arange(self.size)
        self.grey = torch.tensor(GREY)
        self.mean = torch.tensor(IMAGENET_MEAN).repeat(self.grid * self.size)  # of a row: (side x 3)
        self.deviation = torch.tensor(IMAGENET_DEVIATION).repeat(self.grid * self.size)
        self.tile_numbers = tile_numbers
        self.settings = settings

    def to(self, device: torch.device) -> "Composer":
        """Move what composites are made from to `device`, on which they are then made."""
        for name in ("tiles", "boxes", "turns", "places", "grey", "mean", "deviation", "tile_numbers"):
            setattr(self, name, getattr(self, name).to(device))
        return self

    def compose(self, which: Tensor, draw: Draw | None = None) -> Tensor:
        """Composites (n, 3, grid x size, grid x size) of the samples `which` (n,), augmented where `draw` is given.

        `which` and `draw` are on the device of the tiles. Values are normalised, channels last in memory. Without
        `draw` the result depends on the tiles alone. They are made in float32, also where the network computes in bf16
        (autocast), which would round coordinates and mean greys.
        """
        side, device = self.grid * self.size, self.tiles.device
        pictures = torch.empty(len(which), side, side * 3, device=device)
        step = AT_ONCE if device.type == "cpu" else max(1, len(which))
        with torch.autocast(device.type, enabled=False):
            for first in range(0, len(which), step):
                part = slice(first, first + step)
                self._fill(pictures[part], which[part], None if draw is None else draw.take(part))
        return torch.unflatten(pictures, 2, (side, 3)).permute(0, 3, 1, 2)

    def _fill(self, pictures: Tensor, which: Tensor, draw: Draw | None) -> None:
        """Write the composites of the samples `which` into `pictures` (n, side, side x 3)."""
        numbers = self.tile_numbers[which]  # (n, cells)
        if draw is None:
            pixels = self.tiles.take(numbers).flatten(3).float().div_(255)  # (n, cells, size, size x 3)
        else:
            pixels = self._augment(numbers.gather(1, draw.order), draw)
        rows = torch.unflatten(pixels, 1, (self.grid, self.grid)).transpose(2, 3)  # (n, row, y, column, x and channel)
        pictures.view(rows.shape).copy_(rows)
        if self.settings.normalize == "imagenet":
            pictures.sub_(self.mean).div_(self.deviation)

    def _augment(self, numbers: Tensor, draw: Draw) -> Tensor:
        """The tiles `numbers` (n, cells), turned and jittered: (n, cells, size, size x 3)."""
        tiles = self.tiles.take(numbers)
        if self.settings.rotation == "any":
            return self._turn(self._jitter(tiles.flatten(3), self.boxes[numbers, 0], draw), draw.angle)
        quarter = (draw.angle / 90).long() % 4
        first = torch.arange(0, tiles.numel() // 3, self.size**2, device=tiles.device).view(numbers.shape)
        source = first[..., None] + self.turns[quarter]  # (n, cells, size x size)
        turned = tiles.view(-1, 3).index_select(0, source.flatten())
        return self._jitter(turned.view(*numbers.shape, self.size, -1), self.boxes[numbers, quarter], draw)

    def _jitter(self, pixels: Tensor, boxes: Tensor, draw: Draw) -> Tensor:
        """Scale brightness, then contrast around the mean grey of the photo; what is outside the photo stays black."""
        brightness, contrast = (x[..., None, None] for x in (draw.brightness, draw.contrast))
        pixels = pixels.float().div_(255).mul_(brightness).clamp_(0, 1)  # (n, cells, size, size x 3)
        channels = torch.unflatten(pixels.sum(2), 2, (self.size, 3)).sum(2)  # (n, cells, 3); black pixels add 0
        area = (boxes[..., 2] * boxes[..., 3]).clamp(min=1)
        mean = ((channels @ self.grey) / area)[..., None, None]
        rows, columns = self._photo_mask(boxes)
        return pixels.mul_(contrast).add_(mean * (1 - contrast)).clamp_(0, 1).mul_(rows).mul_(columns)

    def _photo_mask(self, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """1 where rows (n, cells, size, 1) and columns (n, cells, 1, size x 3) of a tile show the photo, else 0."""
        top, left, height, width = boxes[..., None].unbind(2)  # each (n, cells, 1)
        rows = (self.places >= top) & (self.places < top + height)
        columns = (self.places >= left) & (self.places < left + width)
        return rows.float()[..., None], columns.float().repeat_interleave(3, dim=2)[:, :, None]

    def _turn(self, pixels: Tensor, angle: Tensor) -> Tensor:
        """Turn each tile counter-clockwise by its angle, with black corners."""
        flat = pixels.view(-1, self.size, self.size, 3).permute(0, 3, 1, 2)
        radians = torch.deg2rad(angle.flatten())
        sine, cosine, zero = radians.sin(), radians.cos(), torch.zeros_like(radians)
        matrix = torch.stack([cosine, -sine, zero, sine, cosine, zero], dim=1).view(-1, 2, 3)
        grid = F.affine_grid(matrix, list(flat.shape), align_corners=False)
        return F.grid_sample(flat, grid, align_corners=False).permute(0, 2, 3, 1).reshape(pixels.shape)


def quarter_boxes(boxes: Tensor, size: int) -> Tensor:
    """Boxes (t, 4) of top, left, height, width after 0 to 3 quarter turns counter-clockwise: (t, 4 turns, 4)."""
    turned = [boxes]
    for _ in range(3):
        top, left, height, width = turned[-1].unbind(1)
        turned.append(torch.stack([size - left - width, top, width, height], dim=1))
    return torch.stack(turned, dim=1)
