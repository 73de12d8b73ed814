"""How a key of the config is declared: its meaning, unit, default and bounds, in one statement."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

# A pattern and the words by which a message names what matches it.
PATTERNS = {
    "^[A-Za-z][A-Za-z0-9_-]{0,63}$": "a name of up to 64 letters, digits, _ and -, a letter first",
    "^\\w[^\\x00-\\x1f]{0,63}$": "text of up to 64 characters on one line, a letter or digit first",
    "^[^\\x00-\\x1f]{1,32}$": "text of up to 32 characters on one line",
    "^[^{}*?\\[\\]\\x00-\\x1f]+$": "the path of a folder, without { } * ? [ ]",
}
NAME, TITLE, UNIT, RESULTS = PATTERNS
Schema = Mapping[str, Any]  # a JSON schema, or a part of one
PATH = "path"  # in the schema: the value is a path, of one of these kinds
WORDS_OF_A_PATH = "words"  # in the schema: words that such a value may be instead of a path
FILE, FOLDER, OUTPUT = "file", "folder", "output"  # a table, a folder that is read, a folder that a run fills

Name = Annotated[str, Field(pattern=NAME)]
Title = Annotated[str, Field(pattern=TITLE)]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A section of the config: frozen, and closed to keys that it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def key(
    meaning: str,
    *,
    unit: str = "",
    paper: str = "",
    unique: bool = False,
    path: str = "",
    words: Sequence[str] = (),
    **options: Any,
) -> Any:
    """A key of a section.

    `meaning` is one sentence without a full stop, `unit` that of the value, `paper` what the paper says of it, with its
    R-number; `unique` lists have no repeats; a `path` (its kind) is checked and brought into one spelling
    (`pasi.config.paths`), unless it is one of `words`.
    `options` are those of `pydantic.Field`: default and bounds.
    """
    notes: JsonDict = {"unit": unit, "paper": paper, "uniqueItems": unique, PATH: path, WORDS_OF_A_PATH: list(words)}
    extra: JsonDict = {name: value for name, value in notes.items() if value}
    return Field(description=meaning, json_schema_extra=extra or None, **options)
