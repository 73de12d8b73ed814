import hashlib
import http.server
import threading

import pytest
import torch
from torchvision.models import get_model, get_model_weights

from pasi.errors import InputError, WeightsError
from pasi.networks.catalogue import NETWORKS
from pasi.networks.pretrained import Pretrained, fetch_weights, locate_weights
from pasi.storage.tensor_files import read_tensors


@pytest.fixture
def mirror(weights_folder):
    """The weights_folder on a loopback server, under torchvision's own file name."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path):
            return (
                str(weights_folder / "squeezenet1_1.pth")
                if path.endswith(NETWORKS["squeezenet1_1"].file)
                else "/nowhere"
            )

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/models"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("backbone", NETWORKS)
def test_files_and_sizes_are_those_of_torchvision(backbone):
    weights = get_model_weights(backbone).IMAGENET1K_V1
    assert locate_weights([backbone], "imagenet")[backbone].location == weights.url
    assert weights.meta["num_params"] == NETWORKS[backbone].parameters


def test_hashes_come_from_the_file_names():
    found = locate_weights(["resnet34", "mnasnet0_5"], "imagenet")
    assert found["resnet34"].digest == "b627a593"
    assert found["mnasnet0_5"].digest == "3ffadce67e"
    assert found["mnasnet0_5"].cached_name == "mnasnet0_5-3ffadce6.safetensors"


def test_none_means_from_scratch():
    assert locate_weights(["resnet34"], "none") == {}


def test_a_folder_without_a_list_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match=r"SHA256SUMS.*put the \.pth files there and run sha256sum"):
        locate_weights(["resnet34"], str(tmp_path))


def test_a_folder_names_every_missing_file_at_once(weights_folder):
    with pytest.raises(InputError) as error:
        locate_weights(["resnet34", "squeezenet1_1", "alexnet"], str(weights_folder))
    assert [problem.found for problem in error.value.problems] == ["no resnet34.pth", "no alexnet.pth"]
    assert "put resnet34-b627a593.pth of torchvision into" in str(error.value)


def test_a_list_of_hashes_by_hand_is_read(weights_folder, tmp_path):
    (tmp_path / "squeezenet1_1.pth").write_bytes(b"")
    (tmp_path / "SHA256SUMS").write_text(f"\n{'AB' * 32} *./squeezenet1_1.pth\n{'0' * 64}  read me.txt\n")
    assert locate_weights(["squeezenet1_1"], str(tmp_path))["squeezenet1_1"].digest == "ab" * 32


def test_weights_of_a_folder_become_safetensors(weights_folder, tmp_path):
    out = tmp_path / "cache" / "squeezenet1_1.safetensors"
    fetch_weights(locate_weights(["squeezenet1_1"], str(weights_folder))["squeezenet1_1"], out)
    expected = torch.load(weights_folder / "squeezenet1_1.pth", weights_only=True)
    tensors, about = read_tensors(out)
    assert set(tensors) == set(expected)
    assert all(torch.equal(tensors[name], expected[name]) for name in expected)
    assert about == {"backbone": "squeezenet1_1", "source": (weights_folder / "SHA256SUMS").read_text().split()[0]}
    assert list(out.parent.iterdir()) == [out]


def test_weights_come_from_a_mirror(mirror, weights_folder, tmp_path):
    digest = (weights_folder / "SHA256SUMS").read_text().split()[0]
    location = locate_weights(["squeezenet1_1"], mirror)["squeezenet1_1"].location
    fetch_weights(Pretrained("squeezenet1_1", location, digest[:8]), tmp_path / "out.safetensors")
    assert (tmp_path / "out.safetensors").stat().st_size > 4 * NETWORKS["squeezenet1_1"].parameters


def test_a_wrong_hash_is_refused_and_nothing_is_left(mirror, tmp_path):
    wanted = locate_weights(["squeezenet1_1"], mirror)["squeezenet1_1"]
    with pytest.raises(WeightsError, match="expected one that begins with b8a52dc0: the file is damaged"):
        fetch_weights(wanted, tmp_path / "out.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_a_server_without_the_file_says_which_file_to_put_where(mirror, tmp_path):
    wanted = locate_weights(["resnet18"], mirror)["resnet18"]
    with pytest.raises(WeightsError, match=r"Put resnet18-f37072fd\.pth of torchvision into a folder"):
        fetch_weights(wanted, tmp_path / "out.safetensors")


def test_weights_of_another_network_are_refused(weights_folder, tmp_path):
    digest = (weights_folder / "SHA256SUMS").read_text().split()[0]
    with pytest.raises(WeightsError, match="do not fit torchvision's network"):
        fetch_weights(
            Pretrained("resnet18", str(weights_folder / "squeezenet1_1.pth"), digest), tmp_path / "out.safetensors"
        )


def test_a_pickle_is_not_run(tmp_path):
    class Poison:
        def __reduce__(self):
            return (open, (str(tmp_path / "sentinel"), "w"))

    torch.save({"features.0.weight": Poison()}, tmp_path / "squeezenet1_1.pth")
    digest = hashlib.sha256((tmp_path / "squeezenet1_1.pth").read_bytes()).hexdigest()
    with pytest.raises(WeightsError):
        fetch_weights(Pretrained("squeezenet1_1", str(tmp_path / "squeezenet1_1.pth"), digest), tmp_path / "out")
    assert not (tmp_path / "sentinel").exists()


@pytest.mark.parametrize("backbone", ["squeezenet1_1", "mobilenet_v2"])
def test_real_weights_load(shared, tmp_path, backbone):
    wanted = locate_weights([backbone], str(shared / "weights"))[backbone]
    fetch_weights(wanted, tmp_path / wanted.cached_name)
    assert (tmp_path / wanted.cached_name).stat().st_size > 4 * NETWORKS[backbone].parameters


def test_old_densenet_names_are_read(tmp_path):
    state = get_model("densenet121").state_dict()
    old = {name.replace(".norm1.", ".norm.1.").replace(".conv2.", ".conv.2."): state[name] for name in state}
    old = {name: old[name] for name in old if "num_batches_tracked" not in name}
    assert any(".norm.1." in name for name in old)
    torch.save(old, tmp_path / "densenet121.pth")
    digest = hashlib.sha256((tmp_path / "densenet121.pth").read_bytes()).hexdigest()
    fetch_weights(Pretrained("densenet121", str(tmp_path / "densenet121.pth"), digest), tmp_path / "out.safetensors")
    assert set(read_tensors(tmp_path / "out.safetensors").tensors) == set(state)
