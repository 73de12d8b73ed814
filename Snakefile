# One-Step PASI: photos -> tiles -> splits -> one training a backbone and fold -> stacking -> evaluation -> report.


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/package.smk"


if SKETCHES:

    include: "workflow/rules/sketch.smk"

else:

    include: "workflow/rules/call.smk"
    include: "workflow/rules/common.smk"
    include: "workflow/rules/stale.smk"


pathvars:
    results=SETTINGS.results,
    logs=f"{SETTINGS.results}/logs",
    benchmarks=f"{SETTINGS.results}/benchmarks",


include: "workflow/rules/cohort.smk"
include: "workflow/rules/tiles.smk"
include: "workflow/rules/splits.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/stack.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/bundle.smk"
include: "workflow/rules/score.smk"
include: "workflow/rules/dossier.smk"


onstart:
    WATCH.start()


onsuccess:
    WATCH.look()
    if text := guards.unlearned_trainings(PLAN):
        logger.warning(text)
    for fresh in (fresh_results, fresh_scores):
        if text := fresh(SETTINGS.results, STARTED):
            logger.info(text)


onerror:
    WATCH.look()
    if text := guards.failures_text(PLAN, guards.failed_trainings(PLAN, STARTED)):
        logger.error(text)
    if text := guards.unlearned_trainings(PLAN):
        logger.warning(text)


# Lists every fold's outputs, so that a deleted one is trained again although a report exists.
rule all:
    default_target: True
    input:
        rules.report.input,
        rules.train.input,
