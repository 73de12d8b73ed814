"""What is committed is small: a file over 1 MB stays in the history for good."""

import subprocess

import pytest

from checkout import CHECKOUT

MOST = 1_000_000  # bytes


def test_no_tracked_file_is_over_a_megabyte():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs a checkout that git knows")
    files = [CHECKOUT / name for name in listed.stdout.split("\0") if name]
    assert [file.name for file in files if file.is_file() and file.stat().st_size > MOST] == []
    assert len(files) > 500
