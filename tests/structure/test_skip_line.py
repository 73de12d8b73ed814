"""The end of a test run says in one line what was skipped and how to have it run."""

import shutil
import subprocess
import sys

import pytest

from checkout import CHECKOUT, TESTS
from skip_line import skip_line

SAMPLE = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_photos(shared, number):
    pass

@pytest.mark.skipif(True, reason="needs a GPU")
def test_gpu():
    pass

def test_plain():
    pass
"""


def test_reasons_are_counted_and_those_that_are_no_need_are_quoted():
    reasons = ["Skipped: needs root", "Skipped: it rains\n today", "Skipped: needs Chromium", "Skipped: needs Chromium"]
    assert skip_line(reasons) == "4 skipped: 2 need Chromium, 1 needs root, 1 as it rains today"


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_the_last_line_but_one_says_what_was_skipped_and_no_line_says_it_test_by_test(tmp_path, options):
    """Under this project's settings and conftest.py, in a checkout that has no photos beside it."""
    folder = tmp_path / "checkout"
    shutil.copytree(TESTS / "support", folder / "tests/support")
    shutil.copy(TESTS / "conftest.py", folder / "tests")
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    (folder / "tests/test_sample.py").write_text(SAMPLE)
    program = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    *before, line, end = done.stdout.splitlines()
    assert line == "4 skipped: 3 need ../shared (real photos and weights), 1 needs a GPU"
    assert "1 passed, 4 skipped" in end
    assert "needs" not in "".join(before)
