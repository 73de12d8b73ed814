"""Which rows of the tables are too good, because what made a prediction had seen the observed scores of its subject."""

from collections.abc import Collection
from dataclasses import dataclass

from pasi.splits.settings import Monitor


@dataclass(frozen=True)
class Optimism:
    """How observed scores of a fold can reach its out-of-fold predictions (R35).

    monitor: with "heldout" trainings monitored the fold, in every network and so in every meta-learner. leaking:
    the meta-learners whose weights for a fold were fitted to predictions of networks that were trained on the fold;
    docs/evaluation.md has what that is worth. Test rows and baselines are never too good in this way.

    >>> told = Optimism(leaking=["nnls"])
    >>> told.marks("nnls", "meta", "oof"), told.marks("nnls", "meta", "test"), told.marks("mean", "meta", "oof")
    (True, False, False)
    """

    monitor: Monitor = "inner"
    leaking: Collection[str] = ()

    def marks(self, learner: str, kind: str, part: str) -> bool:
        """Whether the row of a learner, of a kind ("backbone", "meta", "baseline"), in a part is too good."""
        watched = self.monitor == "heldout" and kind != "baseline"
        return part == "oof" and (watched or learner in self.leaking)


NONE_KNOWN = Optimism()
