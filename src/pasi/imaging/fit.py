"""How a photo is fitted into a square tile."""

from pasi.imaging.settings import Fit


def content_box(width: int, height: int, size: int, fit: Fit) -> tuple[int, int, int, int]:
    """(top, left, height, width) of the pixels of the tile that show an upright photo of `width` x `height` pixels.

    With "letterbox" the longer side fills the tile, and the shorter one is rounded to the nearest pixel, half up, at
    least 1. Where the number of black rows or columns is odd, the extra one is below or to the right.
    """
    if fit != "letterbox":
        return 0, 0, size, size
    longer = max(width, height)
    across, down = (max(1, (2 * side * size + longer) // (2 * longer)) for side in (width, height))
    return (size - down) // 2, (size - across) // 2, down, across
