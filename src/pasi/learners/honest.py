"""Out-of-fold rows of meta-learners that owe nothing to the observed scores of their fold, weights included.

The weights for fold j are fitted to predictions of every other fold i by networks that were trained without i and j,
and applied to the predictions of fold j by the networks that were trained without j.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from pasi.learners.settings import UNFITTED, StackingSettings
from pasi.learners.stacking import Fit, cross_predict, fit_rows, fold_summaries, make_stacking_rows
from pasi.learners.wide import to_wide
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns


def with_honest_rows(fit: Fit, oof: Columns, pairs: Columns, settings: StackingSettings, index: SeverityIndex) -> Fit:
    """The fit with such out-of-fold rows, and with their weights under `folds` of its summary.

    fit: what `fit_learner` returned for `oof`, whose networks are those of `pairs` (`gather_pairs`). Its final fit and
    its test rows stay. A learner without fitted weights stays as it is. Networks are trained once without each pair of
    folds, so with repeats these rows are those of repeat 0: the weights must be applied to predictions as noisy as
    those that they were fitted to. Raises SettingError where a fit fails, StaleResultError where a network lacks a row.
    """
    name = fit.summary["name"]
    if name in UNFITTED:
        return fit
    backbones = fit.summary["backbones"]
    table = pd.DataFrame(dict(oof))
    keys, composites = to_wide(table[table["repeat"] == 0], backbones)
    frame = pd.DataFrame(dict(pairs))
    fitted = {
        fold: make_stacking_rows(*to_wide(frame[frame["without"] == fold], backbones), settings.level, index)
        for fold in np.unique(keys["fold"]).tolist()
    }
    crossed = {fold: fit_rows(name, rows, settings, backbones, index) for fold, rows in fitted.items()}
    rows = fit.rows.copy()
    rows.loc[rows["part"] == "oof", "predicted"] = cross_predict(crossed, keys["fold"].to_numpy(), composites)
    counts = {fold: len(rows.observed) for fold, rows in fitted.items()}
    return replace(fit, rows=rows, summary={**fit.summary, "folds": fold_summaries(crossed, counts)})
