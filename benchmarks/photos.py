"""Photos to measure with, made once and kept in build/: the simulator's, at the file sizes of a camera's settings."""

from pathlib import Path

from PIL import Image

from pasi.simulate.trial import simulate_trial

BUILD = Path(__file__).parents[1] / "build"
QUALITIES = (90, 94, 96, 97)
COUNT = 32


def full_size_photos() -> list[Path]:
    """Thirty-two synthetic JPEGs of 4928x3264, about a third of a shard, of several file sizes."""
    folder = BUILD / "photos"
    if not (folder / "made").exists():
        simulate_trial(BUILD / "trial", subjects=1, seed=0)
        folder.mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(sorted((BUILD / "trial" / "photos").rglob("*.jpg"))[:COUNT]):
            with Image.open(path) as photo:
                photo.save(folder / f"{number:02d}.jpg", quality=QUALITIES[number % len(QUALITIES)])
        (folder / "made").touch()
    return sorted(folder.glob("*.jpg"))
