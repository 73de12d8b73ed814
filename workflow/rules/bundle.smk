# In:  weights, coefficients of meta-learners, tables of evaluation, the split, tiles and their table, the report's summary
# Out: bundle/manifest.json, which lists every other file of the bundle; only `snakemake bundle` asks for it
# Again when: what it is made of was made again, or bundle.learner, any key of the config or the code of this stage
# changes. Never trains what was trained; refused before the first job where weights were not kept.


localrules:
    make_bundle,


rule bundle:
    input:
        "<results>/bundle/manifest.json",


rule make_bundle:
    input:
        summary="<results>/report/summary.json",
        metrics="<results>/evaluation/metrics.csv",
        intervals="<results>/evaluation/intervals.csv",
        visits="<results>/evaluation/visits.parquet",
        models=expand("<results>/stacking/{learner}.json", learner=PLAN.meta_learners),
        weights=lambda wildcards: bundled_weights(),
        subjects="<results>/splits/subjects.parquet",
        cohort="<results>/cohort/labels.parquet",
        tiles="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=PLAN.shards),
    output:
        manifest="<results>/bundle/manifest.json",
    log:
        "<logs>/make_bundle/bundle.log",
    benchmark:
        "<benchmarks>/make_bundle/bundle.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.make_bundle,
    script:
        "../scripts/make_bundle.py"
