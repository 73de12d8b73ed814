"""Looks for barriers in pages with axe-core, in a headless Chromium: wide and narrow, light and dark, all details open.

python docs/accessibility.py docs/sample_report.html --axe axe.min.js

axe.min.js is that of the package axe-core of npm (`npm pack axe-core`); it is no part of this repository. The policy of
a page forbids other scripts, so that a copy without it is looked at. The exit code is 1 where axe finds a violation.
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
  version: found.testEngine.version, passes: found.passes.length, incomplete: found.incomplete.map(one => one.id),
  violations: found.violations.map(one => [one.id, one.impact, one.nodes.length, one.nodes[0].html.slice(0, 150)])}))"""


def main() -> int:
    """Print a line for each page, width and scheme, and what axe finds; 1 where it finds a violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--axe", type=Path, required=True)
    options = parser.parse_args()
    violations = 0
    for page in options.pages:
        for (width, height), dark, found in look_at(page, options.axe.read_text("utf-8")):
            violations += len(found["violations"])
            counts = f"{len(found['violations'])} violations, {found['passes']} rules passed"
            left = ", ".join(found["incomplete"]) or "nothing"
            print(
                f"{page.name}, {width} x {height}, {'dark' if dark else 'light'}, axe {found['version']}: {counts}; ",
                end="",
            )
            print(f"left to a person: {left}")
            print("".join(f"  {one}\n" for one in found["violations"]), end="")
    return int(violations > 0)


def look_at(page: Path, axe: str) -> list[tuple[tuple[int, int], bool, dict[str, Any]]]:
    """What axe finds in a page, by window and scheme."""
    sys.path.insert(0, str(HERE.parent / "tests" / "support"))
    from browser import Chromium

    with TemporaryDirectory() as folder:
        copy = Path(folder, "page.html")
        copy.write_text(POLICY.sub("", page.read_text("utf-8"), count=1), "utf-8")
        chromium, found = Chromium(Path(folder)), []
        for window in WINDOWS:
            for dark in (False, True):
                chromium.window(*window, dark=dark)
                chromium.open(copy.as_uri())
                chromium.run("document.querySelectorAll('details').forEach(one => one.open = true)")
                chromium.run(f"{axe}; void 0")
                found.append((window, dark, json.loads(chromium.run(AXE))))
        chromium.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
