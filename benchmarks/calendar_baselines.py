"""How far the baselines get out of fold on the default trial of `pasi simulate`, as rows of Markdown.

`python benchmarks/calendar_baselines.py` prints those that see no photo within seconds. For the other two it makes the
photos of the trial, at PHOTO_SIZE instead of the default 4928x3264, which takes minutes. docs/evaluation.md has the
numbers.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from pasi.cohort.photo_lines import photo_lines
from pasi.cohort.reading import read_cohort
from pasi.cohort.records import Cohort
from pasi.cohort.score_table import score_table
from pasi.config.settings import read_settings
from pasi.config.yaml_files import load_config
from pasi.evaluation.metrics import metric_row
from pasi.imaging.settings import Fit, TileSettings
from pasi.imaging.tile_maker import ShardFiles, join_tile_tables, make_shard
from pasi.imaging.tile_store import TileStore
from pasi.learners.baselines import fit_baseline
from pasi.learners.colour_histograms import region_visit_histograms
from pasi.learners.settings import BASELINES, PHOTO_BASELINES
from pasi.severity.index import SeverityIndex
from pasi.simulate.trial import simulate_trial
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings
from pasi.storage.tables import Columns

CONFIG = Path(__file__).parents[1] / "config" / "config.yaml"
PHOTO_SIZE = (256, 170)  # twice the side of a tile
CALENDAR_BASELINES = [name for name in BASELINES if name not in PHOTO_BASELINES]


def main() -> None:
    """Print a row for each baseline: over all visits, and over those after the baseline visit."""
    settings = read_settings(load_config(CONFIG))
    splits = SplitSettings(**settings.splits.model_dump(), seed=settings.seed)
    print("| baseline | visits | CCC | MAE | visits after the baseline | CCC | MAE |\n|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as name:
        folder = Path(name)
        simulate_trial(folder, tables_only=True)
        cohort = read_cohort(folder / "photos.csv", folder / "scores.csv", None, settings.index, "error")
        scores = score_table(cohort, settings.index)
        split, features = split_cohort(scores, splits, None).subjects, None
        for baseline in (*CALENDAR_BASELINES, *PHOTO_BASELINES):
            if features is None and baseline in PHOTO_BASELINES:
                simulate_trial(folder, photo_size=PHOTO_SIZE)
                features = histograms(cohort, scores, settings.tiles.fit, folder)
            _, rows = fit_baseline(baseline, features, scores, split)
            visits = by_visit(rows[rows["part"] == "oof"], pd.DataFrame(scores), settings.index)
            cells = [metric_row(own["observed"], own["predicted"]) for own in (visits, visits[visits["week"] > 0])]
            figures = (f"{cell['n']} | {cell['ccc']:.2f} | {cell['mae']:.2f}" for cell in cells)
            print(f"| {baseline} | {' | '.join(figures)} |", flush=True)


def histograms(cohort: Cohort, scores: Columns, fit: Fit, folder: Path) -> np.ndarray:
    """Colours of the photos of each region-visit (n, 512), by way of tiles as the rules make them, in one shard."""
    files = ShardFiles(folder / "shard-00.npy", folder / "shard-00.parquet")
    make_shard(cohort.photos, cohort.root, TileSettings(fit=fit), files, shard=0, known={})
    join_tile_tables([files.table], folder / "index.parquet", partial(photo_lines, folder / "photos.csv"))
    return region_visit_histograms(TileStore.open(folder / "index.parquet", [files.array]), scores, fit)


def by_visit(rows: pd.DataFrame, scores: pd.DataFrame, index: SeverityIndex) -> pd.DataFrame:
    """Week, observed and predicted index of each visit; all visits of the default trial have all regions."""
    rows = rows.merge(scores[["subject", "visit", "region", "week"]], on=["subject", "visit", "region"])
    weights = rows["region"].map({region.name: region.weight for region in index.regions})
    rows[["observed", "predicted"]] = rows[["observed", "predicted"]].mul(weights, axis=0)
    return rows.groupby(["subject", "visit", "week"], as_index=False)[["observed", "predicted"]].sum()


if __name__ == "__main__":
    main()
