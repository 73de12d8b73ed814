"""The same trial gives the same bytes: in a fresh folder, one job at a time or four, any order of rows, any GPUs."""

import random
import re

import pytest
import yaml

from pasi.storage.tables import read_table
from small_run import CONFIG, make_copy, result_bytes, run

pytestmark = pytest.mark.faults
SMALL = {**CONFIG, "splits": {"folds": 3, "restarts": 20}}


def shuffle_rows(path, seed):
    """Put the rows of a CSV below its header into another order."""
    header, *rows = path.read_text().splitlines(keepends=True)
    assert len(rows) > 100
    random.Random(seed).shuffle(rows)
    path.write_text(header + "".join(rows))


def results_of(folder, cores, *arguments, seed=None):
    """Bytes of all results, by name, of a run in a fresh copy; with a `seed` both tables have their rows shuffled."""
    copy = make_copy(folder)
    (copy / "small.yaml").write_text(yaml.safe_dump(SMALL))
    for name in ("photos.csv", "scores.csv") if seed is not None else ():
        shuffle_rows(copy / "trial" / name, seed)
    run(copy, "results/evaluation/metrics.csv", *arguments, cores=cores)
    return result_bytes(copy / "results")


@pytest.fixture(scope="module")
def one_job(tmp_path_factory):
    """Results of one job at a time."""
    folder = tmp_path_factory.mktemp("one")
    results = results_of(folder, 1)
    assert len(set(read_table(folder / "results/oof.parquet")["predicted"])) > 100, "constants would always repeat"
    return results


@pytest.mark.parametrize(("cores", "seed"), [(2, None), (4, 7)])
def test_more_jobs_at_once_and_shuffled_rows_change_no_byte(one_job, tmp_path, cores, seed):
    found = results_of(tmp_path, cores, seed=seed)
    kinds = {"oof.parquet", "test.parquet", "stacking/nnls.parquet", "evaluation/metrics.csv", "splits/inner.parquet"}
    assert kinds | {f"models/squeezenet1_1/fold{k}/weights.safetensors" for k in range(3)} <= set(found)
    assert set(found) == set(one_job)
    assert [name for name in found if found[name] != one_job[name]] == []


@pytest.mark.parametrize("gpus", ["0", "0,1", "0,1,2,3"])
def test_any_number_of_gpus_gives_the_same_bytes(one_job, tmp_path, monkeypatch, gpus):
    """GPUs that are numbers only: each job leases one, and trains on the CPU.

    Which one depends on how many jobs are at work when it comes; test_devices.py has them meet.
    """
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", gpus)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    count = len(gpus.split(","))
    found = results_of(tmp_path, count, "--resources", f"gpu={count}")
    logs = [path.read_text() for path in (tmp_path / "results/logs/train_fold").glob("*.log")]
    assert len(logs) == 6
    leased = {re.search(r"^on GPU (\d)$", text, re.MULTILINE)[1] for text in logs}
    assert leased <= set(gpus.split(","))
    assert [name for name in found if found[name] != one_job[name]] == []
