# In:  cohort/scores.parquet
# Out: splits/subjects.parquet (subject, part, fold), splits/inner.parquet (fold, subject), balance.csv, trace.csv
# Again when: a subject, a region or a grade that the split is stratified on changes, or a setting of the split.

SPLIT_SETTINGS = {**SETTINGS.splits, "seed": SETTINGS.seed}
STRATUM_STEP = next(
    label.step
    for label in SETTINGS.index.labels
    if label.name == SETTINGS.splits["stratify_on"]
)
SPLIT_FILE = SETTINGS.splits["file"] or []
SPLIT_KEY = value_digest(
    SPLIT_SETTINGS,
    STRATUM_STEP,
    Path(SPLIT_FILE).read_text() if SPLIT_FILE else None,
    score_digest(SETTINGS.splits["stratify_on"]),
    code_digest(SCRIPTS / "split_subjects.py"),
)


rule splits:
    input:
        "<results>/splits/subjects.parquet",


rule split_subjects:
    input:
        scores=ancient("<results>/cohort/scores.parquet"),
        file=ancient(SPLIT_FILE),
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
        settings=SPLIT_SETTINGS,
        step=STRATUM_STEP,
        key=SPLIT_KEY,
    script:
        "../scripts/split_subjects.py"
