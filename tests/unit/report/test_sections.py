"""Sections of the report: health of the training, plots, groups, clinical tables, subjects, appendix."""

import re
from dataclasses import replace

import numpy as np
import pytest

from pasi.report.agreement import bland_altman, groups, rater_limits, scatter
from pasi.report.appendix import methods_text, related_errors
from pasi.report.cells import Line, lines_of, marked, say, shown
from pasi.report.clinical import course_panels, oof_limits
from pasi.report.health import flat_texts, grid, lost_trainings, sensitivity_text, summary_text
from pasi.report.plots import MARKS, Axes, ticks
from pasi.report.render import SECTIONS, render_report
from pasi.report.subjects import traits
from small_report import make_content, with_descriptions, without_skill

NAN = float("nan")


class TestCells:
    def test_a_cell_names_its_file_row_and_column_and_keeps_its_value(self):
        (line,) = lines_of({"learner": ["a", "b"], "mae": [1.0, 2.3456]}, "m.csv", learner="b")
        assert line.show("mae") == '<data value="2.3456" data-at="m.csv|2|mae">2.35</data>'

    def test_the_row_is_that_of_the_file_where_rows_were_left_out(self):
        (line,) = lines_of({"mae": [1.0], "line": [7]}, "m.csv")
        assert line.number == 7

    @pytest.mark.parametrize(("low", "high"), [(NAN, 1.0), (1.0, NAN), (0.5, 0.5)])
    def test_an_interval_that_is_none_is_a_dash(self, low, high):
        assert Line("f", 1, {"low": low, "high": high}).between() == "\N{EN DASH}"

    def test_text_of_a_cell_and_of_a_part_is_escaped(self):
        assert "<b>" not in marked("<b>", "", "f", 1, "c")
        assert say("{name} is", name="<b>") == "&lt;b&gt; is"

    def test_styles(self):
        values = [shown(0.0004, "p"), shown(NAN, "%0"), shown(NAN, "g"), shown(-0.5, "+1"), shown("x", "")]
        assert values == ["p < 0.001", "\N{EN DASH}", "\N{EN DASH}", "\N{MINUS SIGN}0.5", "x"]


class TestHealth:
    def test_the_grid_has_a_row_a_network_and_a_cell_a_fold(self):
        rows = grid(without_skill(make_content(), ("vgg11", 1)))
        assert [row.name for row in rows] == ["resnet34", "vgg11"]
        assert [cell["learned"] for cell in rows[1].cells] == ["yes", "no"]
        assert rows[1].cells[1]["skill"] == 0.05

    def test_a_repeat_has_a_row_of_its_own(self):
        content = make_content()
        visits = {name: values.copy() for name, values in content.visits.items()}
        visits["repeat"] = np.where(visits["learner"] == "vgg11", 1, visits["repeat"])
        folds = {name: np.concatenate([values, values[:1]]) for name, values in content.folds.items()}
        folds["repeat"] = np.array([*content.folds["repeat"], 1])
        assert "resnet34, repeat 1" in [row.name for row in grid(replace(content, folds=folds))]

    def test_what_did_not_learn_has_its_reason_and_its_command(self):
        (lost,) = lost_trainings(without_skill(make_content(), ("resnet34", 1)))
        assert lost.place == "resnet34, fold 1"
        assert ">0.05</data>, below training.least_skill (0.1)" in lost.reason
        assert lost.command.endswith("-f RESULTS/models/resnet34/fold1/predictions.parquet")

    def test_the_summary_says_whether_the_evaluated_learner_is_concerned(self):
        assert summary_text(make_content()) == "All 4 trainings learned (skill of at least 0.1)."
        assert summary_text(without_skill(make_content(), ("vgg11", 1))).endswith("rests on none of these.")
        said = summary_text(without_skill(make_content(), ("resnet34", 1), ("vgg11", 0)))
        assert said.startswith(
            "2 of 4 trainings did not learn. resnet34, which this report evaluates, rests on 1 of these."
        )

    @pytest.mark.parametrize(("spread", "suspect"), [(0.2499, True), (0.25, False), (NAN, False)])
    def test_a_training_that_predicts_nearly_alike_is_suspect_though_its_skill_is_enough(self, spread, suspect):
        content = make_content()
        spreads = np.where((content.folds["learner"] == "vgg11") & (content.folds["fold"] == 1), spread, 1.0)
        content = replace(content, folds=content.folds | {"spread": spreads})
        said = [text.striptags() for text in flat_texts(content)]
        assert [text.partition(":")[0] for text in said] == ["vgg11, fold 1, is suspect"] * suspect
        assert ("? nearly constant" in render_report(content)) is suspect

    def test_what_did_not_learn_is_not_called_suspect_too(self):
        content = without_skill(make_content(), ("vgg11", 1))
        flat = replace(content, folds=content.folds | {"spread": np.zeros(len(content.folds["fold"]))})
        assert "vgg11, fold 1, is suspect" not in " ".join(text.striptags() for text in flat_texts(flat))

    def test_results_without_a_lost_fold_are_called_a_sensitivity_analysis(self):
        said = sensitivity_text(without_skill(make_content(), ("resnet34", 1)))
        assert re.match(r"Without <data [^>]*>fold 1</data> the MAE is <data", said)
        assert "no result: the folds are left out after their results were seen" in said

    def test_where_every_fold_is_lost_there_is_nothing_to_compare_with(self):
        assert "in every fold" in sensitivity_text(without_skill(make_content(), ("resnet34", 0), ("resnet34", 1)))
        assert "nothing to leave out" in sensitivity_text(make_content())

    def test_the_page_counts_impossible_predictions(self):
        content = make_content()
        predicted = np.where(content.visits["visit"] == "V1", -0.5, content.visits["predicted"])
        text = render_report(with_descriptions(replace(content, visits=content.visits | {"predicted": predicted})))
        assert re.search(r"<td>visits.*", text.replace(' class="text"', ""))
        assert re.search(r'data-at="evaluation/impossible.csv\|\d+\|below">3</data>', text)


def test_the_mean_improvement_stands_in_section_5():
    """D, E and F have both visits; predictions are 1 above the baseline and 2 above the later visit."""
    content = make_content()
    (row,) = content.lines("improvements", part="oof")
    assert (row["week"], row["subjects"], row["difference"]) == (4, 3, -1)
    assert f"<td>{row.show('difference', '+2')}" in render_report(content)


class TestPlots:
    def test_scales_put_the_ends_at_the_edges_and_upwards(self):
        axes = Axes(100, 100, (0, 10), (0, 10), left=20, bottom=20)
        assert (axes.at_x(0), axes.at_x(10)) == (20, 90)
        assert axes.at_y(0) > axes.at_y(10)

    @pytest.mark.parametrize(("low", "high", "most"), [(0, 41.2, 6), (-0.3, 0.4, 6), (-20, 20, 6), (3, 3.0001, 6)])
    def test_ticks_are_round_within_and_few(self, low, high, most):
        found = ticks(low, high)
        assert 1 <= len(found) <= most + 1
        assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)

    def test_marks_differ_by_shape_and_class_from_fold_to_fold(self):
        text = scatter(make_content(), "oof")
        for fold in (0, 1):
            assert f'class="mark f{fold} " d="{MARKS[fold]}"' in text
        assert len(set(MARKS)) == len(MARKS)
        assert 'class="identity"' in text

    def test_a_mark_says_which_visit_it_is(self):
        assert "<title>D V0, fold 0: observed 23.0, predicted 24.0</title>" in scatter(make_content(), "oof")
        assert "<title>A V0, test: observed 20.0, predicted 21.0</title>" in scatter(make_content(), "test")

    def test_bias_and_limits_are_lines_of_the_second_plot(self):
        text = bland_altman(make_content(), "oof")
        assert text.count('class="fit"') == 1
        assert text.count('class="band"') == 2

    def test_limits_of_two_raters_are_dotted_where_raters_are_known(self):
        """3.3 x sqrt(pi / 2) x 1.96 = 8.106."""
        assert rater_limits(make_content()) == pytest.approx((-8.106, 8.106), abs=1e-3)
        content = make_content()
        unknown = {**content.config, "report": {**content.config["report"], "rater_difference": None}}
        assert rater_limits(replace(content, config=unknown)) == ()

    def test_no_drawing_has_a_colour_or_a_style_of_its_own(self):
        for text in (scatter(make_content(), "oof"), bland_altman(make_content(), "test")):
            assert not re.search(r"style=|fill=|stroke=|#[0-9a-f]{6}", text)

    def test_courses_have_bars_of_the_limits_and_the_last_change_in_words(self):
        content = make_content()
        panels = course_panels(content)
        assert [panel.subject for panel in panels] == ["A", "B", "C"]
        lower, upper = oof_limits(content)(np.array([4.0, 8.0]))
        assert (lower < upper).all()
        assert panels[0].plot.count('class="bar"') == 2
        assert panels[0].words == "at V1: observed 50%, predicted 42%"

    def test_without_limits_there_are_no_bars(self):
        content = make_content()
        equal = np.where(content.visits["part"] == "oof", 5.0, content.visits["predicted"])
        visits = content.visits | {"predicted": equal, "observed": equal}
        assert oof_limits(replace(content, visits=visits)) is None
        assert 'class="bar"' not in course_panels(replace(content, visits=visits))[0].plot


class TestRest:
    def test_groups_stand_out_of_fold_first_and_few_subjects_are_grey(self):
        content = make_content()
        titles = [(group.part, group.title) for group in groups(content)]
        assert titles[0] == ("Out of fold", "Severity band, observed")
        assert ("Test", "Region (points of the composite)") in titles
        assert '<tr class="few">' in render_report(content)

    def test_subjects_are_described_by_part(self):
        found = {(one.attribute, one.group): one.lines for one in traits(make_content(), ("all", "train", "test"))}
        assert [line["subjects"] if line else 0 for line in found["arm", "active"]] == [3, 0, 3]
        assert found["baseline index", "all subjects"][0]["mean"] == 9.0

    def test_errors_of_two_networks_that_are_alike_correlate(self):
        ((first, second, value),) = related_errors(make_content())
        assert (first, second, round(value, 9)) == ("resnet34", "vgg11", 1.0)

    def test_the_methods_name_networks_folds_and_measure(self):
        said = " ".join(methods_text(make_content()))
        assert "2 networks (resnet34, vgg11), from ImageNet weights, were trained on 2 folds" in said
        assert "mean absolute error (MAE) by visit, out of fold" in said

    def test_the_sections_are_nine_and_in_order(self):
        text = render_report(make_content())
        places = [text.index(f'<section id="{name}">') for name, _ in SECTIONS]
        assert len(places) == 9
        assert places == sorted(places)

    def test_without_a_script_nothing_is_missing_but_the_filter(self):
        text = render_report(make_content())
        hidden = re.findall(r"<(\w+)[^>]* hidden[ >]", text)
        assert hidden == ["p"], "the choice of a subject, which needs the script"
