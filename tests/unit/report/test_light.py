"""The light: each of its conditions on both sides, the worst of them wins, and docs/report.md lists them all."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from markupsafe import Markup

from checkout import CHECKOUT
from doc_tables import table
from pasi.evaluation.differences import FEWEST_FOR_VERDICT
from pasi.evaluation.openings import MORE_ROWS
from pasi.report.condition import Colour, Condition
from pasi.report.content import ReportContent
from pasi.report.epoch_cap import cap_text, first_epoch_texts
from pasi.report.light import light
from pasi.report.openings import opening_sentences
from pasi.report.render import render_report
from pasi.report.result_conditions import MOST_IMPOSSIBLE
from small_report import (
    ARM_ROWS,
    FIRST_OPENING,
    FIRST_PLAN,
    columns,
    endpoint_row,
    make_content,
    opening_record,
    with_column,
    with_lowest_error,
    without_skill,
)


def cells(content: ReportContent, name: str, column: str, value: object, **rows: object) -> ReportContent:
    """The content with one cell of the rows of a table that fit set to another value."""
    table_ = getattr(content, name)
    fits = np.all([np.asarray(table_[key], dtype=object) == wanted for key, wanted in rows.items()], axis=0)
    kind = object if isinstance(value, str) else None
    return replace(content, **{name: table_ | {column: np.where(fits, value, table_[column]).astype(kind)}})


def sound() -> ReportContent:
    """A run of which every condition holds: 20 subjects in each part, calibrated, without bias."""
    content = make_content()
    for measure, bounds in {"bias": (-1.0, 1.0), "slope": (0.9, 1.1)}.items():
        for column, value in zip(("low", "high"), bounds, strict=True):
            content = cells(content, "agreement", column, value, measure=measure)
    content = improvement(-1.0, 1.0)(content)
    for column, value in {"bias": 0.25, "bias_low": -0.75, "bias_high": 1.25, "subjects": 20}.items():
        content = cells(content, "groups", column, value, scale="index")
    count = np.full(len(content.agreement["learner"]), 20)
    return with_limit(replace(content, agreement=content.agreement | {"subjects": count}), 0.5)


def with_report(content: ReportContent, **keys: object) -> ReportContent:
    return replace(content, config={**content.config, "report": {**content.config["report"], **keys}})


def with_limit(content: ReportContent, limit: float | None) -> ReportContent:
    """Set the limit, in the config and in the plan, which were both written before anything was evaluated."""
    plan = {**FIRST_PLAN, "plan": {"primary": "mae", "limits": {"least_ccc": limit}}}
    opening = opening_record(plan, {**FIRST_OPENING, "plan": plan["plan"]})
    return with_report(replace(content, opening=opening), least_ccc=limit)


def condition(content: ReportContent, name: str) -> Condition:
    (found,) = [one for one in light(content).conditions if one.name == name]
    return found


def chosen(column: str, name: str, value: object, **rows: object):
    return lambda content: cells(content, name, column, value, learner="resnet34", part="oof", **rows)


def subjects(count: int, part: str = "oof"):
    return lambda content: cells(content, "agreement", "subjects", count, learner="resnet34", part=part)


def unknown_week(content: ReportContent) -> ReportContent:
    week = content.scores["week"].copy()
    week[0] = np.nan
    return replace(content, scores=content.scores | {"week": week})


def without_test(content: ReportContent) -> ReportContent:
    kept = content.agreement["part"] == "oof"
    return replace(content, agreement={name: values[kept] for name, values in content.agreement.items()})


def without_comparison(content: ReportContent) -> ReportContent:
    return replace(content, differences={name: values[:0] for name, values in content.differences.items()})


def leaked(content: ReportContent) -> ReportContent:
    return replace(content, photos=with_column(content.photos, "sha256", lambda _: "same"))


def lost(network: str):
    """One training of a network did not learn; the tables that `sound` changed stay as they are."""
    return lambda content: replace(content, oof=without_skill(make_content(), (network, 1)).oof)


def week_bias(bias: float, group: str):
    """A week with this bias, and an interval of 95% that reaches 1 below and above it."""

    def change(content: ReportContent) -> ReportContent:
        for column, value in {"bias": bias, "bias_low": bias - 1, "bias_high": bias + 1}.items():
            content = cells(content, "groups", column, value, part="oof", attribute="week", group=group)
        return content

    return change


def week_subjects(count: int):
    return lambda content: cells(content, "groups", "subjects", count, part="oof", attribute="week")


def improving(network: str, *, best: int = 36, epochs: int = 40, **training: object):
    """A training of max_epochs (40) whose best epoch, counted from 0, is the first of the last tenth."""

    def change(content: ReportContent) -> ReportContent:
        losses = np.where(np.arange(epochs) == best, 0.5, 1.0)
        history = {"epoch": np.arange(epochs), "train_loss": losses, "monitor_loss": losses}
        config = {**content.config, "training": {**content.config["training"], **training}}
        return replace(content, histories={**content.histories, network: {0: history}}, config=config)

    return change


def improvement(low: float, high: float):
    """A bias of the mean improvement with this interval."""

    def change(content: ReportContent) -> ReportContent:
        for column, value in {"difference_low": low, "difference_high": high}.items():
            content = cells(content, "improvements", column, value, part="oof")
        return content

    return change


def endpoint(*verdicts: str):
    """Endpoints of two arms with these verdicts."""
    rows = [
        endpoint_row("active", "placebo", threshold=50.0 + 25 * place, verdict=one)
        for place, one in enumerate(verdicts)
    ]
    return lambda content: replace(content, endpoints=columns([*ARM_ROWS, *rows]))


def opened(*lines: dict, **options: object):
    """The log of openings has these lines."""
    return lambda content: replace(content, opening=opening_record(*lines, **options))


WITHOUT_LIMIT = {**FIRST_PLAN, "plan": {"primary": "mae", "limits": {"least_ccc": None}}}
ANOTHER = {**FIRST_OPENING, "predictions": {"resnet34": "another digest"}}
NOT, CARE = Colour.NOT, Colour.CARE
FAULTS = [
    ("no leakage", NOT, leaked),
    ("chosen learner's trainings learned", NOT, lost("resnet34")),
    ("every training learned", CARE, lost("vgg11")),
    ("enough subjects", NOT, subjects(FEWEST_FOR_VERDICT - 1)),
    ("baseline beaten", NOT, chosen("verdict", "differences", "not shown")),
    ("baseline beaten", NOT, chosen("verdict", "differences", "worse")),
    ("baseline beaten", NOT, chosen("verdict", "differences", "none")),
    ("baseline beaten", NOT, without_comparison),
    ("limit set", CARE, lambda content: with_limit(content, None)),
    ("limit set", CARE, opened({**FIRST_PLAN, "evaluated": True}, FIRST_OPENING)),
    ("limit set", CARE, opened(WITHOUT_LIMIT, {**FIRST_PLAN, "evaluated": True}, FIRST_OPENING)),
    ("limit reached", NOT, lambda content: with_limit(content, 0.62)),
    ("limit reached", NOT, chosen("low", "intervals", float("nan"), metric="ccc")),
    ("log of openings intact", NOT, opened(FIRST_OPENING, faults=("openings.jsonl, line 1: was changed",))),
    ("plan kept", NOT, lambda content: with_report(content, least_ccc=0.4)),
    ("plan kept", NOT, opened(FIRST_OPENING, {**ANOTHER, "plan": {"primary": "ccc"}})),
    (
        "plan kept",
        NOT,
        opened(FIRST_PLAN, FIRST_OPENING, {**FIRST_PLAN, "plan": {"primary": "ccc", "limits": {"least_ccc": 0.5}}}),
    ),
    ("test set opened once", CARE, opened(FIRST_OPENING, ANOTHER)),
    ("test set opened once", CARE, opened({**FIRST_OPENING, "earlier_version": True})),
    ("enough epochs", CARE, improving("resnet34")),
    ("enough epochs", CARE, improving("resnet34", best=0, epochs=8)),
    ("enough epochs", CARE, improving("resnet34", best=0, epochs=8, schedule="one_cycle")),
    ("no optimistic rows", CARE, chosen("optimistic", "metrics", True, level="visit")),
    ("no network left out", CARE, lambda content: replace(content, left_out=[("vgg11", 3, "vgg11, fold 3: nan.")])),
    ("no bias shown on average", CARE, chosen("low", "agreement", 0.01, measure="bias")),
    ("no bias shown on average", CARE, chosen("high", "agreement", float("nan"), measure="bias")),
    ("no bias shown by week", CARE, week_bias(-2.5, "0")),
    ("no bias shown by week", CARE, week_subjects(FEWEST_FOR_VERDICT - 1)),
    ("no bias of the improvement shown", CARE, improvement(-1.0, -0.01)),
    ("no bias of the improvement shown", CARE, improvement(0.01, 1.0)),
    ("no bias of the improvement shown", CARE, improvement(float("nan"), float("nan"))),
    ("endpoints may be replaced", CARE, endpoint("must not be replaced")),
    ("endpoints may be replaced", CARE, endpoint("may be replaced", "cannot be judged")),
    ("no miscalibration shown", CARE, chosen("low", "agreement", 1.01, measure="slope")),
    ("no miscalibration shown", CARE, chosen("high", "agreement", 0.99, measure="slope")),
    ("no miscalibration shown", CARE, chosen("low", "agreement", float("nan"), measure="slope")),
    ("possible scores", CARE, chosen("below", "impossible", 1, level="visit")),
    ("test part", CARE, subjects(FEWEST_FOR_VERDICT - 1, "test")),
    ("test part", CARE, without_test),
    ("weeks known", CARE, unknown_week),
    ("real cohort", CARE, lambda content: with_report(content, synthetic=True)),
    ("real cohort", CARE, lambda content: with_report(content, title="A Synthetic trial")),
]
STILL_SOUND = [
    ("enough subjects", subjects(FEWEST_FOR_VERDICT)),
    ("enough epochs", improving("vgg11")),
    ("enough epochs", improving("resnet34", best=35)),
    ("enough epochs", improving("vgg11", best=0, epochs=8)),
    ("enough epochs", improving("resnet34", epochs=39)),
    ("enough epochs", improving("resnet34", early_stopping_patience=3)),
    ("limit reached", lambda content: with_limit(content, 0.61)),
    ("limit set", opened(FIRST_PLAN, {**FIRST_PLAN, "split": "x", "evaluated": True}, FIRST_OPENING)),
    ("no bias shown on average", chosen("low", "agreement", 0.0, measure="bias")),
    ("no bias shown by week", week_bias(1.15, "0")),
    ("no bias of the improvement shown", improvement(-1.0, 0.0)),
    ("endpoints may be replaced", endpoint("may be replaced", "may be replaced")),
    ("no miscalibration shown", chosen("low", "agreement", 1.0, measure="slope")),
    ("possible scores", chosen("n", "impossible", int(1 / MOST_IMPOSSIBLE), level="visit")),
    ("test part", subjects(FEWEST_FOR_VERDICT, "test")),
    ("test set opened once", opened()),
    ("test set opened once", opened(FIRST_OPENING, {**FIRST_OPENING, "event": MORE_ROWS})),
    ("plan kept", opened()),
    ("plan kept", opened(FIRST_OPENING, ANOTHER)),
    ("log of openings intact", opened()),
]


def test_use_is_said_where_every_condition_holds():
    found = light(sound())
    assert [one.name for one in found.failed] == []
    assert found.colour is Colour.USE
    assert '<p class="word">Use</p>' in render_report(sound())


@pytest.mark.parametrize(("name", "colour", "fault"), FAULTS)
def test_each_condition_fails_by_itself_and_gives_its_colour(name, colour, fault):
    found = light(fault(sound()))
    failed = {one.name for one in found.failed}
    assert name in failed
    implied = {"every training learned", "test set opened once"}
    assert failed <= {name, *implied}, "a fold of the chosen learner is one of all, another plan another opening"
    assert found.colour is colour
    assert condition(fault(sound()), name).text != condition(sound(), name).text


@pytest.mark.parametrize(("name", "change"), STILL_SOUND)
def test_each_limit_itself_is_within(name, change):
    assert condition(change(sound()), name).holds


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("enough epochs", improving("resnet34", schedule="one_cycle")),
        ("endpoints may be replaced", lambda content: content),
        ("no bias of the improvement shown", lambda content: replace(content, improvements=columns([]))),
    ],
)
def test_what_is_not_asked_neither_holds_nor_fails(name, change):
    found = change(sound())
    assert condition(found, name).holds is None
    assert "this is not asked" in condition(found, name).text
    assert light(found).colour is Colour.USE
    assert '<b class="unasked">' in render_report(found)


def test_which_way_the_improvement_is_biased():
    assert "predicted too small" in condition(improvement(-2.0, -1.0)(sound()), "no bias of the improvement shown").text
    assert "predicted too large" in condition(improvement(1.0, 2.0)(sound()), "no bias of the improvement shown").text


def test_every_condition_is_tried_and_in_the_document():
    names = [one.name for one in light(sound()).conditions]
    assert {name for name, *_ in FAULTS} == set(names)
    rows = table(
        (CHECKOUT / "docs" / "report.md").read_text(encoding="utf-8"),
        ["condition", "where it does not hold", "holds where", "why"],
    )
    words = {one.name: one.colour.words.lower() for one in light(sound()).conditions}
    assert {row[0]: row[1] for row in rows} == words
    assert [row[0] for row in rows] == names


def test_the_sample_report_has_the_conditions_of_now():
    """Otherwise it is stale: docs/report.md says how to make it anew."""
    page = (CHECKOUT / "docs" / "sample_report.html").read_text(encoding="utf-8")
    section = page.partition('<section id="trust">')[2].partition("<h3>Leakage checks</h3>")[0]
    names = [unescape(name) for name in re.findall(r"<b>([^<]+)</b>: ", section)]
    assert names == [one.name for _, group in light(with_report(sound(), least_ccc=None)).groups for one in group]


def test_the_gravest_reason_comes_first_and_the_worst_colour_wins():
    content = with_report(chosen("verdict", "differences", "worse")(sound()), synthetic=True)
    found = light(content)
    assert [one.name for one in found.failed] == ["baseline beaten", "real cohort"]
    assert found.colour is Colour.NOT
    text = render_report(content)
    assert text.index("is not shown to be better out of fold") < text.index("The cohort is synthetic")


def test_all_trainings_that_max_epochs_ended_are_counted_in_section_2():
    content = improving("resnet34, repeat 1")(improving("vgg11")(sound()))
    assert Markup(cap_text(content)).striptags() == (
        "2 of 4 trainings were still improving when max_epochs (40) ended: raise training.max_epochs. "
        "resnet34 rests on 1 of these."
    )
    assert cap_text(content) in render_report(content)
    assert not condition(content, "enough epochs").holds
    assert cap_text(sound()) == ""


def test_conditions_stand_in_two_groups_by_what_a_failure_means():
    page = render_report(sound())
    stop, care = page.index("If one fails: do not use"), page.index("If one fails: use with care")
    assert stop < page.index("<b>baseline beaten</b>") < care < page.index("<b>enough epochs</b>")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.2, 1.6, "above 1: visits are predicted too alike, severe ones too low and mild ones too high."),
        (0.5, 0.8, "below 1: visits are predicted too far apart, severe ones too high and mild ones too low."),
    ],
)
def test_a_slope_that_is_not_1_says_which_way_the_predictions_err(low, high, words):
    content = chosen("low", "agreement", low, measure="slope")(sound())
    content = chosen("high", "agreement", high, measure="slope")(content)
    assert condition(content, "no miscalibration shown").text.endswith(words)


def test_weeks_of_opposite_bias_are_named_the_worst_first_though_none_is_shown_on_average():
    """Two weeks of 20 subjects: t(19) is 2.093 at 95% and 2.433 at 97.5%, so that 1 becomes 1.16."""
    content = week_bias(2.0, "4")(week_bias(-6.0, "0")(sound()))
    assert condition(content, "no bias shown on average").holds
    text = Markup(condition(content, "no bias shown by week").text).striptags()
    assert "does not hold 0 in week 0 (\N{MINUS SIGN}6.00), week 4 (+2.00). Asked of every week" in text
    assert not condition(week_bias(1.17, "0")(sound()), "no bias shown by week").holds
    assert condition(week_bias(1.16, "0")(sound()), "no bias shown by week").holds


def test_without_weeks_visits_are_asked_and_then_observed_bands():
    content = sound()
    attribute = np.asarray(content.groups["attribute"], dtype=object)
    visits = np.where(attribute == "week", "visit", attribute).astype(object)
    assert (
        "in every visit with"
        in condition(replace(content, groups=content.groups | {"attribute": visits}), "no bias shown by week").text
    )
    kept = attribute != "week"
    groups = {name: np.asarray(values)[kept] for name, values in content.groups.items()}
    assert "in every band with" in condition(replace(content, groups=groups), "no bias shown by week").text


def test_the_strongest_baseline_is_named_with_what_it_knows_and_both_figures():
    text = Markup(condition(sound(), "baseline beaten").text).striptags()
    assert text == (
        "It is shown to be better out of fold than the strongest baseline: baseline_histogram_ridge, which knows the "
        "colours of the photos, has an MAE of 5.00; resnet34 has 2.35."
    )


def test_a_meta_learner_that_gives_a_lost_network_no_weight_is_not_blamed():
    content = with_lowest_error(without_skill(make_content(), ("vgg11", 0)), "mean")
    model = {**content.models["mean"], "coefficients": (1, 0)}
    content = replace(content, models={**content.models, "mean": model})
    assert condition(content, "chosen learner's trainings learned").holds
    assert not condition(content, "every training learned").holds


def test_monitoring_the_held_out_fold_is_the_reason_where_it_was_done():
    content = chosen("optimistic", "metrics", True, level="visit")(sound())
    assert "stacking.honest" in condition(content, "no optimistic rows").text
    training = {**content.config["training"], "monitor": "heldout"}
    content = replace(content, config={**content.config, "training": training})
    assert "the trainings monitored the fold" in condition(content, "no optimistic rows").text
    assert condition(content, "no leakage").holds, "it makes rows optimistic, and is no leak"


def test_a_report_by_another_limit_than_that_of_the_plan_names_both():
    text = condition(with_report(sound(), least_ccc=None), "plan kept").text
    assert "The config is not that of the plan of the test: least_ccc is not set, and 0.5 there." in text


def test_figures_of_the_answer_that_are_no_fair_estimate_are_marked_there():
    def answer(content):
        return render_report(content).split('<section id="answer">')[1].split("</section>")[0]

    assert "no fair estimate" not in answer(sound())
    marked = answer(chosen("optimistic", "metrics", True, level="visit")(sound()))
    assert 'Out of fold <abbr class="flag" title="no fair estimate out of fold">o</abbr>' in marked
    assert '<span class="flag">o</span>: no fair estimate out of fold (section 3).' in marked
    assert 'Test <abbr class="flag"' not in marked, "nothing was fitted to the test part"


def test_a_synthetic_cohort_is_never_for_use_and_the_answer_says_so():
    content = with_report(sound(), synthetic=True)
    assert light(content).colour is Colour.CARE
    assert '<span class="badge">synthetic</span>' in render_report(content)
    assert "badge" not in render_report(sound()).split("<body>")[1]


def test_a_first_epoch_that_was_the_best_is_told_with_its_numbers():
    content = improving("resnet34", best=0, epochs=8)(sound())
    assert first_epoch_texts(content)[0].startswith(
        "resnet34, fold 0, is suspect: of 8 epochs its first was the best on the monitored subjects"
    )
    text = condition(content, "enough epochs").text
    assert text == "resnet34 rests on 1 training with the first epoch as the best one (section 2)."


@pytest.mark.parametrize(("best", "epochs", "said"), [(0, 8, True), (1, 8, False), (0, 1, False)])
def test_a_training_that_kept_its_first_epoch_is_suspect(best, epochs, said):
    content = improving("resnet34", best=best, epochs=epochs)(sound())
    assert bool(first_epoch_texts(replace(content, histories={"resnet34": content.histories["resnet34"]}))) is said
    assert ("its first was the best" in render_report(content)) is said


def test_a_log_that_was_changed_speaks_for_nothing():
    """With every line changed none is counted: that is no proof that the test part was never opened."""
    content = sound()
    content = replace(content, opening={**content.opening, "faults": ["line 1: changed"], "openings": 0, "lines": []})
    assert condition(content, "log of openings intact").holds is False
    assert [condition(content, name).holds for name in ("plan kept", "test set opened once")] == [None, None]
    said = " ".join(opening_sentences(content))
    assert "nothing says how often it was opened; 0 openings can still be read" in said
    assert "never opened" not in said
