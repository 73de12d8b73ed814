"""The signs of the best single network, judged one by one, where networks predict them."""

from pasi.report.content import ReportContent
from pasi.report.verdict import best_network
from pasi.storage.tables import Row, rows_of


def sign_rows(content: ReportContent) -> list[Row]:
    """The rows of signs.csv of the network that is best out of fold; none where networks predict composites alone."""
    return rows_of(content.signs, learner=best_network(content))
