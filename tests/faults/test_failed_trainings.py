"""Two of ten trainings fail for good: the rest ends, the end says why, a run can go on without the network (F36)."""

import pytest

from pasi.storage.tables import read_table
from small_run import BACKBONES, changed, make_copy, planned, run, with_config

pytestmark = pytest.mark.faults

FAILING = [("squeezenet1_1", 1), ("squeezenet1_1", 3)]
LOSS = "return F.mse_loss(self(self.composer.compose(which, draw)), self.scaled[which])"
POISON = f'{LOSS} * (float("nan") if (self.job.backbone, self.job.fold) in {FAILING} else 1)'


@pytest.fixture(scope="module")
def failed_run(tmp_path_factory):
    """A copy in which the loss of two trainings is not a number, run once, and what that run said."""
    folder = make_copy(tmp_path_factory.mktemp("checkout"))
    module = folder / "src/pasi/training/network_module.py"
    text = module.read_text()
    assert text.count(LOSS) == 1
    module.write_text(text.replace(LOSS, POISON))
    with pytest.raises(AssertionError) as failed:
        run(folder)
    return folder, str(failed.value)


@pytest.fixture
def copy(failed_run):
    return failed_run[0]


def test_the_rest_ends_and_the_end_lists_what_failed_and_why(failed_run):
    copy, told = failed_run
    assert "Failed for good (2 of 10 trainings):" in told
    for backbone, fold in FAILING:
        assert f"  {backbone}, fold {fold}: train_loss is nan in epoch 0, first with rows " in told
    assert len(list(copy.glob("results/models/*/*/predictions.parquet"))) == 8
    assert planned(copy)["train_fold"] == 2, "what failed is tried again"


def test_a_run_goes_on_without_the_network_and_says_so(copy):
    left_out = "squeezenet1_1 is left out (stacking.allow_missing): squeezenet1_1, fold"
    with with_config(copy, "stacking", allow_missing=True):
        told = run(copy)
        assert f"{left_out} 1: train_loss is nan" in run(copy, "-n")
        assert planned(copy) == {}
    assert f"{left_out} 3: train_loss is nan" in told
    results = copy / "results"
    assert set(read_table(results / "oof.parquet")["learner"]) == {BACKBONES[1]}
    metrics = read_table(results / "evaluation/metrics.csv")
    assert set(metrics["n"][metrics["learner"] == "squeezenet1_1"]) == {0}
    lines = (results / "report/table_s1.csv").read_text().splitlines()
    assert [line for line in lines if line.startswith('"squeezenet1_1","backbone",,,,,')]
    page = (results / "report/report.html").read_text()
    assert "1 of 2 networks is left out of all results" in page
    assert "squeezenet1_1, fold 3: train_loss is nan in epoch 0" in page


def test_other_settings_give_a_failed_network_another_chance(copy):
    with (
        with_config(copy, "stacking", allow_missing=True),
        changed(copy / "small.yaml", lambda text: text.replace("max_epochs: 2", "max_epochs: 3")),
    ):
        assert planned(copy)["train_fold"] == 10
