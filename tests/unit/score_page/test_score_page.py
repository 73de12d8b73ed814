"""The page of `pasi predict --report`: what it says of a call, both sides of each sentence, and that nothing runs."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from pasi.commands.main import main
from pasi.score_page.card_sections import read_sections
from pasi.score_page.histogram import Histogram
from pasi.score_page.reasons import KINDS, OTHER, group_reasons, kind_of
from pasi.score_page.render import MOST, reached, render_page
from small_bundle import make_bundle, make_photos
from small_score_page import ATTACK, BARE, OK, ORIGIN, PAGE, ROWS


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("made"))


def words(html: str) -> str:
    """The text of a page without tags, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<body>")[2])).split())


def says(page=PAGE, **changes) -> str:
    return words(render_page(replace(page, **changes)))


FULL, PLAIN = says(), says(BARE)


class TestSentences:
    def test_visits_are_counted_by_status(self):
        assert "4 visits 1 ok 1 degraded 2 refused" in FULL
        assert "1 visit 1 ok 0 degraded 0 refused" in PLAIN

    def test_what_the_report_of_the_run_says_comes_before_the_counts(self):
        head, reasons = (
            "The report of its run says: do not use.",
            "It is not shown to be better. The cohort is synthetic.",
        )
        assert f"{head} It is not shown to be better. 4 visits" in FULL
        assert f"Why the report says so {reasons}" in FULL
        assert "The report of its run says: use. 1 visit" in PLAIN
        assert "Why the report says so" not in PLAIN

    def test_each_reason_has_its_visits_and_what_to_do(self):
        assert "2 visits refused: they have no score, and nothing is put in its place." in FULL
        assert "1 visit degraded: scored, with fewer photos than usual." in FULL
        assert "A photo is damaged 1 visit refused, 1 visit degraded Copy the photo again" in FULL
        assert "A photo is unlike those of the training 1 visit refused Look at the photo" in FULL
        assert "A region has fewer photos than usual 1 visit degraded Add the missing photo" in FULL
        assert "1 visit refused: it has no score" in says(rows=ROWS[:3])

    def test_without_a_reason_it_says_that_all_went_well(self):
        assert "Every visit was scored, with as many photos as usual." in PLAIN
        assert "refused:" not in PLAIN
        assert "degraded:" not in PLAIN

    def test_the_cohort_of_the_training_is_simulated_is_not_or_is_not_known(self):
        assert "Trained on a synthetic cohort: simulated subjects and photos, no patients." in FULL
        assert "Trained on Simulated subjects, no patients. 2 subjects and 6 photos." in FULL
        real = says(origin=replace(ORIGIN, about={"synthetic": False}))
        assert "Trained on 2 subjects and 6 photos." in real
        assert "imulated" not in real
        assert "The bundle does not say whether its subjects were simulated. Its model card does not say." in PLAIN
        assert "Trained on a synthetic cohort" not in PLAIN

    def test_the_bundle_has_a_name_a_digest_and_a_maker(self):
        assert f"Learner mean, 10 networks Digest {'ab' * 32} Made by One-Step PASI 0.2.0;" in FULL
        assert "Learner mean, 1 network Digest" in PLAIN
        assert "Made by not stated;" in PLAIN
        assert "Other versions here Pillow 1 there, 2 here; the golden visit came out right" in FULL
        assert "Other versions here" not in PLAIN

    def test_it_was_scored_at_once_over_a_time_or_nobody_knows_when(self):
        assert "Scored from 2026-11-27 10:00:00 UTC to 2026-11-27 10:01:00 UTC" in FULL
        assert "Scored 2026-11-27 10:00:00 UTC Table" in PLAIN
        assert "Scored the audit trail does not say when" in says(scored=None)

    def test_errors_are_those_of_the_model_card_with_their_intervals(self):
        assert "out of fold mean 12 4.00 (95% 3.00 to 5.50) 0.50 (95% 0.10 to 0.80)" in FULL
        assert "test set mean 3 5.00 (no interval) undefined" in FULL
        warning = "Out of fold the learner is no better than the strongest baseline: its scores are worth little."
        assert f'<p class="alert">{warning}</p>' in render_page(PAGE)
        assert "The model card of this bundle has no figures: ask its maker." in PLAIN

    def test_scores_intervals_and_spread_of_scored_visits_are_drawn(self):
        assert "Scores 2 visits: 4.5 to 10.3 points, median 4.5" in FULL
        assert "Widths of the 90% intervals 2 visits: 6.1 to 7.8 points, median 6.1" in FULL
        assert "Spread among networks 2 visits: 0.5 to 1.2 points, median 0.5" in FULL
        assert "The bundle gives no intervals" not in FULL
        row = replace(OK[0], numbers={"score": 3.0, "spread": 0.5})
        assert "The bundle gives no intervals: too few subjects were out of fold." in says(rows=[row])
        assert "No visit has a score." in says(rows=ROWS[2:])

    def test_visits_unlike_the_training_and_near_its_limit_are_listed(self):
        assert "1 visit with photos unlike those of the training, and refused for it. 1 visit near the limit" in FULL
        assert "V1 3.25 refused A V2 0.91 degraded" in FULL
        assert "No visit has photos that were found to be unlike those of the training." in PLAIN
        assert "near the limit" not in PLAIN
        assert "No photo could be compared" in says(rows=[replace(OK[0], numbers={"score": 3.0})])
        assert "2 visits near the limit: look at their photos." in says(rows=[ROWS[1], ROWS[1]])

    def test_a_long_list_of_unlike_visits_is_cut(self):
        assert "And 2 visits more: see the column unlikeness of scores.csv." in says(rows=[ROWS[3]] * (MOST + 2))
        assert "more: see" not in FULL

    def test_faces_are_as_counted_or_were_not_looked_for(self):
        assert "Faces 1 photo of 1 visit listed in scores.faces.csv, found by X, which misses some." in FULL
        assert "Faces were not looked for." in PLAIN

    def test_each_visit_has_its_row(self):
        assert "A V1 ok 10.3 6.4 to 14.2 baseline 3 A V2 degraded 4.5 2.6 to 8.7 \N{MINUS SIGN}5.8 56% 50% 2" in FULL
        assert "A V3 refused 2 back: photo 1 is damaged (it cannot be decoded); back: no usable photo" in FULL
        assert "10.0" not in FULL  # a refused visit has no score, whatever its cell holds
        without = says(rows=[replace(OK[0], baseline="")])
        assert "Improvement" not in without

    def test_it_is_no_medical_device_and_names_the_table(self):
        for text in (FULL, PLAIN):
            assert "Research software and not a medical device." in text
            assert f"Table scores.csv, SHA-256 {'cd' * 32}" in text


def test_nothing_in_the_page_runs_or_is_fetched():
    page = render_page(replace(PAGE, faces=ATTACK, table=(ATTACK, "cd"), origin=replace(ORIGIN, differing=ATTACK)))
    assert "default-src 'none'; style-src 'sha256-" in unescape(page)
    assert "<script" not in page
    assert "style=" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert page.count("&lt;script&gt;document.title=1&lt;/script&gt;") == 7


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("trunk: no photo", 0),
        ("trunk: no usable photo", 1),
        ("trunk: photo 1 is unlike the training photos (colours)", 2),
        ("a: b: photos 1, 2 are unlike the training photos (light, contrast or detail)", 2),
        ("trunk: unlike the training photos of trunk, and more like those of upper", 3),
        ("trunk: photo 2 is damaged (the file ends early)", 4),
        ("trunk: photo 1 is too dark", 5),
        ("trunk: photo 1 is CMYK without a colour profile", 6),
        ("trunk: 3 of the usual 4 photos", 7),
    ],
)
def test_each_reason_is_of_one_kind(reason, kind):
    assert kind_of(reason) is KINDS[kind]


def test_what_is_of_no_kind_is_named_as_such_and_a_visit_counts_once():
    (group,) = group_reasons([replace(ROWS[1], reasons=("something new", "something else"))])
    assert (group.kind, group.refused, group.degraded) == (OTHER, 0, 1)


def test_thresholds_that_a_visit_reaches():
    assert reached(replace(OK[0], numbers={"response_50": 1.0, "response_75": 1.0}), (50, 75)) == "50%, 75%"
    assert reached(replace(OK[0], numbers={"response_50": 0.0, "response_75": 0.0}), (50, 75)) == "none"
    assert reached(OK[0], (50, 75)) == ""


def test_a_card_of_another_form_has_no_sections():
    assert read_sections("no heading\n| a |\n") == {}


class TestHistogram:
    def test_values_are_counted_in_bars_of_a_round_width(self):
        found = Histogram.of("Scores", "points", [0.0, 1.0, 1.5, 30.0])
        assert (found.start, found.step) == (0.0, 2.0)
        assert found.counts == [3, *[0] * 14, 1]
        assert found.text == "3 from 0 to 2; 1 from 30 to 32"
        assert [bar.height for bar in found.bars if not bar.visits] == [0.0] * 14

    def test_one_value_is_one_bar_and_none_is_no_picture(self):
        found = Histogram.of("Scores", "points", [-0.25])
        assert (found.counts, found.text) == ([1], "1 from -0.3 to -0.2")
        assert [label for _, label, _ in found.ticks] == ["\N{MINUS SIGN}0.3", "\N{MINUS SIGN}0.2"]
        assert Histogram.of("Scores", "points", []) is None


class TestCommand:
    @staticmethod
    def score(bundle: Path, folder: Path, report: Path) -> int:
        call = ["predict", "--model", str(bundle), "--photos", str(folder / "photos" / "photos.csv")]
        return main([*call, "--out", str(folder / "scores.csv"), "--report", str(report)])

    def test_the_page_is_that_of_the_table_and_the_same_bytes_where_nothing_is_new(self, bundle, tmp_path, capsys):
        make_photos(tmp_path / "photos")
        report = tmp_path / "pages" / "r.html"
        assert self.score(bundle, tmp_path, report) == 0
        assert f"{report}: the page about this call" in capsys.readouterr().out
        first = report.read_bytes()
        assert "3 visits 3 ok 0 degraded 0 refused" in words(first.decode())
        assert "A V1 ok" in words(first.decode())
        assert str(tmp_path) not in first.decode()
        assert self.score(bundle, tmp_path, report) == 0
        assert report.read_bytes() == first

    def test_a_refused_visit_is_on_the_page_and_a_failed_call_leaves_it_as_it_was(self, bundle, tmp_path):
        photos, report = make_photos(tmp_path / "photos"), tmp_path / "r.html"
        (photos.parent / "V2_back_1.png").write_bytes(b"")
        assert self.score(bundle, tmp_path, report) == 3
        before = report.read_bytes()
        assert "A region has no usable photo 1 visit refused" in words(before.decode())
        Image.new("RGB", (60, 40)).save(photos.parent / "V2_back_1.png")
        (photos.parent / "V1_back_1.png").unlink()
        assert self.score(bundle, tmp_path, report) == 2
        assert report.read_bytes() == before

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("scores.csv", "is no name of a page: end it with .html"),
            ("folder.html", "is a folder: name a file in it"),
            ("bundle.html", "lies in the bundle, which nothing may be added to"),
        ],
    )
    def test_a_bad_place_is_refused_before_anything_is_scored(self, bundle, tmp_path, capsys, name, text):
        make_photos(tmp_path / "photos")
        (tmp_path / "folder.html").mkdir()
        report = bundle / "bundle.html" if name == "bundle.html" else tmp_path / name
        assert self.score(bundle, tmp_path, report) == 2
        assert text in capsys.readouterr().err
        assert not (tmp_path / "scores.csv").exists()
