"""A digest covers what shapes an output, and nothing else.

With too little, results stay that are no longer those of the code; with too much, a word of a log trains 145 networks
again. Each file is changed in a copy of the package, and the digests of the copy are compared.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from checkout import CHECKOUT
from package_copy import with_another_word
from pasi.imaging.settings import CompositeSettings
from pasi.networks.catalogue import NETWORKS
from pasi.networks.records import Network
from pasi.provenance.code_digest import PACKAGE, code_digest
from pasi.provenance.script_digest import OPERATIONS, WITHOUT_TEXT, script_digest, script_files
from pasi.training import train
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, Target
from small_training import SETTINGS

SCRIPTS = sorted((CHECKOUT / "workflow" / "scripts").glob("*.py"))
SOURCE = CHECKOUT / "src" / "pasi"
TRAIN_FOLD, TRAIN_PAIR = (CHECKOUT / "workflow" / "scripts" / f"train_{what}.py" for what in ("fold", "pair"))

SHAPES_A_TRAINING = (
    *(
        "training/train.py",
        "training/attempt.py",
        "training/patience.py",
        "training/skill.py",
        "training/learning.py",
        "training/network_module.py",
        "training/batches.py",
        "training/data.py",
        "training/seeds.py",
    ),
    *("training/settings.py", "training/torch_device.py", "training/epoch_history.py", "training/outputs.py"),
    *("training/instructions.py", "training/full_memory.py", "training/learning_rate.py"),
    "training/weight_average.py",
    *("training/graphed_module.py", "training/step_graph.py"),
    "training/checkpoint_callback.py",
    *("imaging/composites.py", "imaging/tile_pixels.py", "imaging/fit.py", "imaging/tile_store.py"),
    *("networks/build.py", "networks/records.py"),
    *("networks/settings.py", "splits/settings.py", "imaging/settings.py"),
    *("severity/index.py", "splits/roles.py", "storage/tables.py", "storage/hashing.py", "jobs/checkpoints.py"),
    *("storage/arrays.py", "storage/json_files.py", "storage/tensor_files.py"),
)
OTHER_STAGES = (
    "report",
    "figures",
    "config",
    "planning",
    "monitoring",
    "commands",
    "cohort",
    "learners",
    "evaluation",
    "audit",
    "bundle",
    "pages",
    "review",
)
SHAPES_NO_TRAINING = (
    *("errors.py", "wording.py", "storage/atomic.py", "provenance/code_digest.py"),
    *("jobs/gpu_lease.py", "jobs/job_log.py", "jobs/run_lock.py", "jobs/lease.py", "jobs/failures.py"),
    *("networks/catalogue.py", "networks/costs.py", "networks/pretrained.py"),  # of all networks
    *(f"{room}/{path.name}" for room in OTHER_STAGES for path in sorted((SOURCE / room).iterdir()) if path.is_file()),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the package."""
    folder = tmp_path_factory.mktemp("copy") / "pasi"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def changes(digest: Callable[[], str], path: Path) -> bool:
    """Whether a digest changes with one word of a file."""
    before, text = digest(), path.read_text()
    path.write_text(with_another_word(text) if path.suffix == ".py" else f"{text} word")
    try:
        return digest() != before
    finally:
        path.write_text(text)


@pytest.mark.parametrize("name", SHAPES_A_TRAINING)
def test_a_word_of_what_shapes_a_training_changes_its_digest_and_its_key(copy, name):
    assert changes(lambda: script_digest(TRAIN_FOLD, copy), copy / name)
    assert changes(lambda: code_digest(copy / "training" / "train.py", package=copy), copy / name)


@pytest.mark.parametrize("name", SHAPES_NO_TRAINING)
def test_a_word_of_anything_else_changes_no_digest_of_a_training(copy, name):
    assert not changes(lambda: script_digest(TRAIN_FOLD, copy), copy / name)


@pytest.mark.parametrize("name", [name for name in SHAPES_NO_TRAINING if name.startswith(("networks", *OTHER_STAGES))])
def test_a_word_of_another_stage_or_of_all_networks_changes_no_key_of_a_training(copy, name):
    """The key is stricter where operations are concerned: they stand in a checkpoint by the names of classes."""
    assert not changes(lambda: code_digest(copy / "training" / "train.py", package=copy), copy / name)


def test_nothing_else_counts_for_a_training():
    reached = {path.relative_to(PACKAGE).as_posix() for path in script_files(TRAIN_FOLD) if path.stem != "__init__"}
    assert reached == set(SHAPES_A_TRAINING)


def test_a_training_reaches_no_other_stage():
    rooms = {path.relative_to(PACKAGE).parts[0] for path in script_files(TRAIN_FOLD)}
    assert rooms == {"imaging", "jobs", "networks", "severity", "splits", "storage", "training"}


def test_what_a_training_without_two_folds_needs_besides_concerns_no_other(copy):
    own = script_files(TRAIN_PAIR) - script_files(TRAIN_FOLD)
    assert {path.relative_to(PACKAGE).as_posix() for path in own} == {"training/pair.py", "splits/pairs.py"}
    assert script_files(TRAIN_FOLD) < script_files(TRAIN_PAIR)
    for path in own:
        place = copy / path.relative_to(PACKAGE)
        assert changes(lambda: script_digest(TRAIN_PAIR, copy), place)
        assert not changes(lambda: script_digest(TRAIN_FOLD, copy), place)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_counts_no_operation(script):
    reached = {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in script_files(script)}
    operations = tuple(name.removeprefix("pasi.").replace(".", "/") for name in OPERATIONS)
    assert {name for name in reached if name.startswith(operations)} <= {"jobs/checkpoints"}
    assert "jobs/checkpoints" not in reached or script in (TRAIN_FOLD, TRAIN_PAIR)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_that_writes_text_counts_the_wording(copy, script):
    named = ("count_cohort", "make_bundle", "make_dossier", "write_report", "score_part", "join_scores")
    text = script.name.startswith("draw_") or script.stem in named
    assert changes(lambda: script_digest(script, copy), copy / "wording.py") == (
        text or script.name == "fetch_weights.py"  # which carries no digest
    )


def test_scripts_and_neutral_modules_that_are_named_exist():
    assert set(WITHOUT_TEXT) <= {script.name for script in SCRIPTS}
    places = [SOURCE.joinpath(*name.split(".")[1:]) for name in (*OPERATIONS, "pasi.wording")]
    assert [place for place in places if not place.is_dir() and not place.with_suffix(".py").is_file()] == []


def test_digests_are_of_this_package():
    """A digest of another folder, as where the module of digests is moved a folder deeper, would cover nothing."""
    assert PACKAGE == SOURCE
    assert PACKAGE / "training" / "train.py" in script_files(TRAIN_FOLD)


@pytest.fixture
def keys(tmp_path) -> Callable[[], dict[str, str]]:
    """A function that gives the key of a training of each network, all on the same files."""
    tables = {name: tmp_path / name for name in ("tile_table", "labels", "subjects", "inner")}
    for table in tables.values():
        table.touch()
    files = FoldFiles(**tables, shards=[], weights=None)
    target = Target(["composite"], [72.0], "zscore", has_area=True)
    samples = SampleSettings(target, CompositeSettings(), "inner", "letterbox", grid=2)
    outputs = FoldOutputs(tmp_path, keep_weights=True, checkpoint_seconds=60, least_skill=0.1)

    def make() -> dict[str, str]:
        jobs = {name: TrainingJob(network, 0, 0) for name, network in NETWORKS.items()}
        return {name: train.training_key(job, files, samples, SETTINGS, outputs) for name, job in jobs.items()}

    return make


def test_a_new_network_changes_the_key_of_no_other(monkeypatch, keys):
    before = keys()
    monkeypatch.setitem(NETWORKS, "new", replace(NETWORKS["vgg11"], name="new"))
    after = keys()
    assert after.pop("new") not in before.values()
    assert after == before


@pytest.mark.parametrize("field", [field.name for field in fields(Network)])
def test_another_record_of_a_network_changes_its_own_key_alone(monkeypatch, keys, field):
    before = keys()
    monkeypatch.setitem(NETWORKS, "vgg11", replace(NETWORKS["vgg11"], **{field: "another"}))
    after = keys()
    assert after.pop("vgg11") != before.pop("vgg11")
    assert after == before


def test_no_code_is_neutral_for_the_key_of_a_training(monkeypatch, keys):
    """Lightning keys the state of a callback by the name of its class, so a key must change with any code."""
    asked = []
    monkeypatch.setattr(train, "code_digest", lambda *script, **options: asked.append((script, options)) or "digest")
    keys()
    assert asked == [((train.__file__,), {})] * len(NETWORKS)


def test_a_record_survives_the_params_of_a_rule():
    for network in NETWORKS.values():
        assert Network(**asdict(network)) == network
        assert {type(value) for value in asdict(network).values()} == {str, int}


IMPORTS = """
import sys
from pasi.jobs.lean_imports import block_import, stub_module
block_import("pandas")
stub_module("scipy.signal", "hamming")
import pasi.training.train
print([name for name in ("pandas", "pydantic", "sklearn", "snakemake") if name in sys.modules])
print([name for name in sys.modules if name.startswith(("pasi.networks.c", "pasi.config", "pasi.cohort"))])
"""


def test_a_training_loads_neither_pandas_nor_pydantic_nor_a_table_of_all_networks():
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]
