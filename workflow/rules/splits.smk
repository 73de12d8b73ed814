# In:  cohort/labels.parquet
# Out: splits/subjects.parquet (subject, part, fold), splits/inner.parquet (fold, subject), balance.csv, trace.csv
# Again when: a subject, a region or a grade that the split is stratified on changes, or a setting of the split.

STRATUM_STEP = next(
    label.step
    for label in SETTINGS.index.labels
    if label.name == SETTINGS.splits["stratify_on"]
)
SPLIT_FILE = SETTINGS.splits["file"] or []
SPLIT = {
    "settings": {**SETTINGS.splits, "seed": SETTINGS.seed},
    "step": STRATUM_STEP,
    "file": value_digest(Path(SPLIT_FILE).read_text()) if SPLIT_FILE else None,
}


localrules:
    split_subjects,


rule splits:
    input:
        "<results>/splits/subjects.parquet",


rule split_subjects:
    input:
        labels="<results>/cohort/labels.parquet",
        file=local(ancient(SPLIT_FILE)),
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
        **SPLIT,
        code=code_digest(script_file("split_subjects.py")),
    script:
        "../scripts/split_subjects.py"
