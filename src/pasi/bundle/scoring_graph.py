"""A bundle's learner as one module, from the pixels of composites to points: what is exported and explained."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from pasi.bundle.network_weights import load_network
from pasi.bundle.scoring import Scorer
from pasi.bundle.visit_photos import SeenPhoto
from pasi.imaging.composites import IMAGENET_DEVIATION, IMAGENET_MEAN


class ScoringGraph(nn.Module):
    """Maps pixels of composites (n, side, side, 3), 0 to 255, to composites in points (n,) in float64.

    A composite's pixels are those of its tiles in their cells; a cell without a photo is black. All networks of the
    learner are in memory at once.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, scorer: Scorer):
        super().__init__()
        model = scorer.model
        self.has_labels, self.has_area = len(model.columns) > 1, model.has_area
        self.fit = model.final
        self.folds = [weights.fold for weights in model.networks]
        self.networks, self.places = nn.ModuleList(), defaultdict[str, list[int]](list)
        for place, weights in enumerate(model.networks):
            loaded = load_network(model, weights, scorer.read(weights.file))
            self.networks.append(loaded.network)
            self.places[weights.backbone].append(place)
            self.register_buffer(f"center_{place}", loaded.center)
            self.register_buffer(f"scale_{place}", loaded.scale)
        plain = scorer.preprocess.composites.normalize != "imagenet"
        self.register_buffer("mean", torch.tensor((0.0,) * 3 if plain else IMAGENET_MEAN))
        self.register_buffer("deviation", torch.tensor((1.0,) * 3 if plain else IMAGENET_DEVIATION))

    def forward(self, pixels: Tensor) -> Tensor:
        """Composites in points (n,)."""
        return self._combine(self._values(pixels), self.folds)

    def by_fold(self, pixels: Tensor) -> Tensor:
        """The same by the networks of each fold alone (folds, n)."""
        values = self._values(pixels)
        return torch.stack([self._combine(values, [fold]) for fold in sorted(set(self.folds))])

    def _values(self, pixels: Tensor) -> list[Tensor]:
        """Composites in points (n,) of each network."""
        pictures = ((pixels.float() / 255 - self.mean) / self.deviation).permute(0, 3, 1, 2).contiguous()
        return [self._composites(place, pictures) for place in range(len(self.networks))]

    def _combine(self, values: Sequence[Tensor], folds: Sequence[int]) -> Tensor:
        total = torch.full_like(values[0], self.fit.intercept)
        for name, coefficient in zip(self.fit.backbones, self.fit.coefficients, strict=True):
            own = [values[place] for place in self.places[name] if self.folds[place] in folds]
            total = total + coefficient * torch.stack(own).mean(dim=0)
        return torch.sigmoid(total) * self.fit.maximum if self.fit.family == "fractional_logit" else total

    def _composites(self, place: int, pictures: Tensor) -> Tensor:
        outputs: Tensor = self.networks[place](pictures)
        center, scale = (self.get_buffer(f"{name}_{place}") for name in ("center", "scale"))
        points = outputs.double() * scale + center
        if not self.has_labels:
            return points[:, 0]
        signs = points[:, :-1].sum(dim=1) if self.has_area else points.sum(dim=1)
        return signs * points[:, -1] if self.has_area else signs


def composite_pixels(scorer: Scorer, visits: Sequence[Sequence[SeenPhoto]]) -> Tensor:
    """Pixels (n, side, side, 3) uint8 of the composites of visits: all regions of the first, then of the second."""
    composites = replace(scorer.preprocess.composites, normalize="none")
    composer = replace(scorer.preprocess, composites=composites).composer(visits, scorer.index.region_names)
    pictures = composer.compose(torch.arange(len(composer.tile_numbers)))
    return (pictures.permute(0, 2, 3, 1) * 255).round().to(torch.uint8).contiguous()
