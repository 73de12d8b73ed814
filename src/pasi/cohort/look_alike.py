"""Texts that look equal on a screen and differ: in the form of accents, invisible characters, dashes, or alphabets."""

import unicodedata

HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # hyphens, dashes and the minus sign
APOSTROPHES = "\u2018\u2019\u201b\u2032\u00b4\u0060"
DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033"
CONTROLS = "".join(map(chr, (*range(9), *range(14, 28), 127)))  # those that are no space
TYPEWRITER = str.maketrans(
    HYPHENS + APOSTROPHES + DOUBLE_QUOTES,
    "-" * len(HYPHENS) + "'" * len(APOSTROPHES) + '"' * len(DOUBLE_QUOTES),
    CONTROLS,
)
# Cyrillic and Greek letters, and the Latin ones that look the same.
CYRILLIC = "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0405\u0408"
SMALL_CYRILLIC = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458"
GREEK = "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
LATIN = str.maketrans(CYRILLIC + SMALL_CYRILLIC + GREEK, "ABEKMHOPCTYXISJ" + "aeopcyxisj" + "ABEZHIKMNOPTYXo")
ENCODINGS = ("utf-8", "cp1252", "cp850", "cp437", "mac_roman")  # the right one, and those of old disks and archives
ACCENTS = "the form of its accents (NFC/NFD)"
CASE = "case"
INVISIBLE = "spaces, dashes, quotes or characters that cannot be seen"
LETTERS = "letters of another alphabet"
BYTES = "the encoding of its characters"


def typed(text: str) -> str:
    """The text as a keyboard gives it: plain hyphens, quotes and digits, no invisible character, no outer spaces."""
    if text.isascii():
        return text.translate(TYPEWRITER).strip()  # nearly all texts
    composed = unicodedata.normalize("NFKC", text).translate(TYPEWRITER)
    seen = (character for character in composed if unicodedata.category(character) != "Cf")
    return "".join(str(unicodedata.decimal(character, character)) for character in seen).strip()


def appearance(text: str) -> str:
    """A key that is equal for texts that look equal, apart from case: "S\u201101 " gives "s-01"."""
    return _squeezed(text if text.isascii() else typed(text).translate(LATIN))


def difference(text: str, other: str) -> str | None:
    """In what two different texts differ that look equal, one of the constants of this module; else None."""
    if unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", other):
        return ACCENTS
    if text.casefold() == other.casefold():
        return CASE
    if _squeezed(text) == _squeezed(other):
        return INVISIBLE
    if appearance(text) == appearance(other):
        return LETTERS
    return BYTES if _is_misread(text, other) or _is_misread(other, text) else None


def readable_name(text: str) -> str:
    """A name as a message shows it: bytes that are not UTF-8 and control characters as escapes such as \\xfc."""
    readable = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in readable)


def _squeezed(text: str) -> str:
    """The text as typed, in lower case, with single spaces."""
    return " ".join((text if text.isascii() else typed(text)).casefold().split())


def _is_misread(text: str, other: str) -> bool:
    """Whether the bytes of `text`, read in another encoding, are `other`: "\u00fc" can be read as "\u00c3\u00bc"."""
    data = text.encode("utf-8", "surrogateescape")
    wanted = unicodedata.normalize("NFC", other)
    return any(unicodedata.normalize("NFC", data.decode(encoding, "replace")) == wanted for encoding in ENCODINGS)
