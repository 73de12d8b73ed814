"""Scores of new visits by the networks of a bundle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from pasi.bundle.model import ScoringModel, Weights
from pasi.bundle.network_weights import ScoringNetwork, load_network
from pasi.bundle.preprocess import Preprocess
from pasi.bundle.visit_photos import SeenPhoto
from pasi.errors import DeviceError, FullMemoryError
from pasi.imaging.composites import Composer
from pasi.learners.stacking import LinearFit
from pasi.severity.index import SeverityIndex, composite


@dataclass(frozen=True)
class VisitScores:
    """Predictions for n visits of r regions, in points, not clipped (R28).

    composites (n, r). by_fold (k, n, r): composites by the networks that did not see each fold. labels (n, r, l): signs
    and area, None where the learner predicts composites alone.
    """

    composites: np.ndarray
    by_fold: np.ndarray
    labels: np.ndarray | None


@dataclass(frozen=True)
class Scorer:
    """Scores visits. read: gives the bytes of a file of weights, so that they are checked where they are used."""

    model: ScoringModel
    preprocess: Preprocess
    index: SeverityIndex
    read: Callable[[str], bytes]
    device: torch.device

    def score(self, visits: Sequence[Sequence[SeenPhoto]]) -> VisitScores:
        """Scores of visits each of whose regions has a usable photo; networks are loaded one after another.

        Raises BundleError where a file of weights cannot be used, FullMemoryError where there is no room for a network.
        """
        regions = self.index.region_names
        composer = self.preprocess.composer(visits, regions).to(self.device)
        with torch.inference_mode(), torch.backends.cudnn.flags(allow_tf32=False):
            points = {weights: self._points(weights, composer) for weights in self.model.networks}
        values = {weights: self._composites(own) for weights, own in points.items()}
        shape = (len(visits), len(regions))
        crossed = self.model.crossed.items()
        by_fold = [self._combine(fit, values, fold).reshape(shape) for fold, fit in sorted(crossed)]
        labels = np.mean([*points.values()], axis=0).reshape(*shape, -1) if self.model.has_labels else None
        return VisitScores(self._combine(self.model.final, values).reshape(shape), np.stack(by_fold), labels)

    def _points(self, weights: Weights, composer: Composer) -> np.ndarray:
        """Outputs (samples, outputs) of a network in points."""
        network = load_network(self.model, weights, self.read(weights.file))
        try:
            module = network.network.to(self.device)
            samples = torch.arange(len(composer.tile_numbers), device=self.device)
            batches = samples.split(self.model.arithmetic.at_once)
            outputs = [self._outputs(module, composer, which) for which in batches]
        except (MemoryError, torch.OutOfMemoryError) as error:
            raise FullMemoryError(
                f"{weights.backbone}: the memory of the {self.device.type} has no room for this network: end other "
                "programs, or score on another device (--device)"
            ) from error
        return _in_points(torch.cat(outputs), network)

    def _outputs(self, module: torch.nn.Module, composer: Composer, which: torch.Tensor) -> torch.Tensor:
        """Outputs for the samples of a batch.

        Where instructions are pinned, a batch that is not full is filled with its last sample: a kernel for fewer
        samples would round in another order, and a visit's score would depend on the visits beside it.
        """
        lacking = self.model.arithmetic.at_once - len(which) if self.model.arithmetic.is_pinned else 0
        filled = torch.cat([which, which[-1:].expand(lacking)])
        pictures = composer.compose(filled).contiguous(memory_format=torch.channels_last)
        outputs: torch.Tensor = module(pictures)[: len(which)].double().cpu()
        return outputs

    def _composites(self, points: np.ndarray) -> np.ndarray:
        return composite(points, has_area=self.model.has_area) if len(self.model.columns) > 1 else points[:, 0]

    def _combine(self, fit: LinearFit, values: "dict[Weights, np.ndarray]", fold: int | None = None) -> np.ndarray:
        """Composites (samples,) by a fit of the means over all networks of a backbone, or over those of a fold."""

        def is_used(weights: Weights) -> bool:
            return fold is None or (weights.fold == fold and weights.repeat in self.model.oof_repeats)

        means = [
            np.mean([own for weights, own in values.items() if weights.backbone == name and is_used(weights)], axis=0)
            for name in fit.backbones
        ]
        samples = len(next(iter(values.values())))
        return fit.predict(np.stack(means, axis=1) if means else np.zeros((samples, 0)))


def _in_points(outputs: torch.Tensor, network: ScoringNetwork) -> np.ndarray:
    points: np.ndarray = (outputs * network.scale + network.center).numpy()
    return points


def choose_device(wanted: str) -> torch.device:
    """The device that "auto", "cpu" or "cuda" names; raises DeviceError where torch finds no GPU and one is wanted."""
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise DeviceError("torch finds no GPU: give --device auto or cpu, or repair its driver")
    return torch.device("cuda" if wanted != "cpu" and available else "cpu")
