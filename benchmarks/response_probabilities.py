"""Are the probabilities of a response true? Of simulated new subjects: what was said, and how many responded.

    python benchmarks/response_probabilities.py results/demo/bundle results/unlike/first-first-48

The folder is one of `pasi simulate`, of subjects that the bundle's training has not seen (docs/scoring.md).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from pasi.bundle.load import load_bundle
from pasi.severity.index import SeverityIndex
from pasi.severity.response import improvement
from pasi.severity.steps import is_clear

BASELINE, PARTS = "V1", 4


def true_scores(folder: Path, index: SeverityIndex) -> dict[tuple[str, str], float]:
    """The index of each visit by its grades."""
    grades = pd.read_csv(folder / "scores.csv")
    weights = {region.name: region.weight for region in index.regions}
    own = grades[[sign.name for sign in index.signs]].sum(axis=1) * grades["area"] * grades["region"].map(weights)
    sums: dict[tuple[str, str], float] = {}
    for subject, visit, value in zip(grades["subject"], grades["visit"], own, strict=True):
        sums[subject, visit] = sums.get((subject, visit), 0.0) + float(value)
    return sums


def responds(start: float, now: float, threshold: int, index: SeverityIndex) -> bool:
    """Whether a visit truly reaches a threshold."""
    per_cent = improvement(start, now, index)
    return per_cent is not None and (per_cent >= threshold or bool(is_clear([now], index)[0]))


def main() -> None:
    """Print a line for each threshold and part of the visits, by what was said of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("trial", type=Path)
    options = parser.parse_args()
    bundle, order = load_bundle(options.bundle, device="cpu"), ("V1", "V2", "V3", "V4", "V5", "V6")
    found = bundle.predict(options.trial / "photos.csv", visit_order=order, baseline=BASELINE)
    truth = true_scores(options.trial, bundle.index)
    print("| threshold | visits | said (%) | responded (%) | predicted to respond (%) |\n|---|---|---|---|---|")
    for threshold in bundle.index.responses:
        rows = found[found[f"probability_{threshold}"].notna()].sort_values(f"probability_{threshold}", kind="stable")
        keys = zip(rows["subject"], rows["visit"], strict=True)
        true = [responds(truth[key[0], BASELINE], truth[key], threshold, bundle.index) for key in keys]
        said, predicted = (rows[f"{name}_{threshold}"].to_numpy() for name in ("probability", "response"))
        for part in [np.arange(len(rows)), *np.array_split(np.arange(len(rows)), PARTS)]:
            means = [100 * float(np.mean(np.asarray(own, dtype=float)[part])) for own in (said, true, predicted)]
            print(f"| {threshold} | {len(part)} | {' | '.join(f'{own:.0f}' for own in means)} |")


if __name__ == "__main__":
    main()
