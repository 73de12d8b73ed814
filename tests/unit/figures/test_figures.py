"""The figures of tables small enough to count by hand, and of cohorts without weeks, visits or a test part."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from pasi.evaluation.histories import best_epoch, read_histories
from pasi.figures.agreement import draw_agreement, shared_limits
from pasi.figures.composites_diagram import draw_composites_diagram
from pasi.figures.courses import draw_courses
from pasi.figures.distributions import draw_distributions
from pasi.figures.learning_curves import draw_learning_curves
from pasi.figures.style import DARK, save_figure
from pasi.run_folder import TrainingPlace
from pasi.severity.courses import courses_of, subjects_without_order
from pasi.severity.grades import grade_counts, has_grades
from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex
from pasi.severity.scale import scale_name
from pasi.splits.rows import record_parts
from pasi.storage.tables import write_table
from two_regions import INDEX as PASI

COFFEE = SeverityIndex(
    name="severity",
    unit="grades",
    signs=(Label("severity", 4, 0.25),),
    area=None,
    regions=(Region("leaf", 1.0, 1),),
    bands=(SeverityBand("low", 1), SeverityBand("high", None)),
    clear_below=0.1,
    responses=(50,),
)


def words(figure: Figure) -> str:
    """All text of a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def make_scores(index: SeverityIndex, subjects: list[str], visits: int) -> dict:
    rows = [(s, f"V{v}", r) for s in subjects for v in range(visits) for r in index.region_names]
    scores = {name: [row[i] for row in rows] for i, name in enumerate(("subject", "visit", "region"))}
    for label in index.labels:
        scores[label.name] = np.resize(np.arange(0.0, label.maximum + 1), len(rows))
    return scores


def make_visits(parts: dict[str, list[str]], weeks: list[float], learner: str = "resnet18") -> dict:
    order = np.argsort(np.argsort(weeks, kind="stable"))  # NaN last, in order
    first = f"V{order.tolist().index(0)}" if weeks else ""
    rows = [
        (
            learner,
            part,
            subject,
            f"V{place}",
            week,
            order[place],
            first,
            40.0 / 2**place,
            38.0 / 2**place + len(subject),
        )
        for part, subjects in parts.items()
        for subject in subjects
        for place, week in enumerate(weeks)
    ]
    names = ("learner", "part", "subject", "visit", "week", "visit_order", "baseline", "observed", "predicted")
    kinds = (object, object, object, object, float, float, object, float, float)
    return {
        name: np.array([row[i] for row in rows], dtype=kind)
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }


def make_history(epochs: int = 3) -> dict:
    losses = np.linspace(1.0, 0.5, epochs)
    return {"epoch": np.arange(epochs), "train_loss": losses, "monitor_loss": losses + 0.1}


class TestFigure2:
    def test_counts_of_a_graded_sign_are_exact_and_nan_is_not_counted(self):
        counts = grade_counts(np.array([0, 0, 1, 4, np.nan]), PASI.signs[0])
        assert counts.tolist() == [2, 1, 0, 0, 1]

    def test_a_sign_of_many_grades_or_none_is_binned_and_nothing_is_lost(self):
        values = np.linspace(0, 4, 17)
        for sign in (COFFEE.signs[0], Label("redness", 4, None)):
            assert not has_grades(sign)
            assert grade_counts(values, sign).sum() == 17

    def test_a_sign_of_half_steps_has_a_bar_a_step(self):
        assert grade_counts(np.array([0, 0.5, 0.5, 2]), Label("x", 2, 0.5)).tolist() == [1, 2, 0, 0, 1]

    def test_bars_are_counts_above_and_percent_below(self):
        scores = make_scores(PASI, ["A", "B"], 2)
        figure = draw_distributions(scores, {"subject": ["A", "B"], "part": ["train", "test"]}, PASI)
        above, below = figure.axes[0], figure.axes[4]
        assert [bar.get_height() for bar in above.patches] == np.bincount(scores["erythema"].astype(int)).tolist()
        assert sum(bar.get_height() for bar in below.patches) == pytest.approx(200)
        assert "train (6)" in words(figure)

    def test_without_a_test_part_it_says_so(self):
        figure = draw_distributions(make_scores(COFFEE, ["P00"], 3), {"subject": ["P00"], "part": ["train"]}, COFFEE)
        assert "no test part" in words(figure)

    def test_parts_follow_the_subject(self):
        parts = record_parts(["A", "B", "A"], {"subject": ["A", "B"], "part": ["train", "test"]})
        assert parts.tolist() == ["train", "test", "train"]


class TestFigure3:
    def test_the_axis_says_the_maximum_of_the_scale(self):
        assert scale_name(PASI) == "PASI without head (0\N{EN DASH}64.8 points)"

    def test_a_panel_a_part_with_its_counts(self):
        visits = make_visits({"test": ["A", "B", "C"], "oof": ["D", "E", "F"]}, [0, 4, 8])
        figure = draw_agreement(visits, PASI, "resnet18")
        assert [axes.get_title(loc="left") for axes in figure.axes] == [
            "Test: 9 visits, 3 subjects",
            "Out of fold: 9 visits, 3 subjects",
        ]
        assert "moderate to severe" in words(figure)
        assert "clear" not in words(figure)

    def test_the_line_is_that_of_observed_on_predicted(self):
        """observed = 2 predicted - 3, predicted on the horizontal axis."""
        visits = make_visits({"oof": ["A", "B", "C"]}, [0, 4, 8])
        visits["observed"] = 2 * visits["predicted"] - 3
        axes = draw_agreement(visits, PASI, "resnet18").axes[0]
        (line,) = [line for line in axes.lines if line.get_label() == "calibration"]
        assert np.polyfit(line.get_xdata(), line.get_ydata(), 1) == pytest.approx([2, -3])
        assert axes.get_xlabel().startswith("predicted")
        assert "95% band, pointwise" in words(axes.figure)
        drawn = {tuple(point) for points in axes.collections for point in np.asarray(points.get_offsets()).tolist()}
        assert drawn == set(zip(visits["predicted"].tolist(), visits["observed"].tolist(), strict=True))

    def test_without_a_test_part_there_is_one_panel(self):
        assert len(draw_agreement(make_visits({"oof": ["A", "B", "C"]}, [0, 4]), PASI, "resnet18").axes) == 1

    def test_one_visit_of_one_subject_has_no_line(self):
        figure = draw_agreement(make_visits({"oof": ["P00"]}, [0]), COFFEE, "resnet18")
        assert [line.get_label() for line in figure.axes[0].lines] == ["identity"]

    def test_out_of_fold_is_said_to_be_optimistic(self):
        visits = make_visits({"test": ["A", "B"], "oof": ["C", "D"]}, [0, 4])
        text = words(draw_agreement(visits, PASI, "resnet18", optimistic=True))
        assert "Out of fold (optimistic): 4 visits" in text
        assert "Test: 4 visits" in text

    def test_a_learner_without_visits_is_said_in_words(self):
        assert "nothing to plot" in words(draw_agreement(make_visits({}, []), PASI, "resnet18"))

    def test_an_id_with_a_dollar_sign_or_a_leading_underscore_is_shown_as_it_is(self, tmp_path):
        figure = draw_agreement(make_visits({"test": ["$x^", "_b", "<c>"]}, [0, 4, 8]), PASI, "resnet18")
        legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        assert {"$x^", "_b", "<c>"} <= set(legend)
        save_figure(figure, tmp_path / "figure_3")

    def test_limits_hold_zero_and_everything(self):
        low, high = shared_limits([{"observed": np.array([0.0, 10.0]), "predicted": np.array([-2.0, 8.0])}])
        assert (low, high) == pytest.approx((-2.48, 10.48))


class TestFigure4:
    def test_improvements_are_floored_and_each_source_has_its_own_baseline(self):
        visits = make_visits({"test": ["A"]}, [0, 4])
        visits["observed"], visits["predicted"] = np.array([42.4, 10.7]), np.array([20.0, 5.0])
        course = courses_of(visits, PASI)[0]
        assert course.improvements == {"observed": (None, 74), "predicted": (None, 75)}
        text = words(draw_courses(visits, PASI, "resnet18"))
        assert "PASI 74%" in text
        assert "PASI 75%" in text

    def test_visits_stand_in_order_of_their_weeks(self):
        visits = make_visits({"test": ["A"]}, [8, 0, 4])
        assert courses_of(visits, PASI)[0].weeks.tolist() == [0, 4, 8]

    def test_a_screening_visit_is_shown_and_has_no_improvement(self):
        visits = make_visits({"test": ["A"]}, [-4, 0, 4]) | {"baseline": np.array(["V1"] * 3, object)}
        course = courses_of(visits, PASI)[0]
        assert course.visits == ("V0", "V1", "V2")
        assert course.improvements["observed"] == (None, None, 50)

    def test_visits_without_an_order_make_no_course(self):
        visits = make_visits({"test": ["A", "B"]}, [np.nan] * 3)
        visits["visit_order"] = np.where(visits["subject"] == "A", np.nan, visits["visit_order"])
        assert [course.subject for course in courses_of(visits, PASI)] == ["B"]
        assert subjects_without_order(visits) == ["A"]
        visits["visit_order"] = np.full(6, np.nan)
        assert "order of the visits is not known" in words(draw_courses(visits, PASI, "resnet18"))

    def test_without_weeks_the_axis_is_the_order_of_visits(self):
        figure = draw_courses(make_visits({"test": ["A", "B"]}, [np.nan] * 3), PASI, "resnet18")
        assert "visit, in order" in words(figure)
        assert figure.axes[0].lines[0].get_xdata().tolist() == [1, 2, 3]

    @pytest.mark.parametrize("parts", [{"oof": ["A"]}, {"test": ["A"]}])
    def test_one_visit_a_subject_or_no_test_part_is_no_course(self, parts):
        assert "no course to show" in words(draw_courses(make_visits(parts, [0]), PASI, "resnet18"))

    def test_a_baseline_of_zero_has_no_improvement(self):
        visits = make_visits({"test": ["A"]}, [0, 4])
        visits["observed"] = np.array([0.0, 3.0])
        assert courses_of(visits, PASI)[0].improvements["observed"] == (None, None)

    def test_a_first_visit_that_lacks_a_region_leaves_no_improvement(self):
        visits = make_visits({"test": ["A"]}, [0, 4, 8])
        visits = {name: values[1:] for name, values in visits.items()}
        assert courses_of(visits, PASI)[0].improvements["observed"] == (None, None)

    def test_only_pasi_and_easi_name_their_improvements(self):
        visits = make_visits({"test": ["A"]}, [0, 4])
        assert "50%" in words(draw_courses(visits, COFFEE, "resnet18"))

    def test_many_subjects_get_a_panel_each(self):
        figure = draw_courses(make_visits({"test": [f"S{i}" for i in range(10)]}, [0, 4]), PASI, "resnet18")
        assert len(figure.axes) == 10


class TestLearningCurves:
    def test_a_panel_a_backbone_and_two_lines_a_fold(self):
        figure = draw_learning_curves({"alexnet": {0: make_history(), 1: make_history()}, "vgg11": {0: make_history()}})
        assert [axes.get_title(loc="left") for axes in figure.axes] == ["alexnet", "vgg11"]
        assert len(figure.axes[0].lines) == 2 * 3  # training, monitored, ring

    def test_curves_of_trainings_that_did_not_learn_are_marked_and_named(self):
        histories = {"alexnet": {0: make_history(), 1: make_history()}, "vgg11": {0: make_history()}}
        figure = draw_learning_curves(histories, unlearned=[TrainingPlace("alexnet", 1)])
        _, monitored, ring, _, marked, cross = figure.axes[0].lines
        assert (monitored.get_linestyle(), ring.get_marker()) == ("-", "o")
        assert (marked.get_linestyle(), cross.get_marker()) == (":", "X")
        assert figure.axes[1].lines[1].get_linestyle() == "-"
        assert "did not learn" in words(figure)
        assert "did not learn" not in words(draw_learning_curves(histories))

    def test_the_loss_of_the_mean_is_a_band_from_the_lowest_to_the_highest_fold(self):
        constants = {TrainingPlace("alexnet", 0): 0.9, TrainingPlace("alexnet", 1): 1.2, TrainingPlace("vgg11", 0): 5.0}
        histories = {"alexnet": {0: make_history(), 1: make_history()}}
        figure = draw_learning_curves(histories, constants=constants)
        levels = {line.get_ydata()[0] for line in figure.axes[0].lines if len(set(line.get_ydata())) == 1}
        assert {0.9, 1.2} <= levels
        assert 5.0 not in levels
        assert "the mean predictor" in words(figure)
        assert "the mean predictor" not in words(draw_learning_curves(histories))

    def test_the_grid_of_the_paper_has_29_panels(self):
        assert len(draw_learning_curves({f"net{i}": {0: make_history()} for i in range(29)}).axes) == 29

    def test_the_key_says_what_was_monitored(self):
        histories = {"resnet18": {0: make_history()}}
        assert "optimistic" not in words(draw_learning_curves(histories))
        assert "the held-out fold" in words(draw_learning_curves(histories, "heldout"))

    def test_best_epoch_is_the_first_least_finite_loss(self):
        assert best_epoch({"monitor_loss": [3.0, np.nan, 1.0, 1.0, np.inf]}) == 2
        assert best_epoch({"monitor_loss": [np.nan]}) is None

    def test_losses_that_a_log_axis_cannot_hold_are_left_out(self):
        history = make_history() | {"train_loss": np.array([1.0, 0.0, np.inf])}
        assert np.isnan(draw_learning_curves({"alexnet": {0: history}}).axes[0].lines[0].get_ydata()).tolist() == [
            0,
            1,
            1,
        ]

    def test_no_network_is_said_in_words(self):
        assert "no learning curves" in words(draw_learning_curves({}))

    def test_histories_are_read_by_backbone_and_fold(self, tmp_path):
        paths = [tmp_path / "vgg11" / f"fold{fold}" / "history.csv" for fold in (0, 1)]
        for path in paths:
            write_table(make_history() | {"learning_rate": np.ones(3)}, path)
        histories = read_histories(paths)
        assert list(histories) == ["vgg11"]
        assert list(histories["vgg11"]) == [0, 1]

    def test_of_a_history_with_restarts_the_attempt_is_drawn_that_was_kept(self, tmp_path):
        path = tmp_path / "vgg11" / "fold0" / "history.csv"
        losses = {"train_loss": [1.0, 0.9, 0.5, 0.4], "monitor_loss": [1.1, 1.2, 0.6, 0.7]}
        marks = {"attempt": [0, 0, 1, 1], "kept": [False, False, True, False]}
        write_table({"epoch": [0, 1, 0, 1], **losses, **marks}, path)
        history = read_histories([path])["vgg11"][0]
        assert {name: values.tolist() for name, values in history.items()} == {
            "epoch": [0, 1],
            "train_loss": [0.5, 0.4],
            "monitor_loss": [0.6, 0.7],
        }


class TestFigureS1:
    @pytest.mark.parametrize("fit", ["letterbox", "squash", "center_crop"])
    @pytest.mark.parametrize("rotation", ["right_angle", "any", "none"])
    def test_every_setting_is_drawn(self, fit, rotation):
        text = words(draw_composites_diagram(PASI, fit=fit, rotation=rotation, shuffle=False))
        assert "shuffled" not in text
        assert all(name in text for name in PASI.region_names)

    def test_the_grid_follows_the_index(self):
        many = replace(COFFEE, regions=(Region("leaf", 1.0, 7),))
        assert "composite, 3 x 3 cells" in words(draw_composites_diagram(many))
        assert "composite, 1 x 1 cells" in words(draw_composites_diagram(COFFEE))

    def test_without_tiles_there_is_no_picture_at_all(self):
        assert len(draw_composites_diagram(PASI).axes[0].images) == 0

    def test_tiles_are_shown_in_grey_only(self):
        red = np.zeros((2, 8, 8, 3), np.uint8)
        red[..., 0] = 200
        images = draw_composites_diagram(PASI, {"trunk": red}).axes[0].images
        assert len(images) == 2 * 2  # as tiles and in the composite
        assert all(np.asarray(image.get_array()).ndim == 2 for image in images)
        assert np.asarray(images[0].get_array()) == pytest.approx(0.299 * 200)


class TestSaveFigure:
    def test_writes_both_files_with_the_same_bytes_each_time(self, tmp_path):
        visits = make_visits({"test": ["A", "B", "C"]}, [0, 4, 8])
        for name in ("one", "two"):
            save_figure(draw_agreement(visits, PASI, "resnet18"), tmp_path / name)
        for suffix in (".svg", ".png"):
            assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "one.svg", "two.png", "two.svg"]
        assert b"<dc:date>" not in (tmp_path / "one.svg").read_bytes()

    def test_a_drawing_brings_its_colours_for_a_dark_page(self, tmp_path):
        """Each colour of DARK that is drawn has a rule, in a form that the drawing's own attributes have."""
        svg = save_figure(draw_learning_curves({"alexnet": {0: make_history()}}), tmp_path / "f")[0].read_text()
        assert svg.count("@media (prefers-color-scheme: dark)") == 1
        for light in ("#ffffff", "#1f2328", "#0072b2"):
            assert f'[style*="stroke: {light}"]{{stroke:{DARK[light]}!important}}' in svg
        assert 'style="fill: #1f2328"' in svg
        assert not set(DARK) & {colour.lower() for colour in DARK.values()}, (
            "a colour of a dark page is changed no more"
        )

    def test_a_stem_with_a_dot_is_kept(self, tmp_path):
        assert save_figure(draw_learning_curves({}), tmp_path / "v1.2")[0].name == "v1.2.svg"

    def test_every_figure_works_for_a_cohort_of_one_sign_without_area(self, tmp_path):
        split = {"subject": ["P00", "P01"], "part": ["train", "train"]}
        visits = make_visits({"oof": ["P00", "P01"]}, [np.nan])
        figures = {
            "figure_2": draw_distributions(make_scores(COFFEE, ["P00", "P01"], 1), split, COFFEE),
            "figure_3": draw_agreement(visits, COFFEE, "resnet18"),
            "figure_4": draw_courses(visits, COFFEE, "resnet18"),
            "learning_curves": draw_learning_curves({"resnet18": {0: make_history(1)}}),
            "figure_s1": draw_composites_diagram(COFFEE),
        }
        for name, figure in figures.items():
            svg, png = save_figure(figure, tmp_path / name)
            assert svg.stat().st_size > 1000
            assert png.read_bytes().startswith(b"\x89PNG")
