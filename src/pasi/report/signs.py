"""The signs of the best single network, judged one by one, where networks predict them."""

from pasi.report.cells import Line
from pasi.report.content import ReportContent
from pasi.report.verdict import best_network


def sign_rows(content: ReportContent) -> list[Line]:
    """The rows of signs.csv of the network that is best out of fold; none where networks predict composites alone."""
    return content.lines("signs", learner=best_network(content))
