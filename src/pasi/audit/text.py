"""An audit as a person reads it in a terminal."""

from collections.abc import Iterator
from textwrap import fill

from pasi.audit.findings import Audit
from pasi.audit.rank_sentences import about_best, about_choice, about_groups, about_interval, about_ranks, about_raters
from pasi.audit.row_table import table_lines
from pasi.audit.shown import WIDTH
from pasi.audit.spread_sentences import about_bias, about_observed, about_others
from pasi.wording import counted, first_names

NOT_IN_THE_TABLE = (
    "the direction of a bias, and whether errors grow with the score: that takes observed and predicted scores",
    "an interval that holds: that takes the subject of each visit",
    "whether two rows differ: that takes the errors of both on each visit",
    "whether its numbers are right: what agrees with itself may still be wrong",
)


def audit_text(audit: Audit) -> str:
    """The audit as text: what was read, what contradicts itself, what follows, and what does not."""
    return "\n".join(_lines(audit))


def _lines(audit: Audit) -> Iterator[str]:
    yield from map(_paragraph, _read(audit))
    yield f"\nWHAT CONTRADICTS ITSELF: {counted(len(audit.contradictions), 'contradiction')}"
    if not audit.contradictions:
        yield _paragraph("Nothing was found that no scores could have. That does not make the numbers right.")
    for number, one in enumerate(audit.contradictions, 1):
        zeros = " This holds only if cells with fewer decimals than their column have lost zeros."
        yield _paragraph(f"{number}. {one.text}.{zeros if one in audit.of_decimals else ''}")
    if audit.set_aside:
        rows = "This row is" if len(audit.set_aside) == 1 else "These rows are"
        yield _paragraph(f"{rows} left out of what follows: {', '.join(audit.set_aside)}.")
    if audit.rows:
        yield from _what_follows(audit)


def _what_follows(audit: Audit) -> Iterator[str]:
    yield "\nWHAT FOLLOWS"
    parts = (about_observed, about_best, about_bias, about_interval, about_ranks, about_choice, about_others)
    for part in (*parts, about_groups, about_raters):
        yield from map(_paragraph, part(audit))
    yield "\nROW BY ROW"
    yield from table_lines(audit)
    yield "\nWHAT THE TABLE DOES NOT SAY"
    yield from (_paragraph(f"- {text}") for text in NOT_IN_THE_TABLE)


def _read(audit: Audit) -> Iterator[str]:
    files = ", ".join(f"{table.file} ({counted(len(table.rows), 'row')})" for table in audit.tables)
    subjects = "" if audit.visits.subjects is None else f" of {counted(audit.visits.subjects, 'subject')}"
    visits = f"{counted(audit.visits.visits, 'visit')}{subjects}"
    yield f"{files}: {counted(len(audit.rows) + len(audit.set_aside), 'learner')} on {visits}."
    text = "Each number stands for all that round to it."
    if shortened := sum(table.shortened for table in audit.tables):
        text += (
            f" {counted(shortened, 'number')} with fewer decimals than others of the column "
            f"{'is' if shortened == 1 else 'are'} read with zeros behind, as 0.9 for 0.900 (--decimals cell: as they "
            "stand)."
        )
    yield text
    for table in audit.tables:
        if table.ignored:
            yield f"{table.file}: not used: {first_names(table.ignored, 10)}."


def _paragraph(text: str) -> str:
    return fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
