"""Settings of a split, with the config's defaults."""

from pasi.splits.settings import SplitSettings


def options(**changed):
    """Settings of a quick split, with those named in `changed` set otherwise."""
    plain = SplitSettings(
        method="greedy",
        file=None,
        test_fraction=0.1,
        folds=3,
        stratify_on="desquamation",
        imbalance="label_share",
        restarts=5,
        inner_fraction=0.15,
        seed=0,
    )
    return SplitSettings(**{**vars(plain), **changed})
