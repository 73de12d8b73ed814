"""What using each network costs: the seconds of a training step, and the licence of its weights.

No training imports this table, so a new entry or another text trains nothing again.
"""

from dataclasses import dataclass

TORCHVISION = (
    "torchvision's code is under BSD-3-Clause. These weights were trained on ImageNet-1k, whose terms of access allow "
    "non-commercial research and educational use. torchvision says that its weights may have terms derived from the "
    "data they were trained on, and that users must determine whether they may use them: see Pre-trained Model License "
    "in its README."
)


@dataclass(frozen=True)
class NetworkCost:
    """step_seconds: of a training step on one CPU core, fp32, as `make bench-precision` prints them; they compare
    networks with each other. licence: what is known about the licence of the pretrained weights.
    """

    step_seconds: float
    licence: str


COSTS = {
    "alexnet": NetworkCost(1.02, TORCHVISION),
    "vgg11": NetworkCost(10.8, TORCHVISION),
    "vgg13": NetworkCost(15.6, TORCHVISION),
    "vgg16": NetworkCost(21.3, TORCHVISION),
    "vgg19": NetworkCost(25.0, TORCHVISION),
    "vgg11_bn": NetworkCost(10.6, TORCHVISION),
    "vgg13_bn": NetworkCost(17.8, TORCHVISION),
    "vgg16_bn": NetworkCost(22.7, TORCHVISION),
    "vgg19_bn": NetworkCost(27.6, TORCHVISION),
    "resnet18": NetworkCost(2.47, TORCHVISION),
    "resnet34": NetworkCost(4.69, TORCHVISION),
    "resnet50": NetworkCost(6.61, TORCHVISION),
    "resnet101": NetworkCost(11.1, TORCHVISION),
    "resnet152": NetworkCost(17.6, TORCHVISION),
    "resnext50_32x4d": NetworkCost(6.53, TORCHVISION),
    "wide_resnet50_2": NetworkCost(16.1, TORCHVISION),
    "wide_resnet101_2": NetworkCost(32.2, TORCHVISION),
    "squeezenet1_0": NetworkCost(1.15, TORCHVISION),
    "squeezenet1_1": NetworkCost(0.49, TORCHVISION),
    "densenet121": NetworkCost(4.45, TORCHVISION),
    "densenet169": NetworkCost(5.97, TORCHVISION),
    "googlenet": NetworkCost(2.09, TORCHVISION),
    "shufflenet_v2_x0_5": NetworkCost(0.21, TORCHVISION),
    "shufflenet_v2_x1_0": NetworkCost(0.52, TORCHVISION),
    "mobilenet_v2": NetworkCost(0.96, TORCHVISION),
    "mobilenet_v3_large": NetworkCost(0.76, TORCHVISION),
    "mobilenet_v3_small": NetworkCost(0.27, TORCHVISION),
    "mnasnet0_5": NetworkCost(0.46, TORCHVISION),
    "mnasnet1_0": NetworkCost(0.99, TORCHVISION),
}
