# One-Step PASI: photos -> tiles -> splits -> one training a backbone and fold -> stacking -> evaluation -> report.
from snakemake.utils import min_version

min_version("9.27")


configfile: "config/config.yaml"


pathvars:
    results=str(config["results"]),
    logs=f"{config['results']}/logs",
    benchmarks=f"{config['results']}/benchmarks",


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/cohort.smk"
include: "workflow/rules/tiles.smk"
include: "workflow/rules/splits.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/stack.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/report.smk"


onerror:
    tell_of_failures(failed_trainings(since=STARTED))


# Lists every fold's outputs, so that a deleted one is trained again although a report exists.
rule all:
    default_target: True
    input:
        rules.report.input,
        rules.train.input,
