"""A training of twelve tiny composites."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch

from pasi.imaging.composites import Composer
from pasi.imaging.settings import CompositeSettings
from pasi.imaging.tile_pixels import TilePixels
from pasi.networks.catalogue import NETWORKS
from pasi.training.data import FoldData, scaling
from pasi.training.network_module import SeverityRegressor
from pasi.training.seeds import TrainingJob
from pasi.training.settings import Target, TrainingSettings

JOB = TrainingJob(NETWORKS["squeezenet1_1"], 2, seed=0)


SETTINGS = TrainingSettings(
    squeezenet_relu="drop",
    batch_norm_momentum=0.1,
    batch_size=4,
    learning_rate=0.01,
    momentum=0.9,
    weight_decay=0.0,
    gradient_clip=1.0,
    max_epochs=2,
    plateau_factor=0.1,
    plateau_threshold=1e-4,
    plateau_patience=10,
    early_stopping_patience=50,
    keep="best",
    threads=1,
    device="cpu",
    precision="fp32",
    deterministic=True,
    instructions="native",
    cuda_graph=False,
    schedule="plateau",
    warmup_epochs=0,
    restarts=0,
    learning_epochs=0,
    ema=0.0,
    least_skill=0.0,
)


def make_samples(targets=None, augment="per_epoch"):
    """Twelve composites of flat 16-pixel tiles whose level is the target: 6 fitted, 3 monitored, 3 unseen."""
    targets = torch.arange(12.0) if targets is None else torch.tensor(targets)
    levels = (20 * torch.arange(12)).view(12, 1, 1, 1).expand(12, 16, 16, 3)
    composer = Composer(
        TilePixels.of(levels.to(torch.uint8).numpy()),
        torch.tensor([[2, 0, 12, 16]]).expand(12, 4),
        torch.arange(12).view(12, 1).expand(12, 4),
        CompositeSettings(augment=augment),
    )
    fitted = targets[:6].double().view(-1, 1)
    center, scale = scaling(fitted, Target(["composite"], [12.0], "zscore", True))
    rows = {
        "part": np.array(["oof", "oof", "test"], dtype=object),
        "subject": np.array(["S1", "S1", "S2"], dtype=object),
        "visit": np.array(["1", "2", "1"], dtype=object),
        "region": np.array(["upper"] * 3, dtype=object),
        "observed": np.array([9.0, 10.0, 11.0]),
    }
    numbers = torch.arange(12)
    return FoldData(
        composer=composer,
        targets=targets.double().view(-1, 1),
        center=center,
        scale=scale,
        fit=numbers[:6],
        monitor=numbers[6:9],
        unseen=numbers[9:],
        rows=rows,
        has_area=True,
        regions=np.array(["upper"] * 12, dtype=object),
        columns=("composite",),
    )


def noted_rates(monkeypatch) -> list[float]:
    """The learning rate of every step that SGD takes from now on."""
    rates: list[float] = []
    step = torch.optim.SGD.step

    def noted(self, *arguments, **options):
        rates.append(self.param_groups[0]["lr"])
        return step(self, *arguments, **options)

    monkeypatch.setattr(torch.optim.SGD, "step", noted)
    return rates


@contextmanager
def stopped_before(epoch: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within, a training ends with an error when it begins this epoch; the error ends here."""
    begin = SeverityRegressor.on_train_epoch_start

    def stopped(self):
        if self.current_epoch == epoch:
            raise RuntimeError("stopped")
        begin(self)

    with monkeypatch.context() as context:
        context.setattr(SeverityRegressor, "on_train_epoch_start", stopped)
        with pytest.raises(RuntimeError, match="stopped"):
            yield
