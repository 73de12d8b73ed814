# In:  predictions of backbones, meta-learners and baselines; cohort/scores.parquet
# Out: evaluation/ learners.parquet, visits.parquet, metrics.csv, intervals.csv, differences.csv
# Again when: a prediction changes, or a setting or the code of this stage.


localrules:
    evaluate_learners,


rule evaluate_learners:
    input:
        oof="<results>/oof.parquet",
        test="<results>/test.parquet",
        metas=expand("<results>/stacking/{learner}.parquet", learner=METAS),
        baselines=expand("<results>/baselines/{learner}.parquet", learner=BASELINES),
        scores="<results>/cohort/scores.parquet",
    output:
        learners="<results>/evaluation/learners.parquet",
        visits="<results>/evaluation/visits.parquet",
        metrics="<results>/evaluation/metrics.csv",
        intervals="<results>/evaluation/intervals.csv",
        differences="<results>/evaluation/differences.csv",
    log:
        "<logs>/evaluate_learners/metrics.log",
    benchmark:
        "<benchmarks>/evaluate_learners/metrics.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        index=INDEX,
        reference="baseline_histogram_ridge",
        monitor=SETTINGS.training["monitor"],
        ccc_ddof=SETTINGS.evaluation["ccc_ddof"],
        draws=SETTINGS.evaluation["draws"],
        seed=SETTINGS.seed,
        left_out=[name for name in BACKBONES if name not in TRAINED],
        code=code_digest(script_file("evaluate_learners.py")),
    script:
        "../scripts/evaluate_learners.py"
