"""What a user finds in a log: a sentence where it says what to do, the stack where it is a bug."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
from pasi.jobs.job_log import start_job_log
from {module} import {name}
start_job_log(sys.argv[1])
print("started")
raise {name}({message})
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pasi.errors", "DamagedFileError"),
        ("pasi.errors", "SettingError"),
        ("pasi.errors", "WeightsError"),
        ("pasi.errors", "BackboneError"),
        ("pasi.errors", "TrainingError"),
    ],
)
def test_an_error_that_a_user_can_mend_is_told_without_a_stack(tmp_path, module, name):
    assert log(tmp_path, module, name, "'lower training.learning_rate'") == "started\nlower training.learning_rate\n"


def test_a_bug_leaves_its_stack(tmp_path):
    text = log(tmp_path, "builtins", "ValueError", "'what nobody thought of'")
    assert "Traceback" in text
    assert text.endswith("ValueError: what nobody thought of\n")


def log(folder, module, name, message):
    """The log of a process that ends with an error; only its owner may read it, and nothing goes to the console."""
    script = SCRIPT.format(module=module, name=name, message=message)
    done = subprocess.run([sys.executable, "-c", script, folder / "log"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert (folder / "log").stat().st_mode & 0o077 == 0
    return (folder / "log").read_text()


FULL = """
import sys
from contextlib import suppress
from pathlib import Path
from pasi.jobs.job_log import start_job_log
from pasi.errors import WriteError
start_job_log(sys.argv[1])
with suppress(OSError):
    Path(sys.argv[1]).with_name("filler").write_bytes(bytes(2**20))
raise WriteError("oof.parquet cannot be written")
"""


def test_what_a_full_disk_keeps_from_the_log_is_told_on_the_screen(mount_disk):
    place = mount_disk("64k") / "log"
    done = subprocess.run([sys.executable, "-c", FULL, place], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    message = f"{place} cannot be written (No space left on device). It should say:\noof.parquet cannot be written\n"
    assert message in done.stderr
