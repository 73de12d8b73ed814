"""Options of the evaluation."""

from typing import Literal

Ddof = Literal[0, 1]  # the moments of CCC are divided by n minus this (evaluation.ccc_ddof, R44)
Primary = Literal["mae", "ccc"]  # the measure by which a learner is chosen and judged (evaluation.primary)
ShownRows = Literal["none", "chosen", "all"]  # of whom rows on the test part are shown (evaluation.test_rows)
