"""The text of a table's file: its encoding, and what other kinds of files are taken for a CSV table."""

import re

from pasi.errors import Problem
from pasi.wording import quoted

AS_UTF8 = 'save it as "CSV UTF-8"'
FROM_FRAME = "write it as CSV, for example by pandas: to_csv(..., index=False)"
# First bytes of files that are no text, what they are, and what to do.
KINDS = (
    (b"PK\x03\x04", "a workbook or another archive (ZIP)", AS_UTF8),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old Excel", AS_UTF8),
    (b"\x1f\x8b", "a compressed file (gzip, or R's .rds)", f"unpack it, or {AS_UTF8}"),
    (b"BZh91AY&SY", "a compressed file (bzip2)", f"unpack it, or {AS_UTF8}"),
    (b"\xfd7zXZ\0", "a compressed file (xz)", f"unpack it, or {AS_UTF8}"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)", f"unpack it, or {AS_UTF8}"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)", f"unpack it, or {AS_UTF8}"),
    (b"Rar!\x1a\x07", "an archive (RAR)", f"unpack it, or {AS_UTF8}"),
    (b"PAR1\x15", "a Parquet file", FROM_FRAME),
    (b"ARROW1\0\0", "a Feather file (Arrow)", FROM_FRAME),
    (b"\x89HDF", "an HDF5 file", FROM_FRAME),
    (b"\x93NUMPY", "an array of NumPy", FROM_FRAME),
    (b"\x80\x04\x95", "a pickle of Python", FROM_FRAME),
    (b"\x80\x05\x95", "a pickle of Python", FROM_FRAME),
    (b"RDX3\n", "a data file of R", "write it by write.csv(..., row.names = FALSE)"),
    (b"RDX2\n", "a data file of R", "write it by write.csv(..., row.names = FALSE)"),
    (b"SQLite format 3\0", "a database (SQLite)", "export the table as CSV UTF-8"),
    (b"bplist00", "a property list of macOS", "let iCloud keep the table on this device, or copy it again"),
    (b"SAS     SAS", "a data set of SAS (sas7bdat)", "export it as CSV: PROC EXPORT DBMS=CSV"),
    (bytes(12) + b"\xc2\xea\x81\x60", "a data set of SAS (sas7bdat)", "export it as CSV: PROC EXPORT DBMS=CSV"),
    (b"HEADER RECORD*******LIB", "a transport file of SAS (xpt)", "export it as CSV: PROC EXPORT DBMS=CSV"),
    (b"$FL2", "a data set of SPSS (sav)", "export it as CSV UTF-8"),
    (b"<stata_dta>", "a data set of Stata (dta)", "export it as CSV: export delimited"),
    (b"%PDF", "a PDF", "export the table from its source as CSV UTF-8"),
    (b"{\\rtf", "a text document (RTF)", AS_UTF8),
    (b"version https://git-lfs", "a pointer of Git LFS in place of the table", "fetch the table: git lfs pull"),
    (b"/annex/objects/", "a pointer of git-annex in place of the table", "fetch the table: git annex get ."),
    (b"[InternetShortcut]", "an Internet shortcut", "download the table that it leads to"),
)
END_OF_FILE = re.compile(r"\x1a\s*\Z")  # Ctrl-Z, with which programs for DOS end a text
PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<?xml", b"<workbook", b"<svg")
JSON = re.compile(rb"\s*(?:\[\s*)?\{\s*(?:\"|\}|\n)|\s*\[\s*[\[\"\d\]]")


def table_text(data: bytes, file: str) -> str | Problem:
    """The text of a file without byte order mark, or the problem that it is no UTF-8 text, with the first such line."""
    for start, found, fix in KINDS:
        if data.startswith(start):
            return Problem(file, None, "", found, "a CSV table", fix)
    if data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGES):
        fix = "open it in a browser: it may ask for a password, or show the table to save as CSV UTF-8"
        return Problem(file, 1, "", "a web page or XML", "a CSV table", fix)
    if JSON.match(data.removeprefix(b"\xef\xbb\xbf")):
        return Problem(file, 1, "", "JSON", "a CSV table", FROM_FRAME)
    if data and not data.strip(b"\0"):
        found = "nothing but zeros, as after a copy that was cut off"
        return Problem(file, 1, "", found, "a CSV table", "copy it again")
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") or data[1:4] == bytes(3) or data[:3] == bytes(3):
        return Problem(file, 1, "", "UTF-32 text", "UTF-8 text", AS_UTF8)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or _is_wide(data):
        return Problem(file, 1, "", "UTF-16 text", "UTF-8 text", AS_UTF8)
    if data.count(0) > 1:  # a single one belongs to its cell
        place = data.find(0)
        fix = f"copy the file again; where a program added UTF-16 to it (>> in PowerShell), {AS_UTF8}"
        return Problem(file, data[:place].count(b"\n") + 1, "", "bytes that are zero (NUL)", "UTF-8 text", fix)
    if marker := re.search(rb"^(?:<{7}|>{7}) .*$", data, re.MULTILINE):
        line = data[: marker.start()].count(b"\n") + 1
        found = f"{quoted(marker[0].decode('utf-8', 'replace').strip())}, the mark of a conflict in git"
        return Problem(file, line, "", found, "the rows of one version", "resolve the conflict, and delete its marks")
    try:
        return END_OF_FILE.sub("", data.decode("utf-8").lstrip("\ufeff"))
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        found = f"a byte that is not UTF-8 ({_shown_byte(data[error.start])})"
        return Problem(file, before.count(b"\n") + 1, "", found, "UTF-8 text", AS_UTF8)


def _is_wide(data: bytes) -> bool:
    """Whether the text is UTF-16 without a mark: every second byte of its English letters is zero."""
    start = data[:256]
    even, odd = start[::2].count(0), start[1::2].count(0)
    return len(start) > 3 and min(even, odd) == 0 and max(even, odd) > len(start) // 4


def _shown_byte(byte: int) -> str:
    """A byte, and the letter that it is in Windows-1252, which most programs for Windows write."""
    letter = bytes([byte]).decode("cp1252", "replace")
    return f'0x{byte:02X}, "{letter}" in Windows-1252' if letter.isalpha() else f"0x{byte:02X}"
