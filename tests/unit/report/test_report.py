"""Table 1, Table S1 and the page: its numbers are cells of the tables, ids are escaped, and it fetches nothing."""

import os
import re
import subprocess
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import QUIET, browser
from pasi.cohort.counts import incomplete_visits
from pasi.errors import DamagedFileError, StaleResultError
from pasi.figures.composites_diagram import draw_composites_diagram
from pasi.figures.style import save_figure
from pasi.learners.settings import BASELINES as BASELINE_NAMES
from pasi.learners.settings import FIRST_VISIT
from pasi.report.appendix import flatten
from pasi.report.band_cuts import band_cut_text
from pasi.report.baselines import KNOWS
from pasi.report.caveats import caveats
from pasi.report.checks import balances, cohort_flow, leakage_checks, photos_of_two_subjects
from pasi.report.content import ReportContent, Sources, data_uri, load_content
from pasi.report.endpoints import endpoint_answer, endpoint_rows, endpoint_texts
from pasi.report.figure_tables import MOST_ROWS, figure_tables
from pasi.report.findings import first_rank_text, fit_lines, headlines, selection_text
from pasi.report.leaderboard import Forest, forest_axis, leaderboard
from pasi.report.numbers import interval, number, probability, signed
from pasi.report.paper_tables import best_learners, table_1, table_s1
from pasi.report.raters import rater_sentences
from pasi.report.render import render_report
from pasi.report.render import write_report as write_page
from pasi.report.spread import least_difference, shown_repeat_sentence, spread_sentences
from pasi.report.stacking_weights import stacking_weights
from pasi.report.verdict import verdict
from pasi.run_folder import TrainingPlace
from pasi.severity.index import Region, SeverityIndex
from pasi.storage.tables import read_table, rows_of, write_table
from small_report import (
    ARM_ROWS,
    BASELINES,
    CONFIG,
    NO_ENDPOINTS,
    PRICED,
    columns,
    endpoint_row,
    make_balance,
    make_content,
    make_metrics,
    metric_row,
    selection_row,
    sign_row,
    with_column,
    with_descriptions,
    with_lowest_error,
    without_skill,
    write_results,
)

SIZE_LIMIT = 3_000_000
ATTACK = "<img src=x onerror=alert(1)>"


PLAIN = ("td", "th", "b", "data", "abbr")  # elements whose text is that of the cell


class Page(HTMLParser):
    """Tags, attributes, table rows and headings of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.tables: list[list[list[str]]] = []
        self.open, self.within = None, False  # the last tag; whether it is in a cell
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.within = True
        elif tag == "small" and self.within:
            self.tables[-1][-1][-1] += " "
        self.open = tag

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.within = False

    def handle_data(self, data):
        if self.within and self.open in (*PLAIN, "small", "span"):
            self.tables[-1][-1][-1] += data if self.open in PLAIN else f" {data.strip()}"

    def row(self, first: str, table: int) -> list[str]:
        """The row of a table whose first or second cell starts with `first`."""
        return next(
            [cell.strip() for cell in row]
            for row in self.tables[table]
            if any(cell.strip().startswith(first) for cell in row[:2])
        )


class TestTable1:
    def test_ten_best_by_mae_then_the_added_ones_with_their_rank_among_all(self):
        rows = [metric_row(f"net{i:02d}", "backbone", "test", mae=12.0 - i) for i in range(12)]
        rows += [metric_row("mean", "meta", "test", mae=0.5), metric_row("baseline_mean", "baseline", "test", mae=99.0)]
        table = table_1(columns(rows))
        assert table["learner"] == [*(f"net{i:02d}" for i in range(11, 1, -1)), "mean", "baseline_mean"]
        assert table["rank"] == [*range(2, 12), 1, 14]
        assert table["added"] == [False] * 10 + [True, True]
        names = [
            "rank",
            "learner",
            "kind",
            "mae",
            "pcc",
            "mse",
            "ccc",
            "learned",
            "below_baseline",
            "optimistic",
            "added",
        ]
        assert list(table) == names

    def test_three_decimals_and_a_dash_is_for_the_page(self):
        table = table_1(columns([metric_row("resnet34", "backbone", "test", mae=3.33649, pcc=float("nan"))]))
        assert table["mae"] == [3.336]
        assert np.isnan(table["pcc"][0])

    def test_zero_has_no_minus(self):
        table = table_1(columns([metric_row("resnet34", "backbone", "test", ccc=-1e-9)]))
        assert str(table["ccc"]) == "[0.0]"

    def test_an_mae_that_is_not_a_number_ranks_last(self):
        rows = [metric_row("a", "backbone", "test", mae=float("nan")), metric_row("b", "backbone", "test")]
        assert table_1(columns(rows))["learner"] == ["b", "a"]

    def test_without_a_test_part_it_is_out_of_fold(self):
        rows = [metric_row("a", "backbone", "oof", mae=1.5), metric_row("a", "backbone", "oof", "region", mae=9.0)]
        assert table_1(columns(rows))["mae"] == [1.5]

    def test_a_csv_of_it_reads_back_as_it_is(self, tmp_path):
        table = table_1(make_metrics())
        write_table(table, tmp_path / "table_1.csv")
        back = read_table(tmp_path / "table_1.csv")
        assert back["learner"].tolist() == table["learner"]
        assert back["mae"].tolist() == table["mae"]


class TestTableS1:
    def test_order_is_backbones_metas_added_baselines_whatever_the_order_of_the_rows(self):
        kinds = {"baseline_mean": "baseline", "nnls": "meta", "meta_learner": "meta", "b": "backbone", "a": "backbone"}
        rows = [metric_row(learner, kind, "test") for learner, kind in kinds.items()]
        table = table_s1(columns(rows), ["b", "a", "meta_learner", "nnls"])
        assert table["learner"] == ["b", "a", "meta_learner", "nnls", "baseline_mean"]
        assert list(table)[2:6] == ["ccc", "pcc", "mse", "mae"]

    def test_two_decimals(self):
        table = table_s1(columns([metric_row("a", "backbone", "test", mse=27.191, ccc=0.8349)]), [])
        assert (table["mse"], table["ccc"]) == ([27.19], [0.83])

    def test_both_views_have_the_metrics_of_the_tidy_table(self):
        metrics = make_metrics()
        shown = (metrics["part"] == "test") & (metrics["level"] == "visit")
        for view, decimals in ((table_1(metrics), 3), (table_s1(metrics), 2)):
            assert sorted(view["learner"]) == sorted(metrics["learner"][shown])
            for place, learner in enumerate(view["learner"]):
                own = shown & (metrics["learner"] == learner)
                for name in ("mae", "pcc", "mse", "ccc"):
                    assert view[name][place] == pytest.approx(metrics[name][own].round(decimals)[0], nan_ok=True)

    @given(st.floats(-1e6, 1e6))
    def test_page_and_csv_round_alike(self, value):
        rounded = table_s1(columns([metric_row("a", "backbone", "test", mse=value)]), [])["mse"][0]
        assert number(rounded) == number(value)


class TestBest:
    def test_best_by_each_metric_is_computed_and_never_a_baseline(self):
        rows = [
            metric_row("a", "backbone", "test", mae=1.0, mse=9.0, pcc=0.1, ccc=float("nan")),
            metric_row("b", "backbone", "test", mae=2.0, mse=8.0, pcc=0.2, ccc=0.3),
            metric_row("c", "baseline", "test", mae=0.1, mse=0.1, pcc=1.0, ccc=1.0),
        ]
        assert best_learners(rows) == {"mae": "a", "mse": "b", "pcc": "b", "ccc": "b"}


class TestNumbers:
    def test_minus_dash_thousands_and_sign(self):
        assert [number(value) for value in (-0.126, 1234.5, float("nan"), None, -0.001)] == [
            "\N{MINUS SIGN}0.13",
            "1,234.50",
            "\N{EN DASH}",
            "\N{EN DASH}",
            "0.00",
        ]
        assert [signed(value) for value in (0.04, -0.04, 0.0)] == ["+0.04", "\N{MINUS SIGN}0.04", "0.00"]
        assert interval({"low": float("nan"), "high": 1.0}) == "\N{EN DASH}"
        assert [probability(p) for p in (0.0004, 0.0312, None)] == ["p < 0.001", "p = 0.031", "\N{EN DASH}"]


class TestFindings:
    def test_headline_has_both_parts_with_intervals_and_the_spread(self):
        oof, test = headlines(make_content())
        assert (oof.row["learner"], oof.subjects, test.subjects) == ("resnet34", 4, 3)
        assert oof.intervals["mae"]["high"] == 3.456
        assert test.observed_sd == pytest.approx((154 / 5) ** 0.5)  # of 20, 10, 21, 11, 22, 12

    def test_the_squared_error_is_split_into_bias_slope_and_scatter(self):
        (test, _) = fit_lines(make_content())
        assert test.bias == pytest.approx(1.5)  # 1 at each first visit, 2 at each second
        assert sum(test.error_shares.values()) == pytest.approx(1)
        assert test.error_shares["bias"] == pytest.approx(1.5**2 / 2.5)

    @pytest.mark.parametrize(
        ("given", "subjects", "said"),
        [
            ("not shown", 20, "No verdict in its favour: it is not shown to have a lower MAE out of fold than"),
            ("better", 11, "Out of fold it has a lower MAE than baseline_histogram_ridge, the strongest"),
            ("worse", 20, "No verdict in its favour: out of fold it has a higher MAE than"),
            ("none", 20, "cannot be tested"),
            ("none", 10, "With 10 subjects nothing can be said"),
        ],
    )
    def test_verdict_is_that_of_the_table(self, given, subjects, said):
        content = make_content()
        differences = with_column(content.differences, "subjects", lambda _: subjects)
        differences["verdict"] = np.full(len(differences["verdict"]), given, dtype=object)
        assert said in verdict(replace(content, differences=differences)).title

    def test_the_interval_and_the_adjusted_p_are_in_the_sentence(self):
        sentence = verdict(make_content()).sentences[0]
        between = "95% interval \N{MINUS SIGN}0.500 to +0.020"
        said = f"MAE minus that of baseline_histogram_ridge = \N{MINUS SIGN}0.300 ({between}; p = 0.040 after Holm's"
        assert said in sentence
        assert sentence.endswith("adjustment for all learners; 20 subjects).")

    def test_with_few_subjects_there_is_an_interval_and_no_verdict_in_the_sentence(self):
        content = make_content()
        differences = with_column(content.differences, "verdict", lambda _: "none")
        sentence = verdict(replace(content, differences=differences)).sentences[0]
        assert "to +0.020; no verdict below 11 subjects; 20 subjects)" in sentence
        assert "p =" not in sentence

    def test_the_verdict_says_what_the_strongest_baseline_knows(self):
        assert verdict(make_content()).sentences[1] == (
            "baseline_histogram_ridge knows the colours of the photos: it is a ridge regression on their histograms."
        )

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("better", "After the baseline visit it has a lower MAE than baseline_first_visit, which is told the"),
            ("worse", "that score and the week predict more than it does."),
            ("not shown", "where a physician has scored the baseline visit, no gain is shown."),
            ("none", "baseline visit, is not known."),
        ],
    )
    def test_a_physician_s_score_of_the_baseline_visit_is_a_second_question(self, given, said):
        """It has no say in the title."""
        content = make_content()
        own = content.differences["reference"] == FIRST_VISIT
        verdicts = np.where(own, given, content.differences["verdict"])
        found = verdict(replace(content, differences=content.differences | {"verdict": verdicts}))
        assert said in found.sentences[2]
        assert "out of fold, visits after the baseline, MAE minus that of baseline_first_visit" in found.sentences[3]
        assert found.title == verdict(content).title

    def test_without_a_baseline_visit_the_second_question_is_open_and_it_is_said_why(self):
        content = make_content()
        none = np.full(len(content.scores["visit"]), "", dtype=object)
        own = content.differences["reference"] != FIRST_VISIT
        differences = {name: cells[own] for name, cells in content.differences.items()}
        content = replace(content, scores=content.scores | {"baseline": none}, differences=differences)
        said = "is not known: baseline_first_visit was not compared, because no subject has a baseline visit."
        assert verdict(content).sentences[2].endswith(said)
        text = render_report(content)
        assert "1 baseline left out, because no subject has a baseline visit: baseline_first_visit. Nothing was" in text
        assert "left out, because no subject has" not in render_report(make_content())

    def test_without_a_verdict_the_page_has_no_p_value(self):
        content = make_content()
        assert "p = 0.040" in render_report(content)
        few = render_report(replace(content, differences=with_column(content.differences, "verdict", lambda _: "none")))
        assert "p = 0.040" not in few

    def test_without_an_interval_the_sentence_says_why(self):
        content = make_content()
        differences = with_column(content.differences, "low", lambda _: float("nan"))
        differences["method"] = np.full(len(differences["low"]), "none: a CCC is 1", dtype=object)
        assert (
            "(no interval: a CCC is 1; 20 subjects)" in verdict(replace(content, differences=differences)).sentences[0]
        )

    def test_the_best_network_is_named_beside_a_chosen_ensemble(self):
        content = make_content()
        metrics = {name: cells.copy() for name, cells in content.metrics.items()}
        metrics["mae"][metrics["learner"] == "mean"] = 0.1
        sentences = verdict(replace(content, metrics=metrics)).sentences
        own = [sentence.split(":")[0] for sentence in sentences if "minus that of baseline_histogram" in sentence]
        assert own == ["mean", "The best single network, resnet34", "mean"]

    def test_the_corrected_figures_stand_beside_the_naive_ones_in_one_sentence(self):
        content = make_content()
        said = selection_text(content)
        assert "resnet34 was chosen among 4 learners" in said
        assert said.endswith(
            "an MAE of 2.61 (1.90 to 3.80) and not 2.35 and a CCC of 0.74 (0.50 to 0.88) and not 0.80."
        )
        assert said in render_report(content)

    @pytest.mark.parametrize("values", [{"candidates": 1}, {"corrected": float("nan")}, {"learner": "other"}])
    def test_without_a_choice_or_a_correction_there_is_no_such_sentence(self, values):
        rows = columns([selection_row("oof", "mae", **values)])
        assert selection_text(replace(make_content(), selection=rows)) == ""

    @pytest.mark.parametrize(
        ("again", "subjects", "said"),
        [
            (0.31, 6, "With so few subjects the first rank out of fold is mostly chance: resnet34 comes first"),
            (0.31, 100, "The first rank out of fold is mostly chance: resnet34 comes first in 31% of bootstrap draws"),
            (0.5, 6, ""),
            (0.9, 100, ""),
        ],
    )
    def test_the_first_rank_is_called_chance_only_where_it_is(self, again, subjects, said):
        content = replace(
            make_content(), selection=columns([selection_row("oof", "mae", again=again, subjects=subjects)])
        )
        assert first_rank_text(content).startswith(said)
        assert bool(first_rank_text(content)) is bool(said)
        assert ("first rank out of fold is mostly chance" in render_report(content)) is bool(said)

    @pytest.mark.parametrize(("subjects", "warned"), [(10, True), (11, False)])
    def test_few_test_subjects_are_a_warning_and_enough_are_none(self, subjects, warned):
        names = np.array([f"T{i}" for i in range(subjects)], object)
        split = {"subject": names, "part": np.full(subjects, "test", object), "fold": np.full(subjects, -1)}
        said = "\n".join(caveats(replace(make_content(), split=split)))
        assert (f"The test part has {subjects} subjects" in said) is warned

    def test_warnings_name_what_lowers_the_worth_of_a_number(self):
        content = make_content()
        training = {**CONFIG["training"], "monitor": "heldout", "weights": "none"}
        said = "\n".join(caveats(replace(content, config={**CONFIG, "training": training})))
        for words in (
            "Out-of-fold results are optimistic",
            "trained from scratch",
            "The test part has 3 subjects",
            "mean has the lowest MAE on the test part (2.40; resnet34: 2.60)",
            "1 of 4 learners has a higher MAE out of fold than a baseline: vgg11.",
            "1 visit lacks a region",
        ):
            assert words in said

    def test_honest_weights_are_described_where_they_are_fitted(self):
        said = "to predictions of networks that were trained without it and without the fold that they predict"
        content = make_content()
        assert said not in render_report(content)
        assert said in render_report(replace(content, config={**CONFIG, "stacking": {"honest": True}}))

    def test_meta_learners_whose_weights_leak_are_named(self):
        content = make_content()
        leaking = (content.metrics["learner"] == "mean") & (content.metrics["part"] == "oof")
        marked = replace(content, metrics=content.metrics | {"optimistic": leaking})
        said = "\n".join(caveats(marked))
        assert "Out-of-fold results of mean are no fair estimates: the weights for a fold were fitted" in said
        assert "This report evaluates one of them" not in said
        assert 'title="no fair estimate out of fold">o</abbr>' in render_report(marked)
        assert "This report evaluates one of them, mean." in "\n".join(caveats(with_lowest_error(marked, "mean")))
        heldout = {**CONFIG, "training": {**CONFIG["training"], "monitor": "heldout"}}
        assert "Out-of-fold results of mean" not in "\n".join(caveats(replace(marked, config=heldout)))
        assert 'title="no fair estimate out of fold"' not in render_report(content)

    def test_a_baseline_with_the_lower_error_is_named(self):
        content = make_content()
        metrics = {name: cells.copy() for name, cells in content.metrics.items()}
        metrics["mae"][metrics["learner"] == "baseline_mean"] = 1.0
        said = caveats(replace(content, metrics=metrics))
        assert "baseline_mean has a lower MAE out of fold (1.00) than resnet34 (2.35)." in said

    def test_trainings_of_an_earlier_version_are_counted_and_named(self):
        said = caveats(replace(make_content(), adopted=[("vgg11", 0, "0.1.0"), ("vgg11", 1, "0.1.0")]))
        assert any("2 of " in text and "version 0.1.0 of this software trained them" in text for text in said)
        assert not any("taken over" in text for text in caveats(make_content()))

    def test_a_network_that_was_left_out_comes_first_with_its_reason(self):
        said = caveats(
            replace(make_content(), left_out=[("vgg11", 3, "vgg11, fold 3: nan."), ("vgg11", 4, "Fold 4 too.")])
        )
        assert said[0].startswith("1 of 2 networks is left out of all results")
        assert said[0].endswith("vgg11, fold 3: nan. Fold 4 too.")

    def test_a_clean_run_has_only_the_warnings_that_it_earns(self):
        said = caveats(make_content())
        assert not any("optimistic" in warning or "scratch" in warning for warning in said)


class TestPrimary:
    def test_the_measure_is_named_before_any_number(self):
        text = render_report(make_content()).split("</h1>")[1]
        before = re.sub("<svg.*?</svg>|<[^>]*>", "", text.split("Primary measure: MAE by visit.")[0])
        assert not re.search(r"\d", before.replace("resnet34", ""))
        assert (
            "The primary measure of this report is the mean absolute error (MAE) by visit (evaluation.primary)" in text
        )

    def test_ccc_chooses_ranks_and_warns_where_it_is_the_primary_one(self):
        """vgg11 has the highest CCC and the highest MAE."""
        content = make_content()
        ccc = np.where(content.metrics["learner"] == "vgg11", 0.99, content.metrics["ccc"])
        best = (content.metrics["learner"] == "mean") & (content.metrics["part"] == "test")
        ccc = np.where(best, 0.999, ccc)
        config = {**CONFIG, "evaluation": {**CONFIG["evaluation"], "primary": "ccc"}}
        content = replace(content, config=config, metrics=content.metrics | {"ccc": ccc})
        assert content.chosen == "vgg11"
        assert table_1(content.metrics, "ccc")["learner"][:2] == ["vgg11", "resnet34"]
        assert "mean has the highest CCC on the test part (1.00; vgg11: 0.99)" in "".join(caveats(content))
        text = render_report(content)
        assert "concordance correlation coefficient (CCC) by visit (evaluation.primary)" in text
        assert "Primary measure: CCC by visit. vgg11 has the highest CCC out of fold" in text
        assert "by the CCC on the same visits" not in text, "selection.csv is that of another learner"

    def test_each_baseline_says_what_it_knows_and_the_strongest_is_marked(self):
        page = Page(render_report(make_content()))
        (table,) = [i for i, rows in enumerate(page.tables) if rows[0] == ["Baseline", "MAE", "CCC", "Knows"]]
        assert page.row("baseline_mean", table)[3].startswith("the region: it gives the mean")
        assert "(strongest)" in page.row("baseline_histogram_ridge", table)[0]
        assert page.row("baseline_histogram_ridge", table)[1:3] == ["5.00", "0.50"]
        assert set(KNOWS) == set(BASELINE_NAMES)


class TestSinglesSignsAndBands:
    def test_the_gain_of_averaging_is_said_and_shown(self):
        """MAE 3.5 and 2.85, CCC 0.65 and 0.715 on average."""
        text = render_report(make_content())
        assert "a single network has an MAE of 3.50 and a CCC of 0.65 on average over the folds of 2 backbones" in text
        assert "the mean of the networks of all 2 folds has 2.85 and 0.7" in text
        assert "This gain of 0.65 in MAE" in text
        page = Page(text)
        (table,) = [i for i, rows in enumerate(page.tables) if rows[0][:2] == ["Network", "Trainings"]]
        assert page.row("vgg11", table) == ["vgg11", "2", "6", "4.00", "3.20", "0.60", "0.68"]

    def test_without_test_visits_nothing_is_said_of_averaging(self):
        content = make_content()
        text = render_report(replace(content, singles={name: cells[:0] for name, cells in content.singles.items()}))
        assert "a single network has" not in text

    def test_signs_are_shown_where_networks_predict_them(self):
        content = make_content()
        assert "Weighted kappa" not in render_report(content)
        rows = [
            sign_row("oof", "erythema"),
            sign_row("oof", "dryness", weighted_kappa=float("nan"), exact=float("nan")),
        ]
        page = Page(render_report(replace(content, signs=columns(rows))))
        (table,) = [i for i, found in enumerate(page.tables) if "Weighted kappa" in found[0]]
        cells = [cell.strip() for cell in page.tables[table][1]]
        assert cells == ["Out of fold", "erythema", "16", "0.62", "0.75", "0.70", "50%", "88%"]
        assert page.tables[table][2][5:7] == ["\N{EN DASH}", "\N{EN DASH}"]

    @pytest.mark.parametrize(("weights", "said"), [((0.5, 0.5), False), ((0.5, 0.4), True), ((2.0, 1.0), False)])
    def test_ends_of_bands_that_may_belong_to_a_whole_index_are_named(self, weights, said):
        content = make_content()
        regions = tuple(
            replace(region, weight=weight) for region, weight in zip(content.index.regions, weights, strict=True)
        )
        text = band_cut_text(replace(content, index=replace(content.index, regions=regions)))
        assert bool(text) is said
        if said:
            assert "(upper, lower) add up to 0.9 and not to 1: the index lacks a region" in text
            assert "If the end of the bands, 10 points, was made for the whole index" in text
            assert "were like the others, it would be 9." in text


class TestNotLearned:
    def test_where_all_networks_learned_nothing_is_said(self):
        content = make_content()
        assert not any("did not learn" in text for text in caveats(content))
        assert "did not learn" not in f"{verdict(content)}"
        assert "did not learn" not in render_report(content)

    def test_a_warning_names_networks_and_folds(self):
        said = caveats(without_skill(make_content(), ("vgg11", 0), ("resnet34", 0), ("resnet34", 1)))
        assert said[0].startswith("3 of 4 trainings did not learn: resnet34 folds 0, 1; vgg11 fold 0. Such a network")
        assert "a skill below training.least_skill (0.1)" in said[0]

    def test_the_threshold_is_that_of_today(self):
        """All skills are 0.75."""
        stricter = {**CONFIG, "training": {**CONFIG["training"], "least_skill": 0.8}}
        content = replace(make_content(), config=stricter)
        assert caveats(content)[0].startswith("4 of 4 trainings did not learn")
        assert content.unlearned == [
            *(TrainingPlace("resnet34", fold) for fold in (0, 1)),
            *(TrainingPlace("vgg11", fold) for fold in (0, 1)),
        ]

    def test_a_verdict_on_a_network_says_which_of_its_folds_did_not_learn(self):
        found = verdict(without_skill(make_content(), ("resnet34", 1)))
        assert found.title.endswith("It rests on 1 training that did not learn.")
        assert found.sentences[0] == (
            "resnet34 consists in part of 1 training that did not learn (resnet34 fold 1): what those "
            "contribute is little more than the mean of each region."
        )

    def test_a_verdict_does_not_mention_a_network_that_it_does_not_rest_on(self):
        found = verdict(without_skill(make_content(), ("vgg11", 1)))
        assert "did not learn" not in f"{found}"

    def test_without_a_comparison_it_is_said_too(self):
        content = without_skill(make_content(), ("resnet34", 1))
        found = verdict(replace(content, differences={name: cells[:0] for name, cells in content.differences.items()}))
        assert found.title == "It was not compared with a baseline. It rests on 1 training that did not learn."
        assert len(found.sentences) == 1

    @pytest.mark.parametrize(
        ("weights", "in_a_fold", "said"), [((0.5, 0.5), None, True), ((1, 0), None, False), ((1, 0), (0.9, 0.1), True)]
    )
    def test_a_meta_learner_rests_on_the_networks_that_it_gives_weight_to(self, weights, in_a_fold, said):
        """vgg11, the second of the two, did not learn; the out-of-fold rows of a fold have weights of their own."""
        content = with_lowest_error(without_skill(make_content(), ("vgg11", 0)), "mean")
        folds = [{"fold": 0, "coefficients": in_a_fold}] if in_a_fold else []
        model = {**content.models["mean"], "coefficients": weights, "folds": folds}
        found = verdict(replace(content, models={**content.models, "mean": model}))
        assert ("It rests on 1 training that did not learn" in found.title) == said
        assert any("mean gives weight to 1 training" in text for text in found.sentences) == said

    def test_the_best_single_network_is_not_named_without_it(self):
        content = with_lowest_error(without_skill(make_content(), ("resnet34", 0)), "mean")
        model = {**content.models["mean"], "coefficients": (0, 1)}
        found = verdict(replace(content, models={**content.models, "mean": model}))
        assert "did not learn" not in found.title
        assert any(text.startswith("resnet34 consists in part of 1 training") for text in found.sentences)

    def test_the_page_marks_cells_curves_and_weights(self):
        content = without_skill(make_content(), ("vgg11", 0))
        short = np.where(content.metrics["learner"] == "vgg11", "1/2", content.metrics["learned"]).astype(object)
        text = render_report(replace(content, metrics=content.metrics | {"learned": short}))
        assert len(re.findall('<td class="lost"><data [^>]*>1/2</data></td>', text)) == 1, "in the leaderboard"
        assert text.count("✗ did not learn") == 1, "in the grid of folds"
        assert "dotted, with a cross in place of the ring: trainings that did not learn" in text
        assert 'vgg11 <span class="flag">did not learn in every fold</span>' in text

    def test_the_table_behind_the_curves_has_skill_and_verdict(self):
        table = figure_tables(without_skill(make_content(), ("vgg11", 0)))["learning_curves"]
        assert table.head[-2:] == ("skill", "learned")
        assert [row[-2:] for row in table.rows] == [(0.75, "yes"), (0.75, "yes"), (0.05, "no")]
        assert table.shown[2][-2:] == ("0.05", "no")


def with_repeats(content: ReportContent, repeats: int, **spreads: float) -> ReportContent:
    """The content of a run whose networks all have these spreads."""
    training = {**CONFIG["training"], "repeats": repeats}
    backbones = content.metrics["kind"] == "backbone"
    cells = {name: np.where(backbones, value, np.nan) for name, value in spreads.items()}
    return replace(content, config={**CONFIG, "training": training}, metrics=content.metrics | cells)


class TestSpread:
    def test_with_one_repeat_the_spread_is_unknown(self):
        (said,) = spread_sentences(make_content())
        assert "(training.repeats is 1)" in said
        assert "is unknown" in said
        assert "training.repeats is 1" in render_report(make_content())
        assert shown_repeat_sentence(make_content()) is None

    def test_with_repeats_it_is_said_how_large_a_difference_must_be(self):
        """Two networks, three repeats: t(4) = 2.776, times the spread, times sqrt(2 / 3)."""
        content = with_repeats(make_content(), 3, ccc_spread=0.03, mae_spread=0.3)
        _, said = spread_sentences(content)
        assert "is 0.030 in CCC and 0.300 in MAE" in said
        assert "by more than 0.068 in CCC or 0.680 in MAE" in said
        assert "4 degrees of freedom" in said
        text = render_report(content)
        assert "training.repeats is 1" not in text
        assert re.search("<th scope=.col.>SD over repeats</th>.*>0.30</data>", text, re.DOTALL)

    def test_a_spread_that_is_undefined_gives_no_threshold(self):
        assert len(spread_sentences(with_repeats(make_content(), 2))) == 1

    def test_which_repeat_figures_show_is_said_of_a_network_alone(self):
        content = with_repeats(make_content(), 2)
        assert "(repeat 0)" in shown_repeat_sentence(content)
        assert shown_repeat_sentence(with_lowest_error(content, "mean")) is None

    def test_different_spreads_are_pooled_by_their_variances(self):
        """(0.01^2 + 0.07^2) / 2 = 0.05^2; 4.303 x 0.05 x sqrt(2 / 2)."""
        assert least_difference([0.01, 0.07], 2) == pytest.approx(4.3027 * 0.05, rel=1e-4)


class TestChecks:
    def test_flow_counts_what_is_there(self):
        steps = {step.noun: step for step in cohort_flow(make_content())}
        assert [steps[noun].count for noun in ("photos", "composites", "visits", "subjects")] == [41, 27, 14, 7]
        assert steps["composites"].note == "one per visit and region; 28 regions have grades"
        assert steps["visits"].note == "13 with all regions, 1 without"
        assert steps["subjects"].note == "4 train, 3 test"

    def test_all_hold_on_a_sound_run(self):
        assert all(check.passed for check in leakage_checks(make_content()))

    @pytest.mark.parametrize(
        ("table", "column", "change", "failed"),
        [
            ("split", "subject", lambda subject: "D" if subject == "E" else subject, "in one part and fold"),
            ("oof", "subject", lambda subject: "A" if subject == "D" else subject, "No test subject"),
            ("oof", "fold", lambda fold: 1 - fold, "was not trained on the subject"),
            ("oof", "visit", lambda _: "V0", "has an out-of-fold row twice"),
            ("photos", "sha256", lambda _: "same", "belongs to two subjects"),
        ],
    )
    def test_each_fails_on_its_fault(self, table, column, change, failed):
        content = make_content()
        broken = replace(content, **{table: with_column(getattr(content, table), column, change)})
        assert failed in " ".join(check.text for check in leakage_checks(broken) if not check.passed)

    def test_a_photo_twice_in_one_subject_is_not_shared(self):
        assert photos_of_two_subjects({"subject": ["A", "A", "B"], "sha256": ["x", "x", "y"]}) == 0

    def test_visits_of_one_name_are_told_apart_by_subject(self):
        assert incomplete_visits([("A", "V0"), ("B", "V0")], 1) == 0

    def test_a_visit_without_any_row_is_incomplete_where_it_is_named(self):
        assert incomplete_visits([("A", "V0")], 1, others=[("A", "V0"), ("A", "V1")]) == 1

    def test_balance_is_read_by_part_and_label(self):
        test, folds = balances(make_balance())
        assert test.parts == [("train", 4, [(3, 0.75), (1, 0.25)]), ("test", 4, [(3, 0.75), (1, 0.25)])]
        assert (folds.labels, folds.label_share) == (["0", "1"], 12.3456)


class TestLeaderboard:
    def test_all_learners_stand_by_the_primary_measure_out_of_fold_with_the_test_part_beside(self):
        content = make_content()
        entries = leaderboard(content, forest_axis(content))
        assert [one.learner for one in entries[:4]] == ["resnet34", "mean", "meta_learner", "vgg11"]
        assert {one.learner for one in entries[4:]} == {name for name, _ in BASELINES}
        assert entries[0].test["mae"] == 2.595678
        assert entries[3].oof["below_baseline"]
        assert entries[0].epochs == 6, "two folds of three epochs"

    def test_one_failed_network_does_not_squeeze_the_others(self):
        content = make_content()
        metrics = {name: cells.copy() for name, cells in content.metrics.items()}
        metrics["mae"][metrics["learner"] == "vgg11"] = 1e9
        assert forest_axis(replace(content, metrics=metrics)).most < 20
        assert Forest(10.0, None).at(25.0) == Forest(10.0, None).at(10.0)

    def test_stack_table_has_a_row_a_network(self):
        table = stacking_weights(make_content().models)
        assert table.rows[1] == ("vgg11", [-0.125, -0.125])
        assert (table.share(0.625), table.share(-0.125)) == (100.0, 20.0)


class TestPage:
    def test_what_was_left_out_is_told(self):
        text = render_report(make_content())
        assert ">scores.csv: 1 of 28 regions left out, for want of a photo: G V1 lower &lt;b&gt;</li>" in text
        assert ">photos.csv: A V1 trunk photo 2 (line 9) is the same file as A V1 trunk photo 1 (line 8)</li>" in text
        assert "left out of the two tables" not in render_report(
            replace(make_content(), notes={"note": []}, copies={"note": []})
        )

    def test_every_metric_is_the_table_cell(self):
        content = make_content()
        page = Page(render_report(content))
        (board,) = [i for i, table in enumerate(page.tables) if table[0][:2] == ["Learner", "MAE"]]
        cells = page.row("resnet34", board)
        places = {"oof": {"mae": 1, "ccc": 3, "pcc": 8, "mse": 9}, "test": {"mae": 10, "ccc": 11}}
        for part, columns_of in places.items():
            row = rows_of(content.metrics, learner="resnet34", part=part, level="visit")[0]
            shown = {metric: cells[place].split()[0] for metric, place in columns_of.items()}
            assert shown == {metric: number(row[metric]) for metric in columns_of}
            assert "1.23 to 3.46" in cells[columns_of["mae"]]

    def test_imbalance_spread_and_rater_line_are_in_the_text(self):
        text = render_report(make_content())
        for words in (
            "label_share 12.346",
            "cohort_share 0.0432",
            "differ by 3.3 points",
            "about 2.3 against",
            ">5.55</data>",
        ):
            assert words in text

    @pytest.mark.parametrize(("difference", "said"), [(None, False), (3.3, True)])
    def test_a_perfect_predictor_is_spoken_of_where_a_difference_of_raters_is_configured(self, difference, said):
        report = {**CONFIG["report"], "rater_difference": difference}
        content = replace(make_content(), config={**CONFIG, "report": report})
        text = render_report(content)
        assert ("even a perfect predictor would have an MAE" in text) is said
        assert ("Dashed: the MAE of a perfect predictor against one rater." in text) is said
        assert (forest_axis(content).floor is not None) is said, "the line in the plot of the leaderboard"
        assert ("is not known here" in text) is not said

    def test_ceiling_and_slope_follow_from_the_spread_of_the_observed_scores(self):
        """Out of fold the observed scores have the variance 28 (7 visits), the raters' error 3.3^2 pi / 4 = 8.55."""
        reliability = 1 - 3.3**2 * np.pi / 4 / 28.0  # the variance of 23, 13, 24, 14, 25, 15 and 26
        (said,) = rater_sentences(make_content())
        assert f"its CCC would be about {2 * reliability / (1 + reliability):.2f}, and that of no predictor" in said
        assert f"above {reliability**0.5:.2f}; the line" in said
        assert f"the slope {reliability:.2f}, while" in said

    def test_raters_of_another_cohort_are_found_out_where_they_err_by_more_than_scores_spread(self):
        report = {**CONFIG["report"], "rater_difference": 10.0}
        (said,) = rater_sentences(replace(make_content(), config={**CONFIG, "report": report}))
        assert said.endswith("so that it is not one of these raters: no CCC follows from it.")

    def test_an_id_with_markup_is_shown_as_text_everywhere(self):
        content = make_content()
        rename = {
            name: with_column(getattr(content, name), "subject", lambda s: ATTACK if s == "A" else s)
            for name in ("scores", "photos", "split", "oof", "visits")
        }
        config = {**CONFIG, "report": {**CONFIG["report"], "title": f"</title><style>{ATTACK}"}}
        text = render_report(replace(content, **rename, config=config, provenance={ATTACK: {ATTACK: ATTACK}}))
        assert ATTACK not in text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert not any("onerror" in attributes for _, attributes in Page(text).tags)

    def test_it_is_one_file_with_a_strict_policy_and_one_script_by_its_hash(self):
        page = Page(render_report(make_content()))
        policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
        known = r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; img-src data:"
        assert re.fullmatch(known, policy)
        assert not {"iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.tags}
        assert [tag for tag, _ in page.tags].count("script") == 1
        assert not any(name == "style" or name.startswith("on") for _, found in page.tags for name in found)
        for tag, attributes in page.tags:
            assert attributes.get("src", "data:").startswith("data:")
            assert attributes.get("href", "#").startswith("data:" if tag == "link" else "#")

    def test_headings_are_in_order_and_every_picture_has_words_and_a_table(self):
        text = render_report(make_content())
        page = Page(text)
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        pictures = [attributes for tag, attributes in page.tags if tag == "img"]
        assert len(pictures) == 3
        assert all(len(attributes["alt"]) > 40 for attributes in pictures)
        assert text.count("<summary>Data behind") == 5
        drawn = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("role") == "img"]
        assert all(len(attributes["aria-label"]) > 10 for attributes in drawn)
        anchors = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
        assert anchors <= {f"#{attributes['id']}" for _, attributes in page.tags if "id" in attributes}
        assert dict(page.tags)["html"] == {"lang": "en"}

    def test_without_test_part_stack_or_differences_it_still_reads(self):
        content = make_content()
        metrics = {name: cells[content.metrics["part"] == "oof"] for name, cells in content.metrics.items()}
        visits = {name: cells[content.visits["part"] == "oof"] for name, cells in content.visits.items()}
        none = {name: cells[:0] for name, cells in content.differences.items()}
        text = render_report(replace(content, metrics=metrics, visits=visits, differences=none, models={}))
        assert "There is no test part: all results are out of fold." in text
        assert "No meta-learner was fitted." in text
        assert "It was not compared with a baseline." in text
        assert 'colspan="4" scope="colgroup">Test' not in text

    def test_visits_without_order_or_baseline_have_no_course_and_no_response_and_it_is_said(self):
        """Both where the courses and where the responses stand."""
        content = make_content()
        unknown = {"visit_order": np.full(len(content.visits["visit"]), np.nan)}
        unknown["baseline"] = np.full(len(content.visits["visit"]), "", dtype=object)
        text = render_report(with_descriptions(replace(content, visits=content.visits | unknown)))
        response, courses = text.split('<h3 id="response">')[1].split('<h3 id="courses">')
        assert "There is no course for 3 test subjects, because the order of the visits is not known" in courses
        assert 'class="panel"' not in courses
        said = "Test: 6 visits without a response: 6 of subjects whose order of visits is not known."
        assert said in response
        assert "They are never guessed." in response
        assert "reaches a threshold" not in response

    def test_visits_without_a_response_are_counted_by_reason(self):
        content = make_content()
        subjects = content.visits["subject"]
        screened = np.where(subjects == "A", "V1", content.visits["baseline"])
        part = {"oof": "Out of fold", "test": "Test"}[content.visits["part"][subjects == "A"][0]]
        text = render_report(with_descriptions(replace(content, visits=content.visits | {"baseline": screened})))
        assert f"{part}: 1 visit without a response: 1 before the baseline." in text
        assert "without a response" not in render_report(content)

    def test_a_line_for_undefined_responses_stands_only_where_there_are_some(self):
        content = make_content()
        first = (content.visits["subject"] == "D") & (content.visits["visit"] == "V0")
        predicted = np.where(first, 0.0, content.visits["predicted"])
        text = render_report(with_descriptions(replace(content, visits=content.visits | {"predicted": predicted})))
        page = Page(text)
        tables = [i for i, rows in enumerate(page.tables) if rows[0][:1] == ["Improvement"]]
        row = page.row("Out of fold", tables[0])
        assert [*row[:3], row[8]] == ["50%", "Out of fold", "all", "2"]
        (table,) = [i for i, rows in enumerate(page.tables) if "Undefined" in rows[0]]
        assert page.row("Out of fold, undefined as no response", table)[1:] == ["50%", "3", "1", "0", "0", "3"]
        assert "1 of subjects whose predicted baseline is clear" in text
        assert "undefined as no response" not in render_report(content)

    def test_observed_scores_above_zero_that_count_as_clear_are_counted(self):
        content = make_content()
        content = replace(content, index=replace(content.index, clear_below=1.5))
        first = (content.visits["subject"] == "D") & (content.visits["visit"] == "V1")
        observed = np.where(first, 1.0, content.visits["observed"])
        said = "1 visit has an observed score above 0 that counts as clear by this rule"
        assert said in render_report(replace(content, visits=content.visits | {"observed": observed}))
        assert "counts as clear by this rule" not in render_report(content)

    def test_a_long_table_behind_a_figure_is_cut_and_says_so(self):
        content = make_content()
        many = {name: np.repeat(cells, 300) for name, cells in content.visits.items()}
        content = replace(content, visits=many)
        table = figure_tables(content)["figure_3"]
        assert (len(table.rows), len(table.shown)) == (13 * 300, MOST_ROWS)
        assert "All rows, unrounded: <code>report/data/figure_3.csv</code>" in render_report(content)

    def test_config_is_flat_and_readable(self):
        assert flatten({"a": {"b": None, "c": [1, 2]}, "d": True, "e": [{"x": 1}, {"x": 2}]}) == [
            ("a.b", "none"),
            ("a.c", "1, 2"),
            ("d", "yes"),
            ("e", "x 1; x 2"),
        ]


class TestEndpoints:
    def said(self, *rows: dict, **changes: object) -> str:
        return " ".join(endpoint_texts(replace(make_content(), endpoints=columns([*ARM_ROWS, *rows]), **changes)))

    def test_rates_and_differences_stand_in_two_tables(self):
        rows = [*ARM_ROWS, endpoint_row("active", "placebo", **PRICED)]
        page = Page(render_report(replace(make_content(), endpoints=columns(rows))))
        (arms,) = [i for i, found in enumerate(page.tables) if found[0][:2] == ["Arm", "Improvement"]]
        assert page.row("placebo", arms)[:5] == ["placebo", "75%", "40", "2", "12% 25% to 75%"]
        (pairs,) = [i for i, found in enumerate(page.tables) if found[0][:2] == ["Arms", "Improvement"]]
        cells = page.row("active", pairs)
        assert cells[1:3] == ["75%", "50% 25% to 75%"]
        assert cells[5:9] == ["0.50 0.25 to 0.75", "20.5 and 30.8", "1.50 0.25 to 0.75", "75%"]
        assert cells[9].startswith("cannot be judged")

    def test_a_price_that_is_not_known_is_a_dash(self):
        rows = [*ARM_ROWS, endpoint_row("active", "placebo", price=float("nan"))]
        page = Page(render_report(replace(make_content(), endpoints=columns(rows))))
        (pairs,) = [i for i, found in enumerate(page.tables) if found[0][:2] == ["Arms", "Improvement"]]
        assert page.row("active", pairs)[6:9] == ["\N{EN DASH}"] * 3

    def test_only_the_last_week_is_shown(self):
        rows = [*ARM_ROWS, endpoint_row("active", "", week=12.0), endpoint_row("active", "placebo", week=12.0)]
        content = replace(make_content(), endpoints=columns(rows))
        assert [row["arm"] for row in endpoint_rows(content, pairs=False)] == ["active", "placebo"]
        assert not endpoint_rows(content, pairs=True)

    def test_each_verdict_names_its_endpoints_and_reasons(self):
        said = self.said(
            endpoint_row("active", "placebo", threshold=50.0, verdict="may be replaced"),
            endpoint_row("active", "placebo", threshold=75.0, open="kappa; price"),
            endpoint_row(
                "active", "placebo", threshold=90.0, verdict="must not be replaced", fails="price", open="kappa"
            ),
        )
        assert said == (
            "For active against placebo at week 16, the physician may be replaced for 50% improvement; the physician "
            "must not be replaced for 90% improvement (price); whether the physician can be replaced is open for 75% "
            "improvement (kappa; price)."
        )
        assert "may be replaced" not in self.said(endpoint_row("active", "placebo", open="price"))

    @pytest.mark.parametrize(("subjects", "few"), [(19.0, True), (20.0, False)])
    def test_few_subjects_are_said(self, subjects, few):
        said = self.said(endpoint_row("active", "placebo", reference_subjects=subjects, open="subjects"))
        assert (
            "The smaller arm has 19 subjects with a visit at that week; a verdict takes 20 in each arm" in said
        ) is few

    @pytest.mark.parametrize(
        ("sizes", "values", "said"),
        [
            ((50.0, 50.0), {}, True),
            ((51.0, 51.0), {}, False),
            ((40.0, 400.0), {}, False),
            ((40.0, 60.0), {"verdict": "must not be replaced"}, True),
            ((40.0, 30.0), {"verdict": "may be replaced"}, False),
        ],
    )
    def test_arms_too_small_for_any_endpoint_are_said_in_the_answer(self, sizes, values, said):
        sizes = dict(zip(("subjects", "reference_subjects"), sizes, strict=True))
        rows = [*ARM_ROWS, endpoint_row("active", "placebo", **sizes, **values)]
        content = replace(make_content(), endpoints=columns(rows))
        text = (
            "Arms of {subjects:g} and {reference_subjects:g} subjects are too small to replace the physician for any "
            "endpoint, whatever the scores: it takes 51 in each of two equal arms."
        ).format(**sizes)
        assert (text in endpoint_answer(content)) is said
        assert ("whatever the scores" in endpoint_answer(content)) is said
        evaluation = {**content.config["evaluation"], "endpoint_margin": 0.25, "endpoint_subjects": 20}
        eased = replace(content, config={**content.config, "evaluation": evaluation})
        assert "whatever the scores" not in endpoint_answer(eased)

    def test_limits_of_the_config_are_those_of_the_verdict_and_said(self):
        content = make_content()
        evaluation = {**content.config["evaluation"], "endpoint_kappa": 0.65, "endpoint_margin": 0.075}
        rows = [*ARM_ROWS, endpoint_row("active", "placebo", reference_subjects=20.0, open="subjects")]
        own = {"endpoints": columns(rows), "config": {**content.config, "evaluation": evaluation}}
        assert "20 in each arm" not in " ".join(endpoint_texts(replace(content, **own)))
        page = render_report(replace(content, **own))
        assert "within 7.5 percentage points, kappa at least 0.65, and at most 1.25 times" in page
        assert "The limits are those of the config" in page
        assert "The limits are conventions" in render_report(replace(content, endpoints=own["endpoints"]))
        own["config"]["evaluation"]["endpoint_subjects"] = 21
        assert "a verdict takes 21 in each arm" in " ".join(endpoint_texts(replace(content, **own)))

    @pytest.mark.parametrize(
        ("ccc", "verdict", "warned"),
        [
            (0.92, "must not be replaced", True),
            (0.92, "cannot be judged", False),
            (0.89, "must not be replaced", False),
            (float("nan"), "must not be replaced", False),
        ],
    )
    def test_a_good_ccc_that_licenses_nothing_is_said(self, ccc, verdict, warned):
        metrics = with_column(make_metrics(), "ccc", lambda cell: ccc)
        said = self.said(endpoint_row("active", "placebo", verdict=verdict), metrics=metrics)
        assert ("A CCC of 0.92 does not license an endpoint" in said) is warned

    def test_why_there_are_none(self):
        content = make_content()
        assert endpoint_texts(content) == [
            "No visit after a baseline has both a response and a week, so that no endpoint of the trial is replayed."
        ]
        named = "The table of scores names no arms, so that no endpoint of a trial is replayed."
        without = {name: cells for name, cells in content.scores.items() if name != "arm"}
        assert endpoint_texts(replace(content, scores=without)) == [named]
        empty = with_column(content.scores, "arm", lambda cell: "")
        assert endpoint_texts(replace(content, scores=empty)) == [named]
        assert "so that no endpoint of the trial is replayed" in render_report(content)

    def test_a_change_of_arm_is_said(self):
        pair = endpoint_row("active", "placebo")
        assert "more than one arm" not in self.said(pair)
        scores = make_content().scores
        arms = np.where((scores["subject"] == "A") & (scores["visit"] == "V1"), "placebo", scores["arm"])
        said = self.said(pair, scores=scores | {"arm": arms})
        assert "1 subject has more than one arm in the table of scores; each counts in the arm of its baseline" in said
        empty = np.where(scores["visit"] == "V1", "", scores["arm"])
        assert "more than one arm" not in self.said(pair, scores=scores | {"arm": empty})

    def test_one_arm_licenses_nothing(self):
        (said,) = endpoint_texts(replace(make_content(), endpoints=columns(ARM_ROWS[:1])))
        assert said.startswith("All subjects with a response are of one arm, active: there is no difference")

    @pytest.mark.parametrize("rows", [[], ARM_ROWS[:1], [*ARM_ROWS, endpoint_row("2", "1")]])
    def test_a_table_reads_back_whatever_is_empty(self, results, tmp_path, rows):
        path = tmp_path / "endpoints.csv"
        write_table(columns(rows) if rows else NO_ENDPOINTS, path)
        back = load_content(replace(results, endpoints=path), CONFIG, {}).endpoints
        for name in ("arm", "reference", "verdict", "fails", "open"):
            assert back[name].tolist() == [row[name] for row in rows]
        assert back["price"].dtype == np.float64


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Sources:
    return write_results(tmp_path_factory.mktemp("results"), make_content())


class TestFiles:
    def test_a_page_from_disk_is_self_contained_small_and_the_same_each_time(self, results, tmp_path):
        for name in ("one", "two"):
            write_page(load_content(results, CONFIG, {"Software": {"Python": "3.11"}}), tmp_path / f"{name}.html")
        page = (tmp_path / "one.html").read_bytes()
        assert page == (tmp_path / "two.html").read_bytes()
        assert len(page) < SIZE_LIMIT
        assert page.count(b"data:image/svg+xml;base64,") == 3

    def test_no_picture_of_the_page_holds_a_photo(self, results):
        for uri in load_content(results, CONFIG, {}).figures.values():
            svg = b64decode(uri.partition(",")[2])
            assert svg.lstrip().startswith(b"<?xml")
            assert b"<image" not in svg

    def test_intervals_that_are_not_a_number_throughout_are_dashes(self, results, tmp_path):
        content = make_content()
        without = content.intervals | {name: np.full(len(content.intervals["low"]), np.nan) for name in ("low", "high")}
        write_table(without, tmp_path / "intervals.csv")
        text = render_report(load_content(replace(results, intervals=tmp_path / "intervals.csv"), CONFIG, {}))
        assert "<small>\N{EN DASH}</small>" in text
        assert "1.23 to 3.46" not in text

    def test_a_huge_drawing_goes_in_as_png(self, tmp_path):
        (tmp_path / "f.svg").write_bytes(b"<svg>" + b" " * 600_000)
        (tmp_path / "f.png").write_bytes(b"\x89PNG")
        assert data_uri(tmp_path / "f").startswith("data:image/png;base64,")

    def test_a_split_edited_by_hand_is_refused(self, results, tmp_path):
        split = read_table(results.split)
        torn = {name: [*values, extra] for (name, values), extra in zip(split.items(), ("A", "train", 0), strict=True)}
        write_table(torn, tmp_path / "split.parquet")
        with pytest.raises(StaleResultError, match=r"subject A is in two parts \(test, train\)"):
            load_content(replace(results, split=tmp_path / "split.parquet"), CONFIG, {})

    def test_a_missing_figure_is_named_with_what_to_do(self, results, tmp_path):
        with pytest.raises(DamagedFileError, match=r"figure_2\.svg.*run the rule that draws the figures"):
            load_content(replace(results, figures=tmp_path), CONFIG, {})


def browse(page, tmp_path, *options: str) -> subprocess.CompletedProcess:
    """Open `page` in a headless browser with a new profile."""
    command = [browser(), "--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]
    command += [f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri()]
    environment = {**os.environ, "HOME": str(tmp_path)}
    patience = 1800  # seconds, which only a browser that hangs takes
    return subprocess.run(command, capture_output=True, text=True, timeout=patience, check=False, env=environment)


@pytest.fixture
def requested():
    """The address of a server on this machine, followed by the paths that were requested from it."""
    paths = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            """Log no request."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    paths.append(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    yield paths
    server.shutdown()
    server.server_close()


class TestBrowser:
    def test_an_id_with_markup_runs_nothing_and_fetches_nothing(self, results, tmp_path, requested):
        content = load_content(results, CONFIG, {})
        attack = f"<img src={requested[0]}/id.png onerror=document.title=1>"
        visits = with_column(content.visits, "subject", lambda subject: attack if subject == "A" else subject)
        page = tmp_path / "report.html"
        write_page(replace(content, visits=visits), page)
        seen = browse(page, tmp_path, "--enable-logging=stderr", "--v=0", "--dump-dom")
        assert seen.returncode == 0, seen.stderr
        assert "<title>Trial: report</title>" in seen.stdout
        assert "Limits and intended use" in seen.stdout
        assert '<button type="button">Learner</button>' in seen.stdout, "the script runs, by its hash"
        assert '<option value="D">D</option>' in seen.stdout
        assert "CONSOLE" not in seen.stderr, seen.stderr
        assert len(requested) == 1

    def test_titles_names_and_notes_with_markup_run_nothing_and_fetch_nothing(self, results, tmp_path, requested):
        content = load_content(results, CONFIG, {})
        attack = (
            f"</title></script><img src={requested[0]}/t.png onerror=document.title=1><script>document.title=2</script>"
        )
        index = replace(content.index, name=attack, unit=attack)
        config = {**CONFIG, "report": {**CONFIG["report"], "title": f"T{attack}"}}
        page = tmp_path / "report.html"
        attacked = {"index": index, "config": config, "provenance": {attack: {attack: attack}}}
        write_page(replace(content, **attacked, notes={"note": np.array([attack], object)}), page)
        seen = browse(page, tmp_path, "--enable-logging=stderr", "--v=0", "--dump-dom")
        assert "<title>T&lt;/title&gt;" in seen.stdout
        assert seen.stdout.count("&lt;img src=") > 5
        assert "CONSOLE" not in seen.stderr, seen.stderr
        assert len(requested) == 1

    def test_a_drawing_with_markup_in_its_names_runs_nothing_by_itself(self, tmp_path, requested):
        attack = f"--><script>document.title=1</script><image href='{requested[0]}/s.png'/>"
        drawn = save_figure(
            draw_composites_diagram(
                replace(SeverityIndex.from_config(CONFIG["index"]), regions=(Region(attack, 1.0, 2),))
            ),
            tmp_path / "f",
        )[0]
        seen = browse(drawn, tmp_path, "--dump-dom")
        assert "<svg" in seen.stdout
        assert not re.search(r"<(script|image)\b", re.sub(r"<!--.*?-->", "", seen.stdout, flags=re.DOTALL))
        assert len(requested) == 1

    def test_the_policy_stops_what_the_escaping_would_let_through(self, results, tmp_path, requested):
        content = load_content(results, CONFIG, {})
        image = f"<img src={requested[0]}/raw.png><script>document.title=1</script>"
        naked, raw = tmp_path / "naked.html", tmp_path / "raw.html"
        naked.write_text(image)
        raw.write_text(render_report(content).replace("</main>", f"{image}</main>"))
        seen = browse(raw, tmp_path, "--enable-logging=stderr", "--v=0", "--dump-dom")
        assert "<title>Trial: report</title>" in seen.stdout
        assert "CONSOLE" in seen.stderr
        assert len(requested) == 1
        browse(naked, tmp_path, "--dump-dom")
        assert requested[1:] == ["/raw.png"]

    @pytest.mark.parametrize("width", [1280, 390])
    def test_it_has_a_picture_at_both_widths(self, results, tmp_path, width):
        page, shot = tmp_path / "report.html", tmp_path / "shot.png"
        write_page(load_content(results, CONFIG, {}), page)
        browse(page, tmp_path, f"--screenshot={shot}", f"--window-size={width},1200")
        assert shot.stat().st_size > 20_000
