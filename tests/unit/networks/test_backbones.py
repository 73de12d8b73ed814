import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torchvision.models import get_model

from pasi.errors import BackboneError
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import HeadSettings

PICTURES = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("backbone", NETWORKS)
def test_every_backbone_has_a_regression_head(backbone):
    torch.manual_seed(0)
    network = build_backbone(NETWORKS[backbone], 1, HeadSettings())
    output = network.eval()(PICTURES)
    assert output.shape == (2, 1)
    assert torch.isfinite(output).all()
    assert network.get_submodule(NETWORKS[backbone].head).weight.std() < 0.1, "predictions begin near the mean"
    output.sum().backward()
    stem = next(network.parameters())
    assert stem.grad is not None
    assert stem.grad.abs().sum() > 0


def test_squeezenet_can_be_negative_only_without_its_relu():
    torch.manual_seed(0)
    literal = build_backbone(NETWORKS["squeezenet1_1"], 1, HeadSettings(squeezenet_relu="keep"))
    ours = build_backbone(NETWORKS["squeezenet1_1"], 1, HeadSettings())
    for network in (literal, ours):
        nn.init.constant_(network.classifier[1].weight, 0)
        nn.init.constant_(network.classifier[1].bias, -1)
    assert literal(PICTURES).tolist() == [[0], [0]]
    assert ours(PICTURES).tolist() == [[-1], [-1]]


def test_batch_norm_momentum_is_set_or_native():
    ours = build_backbone(NETWORKS["mnasnet0_5"], 1, HeadSettings())
    native = build_backbone(NETWORKS["mnasnet0_5"], 1, HeadSettings(batch_norm_momentum="native"))
    momenta = [{m.momentum for m in net.modules() if isinstance(m, nn.BatchNorm2d)} for net in (ours, native)]
    assert momenta[0] == {0.1}
    assert list(momenta[1]) == pytest.approx([3e-4])


def test_components_have_an_output_each():
    assert build_backbone(NETWORKS["resnet18"], 4, HeadSettings())(PICTURES).shape == (2, 4)


@pytest.mark.parametrize("backbone", ["mnasnet1_0", "googlenet", "squeezenet1_1", "densenet121"])
def test_pretrained_weights_fill_all_but_the_head(backbone, tmp_path):
    torch.manual_seed(1)
    state = get_model(backbone).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, tmp_path / "weights.safetensors")
    network = build_backbone(NETWORKS[backbone], 1, HeadSettings(), tmp_path / "weights.safetensors")
    for name, tensor in network.state_dict().items():
        if name.startswith(NETWORKS[backbone].head):
            assert tensor.shape[0] == 1
        else:
            assert torch.equal(tensor, state[name])


def test_pretrained_googlenet_turns_imagenet_inputs_into_its_own_range(tmp_path):
    save_file(get_model("googlenet").state_dict(), tmp_path / "weights.safetensors")
    assert build_backbone(NETWORKS["googlenet"], 1, HeadSettings(), tmp_path / "weights.safetensors").transform_input
    assert not build_backbone(NETWORKS["googlenet"], 1, HeadSettings()).transform_input


def test_weights_of_another_network_name_what_does_not_fit(tmp_path):
    save_file(get_model("squeezenet1_0").state_dict(), tmp_path / "weights.safetensors")
    with pytest.raises(BackboneError, match=r"do not fit at .*features"):
        build_backbone(NETWORKS["squeezenet1_1"], 1, HeadSettings(), tmp_path / "weights.safetensors")
