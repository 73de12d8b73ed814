"""A training as plain PyTorch, without Lightning: what ours must equal, bit for bit, and may hardly exceed in time."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pasi.imaging.composites import draw_augmentation
from pasi.networks.build import build_backbone
from pasi.networks.settings import HeadSettings
from pasi.training.data import FoldData
from pasi.training.seeds import TrainingJob
from pasi.training.settings import TrainingSettings


class PlainLoop:
    """A network and its optimizer, an epoch at a time: fp32, on the CPU, monitored and cut as ours."""

    def __init__(self, job: TrainingJob, data: FoldData, settings: TrainingSettings):
        torch.set_num_threads(settings.threads)
        torch.manual_seed(job.seed_for("start"))
        head = HeadSettings(settings.squeezenet_relu, settings.batch_norm_momentum)
        network = build_backbone(job.network, data.targets.shape[1], head)
        self.network: nn.Module = network.to(memory_format=torch.channels_last)
        self.job, self.data, self.settings = job, data, settings
        self.scaled = ((data.targets - data.center) / data.scale).float()
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=settings.learning_rate, momentum=settings.momentum
        )
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self.optimizer,
            factor=settings.plateau_factor,
            threshold=settings.plateau_threshold,
            patience=settings.plateau_patience,
        )

    def epoch(self, number: int) -> float:
        """Train for one epoch; the monitored loss."""
        data, composer = self.data, self.data.composer
        torch.manual_seed(self.job.seed_for("dropout", number))
        order = torch.Generator().manual_seed(self.job.seed_for("order", number))
        drawn = torch.Generator().manual_seed(self.job.seed_for("augmentation", number))
        count, cells = composer.tile_numbers.shape
        draw = draw_augmentation(count, cells, composer.settings, drawn)
        self.network.train()
        batches = data.fit[torch.randperm(len(data.fit), generator=order)].split(self.settings.batch_size)
        for step, which in enumerate(batches, number * len(batches) + 1):
            if (warm := self.settings.warmup_epochs * len(batches)) >= step:
                self.optimizer.param_groups[0]["lr"] = self.settings.learning_rate * (step / warm)
            loss = F.mse_loss(self.network(composer.compose(which, draw.take(which))), self.scaled[which])
            self.optimizer.zero_grad()
            loss.backward()
            if self.settings.gradient_clip is not None:
                nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.gradient_clip)
            self.optimizer.step()
        monitored = self.monitored()
        if number >= self.settings.warmup_epochs:
            self.plateau.step(monitored)
        return float(monitored)

    @torch.inference_mode()
    def monitored(self) -> Tensor:
        """Mean squared error of the monitored samples."""
        self.network.eval()
        losses = [
            F.mse_loss(self.network(self.data.composer.compose(which)), self.scaled[which]) * len(which)
            for which in self.data.monitor.split(self.settings.batch_size)
        ]
        return torch.stack(losses).sum() / len(self.data.monitor)
