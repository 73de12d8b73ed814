"""Prints digests of single operations and of tiny trainings under pinned instructions, as JSON.

`python pinned_training.py BACKBONE...`. Where the environment lacks the variables, the process starts anew under them;
under an emulator they must be given, because what it starts would run on the processor itself.
"""

import hashlib
import json
import sys
from collections.abc import Callable

from pasi.training.instructions import restart_pinned

GOLDEN = ("squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5", "resnet18", "densenet121")


def operations() -> dict[str, str]:
    """SHA-256 of what operations of the 29 networks, of initial weights and of SGD give, from the simplest on."""
    import torch
    import torch.nn.functional as F

    random = torch.Generator().manual_seed(0)
    normal = torch.randn(4, 16, 24, 24, generator=random)
    pictures = normal.contiguous(memory_format=torch.channels_last)
    weight = torch.randn(32, 16, 3, 3, generator=random).contiguous(memory_format=torch.channels_last).requires_grad_()
    depthwise = torch.randn(16, 1, 3, 3, generator=random)
    flat = normal.flatten(1)
    matrix = torch.randn(50, flat.shape[1], generator=random)
    scale, shift = torch.randn(16, generator=random), torch.randn(16, generator=random)

    def gradient() -> torch.Tensor:
        (found,) = torch.autograd.grad(F.conv2d(pictures, weight, padding=1).square().mean(), weight)
        return found

    asked: dict[str, Callable[[], torch.Tensor]] = {
        "randn": lambda: normal,
        "rand": lambda: torch.rand(1000, generator=torch.Generator().manual_seed(1)),
        "randperm": lambda: torch.randperm(1000, generator=torch.Generator().manual_seed(1)),
        "dropout": lambda: F.dropout(torch.ones(1000), generator_seeded(torch)),
        "sum": lambda: normal.sum((2, 3)),
        "mean of doubles": lambda: normal.double().mean(),
        "variance": lambda: normal.var(0),
        "exp": normal.exp,
        "sigmoid": normal.sigmoid,
        "hardswish": lambda: F.hardswish(normal),
        "silu": lambda: F.silu(normal),
        "batch norm": lambda: F.batch_norm(pictures, None, None, scale, shift, training=True),
        "pooling": lambda: F.adaptive_avg_pool2d(pictures, 7),
        "linear": lambda: F.linear(flat, matrix),
        "convolution": lambda: F.conv2d(pictures, weight, padding=1),
        "pointwise convolution": lambda: F.conv2d(pictures, weight[:, :, :1, :1]),
        "depthwise convolution": lambda: F.conv2d(pictures, depthwise, groups=16, padding=1),
        "gradient of a convolution": gradient,
        "mean squared error": lambda: F.mse_loss(normal, pictures * 0.5),
        "norm of a gradient": lambda: torch.linalg.vector_norm(matrix),
    }
    return {name: digest(ask()) for name, ask in asked.items()}


def generator_seeded(torch) -> float:
    """Seed the global stream, from which dropout draws; the rate of dropout."""
    torch.manual_seed(2)
    return 0.5


def digest(tensor) -> str:
    """SHA-256 of a tensor's values."""
    return hashlib.sha256(tensor.detach().contiguous().numpy().tobytes()).hexdigest()


def training(backbone: str) -> str:
    """SHA-256 of the predictions of two epochs on composites of noise."""
    from contextlib import redirect_stdout

    from fold import make_fold, training_settings
    from pasi.networks.catalogue import NETWORKS
    from pasi.training.seeds import TrainingJob
    from pasi.training.train import fit_fold

    settings = training_settings(max_epochs=2, batch_size=4, instructions="pinned")
    with redirect_stdout(sys.stderr):
        fitted = fit_fold(TrainingJob(NETWORKS[backbone], 0, 0), make_fold(8, 4, size=32), settings, None)
    return digest(fitted.predicted)


if __name__ == "__main__":
    restart_pinned("pinned")
    import torch

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    digests = {"operations": operations(), "trainings": {name: training(name) for name in sys.argv[1:] or GOLDEN}}
    print(json.dumps({"torch": torch.__version__.partition("+")[0], **digests}))
