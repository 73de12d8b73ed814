"""How far the out-of-fold errors of meta-learners are from those on fresh subjects, as rows of Markdown.

`python benchmarks/stacking.py [TRIALS]`; 200 trials take about ten minutes on one core. docs/evaluation.md has the
table. Seeds are fixed: the numbers repeat.
"""

import sys
from collections.abc import Mapping

import numpy as np

from pasi.config.settings import read_settings
from pasi.learners.honest import with_honest_rows
from pasi.learners.settings import MetaLearner, StackingSettings
from pasi.learners.stacking import Fit, LinearFit, fit_learner
from stacking_trials import Networks, StackingTrial, make_trial

KINDS = {
    "many weak features": Networks(features=300, seen=0.1, penalties=(1, 3)),
    "few strong features": Networks(features=40, seen=0.5, penalties=(-1, 2)),
}
SUBJECTS = 54
LEARNERS: tuple[MetaLearner, ...] = ("meta_learner", "meta_learner_w_intercept", "nnls", "greedy_selection", "mean")


def excess(fit: Fit, trial: StackingTrial) -> tuple[float, float]:
    """Out-of-fold MAE of a fit, and the MAE of the same weights and networks on fresh subjects."""
    rows = fit.rows
    own = float(np.abs(rows["predicted"] - rows["observed"]).mean())
    sizes = trial.oof.drop_duplicates(["subject", "visit"])["fold"].value_counts()
    fits = {fold["fold"]: LinearFit.from_json({**fit.summary, **fold}) for fold in fit.summary["folds"]}
    errors = [
        sizes[fold] * np.abs(found.predict(trial.fresh[fold]) - trial.fresh_observed).mean()
        for fold, found in fits.items()
    ]
    return own, float(sum(errors) / sizes.sum())


def measured(networks: Networks, trials: int) -> dict[str, np.ndarray]:
    """By learner, for each trial (t, 4): out-of-fold and fresh MAE of plain rows, and of honest rows."""
    settings, index = StackingSettings(), read_settings({}).index
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in LEARNERS}
    for seed in range(trials):
        trial = make_trial(seed, SUBJECTS, networks)
        for name in LEARNERS:
            plain = fit_learner(name, trial.oof, trial.test, settings, index)
            honest = with_honest_rows(plain, trial.oof, trial.pairs, settings, index)
            found[name].append((*excess(plain, trial), *excess(honest, trial)))
    return {name: np.array(rows) for name, rows in found.items()}


def bias(own: np.ndarray, fresh: np.ndarray) -> str:
    """Mean over trials of own / fresh - 1, in per cent, with its standard error."""
    ratio = 100 * (own / fresh - 1)
    return f"{ratio.mean():+.1f}% ({ratio.std(ddof=1) / np.sqrt(len(ratio)):.1f})"


def table(found: Mapping[str, np.ndarray], kind: str) -> list[str]:
    """A row for each learner; the last column is paired by trial, so that its error is smaller."""
    lines = []
    for name, rows in found.items():
        gap = 100 * (rows[:, 0] / rows[:, 1] - rows[:, 2] / rows[:, 3])
        paired = f"{gap.mean():+.1f}% ({gap.std(ddof=1) / np.sqrt(len(gap)):.1f})"
        fresh = f"{rows[:, 1].mean():.2f}"
        lines.append(f"| {kind} | {name} | {fresh} | {bias(*rows[:, :2].T)} | {bias(*rows[:, 2:].T)} | {paired} |")
    return lines


def main(trials: int) -> None:
    """Print the table."""
    print("| networks with | meta-learner | MAE on fresh subjects | plain rows | honest rows | plain minus honest |")
    print("|---|---|---|---|---|---|")
    for kind, networks in KINDS.items():
        print("\n".join(table(measured(networks, trials), kind)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
