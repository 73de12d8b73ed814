"""A step of training alone on a GPU: launched kernel by kernel, and replayed as one CUDA graph; are the bits the same?

Replayed in two ways: the whole step, and all but the step of SGD, as `training.cuda_graph` does it (its rate stays a
number of full precision). `--device cpu` tries the program itself, without graphs.
"""

import argparse
import hashlib
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fold import FITTED, make_fold, training_settings
from pasi.imaging.composites import draw_augmentation
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import HeadSettings
from pasi.training.data import FoldData
from pasi.training.settings import TrainingSettings
from pasi.training.step_graph import StepGraph, cuda_capture
from pasi.training.torch_device import can_fuse_sgd, prepare_torch

COMPARED = 6  # steps after which bits are compared


class Step:
    """Composites, network, clipping and SGD of a training, with whole batches that lie on the device."""

    def __init__(self, backbone: str, data: FoldData, settings: TrainingSettings, device: torch.device):
        torch.manual_seed(0)
        network = build_backbone(NETWORKS[backbone], 1, HeadSettings())
        self.network: nn.Module = network.to(device).to(memory_format=torch.channels_last).train()
        self.optimizer = torch.optim.SGD(
            network.parameters(), lr=settings.learning_rate, momentum=settings.momentum, fused=can_fuse_sgd(device)
        )
        self.composer, self.device = data.composer.to(device), device
        self.half = settings.precision == "bf16"
        self.scaled = ((data.targets - data.center) / data.scale).float().to(device)
        random = torch.Generator().manual_seed(0)
        count, cells = self.composer.tile_numbers.shape
        self.draw = draw_augmentation(count, cells, self.composer.settings, random).to(device)
        size = settings.batch_size
        self.batches = [which.to(device) for which in data.fit.split(size) if len(which) == size]
        self.which = self.batches[0].clone()

    def run(self, which: Tensor) -> None:
        """One step, kernel by kernel."""
        self.gradients(which)
        self.optimizer.step()

    def gradients(self, which: Tensor) -> Tensor:
        """What a training captures: composites, loss, gradients and their clipping."""
        self.network.zero_grad()
        pictures = self.composer.compose(which, self.draw.take(which))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half, cache_enabled=False):
            loss = F.mse_loss(self.network(pictures), self.scaled[which])
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        return loss.detach()

    def captured(self) -> Callable[[Tensor], None]:
        """The whole step as one graph, which reads its sample numbers from `which`; its rate cannot change."""
        replay_whole = cuda_capture(lambda: self.run(self.which))

        def replay(which: Tensor) -> None:
            self.which.copy_(which)
            replay_whole()

        return replay

    def captured_gradients(self) -> Callable[[Tensor], None]:
        """The step as a training with `cuda_graph` takes it: that of SGD is launched."""
        graph = StepGraph(self.network, self.gradients, self.which, cuda_capture)

        def replay(which: Tensor) -> None:
            graph.run(which)
            self.optimizer.step()

        return replay

    def tensors(self) -> list[Tensor]:
        """All that a step changes."""
        momenta = [state["momentum_buffer"] for state in self.optimizer.state.values()]
        return [*self.network.state_dict().values(), *momenta]

    def digest(self, run: Callable[[Tensor], None], start: list[Tensor]) -> str:
        """Of all that it changes, after some steps from `start`; dropout included."""
        with torch.no_grad():
            for tensor, value in zip(self.tensors(), start, strict=True):
                tensor.copy_(value)
        torch.manual_seed(7)
        for number in range(COMPARED):
            run(self.batches[number % len(self.batches)])
        content = b"".join(tensor.detach().cpu().contiguous().numpy().tobytes() for tensor in self.tensors())
        return hashlib.sha256(content).hexdigest()

    def milliseconds(self, run: Callable[[Tensor], None]) -> float:
        """Of a step: the faster of two passes over all batches."""
        return 1e3 * min(self._pass(run) for _ in range(2)) / len(self.batches)

    def _pass(self, run: Callable[[Tensor], None]) -> float:
        self._wait()
        started = time.perf_counter()
        for which in self.batches:
            run(which)
        self._wait()
        return time.perf_counter() - started

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def main() -> None:
    """A line a network and precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--precision", nargs="+", default=["tf32", "bf16"])
    parser.add_argument("--backbones", nargs="+", default=["squeezenet1_1", "mobilenet_v2", "resnet34", "densenet121"])
    parser.add_argument("--fitted", type=int, default=FITTED)
    chosen = parser.parse_args()
    if chosen.device == "cuda" and not torch.cuda.is_available():
        print("not run: torch finds no GPU here")
        return
    data = make_fold(chosen.fitted, 16)
    for precision in chosen.precision:
        settings = training_settings(device=chosen.device, precision=precision)
        prepare_torch(settings)
        for backbone in chosen.backbones:
            told = compare(Step(backbone, data, settings, torch.device(chosen.device)))
            print(f"{backbone:<20} {precision:<5} {told}", flush=True)


def compare(step: Step) -> str:
    """Milliseconds of each way, and whether they give the same bits."""
    step.run(step.which)
    start = [tensor.detach().clone() for tensor in step.tensors()]
    launched = step.digest(step.run, start)
    text = f"launched {step.milliseconds(step.run):8.2f} ms a step"
    if step.device.type != "cuda":
        return f"{text}, repeats {step.digest(step.run, start) == launched}"
    for name, capture in (("as a graph", step.captured), ("its gradients as a graph", step.captured_gradients)):
        replay = capture()
        same = step.digest(replay, start) == launched
        text += f", {name} {step.milliseconds(replay):8.2f} ms, same bits {same}"
    return text


if __name__ == "__main__":
    main()
