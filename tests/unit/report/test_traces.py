"""Every number of the page is a cell of a table of the run, or a constant that stands in every report (T14)."""

import json
import re
from collections import defaultdict
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from pasi.report.appendix import flatten
from pasi.report.content import load_content
from pasi.report.render import render_report, write_beside, write_report
from pasi.storage.tables import read_table
from pasi.wording import MINUS
from small_report import (
    ARM_ROWS,
    CONFIG,
    columns,
    endpoint_row,
    make_content,
    with_descriptions,
    with_lowest_error,
    without_skill,
    write_results,
)

NUMBER = re.compile(r"(?<![\w.,/|-])[+\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?(?![\w])")
VOID = ("meta", "link", "br", "img", "wbr", "input", "path", "line", "circle")
UNREAD = ("script", "style", "title", "svg", "option")  # drawings are checked by what their marks say


class Numbers(HTMLParser):
    """Texts with numbers, by what they say of their origin.

    cells: (file, row, column, text). prose: (files, text). rest: text that names no origin. marks: what marks say.
    """

    def __init__(self, page: str):
        super().__init__()
        self.open: list[tuple[str, dict]] = []
        self.cells, self.prose, self.rest, self.marks = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag not in VOID or (tag == "path" and dict(attributes).get("data-subject")):
            self.open.append((tag, dict(attributes)))

    def handle_startendtag(self, tag, attributes):
        """Nothing is within such an element."""

    def handle_endtag(self, tag):
        if any(tag == name for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def nearest(self, name: str) -> str | None:
        return next((own[name] for _, own in reversed(self.open) if name in own), None)

    def handle_data(self, text):
        if not NUMBER.search(text):
            return
        tags = [tag for tag, _ in self.open]
        if "path" in tags and tags[-1] == "title":
            self.marks.append((self.nearest("data-file"), text))
        elif any(tag in UNREAD for tag in tags):
            return
        elif at := self.nearest("data-at"):
            self.cells.append((*at.split("|"), text))
        elif column := self.nearest("data-column"):
            self.cells.append((self.nearest("data-file"), self.nearest("data-row"), column, text))
        elif files := self.nearest("data-from"):
            self.prose.append((files.split(), text))
        else:
            self.rest.append(text)


class Run:
    """A results folder with its report, whose files are read once."""

    def __init__(self, folder: Path, content):
        sources = write_results(folder, content)
        loaded = load_content(sources, content.config, content.provenance, changed=["training.backbones"])
        write_report(loaded, folder / "report" / "report.html")
        write_beside(loaded, folder / "report")
        self.folder = folder
        self.page = (folder / "report" / "report.html").read_text()
        self.numbers = Numbers(self.page)
        self.read: dict[str, dict] = {}

    def table(self, file: str) -> dict:
        if file not in self.read:
            path = self.folder / file
            self.read[file] = json.loads(path.read_text()) if path.suffix == ".json" else read_table(path)
        return self.read[file]

    def cell(self, file: str, row: str, column: str) -> object:
        return self.table(file)[row][column] if file.endswith(".json") else self.table(file)[column][int(row) - 1]

    def pool(self, file: str) -> np.ndarray:
        """All numbers of a file."""
        found = self.table(file)
        if file.endswith(".json"):
            texts = [value for _, value in flatten(found)]
            return np.array([float(n.replace(",", "")) for text in texts for n in re.findall(r"-?\d+(?:\.\d+)?", text)])
        columns = [np.asarray(values) for values in found.values()]
        numbers = [values.astype(float).ravel() for values in columns if values.dtype.kind in "ifu"]
        texts = " ".join(str(cell) for values in columns if values.dtype.kind == "O" for cell in values)
        return np.concatenate(
            [*numbers, [float(n.replace(",", "")) for n in NUMBER.findall(texts) if n[0] != MINUS], []]
        )


def value_of(text: str) -> tuple[float, int]:
    """A number as it is shown, and its decimals."""
    plain = text.replace(MINUS, "-").replace(",", "").rstrip("%")
    return float(plain), len(plain.partition(".")[2])


def agrees(shown: str, value: float, *, percent: bool) -> bool:
    number, decimals = value_of(shown)
    return abs(number - value * (100 if percent else 1)) <= 0.5000001 * 10**-decimals


def other_content():
    """The same run with other figures: every table differs, and one training did not learn."""
    content = make_content()
    predicted = 1.37 * content.visits["predicted"] + 0.29
    content = replace(content, visits=content.visits | {"predicted": predicted})
    metrics = {name: content.metrics[name] * 1.173 for name in ("mae", "mse")}
    metrics |= {name: content.metrics[name] * 0.871 for name in ("pcc", "ccc")}
    content = replace(content, metrics=content.metrics | metrics)
    for name in ("intervals", "differences", "selection"):
        table = getattr(content, name)
        changed = {key: values * 0.913 for key, values in table.items() if np.asarray(values).dtype.kind == "f"}
        content = replace(content, **{name: table | changed})
    return without_skill(with_descriptions(content), ("resnet34", 1))


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return Run(tmp_path_factory.mktemp("one"), make_content())


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Run:
    return Run(tmp_path_factory.mktemp("other"), other_content())


@pytest.mark.parametrize("name", ["run", "other"])
def test_every_marked_number_is_its_cell(name, request):
    found = request.getfixturevalue(name)
    assert len(found.numbers.cells) > 300
    files = {file for file, *_ in found.numbers.cells}
    assert {"evaluation/metrics.csv", "evaluation/folds.csv", "evaluation/groups.csv", "report/summary.json"} <= files
    for file, row, column, text in found.numbers.cells:
        cell = found.cell(file, row, column)
        if isinstance(cell, str):
            assert text.strip() == cell, (file, row, column)
        elif text.startswith("p <"):
            assert cell < 0.001
        else:
            shown = text.removeprefix("p = ").strip()
            assert agrees(shown, float(cell), percent=shown.endswith("%")), (file, row, column, text, cell)


@pytest.mark.parametrize("name", ["run", "other"])
def test_every_number_of_a_sentence_is_in_a_file_that_it_names_or_in_every_report(name, request, run, other):
    found = request.getfixturevalue(name)
    constant = tokens(run.numbers) & tokens(other.numbers)
    for files, text in found.numbers.prose:
        pools = np.concatenate([found.pool(file) for file in files])
        for token in NUMBER.findall(text):
            number, decimals = value_of(token)
            reach = 0.5000001 * 10**-decimals
            known = any(
                (np.abs(sign * pools * scale - number) <= reach).any() for scale in (1, 100) for sign in (1, -1)
            )
            assert known or token in constant, (token, text, files)


def test_a_number_that_names_no_origin_is_the_same_in_every_report(run, other):
    known = defaultdict(int)
    for text in other.numbers.rest:
        known[text.strip()] += 1
    foreign = [text.strip() for text in run.numbers.rest if text.strip() not in known]
    assert foreign == []


def test_every_mark_of_a_plot_is_a_row_of_its_file(run):
    rows = {
        (str(subject), str(visit)): (observed, predicted)
        for file in ("report/data/figure_3.csv", "report/data/figure_4.csv")
        for subject, visit, observed, predicted in zip(
            *(run.table(file)[name] for name in ("subject", "visit", "observed", "predicted")), strict=True
        )
    }
    assert len(run.numbers.marks) > 30
    for file, text in run.numbers.marks:
        assert file in ("report/data/figure_3.csv", "report/data/figure_4.csv")
        subject, visit = text.replace(",", " ").replace(":", " ").split()[:2]
        for name, cell in zip(("observed", "predicted"), rows[subject, visit], strict=True):
            shown = re.search(rf"{name} ([{MINUS}\d.]+)", text)
            assert shown is None or agrees(shown[1], cell, percent=False), text


def test_summary_says_what_the_page_says(run):
    summary = run.table("report/summary.json")
    assert summary["learner"] == "resnet34"
    assert summary["light"] in run.page
    assert summary["results"]["oof"]["mae"]["estimate"] == 2.3
    assert {one["name"] for one in summary["conditions"] if not one["holds"]} >= {"enough subjects", "test part"}
    assert summary["facts"]["trainings"] == 4
    assert summary["endpoints"].startswith("Endpoints were not judged")


def test_a_changed_cell_is_found_out(run, tmp_path):
    """The test itself: a page that shows another number than its cell is seen."""
    file, row, column, text = next(
        one for one in run.numbers.cells if one[0].endswith("metrics.csv") and one[2] == "mae"
    )
    assert not agrees(text, float(run.cell(file, row, column)) + 0.02, percent=False)


def test_where_endpoints_were_judged_the_answer_says_so():
    content = make_content()
    assert "Endpoints were not judged. No visit after a baseline has" in render_report(content)
    pairs = [endpoint_row("active", "placebo", verdict="may be replaced"), endpoint_row("b", "placebo")]
    page = render_report(replace(content, endpoints=columns([*ARM_ROWS, *pairs])))
    assert "Endpoints were not judged" not in page
    assert (
        '<p class="endpoints" data-from="evaluation/endpoints.csv report/summary.json">'
        "For active against placebo at week 16, the physician may be replaced for 75% improvement. "
        "Further arms stand in section 5.</p>"
    ) in page


def test_a_learner_that_rests_on_a_lost_training_is_shown_with_and_without_it(other):
    assert re.search("Without <data [^>]*>fold 1</data> the MAE", other.page)
    assert (
        "snakemake --cores 1 --configfile CONFIG.yaml -f RESULTS/models/resnet34/fold1/predictions.parquet"
        in other.page
    )
    assert "nothing to leave out" in render_report(with_lowest_error(make_content(), "mean"))


def test_the_config_shows_what_was_changed_first(run):
    assert run.page.index("Changed from the default:") < run.page.index("All keys: ")
    assert CONFIG["training"]["backbones"][0] in run.page


def tokens(numbers: Numbers) -> set[str]:
    texts = [*(text for _, text in numbers.prose), *numbers.rest]
    return {token for text in texts for token in NUMBER.findall(text)}


SENTENCES = Path(__file__).with_name("sentences.txt")


def test_every_sentence_with_a_number_is_one_that_was_checked_by_hand(run, other):
    """That a number is in a file does not show that it is the right one; these were worked out from small_report.py."""
    said = [
        f"[{name}]\n{text}" for name, found in (("one", run), ("other", other)) for text in sentences(found.numbers)
    ]
    known = SENTENCES.read_text(encoding="utf-8").strip("\n").split("\n\n")
    advice = (
        f"work the number out by hand from tests/support/small_report.py, and write the sentence into {SENTENCES.name}"
    )
    assert [text for text in said if text not in known] == [], advice
    assert [text for text in known if text not in said] == [], f"no longer said: remove it from {SENTENCES.name}"


def sentences(numbers: Numbers) -> list[str]:
    """The texts with numbers that are no cell by themselves, each once, as one line."""
    return sorted(
        {" ".join(text.split()) for _, text in numbers.prose if not NUMBER.fullmatch(text.strip().rstrip("%"))}
    )
