"""A training that is killed at any moment and started again ends with the bits of one that was not (F1, F2, F35)."""

import json
import multiprocessing
import signal
import tempfile

import pytest

from killed_training import train_here
from pasi.jobs.checkpoints import Checkpoints
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.train import fit_fold
from small_training import JOB, SETTINGS, make_samples

EPOCHS = 5  # after which early stopping ends the training of killed_training.py


def train(folder, **fault):
    """Exit status of a training in a process of its own whose checkpoints lie in `folder`, and the lines it printed."""
    folder.mkdir(exist_ok=True)
    log = folder.with_suffix(".log")
    log.write_text("")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pasi.training.train"])
    process = context.Process(target=train_here, args=(folder, log, fault))
    process.start()
    process.join()
    if process.exitcode > 0:
        raise AssertionError(log.read_text())
    return process.exitcode, log.read_text().splitlines()


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """The last line of a training that was left alone."""
    status, printed = train(tmp_path_factory.mktemp("unbroken"))
    assert status == 0
    epochs = json.loads(printed[-1])[2]
    assert len(epochs) == EPOCHS
    assert len({row["learning_rate"] for row in epochs}) > 1, "the rate must fall, or its state is not tested"
    return printed[-1]


@pytest.mark.parametrize("epoch", [1, 2, 4])
def test_a_training_killed_after_an_epoch_repeats_that_one_alone(tmp_path, unbroken, epoch):
    status, printed = train(tmp_path / "here", epoch=epoch)
    assert status == -signal.SIGKILL
    assert len([line for line in printed if line.startswith("epoch")]) == epoch + 1
    (tmp_path / "here").rename(tmp_path / "moved")
    status, printed = train(tmp_path / "moved")
    assert status == 0
    assert f"resumed from epoch-{epoch:06d}" in "\n".join(printed)
    assert len([line for line in printed if line.startswith("epoch")]) == EPOCHS - epoch
    assert printed[-1] == unbroken


def test_a_training_killed_again_and_again_still_ends_alike(tmp_path, unbroken):
    for epoch in (1, 2, 3):
        assert train(tmp_path, epoch=epoch)[0] == -signal.SIGKILL
    assert train(tmp_path)[1][-1] == unbroken


@pytest.mark.parametrize("size", [4096, 1_000_000, 5_000_000, 8_000_000])
def test_a_training_killed_inside_a_checkpoint_never_reads_a_torn_one(tmp_path, unbroken, size):
    assert train(tmp_path, epoch=2)[0] == -signal.SIGKILL
    assert train(tmp_path, bytes=size)[0] == -signal.SIGXFSZ
    assert train(tmp_path)[1][-1] == unbroken


def test_two_torn_checkpoints_start_the_training_again(tmp_path, unbroken):
    assert train(tmp_path, epoch=3)[0] == -signal.SIGKILL
    for path in tmp_path.glob("*.ckpt"):
        path.write_bytes(path.read_bytes()[:-1])
    status, printed = train(tmp_path)
    assert status == 0
    assert len([line for line in printed if "is damaged" in line]) == 2
    assert printed[-1] == unbroken


@pytest.fixture(scope="module")
def restarted(tmp_path_factory):
    """The last line of a training whose first attempt does not learn, and which was left alone."""
    status, printed = train(tmp_path_factory.mktemp("restarted"), stubborn=True)
    assert status == 0
    assert [(row["attempt"], row["epoch"]) for row in json.loads(printed[-1])[2]][:5] == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 1),
    ]
    return printed[-1]


@pytest.mark.parametrize(("attempt", "epoch"), [(0, 1), (0, 2), (1, 0), (1, 4)])
def test_a_training_killed_in_a_restart_goes_on_with_that_one(tmp_path, restarted, attempt, epoch):
    status, printed = train(tmp_path, stubborn=True, attempt=attempt, epoch=epoch)
    assert status == -signal.SIGKILL
    begun = len([line for line in printed if line.startswith("epoch")])
    assert begun == 3 * attempt + epoch + 1
    status, printed = train(tmp_path, stubborn=True)
    assert status == 0
    assert printed[-1] == restarted
    assert len([line for line in printed if line.startswith("epoch")]) == 3 + 12 - begun + 1, "one epoch is repeated"
    assert list(tmp_path.glob("result-*.ckpt")), "what the first attempt came to"


def test_a_training_killed_in_each_attempt_ends_alike(tmp_path, restarted):
    for fault in ({"attempt": 0, "epoch": 1}, {"attempt": 1, "epoch": 3}, {"attempt": 1, "epoch": 8}):
        assert train(tmp_path, stubborn=True, **fault)[0] == -signal.SIGKILL
    assert train(tmp_path, stubborn=True)[1][-1] == restarted


def test_checkpoints_do_not_pass_through_the_folder_for_temporary_files(tmp_path, monkeypatch):
    """On a cluster it is small and on another disk; here it is not there at all."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "away"))
    fit_fold(JOB, make_samples(), SETTINGS, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    assert len(list(tmp_path.glob("epoch-*.ckpt"))) == SETTINGS.max_epochs
