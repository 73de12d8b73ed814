"""The table of all networks (paper, Learning Model Architecture; R29). No training imports it."""

from pasi.networks.records import Network


def _torchvision(name: str, stem: str, sha256: str, parameters: int, head: str) -> Network:
    """A network of torchvision with its IMAGENET1K_V1 weights, whose file is named by the first digits of its SHA-256.

    R29: `DEFAULT` would be IMAGENET1K_V2 for 8 of them.
    """
    return Network(name, "torchvision", f"{stem}-{sha256}.pth", sha256, parameters, head)


NETWORKS = {
    network.name: network
    for network in (
        _torchvision("alexnet", "alexnet-owt", "7be5be79", 61_100_840, "classifier.6"),
        _torchvision("vgg11", "vgg11", "8a719046", 132_863_336, "classifier.6"),
        _torchvision("vgg13", "vgg13", "19584684", 133_047_848, "classifier.6"),
        _torchvision("vgg16", "vgg16", "397923af", 138_357_544, "classifier.6"),
        _torchvision("vgg19", "vgg19", "dcbb9e9d", 143_667_240, "classifier.6"),
        _torchvision("vgg11_bn", "vgg11_bn", "6002323d", 132_868_840, "classifier.6"),
        _torchvision("vgg13_bn", "vgg13_bn", "abd245e5", 133_053_736, "classifier.6"),
        _torchvision("vgg16_bn", "vgg16_bn", "6c64b313", 138_365_992, "classifier.6"),
        _torchvision("vgg19_bn", "vgg19_bn", "c79401a0", 143_678_248, "classifier.6"),
        _torchvision("resnet18", "resnet18", "f37072fd", 11_689_512, "fc"),
        _torchvision("resnet34", "resnet34", "b627a593", 21_797_672, "fc"),
        _torchvision("resnet50", "resnet50", "0676ba61", 25_557_032, "fc"),
        _torchvision("resnet101", "resnet101", "63fe2227", 44_549_160, "fc"),
        _torchvision("resnet152", "resnet152", "394f9c45", 60_192_808, "fc"),
        _torchvision("resnext50_32x4d", "resnext50_32x4d", "7cdf4587", 25_028_904, "fc"),
        _torchvision("wide_resnet50_2", "wide_resnet50_2", "95faca4d", 68_883_240, "fc"),
        _torchvision("wide_resnet101_2", "wide_resnet101_2", "32ee1156", 126_886_696, "fc"),
        _torchvision("squeezenet1_0", "squeezenet1_0", "b66bff10", 1_248_424, "classifier.1"),
        _torchvision("squeezenet1_1", "squeezenet1_1", "b8a52dc0", 1_235_496, "classifier.1"),
        _torchvision("densenet121", "densenet121", "a639ec97", 7_978_856, "classifier"),
        _torchvision("densenet169", "densenet169", "b2777c0a", 14_149_480, "classifier"),
        _torchvision("googlenet", "googlenet", "1378be20", 6_624_904, "fc"),
        _torchvision("shufflenet_v2_x0_5", "shufflenetv2_x0.5", "f707e7126e", 1_366_792, "fc"),
        _torchvision("shufflenet_v2_x1_0", "shufflenetv2_x1", "5666bf0f80", 2_278_604, "fc"),
        _torchvision("mobilenet_v2", "mobilenet_v2", "b0353104", 3_504_872, "classifier.1"),
        _torchvision("mobilenet_v3_large", "mobilenet_v3_large", "8738ca79", 5_483_032, "classifier.3"),
        _torchvision("mobilenet_v3_small", "mobilenet_v3_small", "047dcff4", 2_542_856, "classifier.3"),
        _torchvision("mnasnet0_5", "mnasnet0.5_top1_67.823", "3ffadce67e", 2_218_512, "classifier.1"),
        _torchvision("mnasnet1_0", "mnasnet1.0_top1_73.512", "f206786ef8", 4_383_312, "classifier.1"),
    )
}

PAPER_NETWORKS = tuple(NETWORKS)[:29]  # those of Table S1 in its order; further networks stand below them
