"""What weights in half precision change: room, and scores of the same photos by two bundles of a run (docs/scoring.md).

    python benchmarks/half_weights.py bundle-fp32 bundle-fp16 data/demo/photos.csv

The second bundle is made with bundle.weights: fp16, and nothing else may differ.
"""

import argparse
from pathlib import Path

import numpy as np

from pasi.bundle.layout import NETWORKS
from pasi.bundle.load import Bundle, load_bundle
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.visit_photos import see_photos
from pasi.bundle.visit_scores import CHUNK


def scores_of(bundle: Bundle, photos: Path) -> np.ndarray:
    """Of each visit the index by all networks, then by those of each fold (1 + folds, visits)."""
    found = read_new_visits(photos, bundle.index, bundle.scorer.preprocess.extra_photos, Reading())
    seen = [see_photos(visit, found.root, bundle.scorer.preprocess.tiles) for visit in found.visits]
    parts = [bundle.scorer.score(seen[start : start + CHUNK]) for start in range(0, len(seen), CHUNK)]
    combine = bundle.index.combine
    return np.hstack([np.vstack([combine(own.composites)[None], combine(own.by_fold)]) for own in parts])


def main() -> None:
    """Print room and differences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("full", "half", "photos"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    for folder in (options.full, options.half):
        size = sum(file.stat().st_size for file in (folder / NETWORKS).iterdir())
        print(f"{folder}: {size / 1e6:.1f} MB of weights")
    full, half = (
        scores_of(load_bundle(folder, device="cpu"), options.photos) for folder in (options.full, options.half)
    )
    moved = np.abs(half - full)
    largest, mean = moved[0].max(), moved[0].mean()
    print(f"{full.shape[1]} visits: a score moves by at most {largest:.4f} points, {mean:.4f} on average;")
    print(f"the score by the networks of one fold, as out of fold, by at most {moved[1:].max():.4f} points")


if __name__ == "__main__":
    main()
