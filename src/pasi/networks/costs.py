"""What each network costs: seconds of a training step. No training imports this."""

# Seconds of a training step on one CPU core, fp32, by `make bench-precision`: what one network costs by another's.
STEP_SECONDS = {
    "alexnet": 1.02, "vgg11": 10.8, "vgg13": 15.6, "vgg16": 21.3, "vgg19": 25.0,
    "vgg11_bn": 10.6, "vgg13_bn": 17.8, "vgg16_bn": 22.7, "vgg19_bn": 27.6,
    "resnet18": 2.47, "resnet34": 4.69, "resnet50": 6.61, "resnet101": 11.1, "resnet152": 17.6,
    "resnext50_32x4d": 6.53, "wide_resnet50_2": 16.1, "wide_resnet101_2": 32.2,
    "squeezenet1_0": 1.15, "squeezenet1_1": 0.49, "densenet121": 4.45, "densenet169": 5.97, "googlenet": 2.09,
    "shufflenet_v2_x0_5": 0.21, "shufflenet_v2_x1_0": 0.52,
    "mobilenet_v2": 0.96, "mobilenet_v3_large": 0.76, "mobilenet_v3_small": 0.27,
    "mnasnet0_5": 0.46, "mnasnet1_0": 0.99,
}  # fmt: skip
