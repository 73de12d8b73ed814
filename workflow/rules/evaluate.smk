# In:  predictions of backbones, meta-learners and baselines, weights of meta-learners; cohort/scores.parquet, the split
# Out: evaluation/plan.json, what is decided before anything is evaluated; evaluation/oof/, all tables out of fold;
#      evaluation/chosen.json, the learner that the plan's rule chooses by them; then evaluation/opening.json, the state
#      of the log of openings, and learners.parquet, visits.parquet, metrics.csv, intervals.csv, differences.csv,
#      selection.csv, singles.csv (networks of one fold on the test part), signs.csv (each sign, where networks predict
#      them), endpoints.csv (responses by arm and week with the chosen learner in the physician's place), and those of
#      pasi.evaluation.description, which describe results and judge nothing: with the rows on the test part that
#      evaluation.test_rows shows.
#      Not declared, because Snakemake removes outputs: openings.jsonl, the log of plans and openings, and
#      openings.head.json. write_plan and open_test append to it, one after the other: the plan is an input of open_test
# Again when: a prediction or the plan changes, or a setting or the code of this stage.


localrules:
    write_plan,
    evaluate_oof,
    choose_learner,
    open_test,


rule write_plan:
    input:
        split="<results>/splits/subjects.parquet",
    output:
        plan="<results>/evaluation/plan.json",
    log:
        "<logs>/write_plan/plan.log",
    benchmark:
        "<benchmarks>/write_plan/plan.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.write_plan,
    script:
        "../scripts/write_plan.py"


# The plan is an input, so that it is there before any learner is evaluated. No input is of the test part alone, as
# test.parquet and the tables of single networks are: this job runs before the choice. Tables of meta-learners and
# baselines hold both parts, and the script drops their test rows as it reads them.
rule evaluate_oof:
    input:
        plan="<results>/evaluation/plan.json",
        oof="<results>/oof.parquet",
        metas=expand("<results>/stacking/{learner}.parquet", learner=PLAN.meta_learners),
        baselines=expand(
            "<results>/baselines/{learner}.parquet", learner=PLAN.baselines
        ),
        models=expand("<results>/stacking/{learner}.json", learner=PLAN.meta_learners),
        scores="<results>/cohort/scores.parquet",
        split="<results>/splits/subjects.parquet",
    output:
        metrics="<results>/evaluation/oof/metrics.csv",
        learners="<results>/evaluation/oof/learners.parquet",
        visits="<results>/evaluation/oof/visits.parquet",
        intervals="<results>/evaluation/oof/intervals.csv",
        differences="<results>/evaluation/oof/differences.csv",
        selection="<results>/evaluation/oof/selection.csv",
        signs="<results>/evaluation/oof/signs.csv",
        endpoints="<results>/evaluation/oof/endpoints.csv",
        folds="<results>/evaluation/oof/folds.csv",
        sensitivity="<results>/evaluation/oof/sensitivity.csv",
        impossible="<results>/evaluation/oof/impossible.csv",
        agreement="<results>/evaluation/oof/agreement.csv",
        ranks="<results>/evaluation/oof/ranks.csv",
        picks="<results>/evaluation/oof/picks.csv",
        characteristics="<results>/evaluation/oof/characteristics.csv",
        groups="<results>/evaluation/oof/groups.csv",
        bands="<results>/evaluation/oof/bands.csv",
        limits_by_score="<results>/evaluation/oof/limits_by_score.csv",
        precision="<results>/evaluation/oof/precision.csv",
        improvements="<results>/evaluation/oof/improvements.csv",
        responses="<results>/evaluation/oof/responses.csv",
        response_times="<results>/evaluation/oof/response_times.csv",
        response_counts="<results>/evaluation/oof/response_counts.csv",
        imputed_counts="<results>/evaluation/oof/imputed_counts.csv",
        no_response="<results>/evaluation/oof/no_response.csv",
    log:
        "<logs>/evaluate_oof/metrics.log",
    benchmark:
        "<benchmarks>/evaluate_oof/metrics.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.evaluate_oof,
    script:
        "../scripts/evaluate_oof.py"


rule choose_learner:
    input:
        plan="<results>/evaluation/plan.json",
        metrics="<results>/evaluation/oof/metrics.csv",
    output:
        chosen="<results>/evaluation/chosen.json",
    log:
        "<logs>/choose_learner/chosen.log",
    benchmark:
        "<benchmarks>/choose_learner/chosen.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.choose_learner,
    script:
        "../scripts/choose_learner.py"


rule open_test:
    input:
        plan="<results>/evaluation/plan.json",
        chosen="<results>/evaluation/chosen.json",
        judged="<results>/evaluation/oof/metrics.csv",
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
        opening="<results>/evaluation/opening.json",
        metrics="<results>/evaluation/metrics.csv",
        learners="<results>/evaluation/learners.parquet",
        visits="<results>/evaluation/visits.parquet",
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
        "<logs>/open_test/opening.log",
    benchmark:
        "<benchmarks>/open_test/opening.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.open_test,
    script:
        "../scripts/open_test.py"
