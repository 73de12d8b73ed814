# In:  tiles, cohort/labels.parquet, splits; ImageNet weights from the cache that all runs share
# Out: models/{backbone}/fold{k}/ weights.safetensors, history.csv, predictions.parquet (held-out fold and test set);
# while it lasts also checkpoints/, which no rule declares: a training that was stopped goes on from there
# A training that fails for good leaves failed.json there; with stacking.allow_missing the plan goes on without its network.
# Again when: tiles, labels or the split were made again, or the pretrained weights, a setting of composites or training,
# the seed, or the code that training reaches changes.

TRAINING_SETTINGS = {
    name: value
    for name, value in SETTINGS.training.items()
    if name
    not in (
        "backbones",
        "weights",
        "weights_cache",
        "keep_weights",
        "checkpoint_seconds",
        "jobs_per_gpu",
        "monitor",
        "target",
        "target_scale",
    )
}
LABELS = SETTINGS.index.labels
COMPONENTS = SETTINGS.training["target"] == "components"
TARGET = {
    "columns": list(SETTINGS.index.label_names) if COMPONENTS else ["composite"],
    "maxima": (
        [label.maximum for label in LABELS]
        if COMPONENTS
        else [SETTINGS.index.composite_maximum]
    ),
    "scale": SETTINGS.training["target_scale"],
    "has_area": SETTINGS.index.area is not None,
}
TRAINING = {
    "settings": TRAINING_SETTINGS,
    "composites": dict(SETTINGS.composites),
    "monitor": SETTINGS.training["monitor"],
    "target": TARGET,
    "fit": SETTINGS.tiles["fit"],
    "grid": SETTINGS.index.grid,
    "seed": SETTINGS.seed,
}
TRAINING_CODE = code_digest(script_file("train_fold.py"))
TRIAL = value_digest(
    (PHOTO_ROWS, TILE_SETTINGS, TILE_CODE),
    (score_digest(LABEL_COLUMNS), code_digest(script_file("read_cohort.py"))),
    (SPLIT, code_digest(script_file("split_subjects.py"))),
)

# A learner is whole or not there: a network that lacks a fold is left out with all its folds.
LEFT_OUT = failed_trainings() if SETTINGS.stacking["allow_missing"] else []
TRAINED = [
    name for name in BACKBONES if name not in {backbone for backbone, _, _ in LEFT_OUT}
]
tell_of_left_out(LEFT_OUT)
if not TRAINED:
    raise WorkflowError(
        "no network is left, for a training of each failed: set stacking.allow_missing to false to try them again"
    )


localrules:
    fetch_weights,


rule train:
    input:
        expand(
            "<results>/models/{backbone}/fold{fold}/predictions.parquet",
            backbone=TRAINED,
            fold=FOLDS,
        ),
        expand(
            "<results>/models/{backbone}/fold{fold}/history.csv",
            backbone=TRAINED,
            fold=FOLDS,
        ),
        expand(
            "<results>/models/{backbone}/fold{fold}/weights.safetensors",
            backbone=TRAINED,
            fold=FOLDS,
        ),


# Runs where there is a network; its output is named by the hash of the file that it comes from. The place of that file
# is no param: the same weights from elsewhere train nothing again.
rule fetch_weights:
    output:
        weights=f"{SETTINGS.training['weights_cache']}/{{backbone}}-{{digest}}.safetensors",
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
        index="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=SHARDS),
        labels="<results>/cohort/labels.parquet",
        subjects="<results>/splits/subjects.parquet",
        inner="<results>/splits/inner.parquet",
        weights=cached_weights,
    output:
        weights="<results>/models/{backbone}/fold{fold}/weights.safetensors",
        history="<results>/models/{backbone}/fold{fold}/history.csv",
        predictions="<results>/models/{backbone}/fold{fold}/predictions.parquet",
    log:
        "<logs>/train_fold/{backbone}-fold{fold}.log",
    benchmark:
        "<benchmarks>/train_fold/{backbone}-fold{fold}.tsv"
    conda:
        "../../envs/pasi.yaml"
    threads: SETTINGS.training["threads"]
    resources:
        gpu=0 if SETTINGS.training["device"] == "cpu" else 1,
        mem_mb=lambda wildcards, attempt: 6000 * attempt,
        runtime=lambda wildcards, attempt: 720 * attempt,
    params:
        **TRAINING,
        network=lambda wildcards: asdict(NETWORKS[wildcards.backbone]),
        pretrained=lambda wildcards: pretrained(wildcards.backbone),
        training=lambda wildcards: training_digest(wildcards.backbone),
        code=TRAINING_CODE,
    script:
        "../scripts/train_fold.py"
