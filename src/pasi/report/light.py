"""The light at the head of the report: use, use with care, or do not use, from named conditions.

docs/report.md lists every condition with what it asks and why; a test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.report.epoch_cap import epochs_enough
from pasi.report.openings import log_intact, opened_once
from pasi.report.plans import plan_kept
from pasi.report.result_conditions import (
    calibrated,
    endpoints_replaceable,
    no_bias_of_improvement,
    no_bias_on_average,
    possible_scores,
    real_cohort,
    test_part,
    weeks_known,
)
from pasi.report.run_conditions import (
    all_trainings_learned,
    baseline_beaten,
    enough_subjects,
    limit_of_acceptance,
    no_leakage,
    no_network_left_out,
    no_optimistic_rows,
    trainings_learned,
)
from pasi.report.week_bias import no_bias_by_week


@dataclass(frozen=True)
class Light:
    """The colour, and all conditions in the order of the page."""

    colour: Colour
    conditions: tuple[Condition, ...]

    @property
    def failed(self) -> list[Condition]:
        """Those that do not hold, the gravest first."""
        return sorted((one for one in self.conditions if one.holds is False), key=lambda one: -one.colour)

    @property
    def groups(self) -> list[tuple[str, list[Condition]]]:
        """All conditions by what the light says where one fails, the gravest first: what it says, and they."""
        return [
            (colour.words.lower(), [one for one in self.conditions if one.colour is colour])
            for colour in (Colour.NOT, Colour.CARE)
        ]


def light(content: ReportContent) -> Light:
    """The worst colour of the conditions that do not hold; "use" only where all that are asked hold."""
    conditions = tuple(_conditions(content))
    return Light(max((one.colour for one in conditions if one.holds is False), default=Colour.USE), conditions)


def _conditions(content: ReportContent) -> Iterator[Condition]:
    yield no_leakage(content)
    yield trainings_learned(content)
    yield enough_subjects(content)
    yield baseline_beaten(content)
    yield endpoints_replaceable(content)
    yield no_bias_of_improvement(content)
    yield no_bias_on_average(content)
    yield no_bias_by_week(content)
    yield calibrated(content)
    yield from limit_of_acceptance(content)
    yield log_intact(content)
    yield plan_kept(content)
    yield all_trainings_learned(content)
    yield epochs_enough(content)
    yield no_optimistic_rows(content)
    yield no_network_left_out(content)
    yield possible_scores(content)
    yield test_part(content)
    yield opened_once(content)
    yield weeks_known(content)
    yield real_cohort(content)
