"""Whether a program took a JPEG for text and changed its line ends, as FTP in ASCII mode does.

The decoder turns such a file into another picture without a word. No checksum tells, but the bytes do: coded pixels
look random, so that a byte is there, and follows another one, about once in 256 times. What was replaced is missing.
"""

LF, CR, CRLF = b"\n", b"\r", b"\r\n"
ENOUGH = 3  # so many LF, each behind a CR, cannot be chance: of the LF among coded pixels, one in 256 is
# How often a byte is expected by chance: none has a probability of e**-60, and e**-20 for a byte a third as frequent.
EXPECTED = 60
RARE = 3  # a picture so plain that more of the other bytes are as rare as that has few different bytes


def line_ends_changed(data: bytes, start: int, stop: int) -> bool:
    """Whether the tables and coded pixels of a JPEG, which lie from `start` to `stop` in `data`, had line ends changed.

    LF to CR LF is found in a photo of any size; LF to CR, CR to LF and a CR that is dropped from some 15 kB on. CR LF
    to LF is not found: pixels hold one CR LF in 100 kB or fewer, so that their absence proves nothing.
    """
    if data[start - 1 : start + 1] == CRLF:
        start -= 1  # both bytes of a line end count, or one LF would seem to have no CR
    lf, cr = (data.find(end, start, stop) for end in (LF, CR))
    if lf >= 0 and cr >= 0:
        # The first LF nearly always answers: to count takes a tenth of the time of decoding.
        return lf > start and data[lf - 1 : lf] == CR and _each_lf_has_a_cr(data, start, stop)
    return stop - start >= 256 * EXPECTED and _others_are_there(data[start:stop], CR if lf >= 0 else LF)


def _each_lf_has_a_cr(data: bytes, start: int, stop: int) -> bool:
    """Whether each LF stands behind a CR, and there are enough of them."""
    return data.count(LF, start, stop) == data.count(CRLF, start, stop) >= ENOUGH


def _others_are_there(part: bytes, missing: bytes) -> bool:
    """Whether nearly every other byte is there: then the missing one must have been replaced."""
    others = (bytes([value]) for value in range(255) if value != missing[0])  # 0xFF is there as a marker alone
    return sum(part.count(other) < RARE for other in others) <= RARE
