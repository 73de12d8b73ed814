"""The report as one self-contained HTML page, rendered from its content, with what lies beside it."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from pasi.evaluation.visits import PART_NAMES
from pasi.pages.shell import Assets, page_environment
from pasi.report.agreement import agreement_section
from pasi.report.answer import answer_section
from pasi.report.appendix import appendix_section
from pasi.report.cells import marked
from pasi.report.clinical import clinical_section
from pasi.report.content import ReportContent
from pasi.report.facts import facts_of
from pasi.report.figure_tables import figure_tables
from pasi.report.health import health_section
from pasi.report.leaderboard import leaderboard_section
from pasi.report.numbers import number
from pasi.report.plots import MARKS
from pasi.report.primary import SHORT, WORSE, primary_sentence
from pasi.report.subjects import subjects_section
from pasi.report.summary import summary_of
from pasi.report.trust import trust_section
from pasi.storage.atomic import atomic_write
from pasi.storage.json_files import write_json
from pasi.wording import counted

SUMMARY = "report/summary.json"
SECTIONS = (
    ("answer", "Answer"),
    ("health", "Health of the training"),
    ("trust", "Can it be trusted"),
    ("agreement", "Agreement"),
    ("clinical", "Clinical"),
    ("learners", "Learners"),
    ("cohort", "Cohort and split"),
    ("curves", "Learning curves"),
    ("appendix", "Appendix"),
)
MODULES = (
    *(answer_section, health_section, trust_section, agreement_section, clinical_section),
    *(leaderboard_section, subjects_section, appendix_section),
)


def render_report(content: ReportContent) -> str:
    """The page as text. All text from tables and config is escaped; an undefined name in a template is an error."""
    environment = page_environment("pasi.report")
    facts = facts_of(content)
    environment.filters["number"] = number

    def fact(name: str, style: str = "0") -> Markup:
        return marked(facts[name], style, SUMMARY, "facts", name)

    environment.globals |= {"counted": counted, "fact": fact}
    shell = Assets.of("pasi.report").shell(img_src="data:")
    return environment.get_template("report.html.jinja").render(**shell, sections=SECTIONS, **_page(content))


def write_report(content: ReportContent, path: str | Path) -> None:
    """Render `content` into `path`, whole or not at all."""
    with atomic_write(path) as temporary:
        temporary.write_text(render_report(content), encoding="utf-8")


def write_beside(content: ReportContent, folder: str | Path) -> None:
    """Write summary.json and data/FIGURE.csv, the numbers behind each figure, into the folder of the report."""
    write_json(summary_of(content), Path(folder) / "summary.json")
    for name, table in figure_tables(content).items():
        table.write(Path(folder) / "data" / f"{name}.csv")


def _page(content: ReportContent) -> dict[str, Any]:
    """The variables of all templates: those that sections share, then those of each section's module."""
    shared = {
        "content": content,
        "index": content.index,
        "learner": content.chosen,
        "part": content.part,
        "tested": content.tested,
        "primary": primary_sentence(content.primary),
        "measure": SHORT[content.primary],
        "worse_measure": WORSE[content.primary],
        "part_names": PART_NAMES,
        "data": figure_tables(content),
        "marks": MARKS,
    }
    own = [module(content) for module in MODULES]
    return {**shared, **{name: value for section in own for name, value in section.items()}}
