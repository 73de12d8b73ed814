"""Steps that are replayed as a graph: the bits of a training without it. A stand-in records and replays on the CPU."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch

from pasi.errors import FullMemoryError, TrainingError
from pasi.jobs.checkpoints import Checkpoints
from pasi.networks.catalogue import NETWORKS
from pasi.training import attempt, graphed_module, step_graph
from pasi.training.checkpoint_callback import CheckpointCallback
from pasi.training.full_memory import naming_full_memory
from pasi.training.graphed_module import GraphedRegressor
from pasi.training.network_module import SeverityRegressor
from pasi.training.seeds import TrainingJob
from pasi.training.settings import NEUTRAL
from pasi.training.step_graph import StepGraph, capture_for, cuda_capture
from pasi.training.train import fit_fold
from recorded_graph import Seen, use_recorded_graphs
from small_training import JOB, SETTINGS, make_samples, noted_rates, stopped_before

SHUFFLENET = TrainingJob(NETWORKS["shufflenet_v2_x0_5"], 2, seed=0)  # with batch norm; JOB's network has dropout
GRAPHED = replace(SETTINGS, cuda_graph=True)


@pytest.fixture
def captured(monkeypatch):
    """The steps that were captured."""
    return use_recorded_graphs(monkeypatch)


def train(job, settings, folder=None, augment="per_epoch") -> list:
    """Weights, statistics, predictions and all that the epochs left but their seconds."""
    checkpointing = folder and CheckpointCallback(Checkpoints(folder), 0)
    samples = make_samples(augment=augment)
    samples.composer.tiles.load(torch.device("cpu"))  # as on a GPU: what NumPy reads cannot be recorded
    with Seen():
        fitted = fit_fold(job, samples, settings, None, checkpointing)
    rows = [{name: value for name, value in row.items() if name != "seconds"} for row in fitted.history]
    tensors = {**fitted.state, "predicted": fitted.predicted}
    return [rows, fitted.epoch, fitted.attempt, {name: tensor.numpy().tobytes() for name, tensor in tensors.items()}]


def both(job=JOB, augment="per_epoch", **changes):
    """As a training ended, replayed and launched operation by operation: two whole batches and a last one of two."""
    settings = replace(GRAPHED, **{"batch_size": 2, "max_epochs": 2, **changes})
    return train(job, settings, augment=augment), train(job, replace(settings, cuda_graph=False), augment=augment)


CHANGES = [
    {},
    {"batch_size": 4},
    {"weight_decay": 0.01, "gradient_clip": None, "learning_rate": 1e-9},
    {"momentum": 0.0, "keep": "last"},
    {"gradient_clip": 1e-3},
    {"warmup_epochs": 2},
    {"schedule": "one_cycle", "learning_rate": 0.03},
    {"plateau_patience": 0, "learning_rate": 0.1, "max_epochs": 5},
    {"precision": "bf16"},
    {"ema": 0.9, "max_epochs": 3},
    {"restarts": 1, "least_skill": 0.99, "max_epochs": 2},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
@pytest.mark.parametrize("job", [JOB, SHUFFLENET], ids=lambda job: job.backbone)
def test_replayed_steps_give_the_bits_of_launched_ones(captured, job, changes):
    """With batches of 4, the second of an epoch has two samples and is launched, and the next one is replayed."""
    graphed, eager = both(job, **changes)
    assert graphed == eager
    assert len(captured) == 1 + changes.get("restarts", 0)


@pytest.mark.parametrize("backbone", ["mobilenet_v2", "googlenet", "mnasnet0_5", "densenet121"])
def test_networks_of_other_makes_too(captured, backbone):
    graphed, eager = both(TrainingJob(NETWORKS[backbone], 1, seed=3), batch_size=4, max_epochs=2)
    assert graphed == eager
    assert len(captured) == 1


@pytest.mark.parametrize("augment", ["none", "frozen"])
def test_composites_that_are_not_drawn_in_each_epoch_too(captured, augment):
    graphed, eager = both(augment=augment)
    assert graphed == eager


@pytest.mark.parametrize("changes", [{}, {"schedule": "one_cycle", "ema": 0.9}, {"precision": "bf16"}], ids=str)
@pytest.mark.parametrize("job", [JOB, SHUFFLENET], ids=lambda job: job.backbone)
def test_a_training_that_is_stopped_goes_on_with_the_same_bits(captured, tmp_path, monkeypatch, job, changes):
    settings = replace(GRAPHED, batch_size=4, max_epochs=4, plateau_patience=0, **changes)
    eager = train(job, replace(settings, cuda_graph=False))
    with stopped_before(2, monkeypatch):
        train(job, settings, tmp_path)
    assert train(job, settings, tmp_path) == eager
    assert len(captured) == 2


@pytest.mark.parametrize("first", [True, False], ids=["from graph to none", "from none to graph"])
def test_a_checkpoint_is_that_of_either_way(captured, tmp_path, first):
    """The key of a training keeps them apart; what lies in a checkpoint does not depend on the way."""
    settings = replace(GRAPHED, batch_size=4, max_epochs=4)
    whole = train(JOB, replace(settings, cuda_graph=False))
    for epochs, graph in ((2, first), (4, not first)):
        resumed = train(JOB, replace(settings, max_epochs=epochs, cuda_graph=graph), tmp_path)
    assert resumed == whole


def test_each_step_has_its_own_rate(captured, monkeypatch):
    """The step of SGD is no part of the graph: its rate is the Python number of each step, in full precision."""
    rates = noted_rates(monkeypatch)
    graphed, eager = both(schedule="one_cycle", max_epochs=3)
    assert graphed == eager
    assert rates[:9] == rates[9:]
    assert len(set(rates)) == 9


def test_a_fold_without_a_whole_batch_is_launched(captured):
    graphed, eager = both(batch_size=7)
    assert graphed == eager
    assert captured == []


def test_a_loss_that_is_not_finite_is_named_with_its_batch(captured):
    settings = replace(GRAPHED, gradient_clip=None, learning_rate=1e30)
    with pytest.raises(TrainingError) as eager:
        train(JOB, replace(settings, cuda_graph=False))
    with pytest.raises(TrainingError) as graphed:
        train(JOB, settings)
    assert str(graphed.value) == str(eager.value)
    assert "first with rows" in str(graphed.value)


class TestWhatWouldBeForgotten:
    """Each has a training that notices it."""

    def test_the_draw_of_an_epoch(self, captured, monkeypatch):
        monkeypatch.setattr(graphed_module, "in_place", lambda _, draw: draw)
        graphed, eager = both()
        assert graphed != eager

    def test_the_sample_numbers_of_a_step(self, captured, monkeypatch):
        run = StepGraph.run
        monkeypatch.setattr(StepGraph, "run", lambda self, _: run(self, self.which))
        graphed, eager = both()
        assert graphed != eager

    @pytest.mark.parametrize("job", [JOB, SHUFFLENET], ids=["the random stream", "the statistics of batch norm"])
    def test_what_a_capture_changes(self, captured, monkeypatch, job):
        @contextmanager
        def changed(_):
            yield

        monkeypatch.setattr(step_graph, "unchanged", changed)
        graphed, eager = both(job)
        assert graphed != eager

    def test_the_gradients_after_a_launched_step(self, captured, monkeypatch):
        run = StepGraph.run

        def forgetful(self, which):
            self.parameters = []
            self.gradients = []
            return run(self, which)

        monkeypatch.setattr(StepGraph, "run", forgetful)
        graphed, eager = both(batch_size=4)
        assert graphed != eager

    def test_a_rate_inside_the_graph(self, captured, monkeypatch):
        """A number of Python is the one of the capture in each replay."""
        step = SeverityRegressor.step_loss

        def scaled(self, which):
            return step(self, which) * (self.trainer.optimizers[0].param_groups[0]["lr"] * 100)

        monkeypatch.setattr(SeverityRegressor, "step_loss", scaled)
        graphed, eager = both(schedule="one_cycle")
        assert graphed != eager


def test_losses_of_steps_are_kept_one_by_one(captured, monkeypatch):
    """The graph has one place for its loss; each step keeps a copy."""
    seen = []
    monkeypatch.setattr(
        GraphedRegressor, "on_train_end", lambda self: seen.extend(loss.item() for _, loss in self.steps)
    )
    train(JOB, replace(GRAPHED, batch_size=2))
    assert len(set(seen)) == 3


def test_the_graph_is_let_go_of_when_the_training_ends(captured, monkeypatch):
    modules = []
    end = GraphedRegressor.on_train_end

    def ended(self):
        assert self.graph is not None
        end(self)
        modules.append(self)

    monkeypatch.setattr(GraphedRegressor, "on_train_end", ended)
    train(JOB, GRAPHED)
    assert [module.graph for module in modules] == [None]


@pytest.mark.parametrize(
    ("wanted", "device", "capture"),
    [(True, "cuda", cuda_capture), (False, "cuda", None), (True, "cpu", None), (False, "cpu", None)],
)
def test_a_graph_is_captured_on_a_gpu_where_it_is_wanted(wanted, device, capture):
    assert capture_for(replace(SETTINGS, cuda_graph=wanted), torch.device(device)) is capture


def test_on_a_cpu_the_key_changes_nothing(monkeypatch):
    made = []
    plain = attempt.SeverityRegressor

    def noted(*arguments):
        made.append(plain(*arguments))
        return made[-1]

    monkeypatch.setattr(attempt, "SeverityRegressor", noted)
    graphed, eager = both()
    assert graphed == eager
    assert [type(module) for module in made] == [SeverityRegressor] * 2
    assert NEUTRAL["cuda_graph"] is False


def test_a_step_that_cannot_be_captured_is_told_with_what_to_do(monkeypatch):
    def capture(function):
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(attempt, "capture_for", lambda *_: capture)
    line = (
        r"squeezenet1_1, fold 2: its step cannot be captured as a CUDA graph \(operation not permitted when stream is "
        r"capturing\)\. Set training\.cuda_graph to false\."
    )
    with pytest.raises(TrainingError, match=line):
        train(JOB, GRAPHED)


def test_full_memory_is_named_though_the_end_of_a_capture_raises_another_error(monkeypatch):
    """torch ends a capture in any case, and says that it was no longer valid."""

    def capture(function):
        try:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        finally:
            raise RuntimeError("CUDA error: operation failed due to a previous error during capture")

    monkeypatch.setattr(attempt, "capture_for", lambda *_: capture)
    with (
        pytest.raises(FullMemoryError, match="the memory of the GPU is full at batches of 4"),
        naming_full_memory(JOB, batch=4),
    ):
        train(JOB, GRAPHED)
