"""Photos that should not be scored, made from good ones (height, width, 3) uint8, the same each time."""

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Change = Callable[[np.ndarray], np.ndarray]
BLUR, SMEAR = 0.03, 0.05  # of the long side: deviation of a blur, length of a movement


def blurred(pixels: np.ndarray) -> np.ndarray:
    """Out of focus."""
    radius = BLUR * max(pixels.shape)
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def moved(pixels: np.ndarray) -> np.ndarray:
    """Smeared sideways, as by a moving camera."""
    length = max(2, int(SMEAR * max(pixels.shape)))
    shifted = [np.roll(pixels, step - length // 2, axis=1).astype(np.float64) for step in range(length)]
    smeared: np.ndarray = np.mean(shifted, axis=0).astype(np.uint8)
    return smeared


def multiplied(*factors: float) -> Change:
    """With other light: all channels multiplied by one factor, or each by its own."""
    return lambda pixels: np.clip(pixels * np.array(factors), 0, 255).astype(np.uint8)


def plain(*colour: int) -> Change:
    """One colour."""
    return lambda pixels: np.full(pixels.shape, colour, dtype=np.uint8)


def negative(pixels: np.ndarray) -> np.ndarray:
    """With all colours turned round."""
    return 255 - pixels


def grey(pixels: np.ndarray) -> np.ndarray:
    """Without colours."""
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def grainy(pixels: np.ndarray) -> np.ndarray:
    """With the noise of a very dark room."""
    noise = np.random.default_rng(0).normal(0, 80, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def far(pixels: np.ndarray) -> np.ndarray:
    """A third as large, in front of a grey wall."""
    height, width = pixels.shape[:2]
    picture = Image.new("RGB", (width, height), (120, 125, 130))
    picture.paste(Image.fromarray(pixels).resize((width // 3, height // 3)), (width // 3, height // 3))
    return np.asarray(picture)


def screenshot(pixels: np.ndarray) -> np.ndarray:
    """A page with a bar, the photo at half its size, and lines of text."""
    height, width = pixels.shape[:2]
    picture = Image.new("RGB", (width, height), (245, 245, 247))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width, int(0.08 * height)), fill=(30, 30, 34))
    picture.paste(Image.fromarray(pixels).resize((width // 2, height // 2)), (width // 4, int(0.15 * height)))
    for line in range(6):
        top, right = int((0.7 + 0.045 * line) * height), int(width * (0.5 + 0.07 * (line * 5 % 6)))
        pen.rectangle((int(0.08 * width), top, right, top + int(0.018 * height)), fill=(60, 60, 66))
    return np.asarray(picture)


def document(pixels: np.ndarray) -> np.ndarray:
    """A sheet of printed text."""
    height, width = pixels.shape[:2]
    picture = Image.new("RGB", (width, height), (250, 250, 248))
    pen, random = ImageDraw.Draw(picture), np.random.default_rng(0)
    for top in range(int(0.06 * height), int(0.94 * height), max(3, int(0.04 * height))):
        left = 0.08 * width
        while left < 0.9 * width:
            right = min(left + width * random.uniform(0.02, 0.07), 0.92 * width)
            pen.rectangle((int(left), top, int(right), top + int(0.012 * height)), fill=(30, 30, 30))
            left = right + 0.012 * width + 1
    return np.asarray(picture)


# Kinds on which the checks were chosen, and those that they met only afterwards.
CHOSEN_ON: Mapping[str, Change] = {
    "blurred": blurred, "negative": negative, "red tint": multiplied(1.0, 0.45, 0.35), "screenshot": screenshot,
    "grainy": grainy, "without colours": grey, "from far away": far,
}  # fmt: skip
JUDGED_ON: Mapping[str, Change] = {
    "moved": moved, "too dark": multiplied(0.15), "black": plain(3, 3, 3), "too bright": multiplied(3.0),
    "one colour": plain(200, 160, 140), "blue tint": multiplied(0.45, 0.7, 1.2),
    "green tint": multiplied(0.5, 1.1, 0.5), "document": document,
}  # fmt: skip
