"""Section 3, Can it be trusted: conditions of the light, leakage, choice, optimism, openings, and the baselines."""

from typing import Any

from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.report.baselines import baseline_lines, missing_baseline_sentences
from pasi.report.caveats import caveats
from pasi.report.checks import leakage_checks
from pasi.report.content import ReportContent
from pasi.report.findings import headlines, pick_text, selection_text
from pasi.report.measured_coverage import coverage_text
from pasi.report.openings import opening_sentences
from pasi.report.spread import shown_repeat_sentence
from pasi.report.verdict import verdict


def trust_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    found, choice = headlines(content), selection_text(content)
    agreement = content.lines("agreement", learner=content.chosen)
    return {
        "warnings": caveats(content),
        "checks": leakage_checks(content),
        "verdict": verdict(content),
        "selection": choice,
        "pick": pick_text(content),
        "coverage": coverage_text(found, agreement, corrected=bool(choice)),
        "shown_repeat": shown_repeat_sentence(content),
        "openings": opening_sentences(content),
        "headlines": found,
        "baselines": baseline_lines(content),
        "missing_baselines": missing_baseline_sentences(content),
        "differences": content.lines("differences"),
        "fewest_for_verdict": FEWEST_FOR_VERDICT,
    }
