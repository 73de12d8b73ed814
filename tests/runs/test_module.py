"""Another workflow that takes this one as a module: the same tables, and nothing left to do."""

import subprocess
import sys

import yaml

from small_run import CONFIG, environment, make_copy, run

TINY = {
    **CONFIG,
    "splits": {"folds": 2, "restarts": 20},
    "training": {"backbones": ["shufflenet_v2_x0_5"], "weights": "none", "max_epochs": 1, "keep_weights": "none"},
}
TABLES = ("oof.parquet", "test.parquet", "evaluation/metrics.csv", "evaluation/visits.parquet")
OUTER = """\
configfile: "outer.yaml"


module pasi:
    snakefile:
        "{checkout}/Snakefile"
    config:
        config["pasi"]


use rule * from pasi as pasi_*


rule best:
    default_target: True
    input:
        "results/evaluation/metrics.csv",
    output:
        "best.txt",
    shell:
        "head -n 2 {{input}} > {{output}}"
"""


def test_a_workflow_that_has_this_one_as_a_module_gives_the_same_tables(tmp_path):
    plain = make_copy(tmp_path / "plain")
    (plain / "small.yaml").write_text(yaml.safe_dump(TINY))
    run(plain, "results/evaluation/metrics.csv")
    outer = tmp_path / "outer"
    outer.mkdir()
    (outer / "Snakefile").write_text(OUTER.format(checkout=plain))
    tables = {name: str(plain / place) for name, place in TINY["cohort"].items()}
    (outer / "outer.yaml").write_text(yaml.safe_dump({"pasi": {**TINY, "cohort": tables}}))
    program = [sys.executable, "-m", "snakemake", "--cores", "2"]
    options = {"cwd": outer, "env": environment(plain), "capture_output": True, "text": True, "check": False}
    done = subprocess.run(program, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (outer / "best.txt").read_text().count("\n") == 2
    for name in TABLES:
        assert (outer / "results" / name).read_bytes() == (plain / "results" / name).read_bytes(), name
    again = subprocess.run([*program, "-n"], **options)
    assert "Nothing to be done" in again.stdout + again.stderr
    bundle = subprocess.run([*program, "-n", "pasi_bundle"], **options)
    assert bundle.returncode == 1
    assert "no bundle of bundle.learner: chosen can be made, because weights that it may need are not kept" in (
        bundle.stdout + bundle.stderr
    )
