# In:  photos.csv, scores.csv
# Out: cohort/labels.parquet, what splits and trainings see: one row a subject, visit and region with grades, area and
#      composite (Equation 1); cohort/scores.parquet, the same with weeks, order and baseline of visits, and attributes,
#      for evaluation and report; cohort/counts.csv and notes.csv, what the tables hold and what of it is left out, for
#      the report
# Again when: a row or a column that the table holds changes, or the scored part of the index. Never when a file was
# only touched or moved. Several tables, because what a training depends on must not be made again for a new attribute.


localrules:
    read_labels,
    read_scores,
    count_cohort,


rule read_labels:
    input:
        photos=local(ancient(SETTINGS.cohort.photos)),
        scores=local(ancient(SETTINGS.cohort.scores)),
    output:
        table="<results>/cohort/labels.parquet",
    log:
        "<logs>/read_labels/labels.log",
    benchmark:
        "<benchmarks>/read_labels/labels.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.read_labels,
    script:
        "../scripts/read_cohort.py"


use rule read_labels as read_scores with:
    output:
        table="<results>/cohort/scores.parquet",
    log:
        "<logs>/read_scores/scores.log",
    benchmark:
        "<benchmarks>/read_scores/scores.tsv"
    params:
        **PLAN.read_scores,


rule count_cohort:
    input:
        photos=local(ancient(SETTINGS.cohort.photos)),
        scores=local(ancient(SETTINGS.cohort.scores)),
    output:
        counts="<results>/cohort/counts.csv",
        notes="<results>/cohort/notes.csv",
    log:
        "<logs>/count_cohort/counts.log",
    benchmark:
        "<benchmarks>/count_cohort/counts.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.count_cohort,
    script:
        "../scripts/count_cohort.py"
