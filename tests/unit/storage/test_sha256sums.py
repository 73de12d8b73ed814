"""SHA256SUMS as sha256sum and people write it."""

import pytest

from pasi.errors import InputError
from pasi.storage.sha256sums import read_sums

A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    "line",
    [
        f"{A}  x.pth",
        f"{A} *x.pth",
        f"{A}  ./x.pth",
        f"{A} *./x.pth",
        f"{A.upper()}  x.pth",
        f"  {A}\tx.pth  ",
        f"\ufeff{A}  x.pth",
    ],
)
def test_every_spelling_of_a_line_is_read(tmp_path, line):
    (tmp_path / "SHA256SUMS").write_text(f"{line}\r\n\n  \n{B}  my own file.pth\n", encoding="utf-8")
    assert read_sums(tmp_path / "SHA256SUMS") == {"x.pth": A, "my own file.pth": B}


def test_every_other_line_is_told_with_its_number(tmp_path):
    path = tmp_path / "SHA256SUMS"
    path.write_bytes(f"{A}  x.pth\n{A[1:]}  y.pth\n{A}\nSHA256 (z.pth) = {A}\n".encode() + b"\xff\xfe\n")
    with pytest.raises(InputError) as error:
        read_sums(path)
    assert [problem.line for problem in error.value.problems] == [2, 3, 4, 5]
    assert error.value.problems[1].found == f'"{"a" * 60}..."'
    assert error.value.problems[0].fix == "write it by: sha256sum *.pth > SHA256SUMS"
