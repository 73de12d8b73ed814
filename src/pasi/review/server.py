"""A server for one page on this machine: 127.0.0.1 alone, a token in every address, the page's own files alone."""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import compare_digest, token_urlsafe

from pasi.errors import WriteError
from pasi.review.entries import EntriesError
from pasi.review.grade_book import GradeBook, OutdatedError
from pasi.review.page_folder import PAGE, PICTURES, TABLE

LOOPBACK = "127.0.0.1"
ENTRIES_PATH = "grades.json"
LARGEST = 8 * 2**20  # bytes of posted entries; a visit takes less than a thousand
PATIENCE = 30  # seconds for a browser that opens a connection and says nothing
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # the address holds the token
    "X-Content-Type-Options": "nosniff",
}
TYPES = {".html": "text/html; charset=utf-8", ".jpg": "image/jpeg", ".csv": "text/csv; charset=utf-8"}
JSON = "application/json"


class ReviewServer(ThreadingHTTPServer):
    """Serves the page in the folder of `book` under a token that is drawn anew, on a free port."""

    daemon_threads = True

    def __init__(self, book: GradeBook):
        super().__init__((LOOPBACK, 0), Handler)
        self.book = book
        self.token = token_urlsafe(24)
        folder = book.folder
        self.files = {"": folder / PAGE, TABLE: folder / TABLE}
        self.files |= {f"{PICTURES}/{path.name}": path for path in (folder / PICTURES).glob("*.jpg")}

    @property
    def origin(self) -> str:
        """The one origin whose requests are answered."""
        return f"http://{LOOPBACK}:{self.server_port}"

    @property
    def address(self) -> str:
        """The address of the page; whoever has it can read the page and change the grades."""
        return f"{self.origin}/{self.token}/"


class Handler(BaseHTTPRequestHandler):
    """Answers GET of the page's own files and entries, and POST of entries, with the token in the path."""

    server: ReviewServer
    server_version, sys_version = "pasi", ""
    timeout = PATIENCE

    def do_GET(self) -> None:
        """Answer with a file of the page, or with the entries."""
        name = self._name()
        if name == ENTRIES_PATH:
            self._json(200, self.server.book.shown())
        elif name is not None:
            path = self.server.files.get(name)
            self._file(path) if path is not None and path.is_file() else self._text(404, "no such file")

    def do_POST(self) -> None:
        """Save entries that this page itself has posted."""
        name = self._name()
        if name is None:
            return
        refusal = self._refusal(name)
        if refusal:
            self.close_connection = True  # its body is not read
            self._text(*refusal)
            return
        try:
            posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._json(200, {"version": self.server.book.save(posted)})
        except OutdatedError as error:
            self._text(409, str(error))
        except (EntriesError, ValueError, RecursionError) as error:
            self._text(400, str(error) if isinstance(error, EntriesError) else "this is no JSON")
        except WriteError as error:
            self._text(507, str(error))

    def _name(self) -> str | None:
        """What is asked for, by the path behind the token; None where the request was refused."""
        if self.headers.get_all("Host") != [self.server.origin.removeprefix("http://")]:  # DNS rebinding
            self._text(403, "this server answers to its own address alone")
            return None
        token, slash, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if not slash or not compare_digest(token.encode(), self.server.token.encode()):
            self._text(403, "the token is wrong: use the address that pasi review has printed")
            return None
        return name

    def _refusal(self, name: str) -> tuple[int, str] | None:
        """Why a POST is not read; None where it is."""
        given = self.headers.get
        if name != ENTRIES_PATH:
            return 404, "no such file"
        if given("Origin") != self.server.origin or given("Sec-Fetch-Site", "same-origin") != "same-origin":
            return 403, "only the page itself may save grades"
        if given("Content-Type", "").partition(";")[0].strip() != JSON:
            return 415, f"expected {JSON}"
        length = given("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            return 411, "expected the number of bytes"
        return (413, f"expected at most {LARGEST} bytes") if int(length) > LARGEST else None

    def _file(self, path: Path) -> None:
        self._answer(200, path.read_bytes(), TYPES[path.suffix])

    def _json(self, status: int, value: Mapping[str, object]) -> None:
        self._answer(status, json.dumps(value).encode(), JSON)

    def _text(self, status: int, text: str) -> None:
        self._answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Log no request: addresses hold the token."""
