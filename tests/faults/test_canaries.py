"""The search for marks sees through every packing in which a run could leave one."""

import base64
import gzip
import io
import sqlite3
import zipfile

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from canaries import mark, marks_in, marks_under
from pasi.storage.tables import write_table

TEXT = mark("file").encode()


def archive(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", data)
    return out.getvalue()


def picture(text: str) -> bytes:
    out, info = io.BytesIO(), PngInfo()
    info.add_text("Comment", text, zip=True)
    Image.new("L", (4, 4)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        TEXT,
        mark("file").encode("utf-16-be"),
        b"\x1b[0m" + TEXT.hex().encode(),
        *(base64.b64encode(b"photos/"[shift:] + TEXT + b".jpg") for shift in range(3)),
        base64.urlsafe_b64encode(b"\xff" * 40 + TEXT),
        gzip.compress(TEXT, mtime=0),
        archive(TEXT),
        picture(mark("file")),
        b"<img src='data:image/png;base64," + base64.b64encode(picture(mark("file"))) + b"'>",
        archive(archive(b"{" + base64.b64encode(gzip.compress(TEXT, mtime=0)) + b"}")),
    ],
)
def test_a_mark_is_found_in_every_packing(packed):
    assert marks_in(packed) == {"file"}


def test_what_has_no_mark_has_none():
    assert marks_in(b"PhiCanaryless" + base64.b64encode(bytes(range(256)) * 9) + gzip.compress(b"x", mtime=0)) == set()


def test_a_mark_is_found_in_tables_databases_and_names(tmp_path):
    write_table({"path": [mark("file")] * 2000}, tmp_path / "a.parquet")
    assert mark("file").encode() not in (tmp_path / "a.parquet").read_bytes()[4:-2000]
    with sqlite3.connect(tmp_path / "b.sqlite") as memory:
        memory.execute("CREATE TABLE photo (path)")
        memory.execute("INSERT INTO photo VALUES (?)", (b"x" * 9000 + TEXT,))
    memory.close()
    name = base64.urlsafe_b64encode(b"results/" + b"x" * 300 + TEXT).decode()
    (tmp_path / f"@{name[:200]}").mkdir()
    (tmp_path / f"@{name[:200]}" / name[200:]).touch()
    assert [marks for _, marks in sorted(marks_under(tmp_path).items())] == [{"file"}] * 3
    assert marks_under(tmp_path, "a.parquet", "b.sqlite", f"@{name[:200]}") == {}
