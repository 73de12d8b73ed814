"""Opening a bundle: nothing of it runs, the golden visit comes first, and other versions are named."""

import io
import json
import pickle
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import torch

from pasi.bundle import golden, versions
from pasi.bundle.layout import CONFORMAL, EXPECTED, INDEX, MANIFEST, MODEL, PREPROCESS
from pasi.bundle.load import load_bundle
from pasi.bundle.manifest import verify, write_manifest
from pasi.errors import BundleError, DeviceError, InputError
from small_bundle import INDEX as TWO_REGIONS
from small_bundle import ORIGIN, make_bundle, make_photos


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("made"))


@pytest.fixture
def bundle(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "bundle"))


def list_again(bundle: Path) -> None:
    """Make the manifest fit what the files are now, as somebody who means harm would."""
    about = json.loads((bundle / MANIFEST).read_text())["about"]
    (bundle / MANIFEST).unlink()
    write_manifest(bundle, ORIGIN, about)


def edit(bundle: Path, name: str, change) -> None:
    value = json.loads((bundle / name).read_text())
    change(value)
    (bundle / name).write_text(json.dumps(value))
    list_again(bundle)


def test_a_bundle_opens_with_its_index_and_digest(bundle):
    opened = load_bundle(bundle, device="cpu")
    assert opened.index == TWO_REGIONS
    assert opened.digest == verify(bundle).digest
    assert opened.differing == ""


def test_it_predicts_a_table_of_any_kind(bundle, tmp_path):
    opened = load_bundle(bundle, device="cpu")
    photos = make_photos(tmp_path / "photos")
    scores = opened.predict(photos)
    assert scores["visit"].tolist() == ["V1", "V2", "V3"]
    assert set(scores["status"]) == {"ok"}
    again = opened.predict(pd.read_csv(photos), photos_root=photos.parent)
    pd.testing.assert_frame_equal(scores, again)
    only = pd.read_csv(photos)[["subject", "visit", "region", "photo"]]
    assert (opened.predict(only.to_dict("list"), photos_root=photos.parent)["baseline"] == "").all()


def test_a_table_without_a_column_or_a_row_is_refused(bundle):
    opened = load_bundle(bundle, device="cpu")
    with pytest.raises(InputError, match="found no such column, expected the columns subject, visit, region, photo"):
        opened.predict({"subject": ["A"]})
    with pytest.raises(ValueError, match=re.escape("a list of names: give visit_order=['V1', 'V2', 'V3']")):
        opened.predict("photos.csv", visit_order="V1,V2, V3")
    with pytest.raises(InputError, match="found no row, expected a row or more"):
        opened.predict({name: [] for name in ("subject", "visit", "region", "photo")})


def test_a_byte_that_changes_after_the_check_is_found(bundle, tmp_path):
    opened = load_bundle(bundle, device="cpu")
    path = next((bundle / "networks").iterdir())
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(BundleError, match="is not as it was made: copy the bundle again"):
        opened.predict(make_photos(tmp_path / "photos"))


class Poison:
    def __init__(self, sentinel: Path):
        self.sentinel = sentinel

    def __reduce__(self):
        return open, (str(self.sentinel), "w")


def header_of_200_mb(poison: object) -> bytes:
    return struct.pack("<Q", 200 * 2**20) + b"{}"


def torch_file(poison: object) -> bytes:
    stream = io.BytesIO()
    torch.save({"weight": poison}, stream)
    return stream.getvalue()


def checkpoint_of_lightning(poison: "Poison") -> bytes:
    """F25: Lightning called what `_instantiator` names before it had a list of what is allowed (CVE-2026-58659)."""
    stream = io.BytesIO()
    named = {"_instantiator": "os.mkdir", "path": str(poison.sentinel)}
    torch.save({"state_dict": {}, "hyper_parameters": named, "pytorch-lightning_version": "2.6.6"}, stream)
    return stream.getvalue()


def skops_file(poison: "Poison") -> bytes:
    """F25: a file of skops whose schema names a type that is on no list of trusted ones."""
    stream, name = io.BytesIO(), {"__class__": "mkdir", "__module__": "os", "__loader__": "FunctionNode"}
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("schema.json", json.dumps({**name, "content": str(poison.sentinel), "protocol": 2}))
    return stream.getvalue()


OTHER_KINDS = [pickle.dumps, torch_file, checkpoint_of_lightning, skops_file, header_of_200_mb, lambda poison: b""]


@pytest.mark.parametrize("make", OTHER_KINDS)
def test_weights_that_are_something_else_are_refused_and_run_nothing(bundle, tmp_path, make):
    sentinel = tmp_path / "sentinel"
    next((bundle / "networks").iterdir()).write_bytes(make(Poison(sentinel)))
    list_again(bundle)
    with pytest.raises(BundleError, match="holds no weights of shufflenet_v2_x0_5"):
        load_bundle(bundle, device="cpu")
    assert not sentinel.exists()


def test_weights_of_another_fold_are_refused(bundle):
    first, second = sorted((bundle / "networks").iterdir())
    first.write_bytes(second.read_bytes())
    list_again(bundle)
    with pytest.raises(BundleError, match="holds the weights of another training"):
        load_bundle(bundle, device="cpu")


@pytest.mark.parametrize("name", [MODEL, INDEX, PREPROCESS, CONFORMAL, EXPECTED])
def test_a_json_that_is_another_object_is_refused(bundle, name):
    (bundle / name).write_text("{}")
    list_again(bundle)
    with pytest.raises(BundleError, match=f"{name} does not hold what a bundle has there"):
        load_bundle(bundle, device="cpu")


def test_a_network_that_torchvision_does_not_have_is_refused(bundle):
    def rename(model) -> None:
        model["backbones"]["shufflenet_v2_x0_5"]["network"]["name"] = "os.system"

    edit(bundle, MODEL, rename)
    with pytest.raises(BundleError, match="holds no weights of shufflenet_v2_x0_5"):
        load_bundle(bundle, device="cpu")


def test_another_preprocessing_changes_the_golden_visit_and_is_refused(bundle):
    """F29: a bundle whose preprocessing was edited, with a manifest that fits."""
    edit(bundle, PREPROCESS, lambda value: value["composites"].update(normalize="none"))
    with pytest.raises(
        BundleError, match=r"the golden visit is scored with .* points in place of .*, so no other visit"
    ):
        load_bundle(bundle, device="cpu")


def test_other_tiles_of_the_golden_visit_are_refused(bundle):
    edit(bundle, EXPECTED, lambda value: value["tiles"].reverse())
    with pytest.raises(BundleError, match="photos of the golden visit are decoded to other pixels here"):
        load_bundle(bundle, device="cpu")


def test_a_golden_score_that_is_off_by_little_is_refused_and_by_less_is_not(bundle):
    edit(bundle, EXPECTED, lambda value: value.update(score=value["score"] + golden.TOLERANCE / 2))
    load_bundle(bundle, device="cpu")
    edit(bundle, EXPECTED, lambda value: value.update(score=value["score"] + 2 * golden.TOLERANCE))
    with pytest.raises(BundleError, match="so no other visit is"):
        load_bundle(bundle, device="cpu")


@pytest.mark.parametrize("numbers", [[1.0], [[1.0, 2.0]], []])
def test_golden_scores_of_another_shape_are_refused(bundle, numbers):
    edit(bundle, EXPECTED, lambda value: value.update(composites=numbers))
    with pytest.raises(BundleError, match="so no other visit is"):
        load_bundle(bundle, device="cpu")


def test_residuals_of_folds_that_no_network_left_out_are_refused(bundle):
    edit(bundle, CONFORMAL, lambda value: value["residuals"].append([7, 1.0]))
    with pytest.raises(BundleError, match=r"conformal\.json does not fit model\.json: make the bundle anew"):
        load_bundle(bundle, device="cpu")


def test_a_network_of_a_backbone_without_a_record_is_refused(bundle):
    edit(bundle, MODEL, lambda value: value.update(backbones={}))
    with pytest.raises(BundleError, match="holds no weights of shufflenet_v2_x0_5"):
        load_bundle(bundle, device="cpu")


def test_a_place_of_weights_outside_of_the_bundle_is_refused(bundle, tmp_path):
    shutil.copy(next((bundle / "networks").iterdir()), tmp_path / "outside.safetensors")
    edit(bundle, MODEL, lambda value: value["networks"][0].update(file="../outside.safetensors"))
    with pytest.raises(BundleError, match=r"outside\.safetensors is not as it was made"):
        load_bundle(bundle, device="cpu")


def test_another_decoder_is_refused_before_anything_is_scored(bundle):
    edit(bundle, PREPROCESS, lambda value: value.update(kernel="area-0"))
    with pytest.raises(BundleError, match="was made with the photo decoder area-0, and this version has area-1"):
        load_bundle(bundle, device="cpu")


def test_other_versions_are_named_and_the_golden_visit_decides(bundle, monkeypatch):
    here = versions.versions_here()
    monkeypatch.setattr(versions, "versions_here", lambda: {**here, "one-step-pasi": "0.9.0"})
    differing = load_bundle(bundle, device="cpu").differing
    assert differing == f"one-step-pasi {here['one-step-pasi']}, here 0.9.0"
    edit(bundle, EXPECTED, lambda value: value.update(score=value["score"] + 1))
    with pytest.raises(BundleError, match=r"install the versions that made it \(one-step-pasi .*, here 0\.9\.0\)"):
        load_bundle(bundle, device="cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_said(bundle):
    with pytest.raises(DeviceError, match="torch finds no GPU: give --device auto or cpu"):
        load_bundle(bundle, device="cuda")


def test_scoring_loads_neither_training_nor_snakemake(bundle):
    code = (
        "import sys, pasi; pasi.load_bundle(sys.argv[1]); "
        "print([name for name in sys.modules if name.startswith(('pasi.training', 'pytorch_lightning', 'snakemake'))])"
    )
    done = subprocess.run([sys.executable, "-c", code, bundle], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
