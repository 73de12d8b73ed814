"""Floating-point operations of each network and of the 145 trainings, as a Markdown table: see docs/scale.md."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from fold import EPOCHS, FITTED, FOLDS, MONITORED, paper
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import HeadSettings

SIDE = 256
BACKWARD = 2  # of the forward pass, as is usual; torch's own count of it leaves out that depthwise layers have groups


def main() -> None:
    """A line a network; the sum at the end."""
    print("| network | GFLOP a composite, forward | PFLOP of five trainings of 100 epochs |")
    print("|---|---|---|")
    total = 0.0
    for backbone in paper().training.backbones:
        forward = count(backbone)
        whole = FOLDS * EPOCHS * forward * (FITTED * (1 + BACKWARD) + MONITORED)
        total += whole
        print(f"| {backbone} | {forward / 1e9:.2f} | {whole / 1e15:.2f} |")
    print(f"| all 145 | | {total / 1e15:.0f} |")


def count(backbone: str) -> int:
    """Operations of one composite; a multiplication and an addition are two."""
    with torch.device("meta"):
        network = build_backbone(NETWORKS[backbone], 1, HeadSettings())
        with FlopCounterMode(display=False) as counter:
            network.eval()(torch.zeros(1, 3, SIDE, SIDE))
    return int(counter.get_total_flops())


if __name__ == "__main__":
    main()
