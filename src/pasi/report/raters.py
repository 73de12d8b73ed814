"""What the report says of the raters' error; nothing unless `report.rater_difference` states it."""

from math import isnan

from pasi.evaluation.rater_noise import RaterNoise, rater_noise
from pasi.evaluation.visits import learner_rows
from pasi.report.content import ReportContent
from pasi.report.numbers import number


def perfect_predictor(content: ReportContent) -> RaterNoise | None:
    """The figures of a perfect predictor on the out-of-fold visits; None where `report.rater_difference` is null."""
    difference = content.config["report"]["rater_difference"]
    if difference is None:
        return None
    return rater_noise(learner_rows(content.visits, content.chosen, "oof")["observed"], difference)


def rater_sentences(content: ReportContent) -> list[str]:
    """What a perfect predictor would reach against one rater, and which error of the raters this assumes."""
    found = perfect_predictor(content)
    if found is None:
        return []
    difference = number(content.config["report"]["rater_difference"], 1)
    mae = (
        f"Two raters are assumed to differ by {difference} {content.index.unit} on average (report.rater_difference), "
        f"so even a perfect predictor would have an MAE of about {number(found.mae, 1)} against one of them, if their "
        "errors are normal and independent."
    )
    if isnan(found.ccc):
        return [
            f"{mae} That error is as large as the spread of the observed scores out of fold, so that it is not one of "
            "these raters: no CCC follows from it."
        ]
    return [
        f"{mae} Out of fold its CCC would be about {number(found.ccc)}, and that of no predictor above "
        f"{number(found.highest_ccc)}; the line of its predictions on the observed scores would have the slope "
        f"{number(found.slope)}, while its calibration line, of observed on predicted scores, would have the slope 1."
    ]
