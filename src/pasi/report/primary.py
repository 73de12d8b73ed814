"""The primary measure in words; the report names it before any number."""

from pasi.evaluation.settings import Primary

SHORT: dict[Primary, str] = {"mae": "MAE", "ccc": "CCC"}
BETTER: dict[Primary, str] = {"mae": "a lower MAE", "ccc": "a higher CCC"}
WORSE: dict[Primary, str] = {"mae": "a higher MAE", "ccc": "a lower CCC"}
BEST: dict[Primary, str] = {"mae": "the lowest MAE", "ccc": "the highest CCC"}
LONG: dict[Primary, str] = {
    "mae": "mean absolute error (MAE)",
    "ccc": "concordance correlation coefficient (CCC)",
}


def primary_sentence(primary: Primary) -> str:
    """Which measure chooses and judges, and which key of the config says so."""
    return (
        f"The primary measure of this report is the {LONG[primary]} by visit (evaluation.primary). By it the learner "
        "is chosen, out of fold, and by it the chosen learner is judged against the baselines; no other measure has a "
        "say in either."
    )
