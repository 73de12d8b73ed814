"""Files of tensors: what comes back, and that no changed bit goes unnoticed."""

import json
import re

import pytest
import torch
from safetensors.torch import save_file

from pasi.errors import DamagedFileError
from pasi.storage.tensor_files import read_tensors, save_tensors

TENSORS = {
    "kernel": torch.tensor([[0.5, -0.0], [float("inf"), 1e-40]]),
    "half": torch.tensor([1.5], dtype=torch.bfloat16),
    "count": torch.tensor(7),
    "none": torch.zeros(0, 3),
}
ABOUT = {"backbone": "vgg11", "center": [0.1, 9.0]}


def test_tensors_and_what_is_said_come_back(tmp_path):
    save_tensors(TENSORS, ABOUT, tmp_path / "x")
    tensors, about = read_tensors(tmp_path / "x")
    assert about == ABOUT
    assert set(tensors) == set(TENSORS)
    for name, wanted in TENSORS.items():
        assert (tensors[name].dtype, tensors[name].shape) == (wanted.dtype, wanted.shape)
        assert torch.equal(tensors[name], wanted)


def test_no_tensor_is_a_file_too(tmp_path):
    save_tensors({}, ABOUT, tmp_path / "x")
    assert read_tensors(tmp_path / "x") == ({}, ABOUT)


def test_the_same_tensors_give_the_same_bytes(tmp_path):
    for name, tensors in (("a", TENSORS), ("b", dict(reversed(TENSORS.items())))):
        save_tensors(tensors, ABOUT, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_each_flipped_bit_is_found(tmp_path):
    """Header, names, what is said and tensors: every bit of the file."""
    path = tmp_path / "x"
    save_tensors({"a": torch.tensor([1.0, 2.0]), "b": torch.tensor(3)}, {"fold": 1}, path)
    data = path.read_bytes()
    for place in range(8 * len(data)):
        path.write_bytes(flipped(data, place))
        with pytest.raises(DamagedFileError, match=rf"^{re.escape(str(path))} is damaged \(.*\): delete it and run"):
            read_tensors(path)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"training": json.dumps({"fold": 1})}, {"fold": 1}),  # weights of a training
        ({"backbone": "vgg11", "sha256": "ab"}, {}),  # ImageNet weights
        (None, {}),
    ],
)
def test_files_of_0_1_0_are_read_without_a_check(tmp_path, metadata, said):
    save_file({"a": torch.tensor([1.0])}, tmp_path / "x", metadata=metadata)
    tensors, about = read_tensors(tmp_path / "x")
    assert (tensors["a"].item(), about) == (1.0, said)


def test_a_file_that_somebody_else_wrote_is_refused(tmp_path):
    save_file({"a": torch.tensor([1.0])}, tmp_path / "x", metadata={"format": "pt"})
    with pytest.raises(DamagedFileError, match=r"\(its header has \['format'\]\)"):
        read_tensors(tmp_path / "x")


def test_a_file_that_is_not_there_is_no_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_tensors(tmp_path / "x")
