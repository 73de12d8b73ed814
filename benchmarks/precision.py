"""Seconds of one step of each network by memory layout and precision, as a Markdown table; `make bench-precision`.

A step is a batch of 16 composites of 256 pixels, forward and backward, with clipping and SGD, on one thread of a CPU.
"""

import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from fold import paper
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import HeadSettings
from timing import by_turns

BATCH, SIDE = 16, 256
ROUNDS = 1  # VGG takes half a minute a step


def main(backbones: list[str]) -> None:
    """A line a network: contiguous and channels last in fp32, channels last in bf16, and their ratios to the first."""
    if unknown := sorted(set(backbones) - set(NETWORKS)):
        raise SystemExit(f"no network {', '.join(unknown)}: there are {', '.join(NETWORKS)}")
    torch.set_num_threads(1)
    print("| network | fp32, contiguous (s) | channels last (s) | by contiguous | bf16, channels last (s) | by fp32 |")
    print("|---|---|---|---|---|---|")
    for backbone in backbones:
        plain, last, half = by_turns(
            step(backbone, torch.contiguous_format, half=False),
            step(backbone, torch.channels_last, half=False),
            step(backbone, torch.channels_last, half=True),
            rounds=ROUNDS,
        )
        print(
            f"| {backbone} | {plain:.2f} | {last:.2f} | {last / plain:.2f} | {half:.2f} | {half / last:.2f} |",
            flush=True,
        )


def step(backbone: str, layout: torch.memory_format, *, half: bool) -> Callable[[], None]:
    """A function that does one step."""
    torch.manual_seed(0)
    network = build_backbone(NETWORKS[backbone], 1, HeadSettings()).to(memory_format=layout).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    pictures = torch.rand(BATCH, 3, SIDE, SIDE).contiguous(memory_format=layout)
    targets = torch.rand(BATCH, 1)

    def run() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = F.mse_loss(network(pictures), targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    return run


if __name__ == "__main__":
    main(sys.argv[1:] or list(paper().training.backbones))
