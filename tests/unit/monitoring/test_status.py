"""What a run's files say of it: hand-made folders, real locks, and a real training that is looked at and killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from file_systems import elsewhere, failing, here, write_lease
from finished_trainings import end_training, two_networks
from pasi.jobs.file_lock import FileLock
from pasi.jobs.run_lock import lock_run
from pasi.monitoring.run_state import read_status, seconds_left
from pasi.monitoring.run_text import status_json, status_text
from pasi.networks.catalogue import NETWORKS
from pasi.networks.costs import COSTS
from small_run import CONFIG, command, environment, make_copy
from waiting import wait_for

NOW = 1_700_000_000.0
EPOCHS = """\
epoch    0  train 1.0000  monitored 1.0000  rate 0.01  2.5 s
epoch    1  train 0.9000  monitored 0.9500  rate 0.01  3.5 s
"""
FAILURE = {"training": "x", "reason": "shufflenet_v2_x0_5, fold 1: train_loss is nan\nmore", "for_good": True}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Two networks and two folds in an empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return two_networks()


def log(folder, backbone, fold, text, age=0.0, rule="train_fold"):
    place = folder / "r/logs" / rule / f"{backbone}-fold{fold}.log"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    os.utime(place, (NOW - age, NOW - age))


def states(status):
    return {(one.backbone, one.fold): one.state for one in status.trainings}


def test_an_empty_folder_waits(settings):
    status = read_status(settings, NOW)
    assert set(states(status).values()) == {"waiting"}
    assert set(status.stages.values()) == {"not made"}
    text = status_text(status, NOW)
    assert text.startswith("r: no run is at work here\n")
    assert "trainings   0 of 4 done, 4 waiting" in text
    assert "network" not in text, "what only waits needs no line"
    assert text.endswith("expected end: unknown until a training has ended")


def test_each_training_has_the_state_that_its_files_tell(settings, tmp_path):
    end_training("squeezenet1_1", 0, seconds=100)
    log(tmp_path, "squeezenet1_1", 1, EPOCHS, age=8)
    log(tmp_path, "shufflenet_v2_x0_5", 0, EPOCHS, age=7200)
    failed = tmp_path / "r/models/shufflenet_v2_x0_5/fold1/failed.json"
    failed.parent.mkdir(parents=True)
    failed.write_text(json.dumps(FAILURE))
    place = tmp_path / "r/models/squeezenet1_1/fold1/checkpoints"
    place.mkdir(parents=True)
    with FileLock(place / "lock", shared=False):  # the kernel's lock alone, as on a full disk
        status = read_status(settings, NOW)
    assert list(states(status).values()) == ["done", "running", "begun", "failed"]
    running = status.trainings[1]
    assert (running.epoch, running.age, running.seconds) == (1, 8.0, 6.0)
    text = status_text(status, NOW)
    assert "trainings   1 of 4 done, 1 running, 1 begun, 1 failed" in text
    assert "running  squeezenet1_1 fold 1: epoch 1, last line 8 s ago" in text
    assert "begun    shufflenet_v2_x0_5 fold 0: epoch 1, last line 2.0 h ago" in text
    assert "failed   shufflenet_v2_x0_5 fold 1: shufflenet_v2_x0_5, fold 1: train_loss is nan\n" in text
    assert "         r/logs/train_fold/shufflenet_v2_x0_5-fold1.log" in text
    assert json.loads(status_json(status))["counts"] == {"done": 1, "running": 1, "begun": 1, "failed": 1, "waiting": 0}
    assert states(read_status(settings, NOW))["squeezenet1_1", 1] == "begun", "its lock is free again"
    write_lease(place / "lock.lease", elsewhere(), NOW - 5)
    assert states(read_status(settings, NOW))["squeezenet1_1", 1] == "running", "on another machine"


def test_trainings_without_two_folds_are_counted_and_named_with_both(settings, tmp_path):
    splits = settings.splits.model_copy(update={"folds": 3})
    stacking = settings.stacking.model_copy(update={"honest": True, "honest_backbones": ("squeezenet1_1",)})
    honest = replace(settings, splits=splits, stacking=stacking)
    end_training("squeezenet1_1", 0, 0, 2, skill=0.02)
    log(tmp_path, "squeezenet1_1", "s0-1", EPOCHS, age=8, rule="train_pair")
    status = read_status(honest, NOW)
    assert status.count("done", "squeezenet1_1") == 1
    text = status_text(status, NOW)
    assert "trainings   1 of 9 done, 1 begun, 7 waiting" in text
    assert "begun    squeezenet1_1 fold 0+1: epoch 1, last line 8 s ago" in text
    assert "squeezenet1_1 fold 0+2" in text
    assert json.loads(status_json(status))["unlearned"] == [["squeezenet1_1", 0, 0, 2]]


def test_where_there_are_no_kernel_locks_the_leases_are_read(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("fcntl.flock", failing(38))
    place = tmp_path / "r/models/squeezenet1_1/fold1/checkpoints"
    place.mkdir(parents=True)
    log(tmp_path, "squeezenet1_1", 1, EPOCHS)
    lock = lock_run(tmp_path / ".snakemake", {})
    with FileLock(place / "lock"):
        status = read_status(settings, time.time())
    assert states(status)["squeezenet1_1", 1] == "running"
    assert status.process.startswith(f"process {os.getpid()} on ")
    assert ", started 20" in status.process
    lock.release()
    status = read_status(settings, time.time())
    assert (states(status)["squeezenet1_1", 1], status.process) == ("begun", None)


def test_a_run_on_another_machine_is_seen_and_a_dead_one_is_not(settings, tmp_path):
    place = tmp_path / ".snakemake/pasi/run.lock.lease"
    write_lease(place, elsewhere(), NOW - 5)
    status = read_status(settings, NOW)
    assert status.process == "process 4711 on node-b"
    assert status_text(status, NOW).startswith("r: a run is at work here (process 4711 on node-b)\n")
    assert read_status(settings, NOW + 120).process is None
    write_lease(place, here(process=2**22 + 1), NOW)
    assert read_status(settings, NOW).process is None


def fail(folder, backbone, fold, age):
    place = folder / "r/models" / backbone / f"fold{fold}" / "failed.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(FAILURE))
    os.utime(place, (NOW - age, NOW - age))


def test_the_end_is_told_from_what_has_ended(settings, tmp_path):
    end_training("squeezenet1_1", 0, seconds=490)
    log(tmp_path, "squeezenet1_1", 1, EPOCHS)
    status = read_status(settings, NOW)
    # 490 - 6 of the same network; 490 x 0.21 / 0.49 for each fold of the other, of which nothing has ended
    assert status.left == pytest.approx(490 - 6 + 2 * 210)
    assert "15 min from now, with one training at once" in status_text(status, NOW)
    assert seconds_left(status.trainings, 1) == pytest.approx(904)
    assert seconds_left(status.trainings, 3) == pytest.approx(484), "the longest is not shared"


def test_a_resumed_training_has_the_epochs_before_it_too(settings, tmp_path):
    end_training("squeezenet1_1", 0, seconds=490)
    place = tmp_path / "r/models/squeezenet1_1/fold1/checkpoints/key"
    place.mkdir(parents=True)
    for epoch in (8, 10):
        (place / f"epoch-{epoch:06d}-0123456789abcdef.ckpt").touch()
    log(tmp_path, "squeezenet1_1", 1, "resumed from epoch-000010-0123456789abcdef.ckpt\n")
    status = read_status(settings, NOW)
    assert (status.trainings[1].state, status.trainings[1].epoch) == ("begun", 9)
    log(tmp_path, "squeezenet1_1", 1, EPOCHS.replace("epoch    0", "epoch   10").replace("epoch    1", "epoch   11"))
    resumed = read_status(settings, NOW).trainings[1]
    assert (resumed.epoch, resumed.seconds) == (11, 3.0 * 12)


def test_a_failure_waits_while_a_later_run_is_at_work(settings, tmp_path):
    end_training("squeezenet1_1", 0, seconds=100)
    fail(tmp_path, "squeezenet1_1", 1, age=60)
    fail(tmp_path, "shufflenet_v2_x0_5", 0, age=10)
    lock = lock_run(tmp_path / ".snakemake", {})
    os.utime(tmp_path / ".snakemake/pasi/run.json", (NOW - 30, NOW - 30))
    assert list(states(read_status(settings, NOW)).values()) == ["done", "waiting", "failed", "waiting"]
    lock.release()
    assert list(states(read_status(settings, NOW)).values()) == ["done", "failed", "failed", "waiting"]


def test_where_nothing_is_left_but_failures_there_is_no_end_to_expect(settings, tmp_path):
    end_training("squeezenet1_1", 0, seconds=100)
    for backbone, fold in (("squeezenet1_1", 1), ("shufflenet_v2_x0_5", 0), ("shufflenet_v2_x0_5", 1)):
        fail(tmp_path, backbone, fold, age=10)
    text = status_text(read_status(settings, NOW), NOW)
    assert text.endswith("only failed trainings are left: correct the fault, and give the same command again")
    assert "more" not in text, "a line a training"


def test_stacking_is_made_once_every_learner_is(settings, tmp_path):
    (tmp_path / "r/stacking").mkdir(parents=True)
    first, *others = settings.stacking.learners
    (tmp_path / f"r/stacking/{first}.json").touch()
    assert read_status(settings, NOW).stages["stack"] == "not made"
    for learner in others:
        (tmp_path / f"r/stacking/{learner}.json").touch()
    assert read_status(settings, NOW).stages["stack"] == "made"


def test_done_is_all_done(settings, tmp_path):
    for backbone in settings.training.backbones:
        for fold in range(2):
            end_training(backbone, fold)
    (tmp_path / "r/report").mkdir()
    (tmp_path / "r/report/report.html").touch()
    text = status_text(read_status(settings, NOW), NOW)
    assert "report      made" in text
    assert text.endswith("\nall trainings are done")


def test_what_is_done_and_did_not_learn_is_counted_and_named(settings, tmp_path):
    """By the threshold of the config, whatever it was when the trainings ended."""
    skills = {("squeezenet1_1", 0): 0.02, ("squeezenet1_1", 1): -0.5, ("shufflenet_v2_x0_5", 0): 0.3}
    for backbone in settings.training.backbones:
        for fold in range(2):
            end_training(backbone, fold, skill=skills.get((backbone, fold)))
    status = read_status(settings, NOW)
    assert [one.skill for one in status.trainings] == [0.02, -0.5, 0.3, None], "the last record is empty"
    assert json.loads(status_json(status))["unlearned"] == [
        ["squeezenet1_1", 0, 0, None],
        ["squeezenet1_1", 1, 0, None],
    ]
    text = status_text(status, NOW)
    assert "2 of 4 done did not learn (skill below 0.1):\n         squeezenet1_1 folds 0, 1\n" in text
    stricter = settings.training.model_copy(update={"least_skill": 0.4})
    text = status_text(read_status(replace(settings, training=stricter), NOW), NOW)
    assert "3 of 4 done did not learn (skill below 0.4):" in text
    assert "         shufflenet_v2_x0_5 fold 0\n" in text


def test_each_repeat_is_a_training_of_its_own(settings, tmp_path):
    twice = replace(settings, training=settings.training.model_copy(update={"repeats": 2}))
    end_training("squeezenet1_1", 1, 1, skill=0.0)
    status = read_status(twice, NOW)
    assert len(status.trainings) == 2 * len(read_status(settings, NOW).trainings)
    assert [(one.fold, one.repeat) for one in status.trainings if one.state == "done"] == [(1, 1)]
    assert "squeezenet1_1 fold 1 (repeat 1)" in status_text(status, NOW)


def test_where_all_learned_nothing_is_said_of_it(settings, tmp_path):
    end_training("squeezenet1_1", 0, skill=0.1)
    status = read_status(settings, NOW)
    assert status.unlearned == []
    assert "learn" not in status_text(status, NOW)


def test_a_damaged_file_hinders_nothing(settings, tmp_path):
    end_training("squeezenet1_1", 0)
    (tmp_path / "r/models/squeezenet1_1/fold0/history.csv").write_bytes(b"\xff\x00")
    broken = tmp_path / "r/models/shufflenet_v2_x0_5/fold1/failed.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    status = read_status(settings, NOW)
    assert list(states(status).values()) == ["done", "waiting", "waiting", "waiting"]
    assert status.left is None


def test_every_network_has_a_cost():
    assert COSTS.keys() == NETWORKS.keys()
    assert all(cost.step_seconds > 0 for cost in COSTS.values())


def told(copy):
    done = subprocess.run(
        [Path(sys.executable).with_name("pasi"), "status", "--json", "--config", "config/config.yaml", "small.yaml"],
        cwd=copy, env=environment(copy), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_a_real_run_is_seen_at_work_and_stopped(tmp_path):
    copy = make_copy(tmp_path)
    endless = {**CONFIG["training"], "max_epochs": 10**6, "early_stopping_patience": 10**6, "checkpoint_seconds": 0}
    (copy / "small.yaml").write_text(yaml.safe_dump({**CONFIG, "training": endless}))
    logs = copy / "results/logs/train_fold"
    run = subprocess.Popen(
        command("train", cores=1), cwd=copy, env=environment(copy), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        # which of the trainings is first is the scheduler's choice
        wait_for(lambda: run.poll() is not None or any("epoch    1" in path.read_text() for path in logs.glob("*.log")))
        status = told(copy)
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    (running,) = (training for training in status["trainings"] if training["state"] == "running")
    assert running["epoch"] >= 1
    assert f"process {run.pid} on " in status["process"]
    wait_for(lambda: not told(copy)["counts"]["running"])  # a busy machine takes a while to bury the training
    status = told(copy)
    assert status["process"] is None
    assert (status["counts"]["running"], status["counts"]["begun"]) == (0, 1)
