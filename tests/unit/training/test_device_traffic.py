"""What a training asks of its device: counted on a device that computes nothing, because there may be no GPU here."""

from collections import Counter
from dataclasses import replace

import pytest

from counted_device import MADE, NUMBER, TO_CPU, TO_DEVICE, traffic
from pasi.imaging.composites import Composer
from pasi.training.network_module import SeverityRegressor
from recorded_graph import use_recorded_graphs
from small_training import SETTINGS, make_samples

# An epoch's two losses; the order of its samples; order, angles, brightness and contrast of its augmentation.
EPOCH = Counter({(NUMBER, "epoch_history.py"): 2, (TO_DEVICE, "batches.py"): 1, (TO_DEVICE, "composites.py"): 4})

pytestmark = pytest.mark.filterwarnings("ignore:Total length of")  # which Lightning asks of the device


def traffic_of_an_epoch(batch_size=2, augment="per_epoch", **changes):
    """What two epochs ask for beyond one."""
    settings = replace(SETTINGS, keep="last", batch_size=batch_size, **changes)
    one, two = (traffic(make_samples(augment=augment), replace(settings, max_epochs=epochs)) for epochs in (1, 2))
    return two - one


@pytest.mark.parametrize("batch_size", [2, 6])
def test_an_epoch_asks_for_its_two_losses_and_copies_its_draws_whatever_its_number_of_steps(batch_size):
    assert traffic_of_an_epoch(batch_size) == EPOCH


def test_an_average_of_the_weights_asks_for_no_more():
    assert traffic_of_an_epoch(ema=0.9) == EPOCH


@pytest.mark.parametrize("batch_size", [2, 4, 6])
def test_an_epoch_of_replayed_steps_asks_for_no_more(monkeypatch, batch_size):
    captured = use_recorded_graphs(monkeypatch)
    assert traffic_of_an_epoch(batch_size, cuda_graph=True) == EPOCH
    assert len(captured) == 2


def test_without_augmentation_an_epoch_copies_its_order_alone():
    assert traffic_of_an_epoch(augment="none") == {key: count for key, count in EPOCH.items() if "comp" not in key[1]}


def test_a_number_that_a_step_asks_for_is_found(monkeypatch):
    step = SeverityRegressor.training_step

    def slow(self, which):
        loss = step(self, which)
        assert loss < 2
        return loss

    monkeypatch.setattr(SeverityRegressor, "training_step", slow)
    assert traffic_of_an_epoch() - EPOCH == {(NUMBER, "test_device_traffic.py"): 3}


def test_a_tensor_that_a_step_makes_of_python_values_is_found(monkeypatch):
    fill = Composer._fill

    def slow(self, pictures, which, draw):
        fill(self, pictures, which, draw)
        pictures.mul_(pictures.new_tensor((1.0,)))

    monkeypatch.setattr(Composer, "_fill", slow)
    assert traffic_of_an_epoch() - EPOCH == {(MADE, "test_device_traffic.py"): 5}, "3 steps and 2 monitored batches"


def test_a_state_that_is_copied_to_the_cpu_is_found(monkeypatch):
    step = SeverityRegressor.validation_step

    def slow(self, which):
        step(self, which)
        self.network.classifier[1].bias.cpu()

    monkeypatch.setattr(SeverityRegressor, "validation_step", slow)
    assert traffic_of_an_epoch() - EPOCH == {(TO_CPU, "test_device_traffic.py"): 2}
