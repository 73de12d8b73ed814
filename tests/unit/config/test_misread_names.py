"""Names of visits that YAML reads as something else than text are one problem, with the text that the file has."""

import pytest

from pasi.config.settings import read_config_files, read_settings
from pasi.errors import InputError


def told(tmp_path, text: str) -> list[str]:
    (tmp_path / "my.yaml").write_text(text)
    with pytest.raises(InputError) as error:
        read_config_files([tmp_path / "my.yaml"])
    return [line.removeprefix(f"{tmp_path}/") for line in str(error.value).splitlines()[:-1]]


@pytest.mark.parametrize(
    ("order", "baseline", "found", "fix"),
    [
        ("[07, 011]", "07", "[07, 011], of which YAML makes 7, 9", 'visit_order: ["07", "011"], baseline: "07"'),
        ("[SCR, 'NO', OFF]", "SCR", "[SCR, NO, OFF], of which YAML makes false", 'visit_order: ["SCR", "NO", "OFF"]'),
        ("[2.0, 2.10]", "x", "[2.0, 2.10], of which YAML makes 2.0, 2.1", 'visit_order: ["2.0", "2.10"]'),
        ("[a, null]", "a", "[a, null], of which YAML makes null", 'visit_order: ["a", "null"]'),
        ("[1:30, b]", "1:30", "[1:30, b], of which YAML makes 90", 'visit_order: ["1:30", "b"], baseline: "1:30"'),
        ("[yes, Yes]", "a", "[yes, Yes], of which YAML makes true, true", 'visit_order: ["yes", "Yes"]'),
        ("[a, b]", "010", "010, of which YAML makes 8", 'baseline: "010"'),
    ],
)  # fmt: skip
def test_misread_names_are_one_problem_with_the_text_of_the_file(tmp_path, order, baseline, found, fix):
    (row,) = told(tmp_path, f"cohort: {{visit_order: {order}, baseline: {baseline}}}\n")
    place = "cohort.visit_order" if "visit_order" in fix else "cohort.baseline"
    assert row.startswith(f"my.yaml  {place}  found {found}")
    assert row.endswith(f"expected names of visits as text  put names in quotes: {fix}")


def test_names_without_a_file_are_shown_as_they_were_read_and_other_problems_stay(tmp_path):
    with pytest.raises(InputError) as error:
        read_settings({"cohort": {"visit_order": [1, 2]}, "seed": "x"})
    first, second = error.value.problems
    assert (first.column, first.found, first.fix) == (
        "cohort.visit_order", "what YAML reads as 1, 2", "put each name in quotes"
    )  # fmt: skip
    assert second.column == "seed"


def test_names_in_quotes_are_taken(tmp_path):
    (tmp_path / "my.yaml").write_text('cohort: {visit_order: ["01", "NO"], baseline: "01"}\n')
    assert read_config_files([tmp_path / "my.yaml"]).cohort.visit_order == ("01", "NO")
