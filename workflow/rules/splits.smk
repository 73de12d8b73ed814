# In:  cohort/labels.parquet
# Out: splits/subjects.parquet (subject, part, fold), splits/inner.parquet (fold, subject), balance.csv, trace.csv
# Again when: a subject, a region or a grade that the split is stratified on changes, or a setting of the split.


localrules:
    split_subjects,


rule splits:
    input:
        "<results>/splits/subjects.parquet",


rule split_subjects:
    input:
        labels="<results>/cohort/labels.parquet",
        file=local(ancient(SETTINGS.splits.file or [])),
    output:
        subjects="<results>/splits/subjects.parquet",
        inner="<results>/splits/inner.parquet",
        balance="<results>/splits/balance.csv",
        trace="<results>/splits/trace.csv",
    log:
        "<logs>/split_subjects/subjects.log",
    benchmark:
        "<benchmarks>/split_subjects/subjects.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.split_subjects,
    script:
        "../scripts/split_subjects.py"
