# In:  predictions of backbones, meta-learners and baselines; cohort/scores.parquet
# Out: evaluation/ learners.parquet, visits.parquet, metrics.csv, intervals.csv, differences.csv, selection.csv,
#      singles.csv (networks of one fold on the test part), signs.csv (each sign, where networks predict them),
#      endpoints.csv (responses by arm and week with the chosen learner in the physician's place)
# Again when: a prediction changes, or a setting or the code of this stage.


localrules:
    evaluate_learners,


rule evaluate_learners:
    input:
        oof="<results>/oof.parquet",
        test="<results>/test.parquet",
        metas=expand("<results>/stacking/{learner}.parquet", learner=PLAN.meta_learners),
        baselines=expand(
            "<results>/baselines/{learner}.parquet", learner=PLAN.baselines
        ),
        scores="<results>/cohort/scores.parquet",
        networks=expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/predictions.parquet",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
    output:
        learners="<results>/evaluation/learners.parquet",
        visits="<results>/evaluation/visits.parquet",
        metrics="<results>/evaluation/metrics.csv",
        intervals="<results>/evaluation/intervals.csv",
        differences="<results>/evaluation/differences.csv",
        selection="<results>/evaluation/selection.csv",
        singles="<results>/evaluation/singles.csv",
        signs="<results>/evaluation/signs.csv",
        endpoints="<results>/evaluation/endpoints.csv",
    log:
        "<logs>/evaluate_learners/metrics.log",
    benchmark:
        "<benchmarks>/evaluate_learners/metrics.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.evaluate_learners,
    script:
        "../scripts/evaluate_learners.py"
