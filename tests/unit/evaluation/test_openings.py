"""The log of openings of the test part: another opening, the same again, and what was done to the log."""

import json
from unittest.mock import Mock

import pytest

from pasi.evaluation.analysis_plan import analysis_plan
from pasi.evaluation.openings import (
    HEADLESS,
    SHORTENED,
    UNLOGGED,
    head_file,
    opening_of,
    openings_record,
    read_openings,
    record_opening,
)
from pasi.evaluation.plan_log import plans_record, record_plan

SPLIT = {"subject": ["A", "B", "C"], "part": ["train", "test", "test"], "fold": [0, -1, -1]}
CONFIG = {"training": "digest", "cohort": "digest"}
ROWS = {"net": "digest", "baseline": "digest"}


def make_plan(split=SPLIT, config=CONFIG, **options) -> dict:
    usual = {"limits": {"least_ccc": None}, "outcomes": {"responses": [50, 75], "clear_below": 0.5}}
    return analysis_plan(split, config, **{"primary": "mae", **usual, "test_rows": "chosen"} | options)


def opening(plan=None, learner="net", rows=ROWS, code="digest", *, earlier=False) -> dict:
    return opening_of(plan or make_plan(), learner, rows, {"training": code}, earlier=earlier)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "openings.jsonl"


def record(log, *openings, day=1) -> dict:
    """Record openings one by one, each on the next day; returns what the report is given."""
    for place, one in enumerate(openings):
        found = record_opening(log, one, f"2026-03-{day + place:02}T08:00:00+00:00")
    return openings_record(found)


def shown(found: dict) -> list[tuple]:
    return [(line["event"], line["number"], line["when"][8:10], line["changed"]) for line in found["lines"]]


def test_a_plan_follows_from_config_and_split_alone():
    plan = make_plan(limits={"least_ccc": 0.8, "endpoint_kappa": 0.6})
    assert plan["plan"]["primary"] == "mae"
    assert plan["plan"]["learner"] == "the network or meta-learner with the lowest MAE by visit out of fold"
    assert plan["plan"]["limits"] == {"least_ccc": 0.8, "endpoint_kappa": 0.6}
    assert (plan["subjects"], plan["test_rows"], plan["config"]) == (2, "chosen", CONFIG)
    turned = {name: values[::-1] for name, values in SPLIT.items()}
    assert make_plan(turned)["split"] == make_plan()["split"]
    assert make_plan({**SPLIT, "fold": [1, -1, -1]})["split"] != make_plan()["split"]


def test_an_opening_that_is_made_again_adds_nothing(log):
    found = record(log, opening(), opening())
    assert shown(found) == [("opening", 1, "01", [])]
    assert (found["openings"], found["plan_changed"], found["faults"]) == (1, False, [])
    again = opening(make_plan(config={**CONFIG, "training": "x"}), code="another")
    assert record(log, again)["openings"] == 1, "other config and code that change no prediction open nothing"


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (opening(make_plan(primary="ccc")), ["the plan (learner, primary)"]),
        (opening(make_plan(limits={"least_ccc": 0.8, "endpoint_kappa": 0.6})), ["the plan (limits)"]),
        (opening(make_plan(outcomes={"responses": [50, 75], "clear_below": 3.0})), ["the plan (outcomes)"]),
        (opening(make_plan({**SPLIT, "fold": [1, -1, -1]})), ["the split"]),
        (opening(learner="mean", rows={"mean": "x"}), ["the chosen learner (before: net)"]),
        (opening(rows={**ROWS, "net": "x"}), ["the predictions of the chosen learner"]),
        (
            opening(make_plan(config={**CONFIG, "training": "x"}), rows={**ROWS, "net": "x"}, code="x"),
            ["the predictions of the chosen learner", "config or data (training)", "code (training)"],
        ),
    ],
)
def test_anything_else_is_another_opening_and_says_what_changed(log, other, changed):
    found = record(log, opening(), other)
    assert shown(found) == [("opening", 1, "01", []), ("opening", 2, "02", changed)]
    assert found["plan_changed"] == changed[0].startswith("the plan")


def test_going_back_to_an_earlier_learner_is_an_opening_too(log):
    other = opening(learner="mean", rows={"mean": "x"})
    assert record(log, opening(), other, opening())["openings"] == 3


def test_a_plan_that_was_changed_and_changed_back_was_changed(log):
    found = record(log, opening(), opening(make_plan(primary="ccc")), opening())
    assert found["plan_changed"]


def test_rows_of_other_learners_that_are_shown_later_are_no_other_opening(log):
    more = opening(make_plan(test_rows="all"), rows={**ROWS, "other": "digest"})
    found = record(log, opening(), more, more, opening())
    assert shown(found) == [("opening", 1, "01", []), ("more rows", 1, "02", [])]
    assert [line["test_rows"] for line in found["lines"]] == ["chosen", "all"]
    changed = opening(make_plan(test_rows="all"), rows={**ROWS, "other": "x"})
    assert shown(record(log, changed, day=5))[2:] == [("more rows", 1, "05", [])]


def test_what_an_earlier_version_has_shown_stands_in_the_first_line_alone(log):
    other = opening(rows={**ROWS, "net": "x"}, earlier=True)
    found = record(log, opening(earlier=True), other)
    assert [line.get("earlier_version") for line in found["lines"]] == [True, None]


def test_a_line_that_was_cut_off_by_a_kill_is_written_again(log):
    record(log, opening())
    whole = log.read_bytes()
    log.write_bytes(whole[:-20])
    (line,) = whole.splitlines()
    head_file(log).write_text(json.dumps({"last": "", "next": json.loads(line)["hash"]}))
    assert read_openings(log).faults == ()
    assert record(log, opening())["openings"] == 1
    assert log.read_bytes() == whole
    assert record(log, opening())["faults"] == []


def test_a_kill_between_line_and_head_leaves_no_fault(log):
    record(log, opening())
    kept = head_file(log).read_text()
    other = opening(rows={**ROWS, "net": "x"})
    record(log, other, day=2)
    head_file(log).write_text(kept)
    assert record(log, other, day=3)["faults"] == []
    kept = json.loads(kept)["last"]
    head_file(log).write_text(json.dumps({"last": kept, "next": json.loads(log.read_text().splitlines()[1])["hash"]}))
    last = record(log, other, day=3)["last"]
    assert json.loads(head_file(log).read_text()) == {"last": last}, "by which a removed second line shows"


def rewrite(log, change):
    log.write_text("".join(change(log.read_text().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: lines[:2], SHORTENED),
        (lambda lines: [], SHORTENED),
        (lambda lines: [lines[0], lines[2]], "line 2: does not follow the line before it"),
        (lambda lines: [lines[0], lines[2], lines[1]], "line 2: is not where it was written"),
        (lambda lines: [lines[0], lines[1].replace("2026", "2027"), lines[2]], "line 2: was changed after"),
    ],
)
def test_what_was_done_to_the_log_is_found_and_stands_in_it_for_good(log, change, fault):
    openings = [opening(rows={**ROWS, "net": name}) for name in "abc"]
    record(log, *openings)
    rewrite(log, change)
    (found,) = {text for text in read_openings(log).faults if fault in text}
    record(log, opening(rows={**ROWS, "net": "d"}), day=4)
    record(log, opening(rows={**ROWS, "net": "e"}), day=5)
    assert found in read_openings(log).faults
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert ["faults" in line for line in lines[-2:]] == [True, False], "it is written once"


@pytest.mark.parametrize("change", [{"event": None}, {"test_rows": "few"}, {"predictions": []}, {"plan": "another"}])
def test_a_changed_line_says_nothing_and_stops_nothing(log, change):
    record(log, opening(), opening(rows={**ROWS, "net": "x"}))
    rewrite(log, lambda lines: [lines[0], json.dumps({**json.loads(lines[1]), **change}) + "\n"])
    found = record(log, opening(rows={**ROWS, "net": "y"}), day=3)
    assert shown(found) == [("opening", 1, "01", []), ("opening", 2, "03", ["the predictions of the chosen learner"])]
    assert found["faults"] == ["openings.jsonl, line 2: was changed after it was written"]
    assert read_openings(log, found["last"]).faults == tuple(found["faults"])


def test_a_removed_last_line_shows_though_the_same_opening_is_made_again(log):
    first = opening()
    record(log, first, opening(rows={**ROWS, "net": "x"}))
    rewrite(log, lambda lines: lines[:1])
    assert record(log, first)["faults"] == [f"openings.jsonl: {SHORTENED}"]
    assert record(log, first)["faults"] == [f"openings.jsonl: {SHORTENED}"]


def test_a_removed_last_line_shows_by_what_the_evaluation_recorded_though_the_head_is_gone(log):
    record_plan(log, make_plan(), "2026-02-28T08:00:00+00:00", evaluated=False)
    last = record(log, opening(), opening(rows={**ROWS, "net": "x"}))["last"]
    rewrite(log, lambda lines: lines[:2])
    head_file(log).unlink()
    fault = f"openings.head.json {HEADLESS}"
    assert read_openings(log).faults == (fault,), "no kill leaves a line without a head"
    assert read_openings(log, last).faults == (fault, f"openings.jsonl: {SHORTENED}")


def test_what_was_noticed_outlives_a_line_that_could_not_be_written(log, monkeypatch):
    record(log, opening(), opening(rows={**ROWS, "net": "x"}))
    rewrite(log, lambda lines: lines[:1])
    with monkeypatch.context() as patch:
        patch.setattr("pasi.evaluation.openings.append_lines", Mock(side_effect=OSError("the disk is full")))
        with pytest.raises(OSError, match="the disk is full"):
            record(log, opening(rows={**ROWS, "net": "y"}))
    assert read_openings(log).faults == (f"openings.jsonl: {SHORTENED}",)


@pytest.mark.parametrize("content", [None, "[]", "{}", '{"last": ', "no JSON"])
def test_a_head_that_was_removed_or_damaged_is_a_fault_for_good_and_stops_nothing(log, content):
    record(log, opening(), opening(rows={**ROWS, "net": "x"}), opening(rows={**ROWS, "net": "y"}))
    rewrite(log, lambda lines: lines[:2])
    head_file(log).unlink() if content is None else head_file(log).write_text(content)
    fault = f"openings.head.json {HEADLESS}"
    assert read_openings(log).faults == (fault,)
    assert record(log, opening(rows={**ROWS, "net": "z"}), day=4)["faults"] == [fault]
    assert read_openings(log).faults == (fault,)


def test_a_log_that_is_removed_whole_with_its_head_is_a_new_one(log):
    record(log, opening(), opening(rows={**ROWS, "net": "x"}))
    log.unlink()
    assert read_openings(log).faults == (f"openings.jsonl: {SHORTENED}",)
    head_file(log).unlink()
    assert read_openings(log).faults == ()


def test_each_plan_that_differs_is_a_line_and_the_same_again_is_none(log):
    plans = [make_plan(), make_plan(), make_plan(config={"training": "x"}), make_plan(primary="ccc"), make_plan()]
    for day, plan in enumerate(plans, 1):
        found = record_plan(log, plan, f"2026-02-{day:02}T08:00:00+00:00", evaluated=day > 1)
    assert [(one["when"][8:10], one["evaluated"], one["changed"]) for one in plans_record(found)] == [
        ("01", False, []),
        ("04", True, ["the plan (learner, primary)"]),
        ("05", True, ["the plan (learner, primary)"]),
    ]
    assert record(log, opening())["lines"][0]["number"] == 1
    assert len(record_plan(log, make_plan(), "2026-03-02T08:00:00+00:00", evaluated=True).chain.lines) == 4
    found = record_plan(log, make_plan({**SPLIT, "fold": [1, -1, -1]}), "2026-03-03T08:00:00+00:00", evaluated=True)
    assert plans_record(found)[-1] == {
        "when": "2026-03-03T08:00:00+00:00",
        "evaluated": True,
        "openings": 1,
        "changed": ["the split"],
        "least_ccc": None,
    }
    assert record(log, opening())["openings"] == 1, "a plan that nothing was opened by is no opening"
    assert found.faults == ()


def test_a_plan_with_tuples_is_that_of_the_log_which_has_lists(log):
    outcomes = {"responses": (50, 75), "bands": ({"name": "mild", "up_to": 10}, {"name": "severe", "up_to": None})}
    for _ in range(2):
        found = record_plan(log, make_plan(outcomes=outcomes), "2026-02-28T08:00:00+00:00", evaluated=False)
    assert len(found.chain.lines) == 1
    assert record(log, opening(make_plan(outcomes=outcomes)))["faults"] == []


def test_an_opening_with_a_plan_that_is_not_the_last_one_of_the_log_is_a_fault_for_good(log):
    record_plan(log, make_plan(), "2026-02-28T08:00:00+00:00", evaluated=False)
    assert record(log, opening())["faults"] == []
    edited = record(log, opening(make_plan(primary="ccc")), day=2)
    assert edited["faults"] == [f"plan.json: {UNLOGGED} (the plan (learner, primary))"]
    assert read_openings(log).faults == tuple(edited["faults"])


def test_without_a_test_subject_no_plan_is_logged(log):
    plan = make_plan({"subject": ["A"], "part": ["train"], "fold": [0]})
    assert record_plan(log, plan, "2026-02-28T08:00:00+00:00", evaluated=False).chain.lines == ()
    assert not log.exists()


def test_a_log_of_openings_alone_gets_a_line_for_the_next_plan_that_differs(log):
    record(log, opening())
    assert plans_record(record_plan(log, make_plan(), "2026-03-02T08:00:00+00:00", evaluated=True)) == []
    (plan,) = plans_record(record_plan(log, make_plan(primary="ccc"), "2026-03-02T08:00:00+00:00", evaluated=True))
    assert plan["openings"] == 1
