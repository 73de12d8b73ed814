"""Lines for trainings that end while a run is at work: hand-made folders, looked at without a clock."""

from queue import SimpleQueue

import pytest

from finished_trainings import end_training, two_networks
from pasi.monitoring import training_watch
from pasi.monitoring.training_watch import TrainingWatch


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(training_watch, "SECONDS", 1e6)
    return two_networks()


@pytest.fixture
def watched(settings):
    """A watch that was started after one training had ended, and what it tells; it looks when told to."""
    end_training("squeezenet1_1", 0, seconds=100, skill=0.5)
    lines = []
    watch = TrainingWatch(settings, lines.append)
    watch.start()
    return watch, lines


def test_what_had_ended_before_is_not_told(watched):
    watch, lines = watched
    watch.look()
    assert lines == []


def test_each_training_is_told_once_with_epochs_time_and_skill(watched):
    watch, lines = watched
    end_training("squeezenet1_1", 1, seconds=180, skill=0.714)
    watch.look()
    watch.look()
    (line,) = lines
    start, _, end = line.partition("; ")
    assert start == "[2 of 4 trainings] squeezenet1_1 fold 1: 2 epochs in 3 min, skill 0.71"
    assert end.startswith("the last one ends about 20")


def test_one_that_did_not_learn_says_so_and_the_last_one_has_no_end_to_expect(watched):
    watch, lines = watched
    for backbone, fold, skill in (("squeezenet1_1", 1, 0.3), ("shufflenet_v2_x0_5", 0, 0.02)):
        end_training(backbone, fold, seconds=60, skill=skill)
    end_training("shufflenet_v2_x0_5", 1, seconds=60, skill=None)
    watch.look()
    assert lines == [
        "[4 of 4 trainings] squeezenet1_1 fold 1: 2 epochs in 1 min, skill 0.30",
        "[4 of 4 trainings] shufflenet_v2_x0_5 fold 0: 2 epochs in 1 min, DID NOT LEARN (skill 0.02)",
        "[4 of 4 trainings] shufflenet_v2_x0_5 fold 1: 2 epochs in 1 min, skill unknown",
    ]


def test_a_file_that_cannot_be_read_is_told_of_at_the_next_look(watched, monkeypatch):
    watch, lines = watched
    end_training("squeezenet1_1", 1, seconds=60, skill=0.3)

    def fails(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(training_watch, "epochs_of", fails)
        watch.look()
    assert lines == []
    watch.look()
    assert len(lines) == 1


def test_it_looks_by_itself_and_does_not_keep_the_process(settings, monkeypatch):
    """A thread that is no daemon would keep a run that has ended from ending."""
    monkeypatch.setattr(training_watch, "SECONDS", 0.01)
    lines = SimpleQueue()
    watch = TrainingWatch(settings, lines.put)
    watch.start()
    assert watch.daemon
    end_training("squeezenet1_1", 0, seconds=60, skill=0.3)
    assert lines.get(timeout=60).startswith("[1 of 4 trainings] squeezenet1_1 fold 0: ")
