"""Names of columns in published tables, and which metric each of them means."""

import re

from pasi.cohort.look_alike import typed

SPELLINGS = {
    "mae": ("mae", "meanabsoluteerror"),
    "mse": ("mse", "meansquarederror", "meansquareerror"),
    "rmse": ("rmse", "rmsd", "rootmeansquarederror", "rootmeansquareerror"),
    "pcc": (
        *("r", "pcc", "pearson", "pearsonr", "pearsonsr", "corr", "cor", "correlation", "pearsoncorrelation"),
        *("pearsoncorrelationcoefficient", "pearsonscorrelationcoefficient", "pearsonscorrelation"),
    ),
    "ccc": (
        *("ccc", "linccc", "linsccc", "concordance", "concordancecorrelation", "concordancecorrelationcoefficient"),
        *("linsconcordancecorrelationcoefficient", "linconcordancecorrelationcoefficient"),
    ),
}
LEARNERS = ("learner", "learners", "model", "models", "method", "methods", "network", "algorithm", "architecture")
METRIC_OF = {spelling: metric for metric, spellings in SPELLINGS.items() for spelling in spellings}


def metric_of(name: str) -> str | None:
    """The metric that a name of a column means, apart from case, spaces, dashes and a unit in brackets; None for none.

    Spearman's rho, R^2 and the ICC are other numbers than r and CCC, and mean none.

    >>> [metric_of(name) for name in ("MAE (points)", "Pearson's r", "PCC", "R2", "ICC", "rho")]
    ['mae', 'pcc', 'pcc', None, None, None]
    """
    return METRIC_OF.get(_plain(name))


def is_learner(name: str) -> bool:
    """Whether a column names the rows: learner, model or method, or a first column without a name.

    >>> is_learner("Model"), is_learner(""), is_learner("year")
    (True, True, False)
    """
    plain = _plain(name)
    return plain in LEARNERS or not name.strip()


def _plain(name: str) -> str:
    """A name in lower case, without what stands in brackets, and letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\([^)]*\)|\[[^]]*\]", "", typed(name)).casefold())
