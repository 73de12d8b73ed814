# In:  tiles, cohort/labels.parquet, splits; ImageNet weights from the cache that all runs share
# Out: models/{backbone}/fold{k}/ weights.safetensors, history.csv, predictions.parquet (held-out fold and test set),
# learning.json (its skill, and whether it learned);
# while it lasts also checkpoints/, which no rule declares: a training that was stopped goes on from there
# With stacking.honest the same of a network without two folds lies in folds{i}-{j}; its weights are not kept.
# With training.repeats the second training of a network on a fold lies in fold{k}-repeat1, and so on.
# A training that fails for good leaves failed.json there; with stacking.allow_missing the plan goes on without its network.
# Again when: tiles, labels or the split were made again, or the pretrained weights, a setting of composites or training,
# the seed, or the code that training reaches changes.


localrules:
    fetch_weights,


rule train:
    input:
        expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/predictions.parquet",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/history.csv",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/weights.safetensors",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/learning.json",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        expand(
            "<results>/models/{backbone}/{pair}/predictions.parquet",
            backbone=PLAN.honest_backbones,
            pair=PLAN.pair_folders,
        ),
        expand(
            "<results>/models/{backbone}/{pair}/history.csv",
            backbone=PLAN.honest_backbones,
            pair=PLAN.pair_folders,
        ),
        expand(
            "<results>/models/{backbone}/{pair}/weights.safetensors",
            backbone=PLAN.honest_backbones,
            pair=PLAN.pair_folders,
        ),
        expand(
            "<results>/models/{backbone}/{pair}/learning.json",
            backbone=PLAN.honest_backbones,
            pair=PLAN.pair_folders,
        ),


# Runs where there is a network; its output is named by the hash of the file that it comes from. The place of that file
# is no param: the same weights from elsewhere train nothing again.
rule fetch_weights:
    output:
        weights=f"{SETTINGS.training.weights_cache}/{{backbone}}-{{digest}}.safetensors",
    log:
        "<logs>/fetch_weights/{backbone}-{digest}.log",
    benchmark:
        "<benchmarks>/fetch_weights/{backbone}-{digest}.tsv"
    conda:
        "../../envs/pasi.yaml"
    script:
        "../scripts/fetch_weights.py"


rule train_fold:
    input:
        tiles="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=PLAN.shards),
        labels="<results>/cohort/labels.parquet",
        subjects="<results>/splits/subjects.parquet",
        inner="<results>/splits/inner.parquet",
        weights=lambda wildcards: ancient(PLAN.cached_weights(wildcards.backbone)),
    output:
        weights="<results>/models/{backbone}/fold{fold}{repeat}/weights.safetensors",
        history="<results>/models/{backbone}/fold{fold}{repeat}/history.csv",
        predictions="<results>/models/{backbone}/fold{fold}{repeat}/predictions.parquet",
        learning="<results>/models/{backbone}/fold{fold}{repeat}/learning.json",
    log:
        "<logs>/train_fold/{backbone}-fold{fold}{repeat}.log",
    benchmark:
        "<benchmarks>/train_fold/{backbone}-fold{fold}{repeat}.tsv"
    wildcard_constraints:
        fold=r"\d+",
        repeat=r"|-repeat[1-9]\d*",
    conda:
        "../../envs/pasi.yaml"
    threads: SETTINGS.training.threads
    resources:
        gpu=0 if SETTINGS.training.device == "cpu" else 1,
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        **PLAN.train_fold,
        network=lambda wildcards: PLAN.network(wildcards.backbone),
        pretrained=lambda wildcards: PLAN.pretrained(wildcards.backbone),
        training=lambda wildcards: PLAN.training_digest(wildcards.backbone),
    script:
        "../scripts/train_fold.py"


rule train_pair:
    input:
        tiles="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=PLAN.shards),
        labels="<results>/cohort/labels.parquet",
        subjects="<results>/splits/subjects.parquet",
        inner="<results>/splits/inner.parquet",
        weights=lambda wildcards: ancient(PLAN.cached_weights(wildcards.backbone)),
    output:
        weights="<results>/models/{backbone}/folds{fold}-{second}/weights.safetensors",
        history="<results>/models/{backbone}/folds{fold}-{second}/history.csv",
        predictions="<results>/models/{backbone}/folds{fold}-{second}/predictions.parquet",
        learning="<results>/models/{backbone}/folds{fold}-{second}/learning.json",
    log:
        "<logs>/train_pair/{backbone}-folds{fold}-{second}.log",
    benchmark:
        "<benchmarks>/train_pair/{backbone}-folds{fold}-{second}.tsv"
    wildcard_constraints:
        fold=r"\d+",
        second=r"\d+",
    conda:
        "../../envs/pasi.yaml"
    threads: SETTINGS.training.threads
    resources:
        gpu=0 if SETTINGS.training.device == "cpu" else 1,
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        **PLAN.train_pair,
        network=lambda wildcards: PLAN.network(wildcards.backbone),
        pretrained=lambda wildcards: PLAN.pretrained(wildcards.backbone),
        training=lambda wildcards: PLAN.pair_digest(wildcards.backbone),
    script:
        "../scripts/train_pair.py"
