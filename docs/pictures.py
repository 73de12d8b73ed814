"""Takes the pictures of a report that README.md and docs/tutorial.md show, in a headless Chromium.

python docs/pictures.py demo results/demo/report/report.html
python docs/pictures.py tutorial results/my/report/report.html
python docs/pictures.py sample docs/sample_report.html       # for docs/report.md: phone, dark, print side by side
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image, ImageChops

IMAGES = Path(__file__).parent / "images"
BROWSER = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
MARGIN = 12  # pixels below the last line of a picture


class View(NamedTuple):
    """A part of the page: what is hidden, by CSS selectors, and the window's width and height in pixels."""

    hidden: str
    width: int
    height: int = 2400
    whole: bool = False  # keep the window's height, though nothing stands at its end


def only(section: str, *also: str) -> str:
    """Selectors of all but one section, and of what is to be hidden in it."""
    return ", ".join(["nav", f"main > :not(#{section})", f"#{section} details", *also])


VIEWS = {
    "demo": {"demo_report": View("none", 1160, 1160, whole=True)},
    "tutorial": {
        "tutorial_result": View("nav, footer, main > section:not(#answer)", 880),
        "tutorial_health": View(only("health"), 880),
        "tutorial_warnings": View(only("trust", "#trust > :not(#warnings):not(.warnings)"), 880),
        "tutorial_split": View(only("cohort", "#cohort > figure, #cohort > .flow"), 810),
        "tutorial_figure_3": View(only("agreement", "#agreement > :not(figure)", "figcaption"), 780),
        "tutorial_courses": View(only("clinical", "#clinical > :not(figure)", "figcaption"), 580),
        "tutorial_learners": View(only("learners", "#learners > p ~ p"), 1020),
        "tutorial_curves": View(only("curves", "figcaption"), 1030),
    },
}
SAMPLE = ((390, 844, False, ""), (1160, 844, True, ""), (718, 1016, False, "print"))  # the last: A4 without margins
SHOWN = 844  # pixels of height of each of them
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')  # it would refuse the style of a view


def main(set_of_views: str, report: Path) -> None:
    """Write the pictures of one report into docs/images."""
    if set_of_views == "sample":
        side_by_side(report).quantize(64).save(IMAGES / "sample_report.png", optimize=True)
        return
    page = report.read_text("utf-8")
    for name, view in VIEWS[set_of_views].items():
        picture = take(page, view)
        picture.quantize(64).save(IMAGES / f"{name}.png", optimize=True)
        print(f"{name}.png: {picture.width} x {picture.height}")


def side_by_side(report: Path) -> Image.Image:
    """The top of a report on a phone, on a wide dark screen, and as the first page of a print, at equal heights."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
    from browser import Chromium

    pictures = []
    with TemporaryDirectory() as folder:
        chromium, picture = Chromium(Path(folder)), Path(folder, "page.png")
        for width, height, dark, media in SAMPLE:
            chromium.window(width, height, dark=dark)
            chromium.send("Emulation.setScrollbarsHidden", hidden=True)
            chromium.open(report.resolve().as_uri())
            if media:
                chromium.send("Emulation.setEmulatedMedia", media=media)
            chromium.screenshot(picture)
            image = Image.open(picture).convert("RGB")
            pictures.append(image.resize((round(image.width * SHOWN / image.height), SHOWN), Image.Resampling.LANCZOS))
        chromium.close()
    whole = Image.new("RGB", (sum(one.width + MARGIN for one in pictures) + MARGIN, SHOWN + 2 * MARGIN), "#8c959f")
    left = MARGIN
    for one in pictures:
        whole.paste(one, (left, MARGIN))
        left += one.width + MARGIN
    return whole


def take(page: str, view: View) -> Image.Image:
    """A picture of the page without what the view hides, cut below its last line."""
    style = f"<style>{view.hidden} {{ display: none }} section {{ margin-top: 0 !important }}</style>"
    shown = page if view.whole else re.sub("</head>", f"{style}</head>", POLICY.sub("", page), count=1)
    with TemporaryDirectory() as folder:
        copy, picture = Path(folder, "page.html"), Path(folder, "page.png")
        copy.write_text(shown, "utf-8")
        size = f"--window-size={view.width},{view.height}"
        options = (size, f"--user-data-dir={folder}/profile", f"--screenshot={picture}", copy.as_uri())
        subprocess.run([*BROWSER, *options], check=True, capture_output=True)
        image = Image.open(picture).convert("RGB")
    blank = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    box = ImageChops.difference(image, blank).getbbox()
    end = image.height if view.whole or box is None else min(image.height, box[3] + MARGIN)
    return image.crop((0, 0, image.width, end))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
