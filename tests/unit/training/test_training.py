import io
import json
import math
import os
import signal
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from pasi.errors import DamagedFileError, DeviceError, TrainingError
from pasi.imaging.settings import CompositeSettings
from pasi.jobs.checkpoints import TRAINING_OUTPUTS, Checkpoints
from pasi.jobs.run_lock import RUN, lock_run
from pasi.networks.build import build_backbone
from pasi.networks.catalogue import NETWORKS
from pasi.networks.settings import HeadSettings
from pasi.storage.tables import read_table
from pasi.storage.tensor_files import read_tensors
from pasi.training.attempt import _trainer, predict
from pasi.training.batches import Batches
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.epoch_history import EpochHistory
from pasi.training.network_module import SeverityRegressor
from pasi.training.outputs import Fitted, write_fold
from pasi.training.seeds import TrainingJob
from pasi.training.settings import FoldFiles, FoldOutputs, SampleSettings, Target
from pasi.training.torch_device import can_fuse_sgd, prepare_torch
from pasi.training.train import fit_fold, train_fold
from plain_loop import PlainLoop
from small_training import JOB, SETTINGS, make_samples


def test_lightning_puts_no_slurm_job_back_by_itself(monkeypatch):
    for name, value in {"SLURM_JOB_ID": "7", "SLURM_JOB_NAME": "fold", "SLURM_NTASKS": "1"}.items():
        monkeypatch.setenv(name, value)
    handlers = []

    class Screen(io.StringIO):
        def write(self, text):
            handlers.append(signal.getsignal(signal.SIGUSR1))  # by which Slurm says that time is nearly out
            return super().write(text)

    with redirect_stdout(Screen()):
        fit_fold(JOB, make_samples(), SETTINGS, None)
    assert set(handlers) == {signal.SIG_DFL}


def test_the_same_job_gives_the_same_bits():
    first, second = (fit_fold(JOB, make_samples(), SETTINGS, None) for _ in range(2))
    assert torch.equal(first.predicted, second.predicted)
    assert all(torch.equal(first.state[name], second.state[name]) for name in first.state)


def test_another_seed_gives_another_network():
    first = fit_fold(JOB, make_samples(), SETTINGS, None)
    second = fit_fold(replace(JOB, seed=1), make_samples(), SETTINGS, None)
    assert not torch.equal(first.predicted, second.predicted)


def test_one_batch_can_be_learned_by_heart():
    settings = replace(SETTINGS, max_epochs=60, early_stopping_patience=60, batch_size=6)
    history = fit_fold(
        TrainingJob(NETWORKS["mobilenet_v3_small"], 0, 0), make_samples(augment="none"), settings, None
    ).history
    assert min(row["train_loss"] for row in history) < 0.05  # of a variance of 1


def test_history_has_a_row_an_epoch_and_the_best_is_kept():
    fitted = fit_fold(JOB, make_samples(), replace(SETTINGS, max_epochs=4), None)
    losses = [row["monitor_loss"] for row in fitted.history]
    assert [row["epoch"] for row in fitted.history] == [0, 1, 2, 3]
    assert fitted.epoch == losses.index(min(losses))


def test_frozen_composites_are_the_same_for_every_epoch_and_network():
    data = make_samples(augment="frozen")
    first = SeverityRegressor(nn.Identity(), data, JOB, SETTINGS)
    second = SeverityRegressor(nn.Identity(), data, TrainingJob(NETWORKS["alexnet"], 4, JOB.seed), SETTINGS)
    assert torch.equal(first._draw(0).angle, second._draw(7).angle)
    anew = SeverityRegressor(nn.Identity(), make_samples(), JOB, SETTINGS)
    assert not torch.equal(anew._draw(0).angle, anew._draw(1).angle)


def test_a_network_that_reads_its_version_from_its_state_takes_up_its_best_weights_and_a_checkpoint(tmp_path):
    """MNASNet refuses a state that was copied without its metadata."""
    job, settings = TrainingJob(NETWORKS["mnasnet0_5"], 0, 0), replace(SETTINGS, max_epochs=3)
    whole = fit_fold(job, make_samples(), settings, None)
    fit_fold(job, make_samples(), replace(settings, max_epochs=2), None, CheckpointCallback(Checkpoints(tmp_path), 0))
    resumed = fit_fold(job, make_samples(), settings, None, CheckpointCallback(Checkpoints(tmp_path), 0))
    assert torch.equal(resumed.predicted, whole.predicted)


def test_keep_last_keeps_the_last():
    """Fitted targets rise with the brightness of tiles and monitored ones fall, so the first epochs are the best."""
    targets = [0.0, 1, 2, 3, 4, 5, -30, -40, -50, 9, 10, 11]
    settings = replace(SETTINGS, max_epochs=12, learning_rate=0.02)
    best = fit_fold(JOB, make_samples(targets), settings, None)
    last = fit_fold(JOB, make_samples(targets), replace(settings, keep="last"), None)
    assert best.epoch < last.epoch == 11
    assert not torch.equal(best.predicted, last.predicted)


def test_training_stops_when_the_monitored_loss_stands_still():
    settings = replace(SETTINGS, max_epochs=50, early_stopping_patience=3, learning_rate=1e-12)
    assert len(fit_fold(JOB, make_samples(augment="none"), settings, None).history) < 50


def test_the_rate_falls_at_a_plateau():
    settings = replace(SETTINGS, max_epochs=6, plateau_patience=1, learning_rate=1e-12)
    history = fit_fold(JOB, make_samples(augment="none"), settings, None).history
    assert history[-1]["learning_rate"] == pytest.approx(1e-13)


def test_predictions_are_in_points():
    """A network whose head gives 0 predicts the mean of the rows that were fitted: (0 + ... + 5) / 6 = 2.5."""
    settings = replace(SETTINGS, max_epochs=1, learning_rate=1e-12, squeezenet_relu="keep")
    fitted = fit_fold(JOB, make_samples(), settings, None)
    assert fitted.predicted.shape == (3, 1)
    assert fitted.predicted.numpy() == pytest.approx(2.5, abs=0.6)


@pytest.mark.parametrize("backbone", ["squeezenet1_1", "shufflenet_v2_x0_5", "resnet18"])
def test_predictions_do_not_depend_on_their_batch(backbone):
    """F22: one at a time, all at once and in another order, a composite has the same prediction to 1e-4 points."""
    torch.manual_seed(0)
    data = make_samples()
    module = SeverityRegressor(build_backbone(NETWORKS[backbone], 1, HeadSettings()), data, JOB, SETTINGS)
    order = torch.tensor([7, 0, 11, 3, 9, 1, 5, 10, 2, 8, 4, 6])
    together = predict(module, torch.arange(12), 64)
    assert together.std() > 0
    for batch_size, which in ((1, torch.arange(12)), (5, order)):
        points = 20 * (predict(module, which, batch_size) - together[which])  # 20: a scale of composites
        assert points.abs().max() < 1e-4


@pytest.mark.parametrize(("deterministic", "workspace"), [(True, ":4096:8"), (False, None)])
def test_cublas_is_told_to_repeat_itself_before_a_gpu_is_touched(monkeypatch, deterministic, workspace):
    """cuBLAS reads it when it makes its first handle, and here no tensor was on the GPU before."""
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG")
    try:
        prepare_torch(replace(SETTINGS, deterministic=deterministic))
        assert os.environ.get("CUBLAS_WORKSPACE_CONFIG") == workspace
        assert torch.are_deterministic_algorithms_enabled() is deterministic
        assert torch.backends.cudnn.benchmark is not deterministic, "the search may end differently in each run"
        assert not torch.cuda.is_initialized()
    finally:
        prepare_torch(SETTINGS)


def test_lightning_leaves_the_arithmetic_as_it_was_prepared():
    try:
        for deterministic in (False, True):
            prepare_torch(replace(SETTINGS, deterministic=deterministic))
            _trainer(replace(SETTINGS, deterministic=deterministic), [EpochHistory(JOB)])
            assert torch.are_deterministic_algorithms_enabled() is deterministic
            assert torch.backends.cudnn.benchmark is not deterministic
    finally:
        prepare_torch(SETTINGS)


def test_a_loss_that_is_not_finite_names_network_fold_epoch_and_key():
    settings = replace(SETTINGS, gradient_clip=None, learning_rate=1e30)
    line = r"squeezenet1_1, fold 2: train_loss is (nan|inf) in epoch \d, first with rows \d(, \d)+ of .*learning_rate"
    with pytest.raises(TrainingError, match=line):
        fit_fold(JOB, make_samples(), settings, None)


def test_a_fold_leaves_weights_history_and_predictions(tmp_path):
    data = make_samples()
    fitted = fit_fold(JOB, data, SETTINGS, None)
    write_fold(JOB, fitted, data, tmp_path, FoldOutputs(tmp_path, True, 0, least_skill=0.1))
    rows = read_table(tmp_path / "predictions.parquet")
    names = ["learner", "fold", "part", "subject", "visit", "region", "observed", "predicted"]
    assert list(rows) == [*names, "repeat", "learned", "skill"]
    assert set(rows["repeat"]) == {0}
    assert set(rows["skill"]) == {json.loads((tmp_path / "learning.json").read_text())["skill"]}
    assert rows["observed"].tolist() == [9, 10, 11]
    assert rows["predicted"] == pytest.approx(fitted.predicted[:, 0].numpy())
    history = read_table(tmp_path / "history.csv")
    assert list(history) == ["attempt", "epoch", "train_loss", "monitor_loss", "learning_rate", "seconds", "kept"]
    assert history["kept"].tolist() == [epoch == fitted.epoch for epoch in history["epoch"]]
    tensors, about = read_tensors(tmp_path / "weights.safetensors")
    assert about["kept"] == "yes"
    assert (about["backbone"], about["fold"], about["epoch"]) == ("squeezenet1_1", 2, fitted.epoch)
    assert torch.equal(tensors["classifier.1.bias"], fitted.state["classifier.1.bias"])


def test_a_network_of_signs_and_area_leaves_the_prediction_of_each(tmp_path):
    """Three rows of two signs and an area; the composite is (redness + scale) x area."""
    data = replace(make_samples(), columns=("redness", "scale", "area"))
    points = torch.tensor([[1.0, 2.0, 3.0], [0.0, 1.0, 2.0], [4.0, 4.0, 0.5]], dtype=torch.float64)
    row = {"attempt": 0, "epoch": 0, "train_loss": 1.0, "monitor_loss": 1.0, "learning_rate": 0.1, "seconds": 1.0}
    fitted = Fitted({}, [row], points, attempt=0, epoch=0)
    write_fold(replace(JOB, repeat=2), fitted, data, tmp_path, FoldOutputs(tmp_path, True, 0, least_skill=0.1))
    rows = read_table(tmp_path / "predictions.parquet")
    assert rows["predicted"].tolist() == [9, 2, 4]
    assert [rows[f"predicted_{name}"].tolist() for name in data.columns] == [[1, 0, 4], [2, 1, 4], [3, 2, 0.5]]
    assert rows["repeat"].tolist() == [2] * 3


def train_from_empty_files(folder):
    """Start a training whose files are empty, so that it fails as soon as it reads them."""
    tables = {name: folder / name for name in ("tile_table", "labels", "subjects", "inner")}
    for table in tables.values():
        table.touch()
    samples = SampleSettings(
        Target(["pasi"], [72], "zscore", has_area=False), CompositeSettings(), "inner", "letterbox", 2
    )
    files = FoldFiles(**tables, shards=[], weights=None)
    train_fold(
        JOB,
        files,
        samples,
        SETTINGS,
        FoldOutputs(folder / "fold", True, 0, least_skill=0.1),
    )


@pytest.fixture
def outlived(tmp_path, monkeypatch):
    """A folder in which a later run has begun than the one that started this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(RUN, "of this process")
    lock_run(tmp_path / ".snakemake", {}).release()
    return tmp_path


def leave_outputs(folder):
    (folder / "fold").mkdir(exist_ok=True)
    for name in TRAINING_OUTPUTS:
        (folder / "fold" / name).write_text("of a later run")


@pytest.mark.parametrize("gathered", [True, False])
def test_a_job_that_has_outlived_its_run_leaves_what_a_later_one_made(outlived, capsys, gathered):
    leave_outputs(outlived)
    if not gathered:
        (outlived / "fold/checkpoints/of-other-settings/ended").mkdir(parents=True)
    train_from_empty_files(outlived)
    assert "squeezenet1_1, fold 2: a later run has begun, and the fold is left to it" in capsys.readouterr().out
    assert {(outlived / "fold" / name).read_text() for name in TRAINING_OUTPUTS} == {"of a later run"}
    assert gathered or (outlived / "fold/checkpoints/of-other-settings/ended").is_dir()


def test_a_job_that_has_outlived_its_run_goes_on_with_the_same_training(outlived, monkeypatch):
    with monkeypatch.context() as before:
        before.delenv(RUN)
        with pytest.raises(DamagedFileError):
            train_from_empty_files(outlived)
    with pytest.raises(DamagedFileError):
        train_from_empty_files(outlived)


def test_a_job_of_the_run_at_work_trains_whatever_lies_there(tmp_path, monkeypatch):
    """As when outputs are in a remote storage: Snakemake empties them there, and not the copy on this disk."""
    monkeypatch.chdir(tmp_path)
    lock = lock_run(tmp_path / ".snakemake", environment := {})
    monkeypatch.setenv(RUN, environment[RUN])
    leave_outputs(tmp_path)
    with pytest.raises(DamagedFileError):
        train_from_empty_files(tmp_path)
    lock.release()


def test_weights_that_are_not_kept_say_so(tmp_path):
    data = make_samples()
    write_fold(JOB, fit_fold(JOB, data, SETTINGS, None), data, tmp_path, FoldOutputs(tmp_path, False, 0, 0.1))
    tensors, about = read_tensors(tmp_path / "weights.safetensors")
    assert not tensors
    assert "training.keep_weights" in about["kept"]


@given(count=st.integers(2, 40), size=st.integers(2, 8), epoch=st.integers(0, 5))
def test_batches_hold_every_sample_once_but_for_a_last_one_alone(count, size, epoch):
    batches = Batches(torch.arange(count), size, JOB, lambda: epoch)
    drawn = list(batches)
    assert len(drawn) == len(batches)
    assert all(len(batch) > 1 for batch in drawn)
    numbers = torch.cat(drawn).tolist()
    assert len(set(numbers)) == len(numbers) == count - (count % size == 1)
    assert [batch.tolist() for batch in batches] == [batch.tolist() for batch in drawn]


def test_streams_of_a_job_differ():
    seeds = {JOB.seed_for("order", epoch) for epoch in range(9)} | {replace(JOB, fold=1).seed_for("order", 0)}
    assert len(seeds) == 10
    assert all(0 <= seed < math.inf for seed in seeds)


@pytest.mark.parametrize("backbone", ["squeezenet1_1", "shufflenet_v2_x0_5"])
def test_a_training_equals_a_plain_loop_bit_for_bit(backbone):
    job, settings = TrainingJob(NETWORKS[backbone], 1, seed=3), replace(SETTINGS, keep="last", max_epochs=3)
    fitted = fit_fold(job, make_samples(), settings, None)
    plain = PlainLoop(job, make_samples(), settings)
    losses = [plain.epoch(number) for number in range(3)]
    assert [row["monitor_loss"] for row in fitted.history] == pytest.approx(losses, rel=1e-6)
    state = plain.network.state_dict()
    assert all(torch.equal(fitted.state[name], state[name]) for name in state)
    assert len(set(losses)) == 3


@pytest.mark.parametrize(("device", "fused"), [("cpu", False), ("cuda", True)])
def test_sgd_is_fused_on_a_gpu(device, fused):
    assert can_fuse_sgd(torch.device(device)) is fused


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_gradients_are_clipped_for_a_fused_optimizer_too(monkeypatch, precision):
    """Lightning's own clipping refuses it under bf16. torch has fused SGD on a CPU too, so this can be tried there."""
    settings = replace(SETTINGS, precision=precision, gradient_clip=1e-3)
    plain = fit_fold(JOB, make_samples(), settings, None)
    monkeypatch.setattr("pasi.training.network_module.can_fuse_sgd", lambda _: True)
    fused = fit_fold(JOB, make_samples(), settings, None)
    assert fused.predicted.numpy() == pytest.approx(plain.predicted.numpy(), rel=1e-4)
    loose = fit_fold(JOB, make_samples(), replace(settings, gradient_clip=None), None)
    assert fused.predicted.numpy() != pytest.approx(loose.predicted.numpy(), rel=1e-4)


def test_a_gpu_that_is_wanted_and_not_there_is_told_in_a_line(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"torch finds no GPU: set training\.device to auto or cpu"):
        fit_fold(JOB, make_samples(), replace(SETTINGS, device="cuda"), None)


def test_memory_that_is_kept_and_not_filled_changes_no_bit(monkeypatch):
    kept = fit_fold(JOB, make_samples(), SETTINGS, None)
    assert torch.utils.deterministic.fill_uninitialized_memory is False
    fill = partial(setattr, torch.utils.deterministic, "fill_uninitialized_memory", True)
    monkeypatch.setattr("pasi.training.torch_device.keep_freed_memory", fill)
    filled = fit_fold(JOB, make_samples(), SETTINGS, None)
    assert torch.utils.deterministic.fill_uninitialized_memory is True
    assert all(torch.equal(kept.state[name], filled.state[name]) for name in kept.state)
    assert torch.equal(kept.predicted, filled.predicted)


@pytest.mark.parametrize(("precision", "rounds"), [("fp32", False), ("tf32", True), ("bf16", False)])
def test_products_and_convolutions_round_to_tf32_where_that_is_wanted_alone(precision, rounds):
    try:
        prepare_torch(replace(SETTINGS, precision=precision))
        assert torch.backends.cudnn.allow_tf32 is rounds
        assert torch.backends.cuda.matmul.allow_tf32 is rounds
    finally:
        prepare_torch(SETTINGS)
