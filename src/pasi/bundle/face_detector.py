"""Finding faces on photos, by the cascades that OpenCV brings along (extra [faces]): no file is fetched for it.

A cascade is a chain of boosted classifiers of Haar features (Viola and Jones 2001, Rapid object detection using a
boosted cascade of simple features, CVPR, doi 10.1109/CVPR.2001.990517). It knows upright faces from the front, or from
the side.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pasi.bundle.tile_statistics import grey_of, photo_pixels
from pasi.errors import MissingExtraError
from pasi.imaging.decode import make_tile

if TYPE_CHECKING:
    from cv2 import CascadeClassifier

SIDE = 480  # pixels of the longer side of the copy that is searched
SMALLEST = SIDE // 16  # the smallest face that is found has this width
STEP = 1.1  # between two sizes of faces
FRONT, SIDE_VIEW = "frontalface_alt", "profileface"
# How many overlapping finds make a face. docs/scoring.md has the false alarms.
NEIGHBOURS = {FRONT: 3, SIDE_VIEW: 5}


def require_opencv() -> None:
    """Raises MissingExtraError without the extra [faces], or with an OpenCV that has no cascades."""
    try:
        from cv2 import CascadeClassifier  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("faces", "to look for faces", error) from error


@dataclass(frozen=True)
class FaceDetector:
    """Says whether a photo shows a face. It needs `require_opencv`."""

    @cached_property
    def name(self) -> str:
        """What finds the faces, with its version; another one looks at every photo anew."""
        from cv2 import __version__

        return f"OpenCV {__version__} ({FRONT}, {SIDE_VIEW})"

    @cached_property
    def _cascades(self) -> "dict[str, CascadeClassifier]":
        from cv2 import CascadeClassifier, data

        return {name: CascadeClassifier(f"{data.haarcascades}haarcascade_{name}.xml") for name in NEIGHBOURS}

    def has_face(self, photo: bytes) -> bool:
        """Whether the photo in these bytes shows a face; raises PhotoError where it cannot be decoded.

        The photo is decoded for this by itself: tiles are too small, and a larger decode would change their pixels.
        """
        pixels = photo_pixels(make_tile(photo, size=SIDE, fit="letterbox"), "letterbox")
        grey = (grey_of(pixels) * 255).round().astype(np.uint8)
        mirrored = np.ascontiguousarray(grey[:, ::-1])  # the cascade of the side knows one side
        return any(self._finds(*one) for one in ((FRONT, grey), (SIDE_VIEW, grey), (SIDE_VIEW, mirrored)))

    def _finds(self, name: str, grey: np.ndarray) -> bool:
        found = self._cascades[name].detectMultiScale(
            grey, scaleFactor=STEP, minNeighbors=NEIGHBOURS[name], minSize=(SMALLEST, SMALLEST)
        )
        return len(found) > 0
