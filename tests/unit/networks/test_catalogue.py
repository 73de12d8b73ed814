"""One record a network, and each list of networks made from it."""

from collections.abc import Iterator

import pytest
from torchvision.models import get_model

from pasi.config.schema import config_schema
from pasi.networks.catalogue import NETWORKS
from pasi.networks.costs import COSTS


def test_each_network_stands_under_its_name():
    assert all(network.name == name for name, network in NETWORKS.items())


def test_every_network_has_step_seconds_and_a_licence_note():
    assert COSTS.keys() == NETWORKS.keys()
    assert all(cost.step_seconds > 0 and "ImageNet-1k" in cost.licence for cost in COSTS.values())


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.name)
def test_a_file_ends_with_the_digits_of_its_hash(network):
    assert network.file.endswith(f"-{network.sha256}.pth")
    assert len(network.sha256) >= 8


@pytest.mark.parametrize("name", ["alexnet", "squeezenet1_0", "densenet169", "mobilenet_v3_small", "mnasnet1_0"])
def test_the_head_is_the_last_layer_with_weights(name):
    *_, weight, bias = get_model(name).state_dict()
    assert [weight, bias] == [f"{NETWORKS[name].head}.weight", f"{NETWORKS[name].head}.bias"]


def test_the_config_takes_the_networks_of_the_catalogue():
    listed = [names for names in enums(config_schema()) if "alexnet" in names]
    assert listed
    assert all(names == list(NETWORKS) for names in listed)


def enums(schema: object) -> Iterator[list]:
    """All lists of choices in a JSON schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("enum"), list):
            yield schema["enum"]
        for value in schema.values():
            yield from enums(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from enums(value)
