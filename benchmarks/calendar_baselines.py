"""How far baselines get that see no photo, out of fold on the default trial of `pasi simulate`, as rows of Markdown.

`python benchmarks/calendar_baselines.py` takes seconds; only the tables of the trial are made. docs/evaluation.md has
the numbers.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from pasi.cohort.reading import read_cohort
from pasi.cohort.score_table import score_table
from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config
from pasi.evaluation.metrics import metric_row
from pasi.learners.baselines import fit_baseline
from pasi.learners.settings import BASELINES, PHOTO_BASELINES
from pasi.severity.index import SeverityIndex
from pasi.simulate.trial import simulate_trial
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings

CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"


def main() -> None:
    """Print a row for each baseline: over all visits, and over those after the baseline visit."""
    settings = read_settings(load_config(CONFIG))
    splits = SplitSettings(**settings.splits.model_dump(), seed=settings.seed)
    with TemporaryDirectory() as folder:
        simulate_trial(Path(folder), tables_only=True)
        cohort = read_cohort(f"{folder}/photos.csv", f"{folder}/scores.csv", None, settings.index, "error")
    scores = score_table(cohort, settings.index)
    split = split_cohort(scores, splits, None).subjects
    print("| baseline | visits | CCC | MAE | visits after the baseline | CCC | MAE |\n|---|---|---|---|---|---|---|")
    for name in BASELINES:
        if name not in PHOTO_BASELINES:
            _, rows = fit_baseline(name, None, scores, split)
            visits = by_visit(rows[rows["part"] == "oof"], pd.DataFrame(scores), settings.index)
            cells = [metric_row(own["observed"], own["predicted"]) for own in (visits, visits[visits["week"] > 0])]
            figures = (f"{cell['n']} | {cell['ccc']:.2f} | {cell['mae']:.2f}" for cell in cells)
            print(f"| {name} | {' | '.join(figures)} |")


def by_visit(rows: pd.DataFrame, scores: pd.DataFrame, index: SeverityIndex) -> pd.DataFrame:
    """Week, observed and predicted index of each visit; all visits of the default trial have all regions."""
    rows = rows.merge(scores[["subject", "visit", "region", "week"]], on=["subject", "visit", "region"])
    weights = rows["region"].map({region.name: region.weight for region in index.regions})
    rows[["observed", "predicted"]] = rows[["observed", "predicted"]].mul(weights, axis=0)
    return rows.groupby(["subject", "visit", "week"], as_index=False)[["observed", "predicted"]].sum()


if __name__ == "__main__":
    main()
