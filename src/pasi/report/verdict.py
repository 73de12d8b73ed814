"""The verdict: whether the chosen learner is better than the baselines that it must beat."""

from dataclasses import dataclass
from math import isnan

from pasi.evaluation.baseline_comparison import ALL_VISITS, LATER_VISITS
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.learners.baseline_rows import missing_baselines
from pasi.learners.settings import FIRST_VISIT
from pasi.report.baselines import knows
from pasi.report.content import ReportContent
from pasi.report.learning import resting_on, resting_sentence
from pasi.report.numbers import probability, signed
from pasi.report.paper_tables import best_learners
from pasi.report.primary import BETTER, SHORT, WORSE
from pasi.storage.tables import Row, rows_of
from pasi.wording import counted


@dataclass(frozen=True)
class Verdict:
    """A sentence of judgement, and the sentences that hold its numbers."""

    title: str
    sentences: list[str]


def verdict(content: ReportContent) -> Verdict:
    """Whether the chosen learner is better than the strongest baseline, and whether it adds to a physician's score."""
    chosen = content.chosen
    network = best_network(content)
    rows = _rows(content, chosen, "oof")
    if not rows:
        return Verdict(_judgement(content, "It was not compared with a baseline."), _resting(content, chosen))
    sentences = [*_resting(content, chosen), _comparison(chosen, rows[0]), _known(rows[0])]
    sentences += _beside_a_physician(content)
    if network not in (chosen, None):
        found = _rows(content, network, "oof")
        sentences += [f"The best single network, {_comparison(network, row)}" for row in found]
        sentences += _resting(content, network)
    sentences += [_comparison(chosen, row) for row in _rows(content, chosen, "test")]
    return Verdict(_judgement(content, _outcome(rows[0])), sentences)


def _known(row: Row) -> str:
    """What the strongest baseline knows."""
    known = knows(row["reference"])
    return f"{row['reference']} knows {known}." if known else f"The baseline is {row['reference']}."


def _rows(content: ReportContent, learner: str, part: str, visits: str = ALL_VISITS) -> list[Row]:
    return rows_of(content.differences, learner=learner, part=part, visits=visits)


def _judgement(content: ReportContent, outcome: str) -> str:
    """The outcome, which never stands alone where the chosen learner rests on a network that did not learn."""
    lost = len(resting_on(content, content.chosen))
    return f"{outcome} It rests on {counted(lost, 'training')} that did not learn." if lost else outcome


def _resting(content: ReportContent, learner: str) -> list[str]:
    sentence = resting_sentence(content, learner)
    return [sentence] if sentence else []


def best_network(content: ReportContent) -> str | None:
    """The backbone that is best out of fold by the primary measure; None where no backbone has one."""
    rows = rows_of(content.metrics, level="visit", part="oof", kind="backbone")
    return best_learners(rows).get(content.primary)


def _outcome(row: Row) -> str:
    """The title: the verdict is withheld until the strongest baseline is beaten."""
    reference = f"{row['reference']}, the strongest baseline without a score of the subject"
    if row["subjects"] < FEWEST_FOR_VERDICT:
        few = f"With {counted(row['subjects'], 'subject')} nothing can be said about a gain over {reference}"
        return f"{few}; a verdict takes {FEWEST_FOR_VERDICT}."
    if row["verdict"] == "none":
        return f"It cannot be tested against {reference}."
    if row["verdict"] == "better":
        return f"Out of fold it has {BETTER[row['measure']]} than {reference}."
    if row["verdict"] == "worse":
        return f"No verdict in its favour: out of fold it has {WORSE[row['measure']]} than {reference}."
    return f"No verdict in its favour: it is not shown to have {BETTER[row['measure']]} out of fold than {reference}."


def _beside_a_physician(content: ReportContent) -> list[str]:
    """Whether photos add to a physician's score of the baseline visit; and why that cannot be said."""
    rows = _rows(content, content.chosen, "oof", LATER_VISITS)
    if not rows:
        lacking = missing_baselines(content.scores).get(FIRST_VISIT, "no visit follows a baseline visit")
        return [
            f"Whether it adds to a physician's score of the baseline visit is not known: {FIRST_VISIT} was not "
            f"compared, because {lacking}."
        ]
    (row,) = rows
    better = BETTER[row["measure"]]
    told = f"{FIRST_VISIT}, which is told the physician's score of the subject's baseline visit"
    said = {
        "better": f"After the baseline visit it has {better} than {told}.",
        "worse": f"After the baseline visit it has {WORSE[row['measure']]} than {told}: where a physician has scored "
        "the baseline visit, that score and the week predict more than it does.",
        "not shown": f"After the baseline visit it is not shown to have {better} than {told}: where a physician has "
        "scored the baseline visit, no gain is shown.",
        "none": f"Whether it is better than {told}, is not known.",
    }[row["verdict"]]
    return [said, _comparison(content.chosen, row)]


def _comparison(learner: str, row: Row) -> str:
    """A row of differences.csv as a sentence: difference, interval, and the test or why there is none."""
    place = "out of fold" if row["part"] == "oof" else "on the test part"
    # Three decimals, since with two a bound that excludes zero can print as 0.00.
    between = f"{signed(row['low'], 3)} to {signed(row['high'], 3)}"
    if isnan(row["low"]):
        bounds = row["method"].replace("none:", "no interval:", 1)
    elif row["verdict"] == "none":
        bounds = f"95% interval {between}; no verdict below {FEWEST_FOR_VERDICT} subjects"
    else:
        bounds = f"95% interval {between}; {probability(row['p_holm'])} after Holm's adjustment for all learners"
    visits = "" if row["visits"] == ALL_VISITS else f", visits {row['visits']}"
    difference = f"{SHORT[row['measure']]} minus that of {row['reference']} = {signed(row['difference'], 3)}"
    return f"{learner}: {place}{visits}, {difference} ({bounds}; {counted(row['subjects'], 'subject')})."
