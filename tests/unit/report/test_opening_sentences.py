"""What the report says of the openings of the test part, and of rows on it that are sealed."""

import re
from dataclasses import replace

import numpy as np
import pytest

from pasi.evaluation.openings import MORE_ROWS
from pasi.report.caveats import caveats
from pasi.report.content import ReportContent
from pasi.report.light import light
from pasi.report.openings import LIMITS, NO_TEST, opening_sentences
from pasi.report.paper_tables import reported_part, table_1
from pasi.report.plans import NO_PLANS, UNKNOWN, plan_sentences
from pasi.report.render import render_report
from pasi.report.summary import summary_of
from small_report import BASELINES, FIRST_OPENING, FIRST_PLAN, make_content, opening_record, with_descriptions

ANOTHER = {**FIRST_OPENING, "when": "2026-04-02T23:00:00+00:00", "predictions": {"resnet34": "x"}}
BY_PART = ("metrics", "visits", "intervals", "differences", "selection")


def sealed(*shown: str, test_rows: str) -> ReportContent:
    """The content of a run that shows the test rows of some learners alone."""
    content = make_content()
    tables = {}
    for name in BY_PART:
        table = getattr(content, name)
        kept = (table["part"] == "oof") | np.isin(table["learner"].astype(str), shown)
        tables[name] = {column: np.asarray(values)[kept] for column, values in table.items()}
    singles = np.isin(content.singles["learner"].astype(str), shown)
    tables["singles"] = {column: np.asarray(values)[singles] for column, values in content.singles.items()}
    lines = [FIRST_OPENING | {"test_rows": test_rows}] if shown else []
    return with_descriptions(replace(content, opening=opening_record(*lines, test_rows=test_rows), **tables))


@pytest.fixture(scope="module")
def of_one() -> ReportContent:
    return sealed("resnet34", *(name for name, _ in BASELINES), test_rows="chosen")


@pytest.fixture(scope="module")
def of_none() -> ReportContent:
    return sealed(test_rows="none")


def board(content: ReportContent) -> dict[str, str]:
    """Learner -> the cells of its row in the leaderboard, as text."""
    section = render_report(content).split('<section id="learners">')[1].split("</table>")[0]
    rows = re.findall(r'<th class="text" scope="row">(\w+).*?</tr>', section, re.DOTALL)
    texts = re.findall(r'<th class="text" scope="row">\w+(.*?)</tr>', section, re.DOTALL)
    return dict(zip(rows, texts, strict=True))


def test_an_opening_is_told_with_date_learner_and_rows():
    assert opening_sentences(make_content()) == [
        "The test part has 3 subjects. It was opened once, by the log of openings (openings.jsonl).",
        "One plan was written before the first opening, on 2026-02-28, before any learner was evaluated out of fold in "
        "this folder.",
        "Opening 1, 2026-03-01: resnet34, with rows of all learners.",
        LIMITS,
    ]


def test_a_second_opening_says_what_had_changed():
    content = replace(make_content(), opening=opening_record(FIRST_OPENING, ANOTHER))
    assert opening_sentences(content)[0].endswith("It was opened 2 times, by the log of openings (openings.jsonl).")
    assert opening_sentences(content)[3] == (
        "Opening 2, 2026-04-02: resnet34, with rows of all learners. Changed since the opening before: the predictions "
        "of the chosen learner."
    )


def test_plans_before_the_first_opening_are_counted_and_the_last_is_dated():
    other = {**FIRST_PLAN, "plan": {"primary": "ccc", "limits": {"least_ccc": 0.5}}, "evaluated": True}
    later = {**FIRST_PLAN, "when": "2026-03-05T08:00:00+00:00"}
    changed = {**FIRST_PLAN, "split": "x", "when": "2026-03-06T08:00:00+00:00"}
    assert plan_sentences(opening_record(other, later, FIRST_OPENING, changed)) == [
        "A plan was written 2 times before the first opening; the one that held was written on 2026-03-05, before any "
        "learner was evaluated out of fold in this folder. Changed from plan to plan: the plan (primary)."
    ]
    assert plan_sentences(opening_record(FIRST_PLAN, other)) == [
        "A plan was written 2 times so far; the one that held was written on 2026-02-28, after learners had been "
        "evaluated out of fold in this folder, so that their results may have shaped it. Changed from plan to plan: "
        "the plan (primary)."
    ]
    assert plan_sentences(opening_record(FIRST_OPENING) | {"plans": []}) == [NO_PLANS]


def test_of_a_changed_log_nothing_is_said_of_the_plans_before_the_first_opening():
    found = opening_record(FIRST_OPENING, faults=("openings.jsonl, line 9: was changed",))
    assert plan_sentences(found) == [f"{UNKNOWN} which plans were written before the first opening, and when."]


def test_another_plan_after_an_opening_is_told_though_nothing_was_opened_by_it():
    other = {**FIRST_PLAN, "plan": {"primary": "ccc", "limits": {}}, "when": "2026-03-06T08:00:00+00:00"}
    assert plan_sentences(opening_record(FIRST_PLAN, FIRST_OPENING, other))[1:] == [
        "Another plan was written after an opening, on 2026-03-06: the plan (limits, primary)."
    ]


def test_an_opening_is_told_though_the_split_has_no_test_part_any_more():
    content = make_content()
    alone = replace(content, split=content.split | {"part": np.full(len(content.split["part"]), "train")})
    said = opening_sentences(alone)
    assert said[0] == (
        "The test part has no subject any more. It was opened once, by the log of openings (openings.jsonl)."
    )
    assert "Opening 1, 2026-03-01: resnet34, with rows of all learners." in said
    assert opening_sentences(replace(alone, opening=opening_record())) == [NO_TEST]


def test_rows_that_were_shown_later_faults_and_an_earlier_version_are_told():
    lines = ({**FIRST_OPENING, "test_rows": "chosen", "earlier_version": True}, {**ANOTHER, "event": MORE_ROWS})
    content = replace(make_content(), opening=opening_record(*lines, faults=("openings.jsonl, line 9: was changed",)))
    said = [sentence for sentence in opening_sentences(content) if "which plans were written" not in sentence]
    assert said[1] == "Opening 1, 2026-03-01: resnet34, with rows of the chosen learner and of the baselines."
    assert said[2] == (
        "2026-04-02: rows of all learners; plan, split, learner and its predictions were those of opening 1."
    )
    assert "an earlier version of this software, which kept no log, had shown the test rows" in said[3]
    assert said[4] == "The log was changed: openings.jsonl, line 9: was changed."


def test_without_a_test_part_there_is_nothing_to_open():
    content = make_content()
    train = content.split | {"part": np.full(len(content.split["part"]), "train", object)}
    content = replace(content, split=train, opening=opening_record())
    assert opening_sentences(content) == ["There is no test part that could be opened."]
    once = next(one for one in light(content).conditions if one.name == "test set opened once")
    assert (once.holds, once.text) == (True, "There is no test part that could be opened.")


def test_the_paper_tables_show_the_test_part_only_where_all_learners_are_shown(of_one, of_none):
    assert reported_part(make_content().metrics) == "test"
    assert reported_part(of_one.metrics) == reported_part(of_none.metrics) == "oof"
    assert table_1(of_one.metrics)["mae"] == table_1(of_none.metrics)["mae"]
    assert len(table_1(of_one.metrics)["learner"]) == 6


def test_rows_of_other_learners_are_called_sealed_with_the_key_that_shows_them(of_one):
    rows = board(of_one)
    assert [name for name, text in rows.items() if ">sealed<" in text] == ["mean", "meta_learner", "vgg11"]
    assert "sealed" not in "".join(board(make_content()).values())
    page = render_report(of_one)
    assert page.count("Once the choice is final, evaluation.test_rows: all shows them") == 2
    assert "they show results out of fold." in page
    assert "they show the test part." in render_report(make_content())


def test_rows_that_were_shown_before_are_not_called_sealed_until_now(of_one):
    before = {**FIRST_OPENING, "test_rows": "chosen"}
    opening = opening_record(before, {**before, "event": MORE_ROWS, "test_rows": "all"}, test_rows="chosen")
    said = opening_sentences(replace(of_one, opening=opening))
    assert said[-2] == (
        "The rows of the other learners on the test part were shown before and are left out here (sealed)."
    )
    assert "Once the choice is final" in opening_sentences(of_one)[-2]


def test_the_chosen_learner_is_judged_on_the_test_part_alone(of_one):
    assert summary_of(of_one)["results"]["test"]["mae"] == summary_of(make_content())["results"]["test"]["mae"]
    assert "The test part had no say." in render_report(of_one)
    assert not any("on the test part" in text and "was not chosen" in text for text in caveats(of_one))


def test_a_sealed_test_part_is_no_missing_one(of_none):
    page = render_report(of_none)
    assert caveats(of_none)[0] == "The test part is sealed (evaluation.test_rows is none): all results are out of fold."
    assert "The test part is sealed (evaluation.test_rows is none): there is no course to show." in page
    assert "The test part is sealed (evaluation.test_rows is none): no figure of this report is from it." in page
    failed = {one.name: one.text for one in light(of_none).failed}
    assert failed["test part"] == "The test part is sealed (evaluation.test_rows)."
    assert "test set opened once" not in failed
    assert "There is no test part" not in page
