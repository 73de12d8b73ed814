"""The record of a job: where it lies, and that it counts the values of the params and nothing else."""

import json

from pasi.jobs.params_record import params_digest, record_params


def test_the_record_lies_beside_the_logs_and_names_no_value(tmp_path):
    record_params(tmp_path / "logs" / "make_tiles" / "shard-03.log", ["secret", {"size": 64}])
    text = (tmp_path / "records" / "make_tiles" / "shard-03.json").read_text()
    assert json.loads(text) == {"params": params_digest(["secret", {"size": 64}])}
    assert "secret" not in text


def test_a_job_without_params_leaves_none(tmp_path):
    record_params(tmp_path / "logs" / "fetch_weights" / "x.log", [])
    assert list(tmp_path.iterdir()) == []


def test_values_count_and_not_their_order_or_names():
    assert params_digest([1, "a", None]) == params_digest(["a", None, 1])
    assert len({params_digest(values) for values in ([1], ["1"], [1.0], [True], [[1]], [{"a": 1}])}) == 6
