"""Weights in half precision: what is rounded, what is not, and what it does to scores."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from pasi.bundle.layout import MANIFEST
from pasi.bundle.load import load_bundle
from pasi.bundle.network_weights import store_weights
from pasi.bundle.write import write_bundle
from pasi.errors import DamagedFileError
from pasi.storage.tensor_files import read_tensors, save_tensors
from small_bundle import make_parts, make_photos


def test_matrices_and_kernels_are_rounded_and_nothing_else(tmp_path):
    tensors = {
        "kernel": torch.full((2, 1, 1, 1), 1 / 3),
        "variance": torch.tensor([1e-9, 1e9]),
        "large": torch.tensor([[70_000.0]]),  # more than half precision can say
        "count": torch.tensor([[5]]),
    }
    save_tensors(tensors, {"fold": 1}, tmp_path / "full")
    store_weights(tmp_path / "full", tmp_path / "half", "fp16")
    found, about = read_tensors(tmp_path / "half")
    assert found["kernel"].dtype == torch.float16
    assert found["kernel"][0, 0, 0, 0] == pytest.approx(0.33325, abs=1e-5)
    assert all(torch.equal(found[name], tensors[name]) for name in ("variance", "large", "count"))
    assert about == {"fold": 1}


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_weights_in_which_a_bit_was_flipped_get_into_no_bundle(tmp_path, precision):
    parts = make_parts(tmp_path / "weights")
    write_bundle(parts, tmp_path / "bundle")
    before = (tmp_path / "bundle" / MANIFEST).read_bytes()
    file = list(parts.weights.values())[1]
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    told = rf"{re.escape(str(file))} is damaged \(it is not as it was written\): delete it and run again"
    with pytest.raises(DamagedFileError, match=told):
        write_bundle(replace(parts, precision=precision), tmp_path / "bundle")
    assert (tmp_path / "bundle" / MANIFEST).read_bytes() == before


def test_a_bundle_of_half_the_size_gives_nearly_the_same_scores(tmp_path):
    """Its golden visit is that of the rounded weights, so that it is checked as closely as any."""
    parts = make_parts(tmp_path / "weights")
    write_bundle(parts, tmp_path / "full")
    write_bundle(replace(parts, precision="fp16"), tmp_path / "half")
    full, half = (load_bundle(tmp_path / name, device="cpu") for name in ("full", "half"))
    assert (full.manifest.about["weights"], half.manifest.about["weights"]) == ("fp32", "fp16")
    sizes = [sum(file.stat().st_size for file in (tmp_path / name / "networks").iterdir()) for name in ("full", "half")]
    assert sizes[1] < 0.6 * sizes[0]
    before, after = (own.predict(make_photos(tmp_path / "photos"))["score"] for own in (full, half))
    assert 0 < np.abs(before - after).max() < 0.05
    assert (tmp_path / "full" / MANIFEST).is_file()
