# In:  photos.csv, scores.csv
# Out: cohort/scores.parquet, one row a subject, visit and region: grades, area, composite (Equation 1), attributes
# Again when: a row, a used column or the scored part of the index changes. An unused column is not looked at.


rule read_cohort:
    input:
        photos=ancient(SETTINGS.cohort["photos"]),
        scores=ancient(SETTINGS.cohort["scores"]),
    output:
        scores="<results>/cohort/scores.parquet",
    log:
        "<logs>/read_cohort/scores.log",
    benchmark:
        "<benchmarks>/read_cohort/scores.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        index=SCORED,
        extra_photos=SETTINGS.tiles["extra_photos"],
        rows=value_digest(SCORES),
        code=code_digest(SCRIPTS / "read_cohort.py"),
    script:
        "../scripts/read_cohort.py"
