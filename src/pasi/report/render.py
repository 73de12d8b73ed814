"""The report as one self-contained HTML page, rendered from its content."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.evaluation.replacement import LIMITS
from pasi.evaluation.visits import PART_NAMES
from pasi.report.band_cuts import band_cut_text
from pasi.report.baselines import baseline_lines, missing_baseline_sentences
from pasi.report.caveats import caveats
from pasi.report.checks import balances, cohort_flow, leakage_checks
from pasi.report.content import ReportContent
from pasi.report.endpoints import endpoint_rows, endpoint_texts, price_text
from pasi.report.figure_tables import figure_tables
from pasi.report.findings import first_rank_text, fit_lines, headlines, selection_text
from pasi.report.league_table import league_table, mae_axis
from pasi.report.learning import is_short
from pasi.report.measured_coverage import band_text, coverage_text
from pasi.report.numbers import interval, number, probability, signed
from pasi.report.paper_tables import best_learners, table_1
from pasi.report.primary import BEST, SHORT, WORSE, primary_sentence
from pasi.report.raters import perfect_predictor, rater_sentences
from pasi.report.responses import missing_courses_text, missing_response_texts, nearly_clear_text
from pasi.report.signs import sign_rows
from pasi.report.single_networks import single_network_text
from pasi.report.spread import plus_minus, shown_repeat_sentence, spread_sentences
from pasi.report.stacking_weights import stacking_weights
from pasi.report.verdict import verdict
from pasi.severity.bands import band_table
from pasi.severity.response import non_responder_table, response_table
from pasi.storage.atomic import atomic_write
from pasi.storage.tables import rows_of
from pasi.wording import counted

FILTERS = {
    "number": number,
    "signed": signed,
    "interval": interval,
    "probability": probability,
    "spread": plus_minus,
}


def render_report(content: ReportContent) -> str:
    """The page as text. All text from tables and config is escaped; an undefined name in the template is an error."""
    environment = Environment(
        loader=PackageLoader("pasi.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals |= {"counted": counted, "is_short": is_short, "price_text": price_text}
    style = resources.files("pasi.report").joinpath("style.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.jinja").render(style=Markup(style), **_page(content))


def write_report(content: ReportContent, path: str | Path) -> None:
    """Render `content` into `path`, whole or not at all."""
    with atomic_write(path) as temporary:
        temporary.write_text(render_report(content), encoding="utf-8")


def _page(content: ReportContent) -> dict[str, Any]:
    """The variables of the template."""
    return {
        "content": content,
        "index": content.index,
        "learner": content.chosen,
        "part": content.part,
        "primary": primary_sentence(content.primary),
        "measure": SHORT[content.primary],
        "best_measure": BEST[content.primary],
        "worse_measure": WORSE[content.primary],
        "part_names": PART_NAMES,
        "warnings": caveats(content),
        "flow": cohort_flow(content),
        "balances": balances(content.balance),
        "checks": leakage_checks(content),
        "stack": stacking_weights(content.models),
        "data": figure_tables(content),
        "settings": flatten(content.config),
        **_of_chosen(content),
        **_of_all(content),
    }


def _of_chosen(content: ReportContent) -> dict[str, Any]:
    """The variables that concern the chosen learner."""
    own = np.asarray(content.visits["learner"]) == content.chosen
    visits = {name: np.asarray(values)[own] for name, values in content.visits.items()}
    found, lines = headlines(content), fit_lines(content)
    return {
        "headlines": found,
        "coverage": coverage_text(found),
        "verdict": verdict(content),
        "selection": selection_text(content),
        "shown_repeat": shown_repeat_sentence(content),
        "lines_of_fit": lines,
        "band": band_text(lines),
        "regions": rows_of(content.metrics, level="region", learner=content.chosen),
        "responses": rows_of(response_table(visits, content.index)),
        "non_responders": [row for row in rows_of(non_responder_table(visits, content.index)) if row["undefined"]],
        "nearly_clear": nearly_clear_text(content, visits),
        "missing_courses": missing_courses_text(content),
        "missing_responses": missing_response_texts(content, visits),
        "arm_endpoints": endpoint_rows(content, pairs=False),
        "endpoints": endpoint_rows(content, pairs=True),
        "endpoint_texts": endpoint_texts(content),
        "limits": LIMITS,
        "bands": rows_of(band_table(visits, content.index)),
        "band_cuts": band_cut_text(content),
    }


def _of_all(content: ReportContent) -> dict[str, Any]:
    """The variables that concern all learners."""
    lines = league_table(content, [*content.config["training"]["backbones"], *content.models])
    axis = mae_axis(lines)
    perfect = perfect_predictor(content)
    return {
        "fewest_for_verdict": FEWEST_FOR_VERDICT,
        "first_rank": first_rank_text(content),
        "table_1": rows_of(table_1(content.metrics, content.primary)),
        "best": best_learners(rows_of(content.metrics, level="visit", part=content.part)),
        "lines": lines,
        "candidates": sum(line.kind != "baseline" for line in lines),
        "mae_axis": axis,
        "raters": rater_sentences(content),
        "rater_floor": perfect.mae if perfect is not None and perfect.mae <= axis.maximum else None,
        "differences": rows_of(content.differences),
        "baselines": baseline_lines(content),
        "missing_baselines": missing_baseline_sentences(content),
        "spread": spread_sentences(content),
        "singles": rows_of(content.singles),
        "single_text": single_network_text(content),
        "signs": sign_rows(content),
    }


def flatten(config: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The nested config as rows of dotted key and text."""
    rows = []
    for name, value in config.items():
        if isinstance(value, Mapping):
            rows += flatten(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", _text(value)))
    return rows


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        mappings = any(isinstance(item, Mapping) for item in value)
        return ("; " if mappings else ", ").join(map(_text, value))
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return str(value)
