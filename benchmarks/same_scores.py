"""How far scores of the same photos by the same bundle differ between environments (docs/scoring.md).

    python benchmarks/same_scores.py here.csv other.csv ...

Prints for each other table the largest difference of a score and of any number, and rows with another status or reason.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from pasi.storage.tables import read_table


def compare(one: pd.DataFrame, other: pd.DataFrame) -> str:
    """What differs between two tables of `pasi predict`, in words."""
    if list(one) != list(other) or not one[["subject", "visit"]].equals(other[["subject", "visit"]]):
        return "other columns or visits"
    texts = ["status", "reasons", "baseline"]
    equal = (one[texts] == other[texts]) | (one[texts].isna() & other[texts].isna())
    rows = int((~equal).any(axis=1).sum())
    numbers = [name for name in one if name not in ("subject", "visit", *texts)]
    apart = (one[numbers].astype(float) - other[numbers].astype(float)).abs()
    gaps = int((one[numbers].isna() != other[numbers].isna()).to_numpy().sum())
    worst = apart.max().fillna(0).idxmax()
    return (
        f"{len(one)} visits: score {np.nanmax(apart['score']):.1e}, any number {np.nanmax(apart):.1e} ({worst}); "
        f"{rows} rows with another status or reason, {gaps} numbers that only one has"
    )


def main() -> None:
    """Print what differs from the first table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path)
    parser.add_argument("others", type=Path, nargs="+")
    options = parser.parse_args()
    one = pd.DataFrame(read_table(options.one))
    for path in options.others:
        print(f"{path}: {compare(one, pd.DataFrame(read_table(path)))}")


if __name__ == "__main__":
    main()
