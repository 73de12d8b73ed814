"""Scores of held-out subjects by a bundle, beside the predictions of its run and the grades (docs/coffee.md).

    python benchmarks/held_out.py photos results/plants data/coffee/photos.csv data/coffee/held_out.csv
    pasi predict --model results/plants/bundle --photos data/coffee/held_out.csv --out scores.csv
    python benchmarks/held_out.py compare results/plants scores.csv

The first writes the rows of the subjects of the test part. The last prints how far the composites are from those of
`test.parquet`, for a bundle of one network, and MAE and CCC of the index against the observed scores.
"""

import argparse
import json
from pathlib import Path

import pandas as pd

import pasi
from pasi.storage.tables import read_table


def write_photos(results: Path, photos: Path, out: Path) -> None:
    """Write the rows of a table of photos that are of a subject of the test part."""
    subjects = pd.read_parquet(results / "splits" / "subjects.parquet")
    held_out = set(subjects.subject[subjects.part == "test"])
    table = pd.read_csv(photos, dtype=str, keep_default_na=False)
    table[table.subject.isin(held_out)].to_csv(out, index=False)
    print(f"{out}: photos of {len(held_out)} subjects")


def compare(results: Path, scores: Path) -> None:
    """Print the largest difference from the run's own predictions, and the errors of the index."""
    learner = json.loads((results / "bundle" / "model.json").read_text("utf-8"))["learner"]
    predictions = pd.read_parquet(results / "test.parquet")
    own = predictions[predictions.learner == learner]
    table = pd.DataFrame(read_table(scores))
    scored = table[table.status != "refused"]
    composites = [f"composite_{region}" for region in own.region.unique()]
    long = scored.melt(["subject", "visit"], composites, "region")
    both = own.merge(long.assign(region=long.region.str.removeprefix("composite_")), on=["subject", "visit", "region"])
    difference = (both.value.astype(float) - both.predicted).abs().max()
    print(f"{len(scored)} of {len(table)} visits scored; {len(both)} composites differ by at most {difference:.1e}")
    visits = pd.read_parquet(results / "evaluation" / "visits.parquet").query("part == 'test'")
    observed = visits.drop_duplicates(["subject", "visit"])[["subject", "visit", "observed"]]
    pairs = scored[["subject", "visit", "score"]].merge(observed, on=["subject", "visit"])
    truth, said = pairs.observed.to_numpy(), pairs.score.astype(float).to_numpy()
    print(f"{len(pairs)} visits: MAE {pasi.mae(truth, said):.3f}, CCC {pasi.ccc(truth, said):.3f}")


def main() -> None:
    """Write a table of photos, or compare scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    for step, places in (("photos", ("results", "photos", "out")), ("compare", ("results", "scores"))):
        own = steps.add_parser(step)
        for name in places:
            own.add_argument(name, type=Path)
    options = parser.parse_args()
    if options.step == "photos":
        write_photos(options.results, options.photos, options.out)
    else:
        compare(options.results, options.scores)


if __name__ == "__main__":
    main()
