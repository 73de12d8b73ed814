"""The report: Table 1, Table S1 and one self-contained HTML page, from the tables of a finished run."""

from pasi.report.content import ReportContent, Sources, load_content
from pasi.report.render import render_report, write_report
from pasi.report.tables import table_1, table_s1

__all__ = [
    "ReportContent",
    "Sources",
    "load_content",
    "render_report",
    "table_1",
    "table_s1",
    "write_report",
]
