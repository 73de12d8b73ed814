"""What a run says of its jobs, in real runs of a small Snakefile, one of whose jobs fails."""

import subprocess
import sys

import pytest

from pasi.monitoring.job_lines import begin_line

SNAKEFILE = """
import sys

from pasi.monitoring.job_lines import shorten

if workflow.is_main_process:
    shorten(logger)


rule all:
    input:
        expand("{name}.txt", name=["good", "bad"]),


rule write:
    output:
        "{name}.txt",
    log:
        "{name}.log",
    shell:
        "echo the end of {wildcards.name} > {log}; [ {wildcards.name} = good ] && touch {output}"
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What runs with these options print, and the folder of the first."""
    told = {}
    for options in ((), ("-p",), ("--verbose",), ("-n",)):
        folder = tmp_path_factory.mktemp("run")
        (folder / "Snakefile").write_text(SNAKEFILE)
        command = [sys.executable, "-m", "snakemake", "--cores", "1", "--keep-going", "--show-failed-logs", *options]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        told[options] = done.stdout + done.stderr, folder
    return told


def test_each_job_has_a_line_and_the_rest_is_in_the_log(printed):
    text, folder = printed[()]
    assert "\nwrite, name good begins; its log: good.log\n" in text
    assert "1 of 3 steps (33%) done" in text
    for needless in ("Select jobs", "Finished jobid", "resources:", "rule write:\n    output"):
        assert needless not in text
    (log,) = (folder / ".snakemake/log").glob("*.log")
    assert "rule write:" in log.read_text()
    assert "Finished jobid" in log.read_text()


def test_an_error_is_told_whole(printed):
    text, _ = printed[()]
    assert "Error in rule write:" in text
    assert "the end of bad" in text


@pytest.mark.parametrize("options", [("-p",), ("--verbose",), ("-n",)])
def test_who_asks_for_more_gets_it(printed, options):
    text, _ = printed[options]
    assert "rule write:" in text
    assert "begins" not in text


def test_a_job_without_wildcards_or_log():
    assert begin_line({"rule_name": "splits", "wildcards": None, "log": []}) == "splits begins"
