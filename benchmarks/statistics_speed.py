"""CPU seconds of the tables of all learners of config/config.yaml and a baseline, with 2,000 draws.

`python benchmarks/statistics_speed.py` takes seconds. docs/evaluation.md has the numbers.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from coverage import Row, main
from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config
from pasi.evaluation.agreement_table import agreement_table
from pasi.evaluation.baseline_comparison import compare_with_baselines
from pasi.evaluation.choice import selection_table
from pasi.evaluation.pick_table import pick_table
from pasi.evaluation.rank_table import rank_table
from pasi.evaluation.tables import interval_table, metrics_table
from simulated_trials import equal_learners

CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"
SUBJECTS, TESTED, DRAWS = 54, 6, 2000


def speed() -> Iterator[Row]:
    """Of each table, and of all; all visits are out of fold, as before the test part is opened."""
    settings = read_settings(load_config(CONFIG))
    networks, combined = len(settings.training.backbones), len(settings.stacking.learners)
    index = settings.index
    visits = visits_of_all(["backbone"] * networks + ["meta"] * combined + ["baseline"])
    split = {"subject": np.arange(SUBJECTS + TESTED), "fold": np.repeat([0, -1], [SUBJECTS, TESTED])}
    regions = pd.concat([visits] * len(index.regions))  # what they hold does not matter for the time
    metrics = metrics_table(regions, visits)
    drawing: dict[str, Any] = {"draws": DRAWS, "seed": 0}
    tables: dict[str, Callable[[], pd.DataFrame]] = {
        "metrics.csv": lambda: metrics_table(regions, visits),
        "intervals.csv": lambda: interval_table(visits),
        "differences.csv": lambda: compare_with_baselines(metrics, visits, ()),
        "selection.csv": lambda: selection_table(visits, **drawing),
        "ranks.csv": lambda: rank_table(visits, **drawing),
        "picks.csv": lambda: pick_table(visits, split, **drawing),
        "agreement.csv": lambda: agreement_table(visits, index),
    }
    yield ("table", "rows", "CPU seconds")
    total = 0.0
    for name, make in tables.items():
        start = process_time()
        rows = len(make())
        seconds = process_time() - start
        total += seconds
        yield (name, str(rows), f"{seconds:.2f}")
    yield ("all", "", f"{total:.2f}")


def visits_of_all(kinds: list[str]) -> pd.DataFrame:
    """The table of visits of learners of these kinds, whose errors are equally large, four weeks apart."""
    observed, predicted, nested = equal_learners(0, SUBJECTS, len(kinds))
    order = np.concatenate([np.arange(count) for count in np.bincount(nested)])
    names = np.array([f"W{4 * place}" for place in order])
    visit = {"subject": nested, "visit": names, "visit_order": order, "week": 4.0 * order, "baseline": "W0"}
    common = {"part": "oof", "repeat": 0, **visit, "observed": observed}
    rows = zip(kinds, predicted, strict=True)
    return pd.concat(
        [pd.DataFrame({"learner": f"n{i}", "kind": kind, **common, "predicted": p}) for i, (kind, p) in enumerate(rows)]
    )


if __name__ == "__main__":
    main([], {"speed": speed})
