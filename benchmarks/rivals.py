"""Training loops as others write them: composites as PNG files, read and augmented a sample at a time."""

import sys
import time
from pathlib import Path

import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision.models import get_model
from torchvision.transforms import v2

from pasi.imaging.composites import IMAGENET_DEVIATION, IMAGENET_MEAN
from pasi.training.data import FoldData

# Installed by `make bench` beside the project's own environment, which must not depend on them.
sys.path.append(str(Path(__file__).parents[1] / "build" / "rivals"))

BATCH, RATE, MOMENTUM = 16, 0.01, 0.9


def write_composites(data: FoldData, folder: Path) -> list[Path]:
    """A PNG for each composite, as it is before augmentation."""
    files = []
    deviation, mean = torch.tensor(IMAGENET_DEVIATION), torch.tensor(IMAGENET_MEAN)
    for number in range(len(data.targets)):
        picture = data.composer.compose(torch.tensor([number]))[0].permute(1, 2, 0) * deviation + mean
        files.append(folder / f"{number}.png")
        Image.fromarray(picture.mul(255).round().byte().numpy()).save(files[-1])
    return files


class Pictures(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Composites and targets, a PNG a sample."""

    def __init__(self, files: list[Path], targets: list[float], transform: nn.Module):
        self.files, self.targets, self.transform = files, targets, transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        with Image.open(self.files[number]) as picture:
            return self.transform(picture.convert("RGB")), torch.tensor([self.targets[number]])


class ReferenceLoop:
    """As torchvision's references/classification/train.py: transforms a sample, SGD, clipping, an evaluation."""

    def __init__(self, backbone: str, files: list[Path], targets: list[float], fitted: int):
        last = [
            v2.PILToTensor(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(IMAGENET_MEAN, IMAGENET_DEVIATION),
        ]
        train = v2.Compose([v2.RandomHorizontalFlip(), v2.ColorJitter(brightness=0.2, contrast=0.2), *last])
        self.train = DataLoader(Pictures(files[:fitted], targets[:fitted], train), BATCH, shuffle=True)
        self.test = DataLoader(Pictures(files[fitted:], targets[fitted:], v2.Compose(last)), BATCH)
        self.network = get_model(backbone, weights=None, num_classes=1)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=RATE, momentum=MOMENTUM)

    def epoch(self) -> float:
        """Seconds of an epoch with its evaluation."""
        started = time.perf_counter()
        self.network.train()
        for pictures, targets in self.train:
            loss = nn.functional.mse_loss(self.network(pictures), targets)
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
        self.network.eval()
        with torch.inference_mode():
            for pictures, targets in self.test:
                nn.functional.mse_loss(self.network(pictures), targets)
        return time.perf_counter() - started


class FastaiLoop:
    """fastai's own data loaders, batch transforms and learner."""

    def __init__(self, backbone: str, files: list[Path], targets: list[float], fitted: int):
        from fastai.callback.training import GradientClip
        from fastai.data.block import DataBlock, RegressionBlock
        from fastai.data.transforms import IndexSplitter, Normalize
        from fastai.learner import Learner
        from fastai.losses import MSELossFlat
        from fastai.optimizer import SGD
        from fastai.vision.augment import Brightness, Contrast, Flip
        from fastai.vision.data import ImageBlock

        block = DataBlock(
            blocks=(ImageBlock, RegressionBlock),
            get_items=lambda source: range(len(files)),
            get_x=lambda number: files[number],
            get_y=lambda number: targets[number],
            splitter=IndexSplitter(list(range(fitted, len(files)))),
            batch_tfms=[
                Flip(),
                Brightness(0.2),
                Contrast(0.2),
                Normalize.from_stats(IMAGENET_MEAN, IMAGENET_DEVIATION),
            ],
        )
        loaders = block.dataloaders(files, bs=BATCH, num_workers=0, device=torch.device("cpu"))
        network = get_model(backbone, weights=None, num_classes=1)
        self.learner = Learner(
            loaders,
            network,
            loss_func=MSELossFlat(),
            opt_func=SGD,
            lr=RATE,
            moms=(MOMENTUM,) * 3,
            cbs=[GradientClip(1.0)],
        )

    def epoch(self) -> float:
        """Seconds of an epoch with its validation."""
        started = time.perf_counter()
        with self.learner.no_bar(), self.learner.no_logging():
            self.learner.fit(1)
        return time.perf_counter() - started
