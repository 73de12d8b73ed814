"""Model files from elsewhere run nothing: not weights, not checkpoints, not what a later edit might read (F25)."""

import ast
import hashlib
import pickle
import re
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import get_model

from checkout import CHECKOUT
from pasi.errors import DamagedFileError, WeightsError
from pasi.jobs.checkpoints import Checkpoints
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.pretrained import Pretrained, fetch_weights
from pasi.networks.settings import HeadSettings
from pasi.storage.json_files import read_json, write_json
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.train import fit_fold
from small_training import JOB, SETTINGS, make_samples

SOURCES = sorted([*(CHECKOUT / "src").rglob("*.py"), *(CHECKOUT / "workflow").rglob("*.py")])
RULES = [CHECKOUT / "Snakefile", *sorted((CHECKOUT / "workflow").rglob("*.smk"))]


class Poison:
    """Makes a file where its pickle is loaded."""

    def __init__(self, sentinel: Path):
        self.sentinel = sentinel

    def __reduce__(self):
        return open, (str(self.sentinel), "w")


def test_the_poison_works(tmp_path):
    pickle.loads(pickle.dumps(Poison(tmp_path / "sentinel"))).close()
    assert (tmp_path / "sentinel").exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda value, path: path.write_bytes(pickle.dumps(value)),
        lambda value, path: torch.save(value, path),
        lambda value, path: torch.save({"features.0.weight": value}, path, _use_new_zipfile_serialization=False),
    ],
    ids=["pickle", "zip", "legacy"],
)
def test_weights_with_code_are_refused_though_their_hash_is_right(tmp_path, write):
    path = tmp_path / "squeezenet1_1.pth"
    write(Poison(tmp_path / "sentinel"), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(WeightsError, match="do not fit torchvision's network"):
        fetch_weights(Pretrained("squeezenet1_1", str(path), digest), tmp_path / "out.safetensors")
    assert not (tmp_path / "sentinel").exists()
    assert not (tmp_path / "out.safetensors").exists()


def test_a_checkpoint_with_code_under_a_right_name_is_refused(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(1, lambda path: torch.save({"state_dict": Poison(tmp_path / "sentinel")}, path))
    assert checkpoints.newest(), "its digest is that of its bytes"
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        fit_fold(JOB, make_samples(), SETTINGS, None, CheckpointCallback(checkpoints, 0))
    assert not (tmp_path / "sentinel").exists()


def test_a_checkpoint_that_names_a_function_does_not_have_it_called(tmp_path):
    """F25: only load_from_checkpoint of Lightning reads `_instantiator` (CVE-2026-58659), and nothing here calls it."""
    checkpoints, sentinel = Checkpoints(tmp_path / "checkpoints"), tmp_path / "sentinel"
    named = {"_instantiator": "os.mkdir", "path": str(sentinel)}
    poison = {"state_dict": {}, "hyper_parameters": named, "pytorch-lightning_version": "2.6.6"}
    checkpoints.save(1, lambda path: torch.save(poison, path))
    with pytest.raises(KeyError, match="plateau"):
        fit_fold(JOB, make_samples(), SETTINGS, None, CheckpointCallback(checkpoints, 0))
    assert not sentinel.exists()


def torn(data: bytes) -> bytes:
    return data[: len(data) // 2]


def large_header(data: bytes) -> bytes:
    return struct.pack("<Q", 200 * 2**20) + data[8:]


@pytest.mark.parametrize("damage", [torn, large_header, lambda data: b"", lambda data: pickle.dumps(data)])
def test_damaged_weights_in_the_cache_say_what_to_do(tmp_path, damage):
    path = tmp_path / "squeezenet1_1-b8a52dc0.safetensors"
    save_file(get_model("squeezenet1_1").state_dict(), path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedFileError, match=rf"{re.escape(str(path))} is damaged \(.*\): delete it and run again"):
        build_backbone(NETWORKS["squeezenet1_1"], 1, HeadSettings(), path)


@pytest.mark.parametrize("cut", [0, 1, 20, -2])
def test_a_damaged_meta_learner_says_what_to_do(tmp_path, cut):
    path = tmp_path / "meta_learner.json"
    write_json({"coefficients": [0.5, 0.25], "intercept": 1.0}, path)
    path.write_text(path.read_text()[:cut])
    with pytest.raises(DamagedFileError, match=r"meta_learner\.json is damaged \(.*\): delete it and run again"):
        read_json(path)


# What no module may do, by its calls: loaders that run what they read, and shells.
RUNNING = {
    *(
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "joblib.load",
        "dill.load",
        "cloudpickle.load",
        "marshal.loads",
    ),
    *("shelve.open", "pandas.read_pickle", "pd.read_pickle", "skops.io.load", "eval", "exec", "os.system", "os.popen"),
    *("yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "torch.jit.load", "torch.hub.load"),
}


def faults(source: str) -> list[str]:
    """What a piece of Python does that it must not, with its line."""
    return [f"{node.lineno}: {told}" for node in ast.walk(ast.parse(source)) for told in _faults(node)]


def _faults(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name for name in names if name in RUNNING or name in ("torch.load", "yaml.load")]
    if not isinstance(node, ast.Call):
        return []
    name = ast.unparse(node.func)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    checks = {
        name: name in RUNNING or name.endswith(".load_from_checkpoint"),
        "torch.load without weights_only=True": name == "torch.load" and given.get("weights_only") != "True",
        "weights_only other than True": given.get("weights_only", "True") != "True",
        "ckpt_path without weights_only=True": "ckpt_path" in given and given.get("weights_only") != "True",
        "np.load without allow_pickle=False": name.endswith("np.load") and given.get("allow_pickle") != "False",
        "yaml.load with another loader": name == "yaml.load" and ast.unparse(node.args[-1]) not in SAFE_LOADERS,
        "shell=True": given.get("shell", "False") != "False",
    }
    return [told for told, wrong in checks.items() if wrong]


SAFE_LOADERS = ("yaml.SafeLoader", "yaml.CSafeLoader", "_Loader")  # the last is that of pasi.config.yaml_files


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_module_runs_what_it_reads(path):
    assert faults(path.read_text()) == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_no_rule_runs_what_it_reads(path):
    words = r"pickle|joblib|weights_only|load_from_checkpoint|yaml\.|shell\s*[=:]|\beval\(|\bexec\(|torch\.load"
    assert re.findall(words, path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        *("pickle.load(file)", "from pickle import loads", "joblib.load(path)", "Net.load_from_checkpoint(path)"),
        *("torch.load(path)", "torch.load(path, weights_only=False)", "from torch import load", "yaml.load(text)"),
        *("yaml.load(text, yaml.Loader)", "trainer.fit(module, ckpt_path=path)", "np.load(path)"),
        *("subprocess.run(text, shell=True)", "trainer.fit(module, ckpt_path=path, weights_only=flag)"),
    ],
)
def test_what_runs_is_found(line):
    assert faults(line)
