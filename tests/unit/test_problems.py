"""The listing of problems that a user reads."""

import pytest

from pasi.errors import InputError, Problem
from pasi.wording import did_you_mean, first_names


def test_listing_is_aligned_and_counts():
    error = InputError(
        [
            Problem("scores.csv", 18, "area", '"7,5"', "a number", "use a point: 7.5"),
            Problem("photos.csv", None, "", "no row", "a row or more", "fill the table"),
        ]
    )
    assert str(error).splitlines() == [
        'scores.csv:18  area  found "7,5", expected a number        use a point: 7.5',
        "photos.csv           found no row, expected a row or more  fill the table",
        "2 problems; nothing was run.",
    ]


def test_one_problem_is_no_problems():
    assert str(InputError([Problem("a", 1, "b", "c", "d", "e")])).endswith("\n1 problem; nothing was run.")


def test_after_twenty_the_rest_is_counted():
    error = InputError(Problem("a.csv", line, "x", "y", "z", "mend it") for line in range(1, 24))
    lines = str(error).splitlines()
    assert len(error.problems) == 23
    assert len(lines) == 22
    assert lines[19:] == [
        "a.csv:20  x  found y, expected z  mend it",
        "... and 3 more",
        "23 problems; nothing was run.",
    ]


@pytest.mark.parametrize(
    ("word", "question"),
    [("Trunk", 'did you mean "trunk"?'), (" lowr ", 'did you mean "lower"?'), ("face", ""), ("", "")],
)
def test_did_you_mean(word, question):
    assert did_you_mean(word, ["upper", "trunk", "lower"]) == question


def test_a_message_names_three():
    assert first_names(["x", "y", "z"]) == "x, y, z"
    assert first_names(iter("wxyz")) == "w, x, y, ..."
