"""An exported learner: the same scores from onnxruntime as from the bundle, at other sizes of a batch too."""

import sys
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from shutil import copyfile

import numpy as np
import onnxruntime
import pytest
import torch

from pasi.bundle import onnx_export
from pasi.bundle.load import load_bundle
from pasi.bundle.onnx_export import export_onnx, golden_pixels
from pasi.bundle.scoring_graph import ScoringGraph
from pasi.commands.main import main
from pasi.errors import BundleError, MissingExtraError, UsageError
from pasi.learners.stacking import LinearFit
from small_bundle import NAME, make_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """One whose networks predict signs and area, so that the graph has Equation 1 in it."""
    return load_bundle(make_bundle(tmp_path_factory.mktemp("bundle"), ("redness", "area")), device="cpu")


@pytest.fixture(scope="module")
def exported(bundle, tmp_path_factory):
    """What the command printed, and the file that it wrote; torch takes long to make one."""
    out = tmp_path_factory.mktemp("exported") / "new folder" / "model.onnx"
    with redirect_stdout(StringIO()) as printed:
        assert main(["export", "--model", str(bundle.folder), "--out", str(out)]) == 0
    return printed.getvalue(), out


def test_the_file_gives_the_scores_of_the_bundle(bundle, exported):
    _, out = exported
    session = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    pixels, expected = golden_pixels(bundle)
    for which in ([0], [1, 0, 0, 1, 1]):
        (scores,) = session.run(["composites"], {"pixels": pixels[which]})
        assert scores == pytest.approx(expected[which], abs=1e-4)
    about = session.get_modelmeta().custom_metadata_map
    assert (about["bundle"], about["side"]) == (bundle.digest, "64")
    assert about["regions"] == '{"front": 0.5, "back": 0.5}'
    assert [path.name for path in out.parent.iterdir()] == ["model.onnx"], "the weights are in the file"


def test_the_command_says_what_it_wrote(exported):
    printed, out = exported
    assert printed.startswith(f"{out}: {NAME} of the bundle ")
    assert "points from the bundle's scores" in printed
    assert "2 composites here, once: onnxruntime" in printed


@pytest.mark.parametrize("columns", [("composite",), ("redness", "area")], ids=["composite", "components"])
@pytest.mark.parametrize("family", ["linear", "fractional_logit"])
def test_the_graph_computes_as_the_bundle_does(columns, family, tmp_path):
    made = load_bundle(make_bundle(tmp_path, columns), device="cpu")
    fit = LinearFit((NAME,), (0.05,), -1.0, None, family, 24.0)
    changed = replace(made, scorer=replace(made.scorer, model=replace(made.scorer.model, final=fit)))
    pixels, expected = golden_pixels(changed)
    with torch.inference_mode():
        found = ScoringGraph(changed.scorer).eval()(torch.from_numpy(pixels)).numpy()
    assert found == pytest.approx(expected, abs=1e-4)


def test_a_file_whose_scores_are_off_is_not_kept(bundle, exported, tmp_path, monkeypatch):
    _, out = exported
    monkeypatch.setattr(onnx_export, "golden_pixels", lambda own: (golden_pixels(own)[0], np.array([1.0, 2.0])))
    monkeypatch.setattr(onnx_export, "_write", lambda graph, pixels, place: copyfile(out, place))
    with pytest.raises(BundleError, match=r"scores the golden visit .* points off, so no file was written"):
        export_onnx(bundle, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_networks_that_are_too_large_are_refused(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_export, "LARGEST", 1000)
    with pytest.raises(UsageError, match="make a bundle of one network"):
        export_onnx(bundle, tmp_path / "model.onnx")


def test_without_the_extra_it_is_named(bundle, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"onnxruntime is needed .*pip install 'one-step-pasi\[onnx\]'"):
        export_onnx(bundle, tmp_path / "model.onnx")
