"""Takes pictures of a page of review in a headless Chromium, and looks for faults of accessibility.

python docs/review_pictures.py review/index.html                       those of docs/review.md
python docs/review_pictures.py review/index.html --scoring             those of docs/scoring_tutorial.md
python docs/review_pictures.py review/index.html --axe axe.min.js      prints what axe-core finds, and takes no picture

The page is that of the demo's bundle and simulated subjects; each of the two documents has the commands.
"""

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from accessibility import in_words, run_axe
from PIL import Image

HERE = Path(__file__).parent
COLOURS = 128
GRADES = ("222232141123", "222211121122")  # of the first two visits, field by field
BOX = (
    "(() => { const box = document.querySelector(%s).getBoundingClientRect();"
    "const [x, y] = [Math.floor(box.x + scrollX), Math.floor(box.y + scrollY)];"
    "return [x, y, x + Math.ceil(box.width), y + Math.ceil(box.height)]; })()"
)
READY = "document.documentElement.dataset.ready"


def main() -> None:
    """Take the pictures, or run axe-core in light, dark and phone width, before and after the reveal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--scoring", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE.parent / "tests" / "support"))
    from browser import Chromium

    with TemporaryDirectory() as folder:
        chromium = Chromium(Path(folder))
        chromium.window(1280, 900)
        chromium.open(options.page.resolve().as_uri(), READY)
        if options.axe:
            audit(chromium, options.axe.read_text("utf-8"))
        elif options.scoring:
            take_scoring(chromium, Path(folder))
        else:
            take(chromium, Path(folder))
        chromium.close()


def enter(chromium, number: int) -> None:
    """Grade the visit that is shown."""
    chromium.press("g")
    for grade in GRADES[number]:
        chromium.press(grade, "Enter")


def take(chromium, folder: Path) -> None:
    """A visit before its reveal, the next one after it, and that one on a phone in the dark."""
    enter(chromium, 0)
    save(chromium, folder, "review_blinded")
    chromium.press("r", "j")
    enter(chromium, 1)
    chromium.press("r")
    chromium.run("document.activeElement.blur()")
    save(chromium, folder, "review_revealed")
    chromium.window(390, 844, dark=True)
    chromium.run("document.querySelector('article:not([hidden]) .score').scrollIntoView({block: 'center'})")
    save(chromium, folder, "review_phone", whole=False)


def take_scoring(chromium, folder: Path) -> None:
    """The page of the first visit before its reveal, its first region after it, and the course of its subject."""
    save(chromium, folder, "scoring_page")
    chromium.press("r", "r")  # asked for twice, because nothing is graded
    save(chromium, folder, "scoring_map", part="article:not([hidden]) .region")
    for _ in range(chromium.run("document.querySelectorAll('.subject:not([hidden]) article').length") - 1):
        chromium.press("j", "r", "r")
    save(chromium, folder, "scoring_course", part=".subject:not([hidden]) .course")


def save(chromium, folder: Path, name: str, *, whole: bool = True, part: str = "body") -> None:
    """Write a picture into docs/images, with few colours. part: selector of the element that is shown."""
    chromium.screenshot(folder / "shot.png", whole=whole)
    shot = Image.open(folder / "shot.png").convert("RGB")
    if part != "body":
        shot = shot.crop(chromium.run(BOX % json.dumps(part)))
    picture = shot.quantize(COLOURS)
    target = HERE / "images" / f"{name}.png"
    picture.save(target, optimize=True)
    print(f"{name}.png: {picture.width} x {picture.height}, {target.stat().st_size:,} bytes")


def audit(chromium, script: str) -> None:
    """Print what axe-core finds in each state of the page."""
    chromium.run(f"{script}; 1")
    for state in ("before the reveal", "after the reveal", "a photo enlarged", "the list of keys"):
        if state == "after the reveal":
            enter(chromium, 0)
            chromium.press("r")
        if state == "a photo enlarged":
            chromium.press("z")
        if state == "the list of keys":
            chromium.press("Escape", "?")
        for width, dark in ((1280, False), (1280, True), (390, False)):
            chromium.window(width, 900, dark=dark)
            print(f"{width} pixels, {'dark' if dark else 'light'}, {state}: {in_words(run_axe(chromium))}")


if __name__ == "__main__":
    main()
