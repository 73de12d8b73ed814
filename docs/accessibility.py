"""Looks for barriers in pages with axe-core, in a headless Chromium: wide and narrow, light and dark, all details open.

python docs/accessibility.py docs/sample_report.html --axe axe.min.js

axe.min.js is that of the package axe-core of npm (`npm pack axe-core@4.14.1`); it is no part of this repository. The
policy of a page forbids other scripts, so that a copy without it is looked at. The exit code is 1 where axe finds a
violation.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent
WINDOWS = ((1400, 1000), (390, 844))
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
AXE = """axe.run().then(found => JSON.stringify({
  version: found.testEngine.version, passes: found.passes.length,
  incomplete: found.incomplete.map(one => [one.id, one.nodes.length]),
  violations: found.violations.map(one => [one.id, one.impact, one.nodes.length, one.nodes[0].html.slice(0, 150)])}))"""


def main() -> int:
    """Print a line for each page, width and scheme, and what axe finds; 1 where it finds a violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--axe", type=Path, required=True)
    options = parser.parse_args()
    found = [one for page in options.pages for one in look_at(page, options.axe.read_text("utf-8"))]
    for place, own in found:
        print(f"{place}: {in_words(own)}")
    return int(any(own["violations"] for _, own in found))


def look_at(page: Path, axe: str) -> list[tuple[str, dict[str, Any]]]:
    """What axe finds in a page, by page, window and scheme in words."""
    sys.path.insert(0, str(HERE.parent / "tests" / "support"))
    from browser import Chromium

    with TemporaryDirectory() as folder:
        copy = Path(folder, "page.html")
        copy.write_text(POLICY.sub("", page.read_text("utf-8"), count=1), "utf-8")
        chromium, found = Chromium(Path(folder)), []
        for width, height in WINDOWS:
            for dark in (False, True):
                chromium.window(width, height, dark=dark)
                chromium.open(copy.as_uri())
                chromium.run("document.querySelectorAll('details').forEach(one => one.open = true)")
                chromium.run(f"{axe}; void 0")
                found.append((f"{page.name}, {width} x {height}, {'dark' if dark else 'light'}", run_axe(chromium)))
        chromium.close()
    return found


def run_axe(chromium) -> dict[str, Any]:
    """What axe finds in the page that is open, in which its script has been run."""
    return json.loads(chromium.run(AXE))


def in_words(found: dict[str, Any]) -> str:
    """Violations, rules that pass, and what a person must look at."""
    left = ", ".join(f"{name} ({count})" for name, count in found["incomplete"]) or "nothing"
    counts = f"axe {found['version']}: {len(found['violations'])} violations, {found['passes']} rules passed"
    return "\n  ".join([f"{counts}; left to a person: {left}", *map(str, found["violations"])])


if __name__ == "__main__":
    sys.exit(main())
