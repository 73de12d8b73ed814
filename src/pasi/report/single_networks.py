"""What the report says of single networks beside the mean of those of all folds."""

from statistics import fmean

from pasi.report.content import ReportContent
from pasi.report.numbers import number, signed
from pasi.storage.tables import rows_of
from pasi.wording import counted


def single_network_text(content: ReportContent) -> str:
    """How much averaging over the folds gains on the test part; "" without test visits."""
    rows = rows_of(content.singles)
    if not rows:
        return ""
    mean = {name: fmean(row[name] for row in rows) for name in ("mae_single", "mae_mean", "ccc_single", "ccc_mean")}
    change = signed(mean["ccc_mean"] - mean["ccc_single"])
    over = f"the folds of {counted(len(rows), 'backbone')}"
    return (
        f"On the test part a single network has an MAE of {number(mean['mae_single'])} and a CCC of "
        f"{number(mean['ccc_single'])} on average over {over}; the mean of the networks of "
        f"all {counted(len(content.fold_numbers), 'fold')} has {number(mean['mae_mean'])} and "
        f"{number(mean['ccc_mean'])}. "
        f"This gain of {number(mean['mae_single'] - mean['mae_mean'])} in MAE, and the change of {change} in CCC, is "
        "that of averaging alone: it is in the test rows and not in the out-of-fold ones, which come from one network "
        "each."
    )
