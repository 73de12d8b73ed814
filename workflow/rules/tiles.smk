# In:  photos (not declared: a trial may have 270,000), photos.csv
# Out: tiles/shard-NN.npy, uint8 (photos, size, size, 3), and tiles/index.parquet, one row a photo; tiles/notes.csv, which
#      photos of a visit show one picture, for the report
# Again when: the content of a photo of the shard, the rows of its subjects, the settings or the decoder change.


localrules:
    index_tiles,


rule tiles:
    input:
        "<results>/tiles/index.parquet",


rule make_tiles:
    input:
        photos=local(ancient(SETTINGS.cohort.photos)),
        scores=local(ancient(SETTINGS.cohort.scores)),
        root=local(ancient(SETTINGS.cohort.photos_root or [])),
    output:
        array="<results>/tiles/shard-{shard}.npy",
        tiles="<results>/tiles/shard-{shard}.parquet",
    log:
        "<logs>/make_tiles/shard-{shard}.log",
    benchmark:
        "<benchmarks>/make_tiles/shard-{shard}.tsv"
    conda:
        "../../envs/pasi.yaml"
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 60 * attempt,
    params:
        **PLAN.make_tiles,
        rows=lambda wildcards: PLAN.shard_rows(wildcards.shard),
    script:
        "../scripts/make_tiles.py"


rule index_tiles:
    input:
        photos=local(ancient(SETTINGS.cohort.photos)),
        shards=expand("<results>/tiles/shard-{shard}.parquet", shard=PLAN.shards),
    output:
        tiles="<results>/tiles/index.parquet",
        notes="<results>/tiles/notes.csv",
    log:
        "<logs>/index_tiles/index.log",
    benchmark:
        "<benchmarks>/index_tiles/index.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.index_tiles,
    script:
        "../scripts/index_tiles.py"
