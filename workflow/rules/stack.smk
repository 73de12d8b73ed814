# In:  predictions of every backbone and fold; for the baselines tiles, the table of scores and splits
# Out: oof.parquet, test.parquet, stacking/{learner}.json|parquet, baselines/{learner}.json|parquet
#      with stacking.honest also pairs.parquet: what networks without two folds predict of both
# Again when: a fold was trained again, or a setting or the code of this stage changes.


localrules:
    gather_predictions,
    gather_pairs,
    fit_learner,
    fit_baseline,


rule oof:
    input:
        "<results>/oof.parquet",
        "<results>/test.parquet",


rule gather_predictions:
    input:
        predictions=expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/predictions.parquet",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        subjects="<results>/splits/subjects.parquet",
        labels="<results>/cohort/labels.parquet",
    output:
        oof="<results>/oof.parquet",
        test="<results>/test.parquet",
    log:
        "<logs>/gather_predictions/oof.log",
    benchmark:
        "<benchmarks>/gather_predictions/oof.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.gather_predictions,
    script:
        "../scripts/gather_predictions.py"


rule gather_pairs:
    input:
        predictions=expand(
            "<results>/models/{backbone}/{pair}/predictions.parquet",
            backbone=PLAN.honest_backbones,
            pair=PLAN.pair_folders,
        ),
        subjects="<results>/splits/subjects.parquet",
        labels="<results>/cohort/labels.parquet",
    output:
        pairs="<results>/pairs.parquet",
    log:
        "<logs>/gather_pairs/pairs.log",
    benchmark:
        "<benchmarks>/gather_pairs/pairs.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.gather_pairs,
    script:
        "../scripts/gather_pairs.py"


rule stack:
    input:
        expand("<results>/stacking/{learner}.json", learner=PLAN.meta_learners),
        expand("<results>/baselines/{learner}.json", learner=PLAN.baselines),


rule fit_learner:
    input:
        oof="<results>/oof.parquet",
        test="<results>/test.parquet",
        pairs="<results>/pairs.parquet" if PLAN.honest_backbones else [],
    output:
        model="<results>/stacking/{learner}.json",
        predictions="<results>/stacking/{learner}.parquet",
    log:
        "<logs>/fit_learner/{learner}.log",
    benchmark:
        "<benchmarks>/fit_learner/{learner}.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.fit_learner,
    script:
        "../scripts/fit_learner.py"


rule fit_baseline:
    input:
        tiles="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=PLAN.shards),
        scores="<results>/cohort/scores.parquet",
        subjects="<results>/splits/subjects.parquet",
    output:
        model="<results>/baselines/{learner}.json",
        predictions="<results>/baselines/{learner}.parquet",
    log:
        "<logs>/fit_baseline/{learner}.log",
    benchmark:
        "<benchmarks>/fit_baseline/{learner}.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.fit_baseline,
    script:
        "../scripts/fit_baseline.py"
