"""Reading scores.csv for a page: what is shown, and what is refused with its line."""

import pytest

from pasi.errors import InputError
from pasi.review.score_rows import read_score_rows
from small_bundle import INDEX

HEADER = "subject,visit,status,reasons,photos,score,low_90,composite_front,baseline,probability_50"


def read(tmp_path, *lines: str):
    path = tmp_path / "scores.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return read_score_rows(path, INDEX)


def test_rows_have_their_numbers_and_each_reason(tmp_path):
    ok, refused = read(
        tmp_path, "A,V1,degraded,unlike; too dark,3,7.5,5,11,V1,x", "A,V2,refused,front: no photo,1,,,,V1,"
    )
    assert ok.reasons == ("unlike", "too dark")
    assert ok.numbers == {"score": 7.5, "low_90": 5.0, "composite_front": 11.0, "photos": 3.0}
    assert ok.baseline == "V1"
    assert (ok.score, refused.score, refused.numbers) == (7.5, None, {"photos": 1.0})


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("A,V2,ok,,3,many,5,11,V1,", ('scores.csv:3  score', 'found "many", expected a number or an empty cell')),
        ("A,V2,ok,,3,,5,11,V1,", ("scores.csv:3  score", "found an empty cell, expected a number")),
        ("A,V2,good,,3,1,5,11,V1,", ("scores.csv:3  status", 'found "good", expected one of ok, degraded, refused')),
        ("A,V1,ok,,3,1,5,11,V1,", ("scores.csv:3  subject, visit", "found the visit of line 2 again")),
    ],
)  # fmt: skip
def test_a_row_that_predict_has_not_written_is_refused_with_its_line(tmp_path, line, problem):
    with pytest.raises(InputError) as caught:
        read(tmp_path, "A,V1,ok,,3,1,5,11,V1,", line)
    assert all(part in str(caught.value) for part in problem)


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file, expected the table that pasi predict wrote"):
        read_score_rows(tmp_path / "scores.csv", INDEX)
