# In:  predictions of backbones, meta-learners and baselines, weights of meta-learners; cohort/scores.parquet, the split
# Out: evaluation/ learners.parquet, visits.parquet, metrics.csv, intervals.csv, differences.csv, selection.csv,
#      singles.csv (networks of one fold on the test part), signs.csv (each sign, where networks predict them),
#      endpoints.csv (responses by arm and week with the chosen learner in the physician's place), and those of
#      pasi.evaluation.description, which describe results and judge nothing
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
        models=expand("<results>/stacking/{learner}.json", learner=PLAN.meta_learners),
        scores="<results>/cohort/scores.parquet",
        split="<results>/splits/subjects.parquet",
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
        folds="<results>/evaluation/folds.csv",
        sensitivity="<results>/evaluation/sensitivity.csv",
        impossible="<results>/evaluation/impossible.csv",
        agreement="<results>/evaluation/agreement.csv",
        ranks="<results>/evaluation/ranks.csv",
        picks="<results>/evaluation/picks.csv",
        characteristics="<results>/evaluation/characteristics.csv",
        groups="<results>/evaluation/groups.csv",
        bands="<results>/evaluation/bands.csv",
        limits_by_score="<results>/evaluation/limits_by_score.csv",
        precision="<results>/evaluation/precision.csv",
        improvements="<results>/evaluation/improvements.csv",
        responses="<results>/evaluation/responses.csv",
        response_times="<results>/evaluation/response_times.csv",
        response_counts="<results>/evaluation/response_counts.csv",
        imputed_counts="<results>/evaluation/imputed_counts.csv",
        no_response="<results>/evaluation/no_response.csv",
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
