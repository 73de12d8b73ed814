"""Options of the evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

Ddof = Literal[0, 1]  # the moments of CCC are divided by n minus this (evaluation.ccc_ddof, R44)
Primary = Literal["mae", "ccc"]  # the measure by which a learner is chosen and judged (evaluation.primary)
ShownRows = Literal["none", "chosen", "all"]  # of whom rows on the test part are shown (evaluation.test_rows)


@dataclass(frozen=True)
class AcceptanceLimits:
    """Limits that an endpoint must keep, to be written into a protocol before anyone looks at a result.

    margin: largest change of a rate, and of the difference between the arms, by the model's reading. 0.10 is the
    smallest non-inferiority margin that is common for response rates. kappa: smallest agreement of the two readings;
    0.6 is where Landis and Koch (Biometrics 33, 1977) begin to call it substantial. price: largest factor on the number
    of subjects. subjects: fewest in each arm. They are conventions; no data say that they are right.
    """

    margin: float = 0.10
    kappa: float = 0.60
    price: float = 1.25
    subjects: int = 20

    @classmethod
    def from_config(cls, evaluation: Mapping[str, Any]) -> Self:
        """The limits that the section `evaluation` of a config names, each under endpoint_LIMIT."""
        return cls(**{field.name: evaluation[f"endpoint_{field.name}"] for field in fields(cls)})


LIMITS = AcceptanceLimits()
