"""What `pasi compare` prints of two finished runs, and what it refuses."""

import numpy as np
import pytest

from pasi.commands.main import main
from pasi.run_folder import RunFolder
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table

OBSERVED = np.array([10.0, 4.0, 22.0, 18.0, 6.0, 2.0, 15.0, 9.0])


def finish(folder, shift: float, seed: int, observed=OBSERVED) -> str:
    """A run of one learner that is off by `shift`."""
    run = RunFolder(folder)
    row = {"learner": ["mean"], "level": ["visit"], "part": ["oof"], "n": [8], "mae": [shift], "ccc": [1 - shift / 10]}
    write_table(row, run.metrics)
    ids = {"subject": list("AABBCCDD"), "visit": ["1", "2"] * 4, "repeat": [-1] * 8}
    own = {"learner": ["mean"] * 8, "kind": ["meta"] * 8, "part": ["oof"] * 8}
    write_table({**own, **ids, "observed": observed, "predicted": observed + shift}, run.visits)
    write_json({"seed": seed, "evaluation": {"draws": 20, "ccc_ddof": 0}}, run.config)
    return str(folder)


def test_figures_spread_config_and_paired_differences(tmp_path, capsys):
    runs = [finish(tmp_path / "one", 3.0, 0), finish(tmp_path / "two", 1.0, 1)]
    assert main(["compare", *runs]) == 0
    text = capsys.readouterr().out
    assert f"run 1  {runs[0]}\nrun 2  {runs[1]}\n" in text
    assert "  seed                             0 | 1\n" in text
    assert f"  {'mean':<32}    3.000    1.000    2.000    1.414" in text
    assert "CCC of run 2 minus that of run 1 on 8 common visits" in text
    assert text.rstrip().endswith("excludes zero")


def test_equal_configs_and_another_cohort_are_said(tmp_path, capsys):
    runs = [finish(tmp_path / "one", 3.0, 0), finish(tmp_path / "two", 3.0, 0, OBSERVED + 1)]
    assert main(["compare", *runs]) == 0
    text = capsys.readouterr().out
    assert "config: nothing differs" in text
    assert "run 2 is not paired with run 1: of 8 common visits, 8 have another observed score" in text


@pytest.mark.parametrize(
    ("given", "said"), [(["one"], "give the results folders of two runs or more"), (["one", "none"], "is missing")]
)
def test_one_run_and_one_that_is_not_finished_are_refused(tmp_path, capsys, given, said):
    finish(tmp_path / "one", 3.0, 0)
    assert main(["compare", *(str(tmp_path / name) for name in given)]) == 2
    assert said in capsys.readouterr().err
