# In:  the tables of a finished run, its report's summary, plan, choice and openings of the test, weights and tiles (for
#      their hashes); openings.jsonl, which no rule declares
# Out: dossier/dossier.html, three checklists and three CDISC-style tables as CSV, and ro-crate-metadata.json, which makes
#      the results folder a Workflow Run RO-Crate; only `snakemake dossier` asks for it
# Again when: the report or a table was made again, or the section `dossier` or the code of this stage changes. Never
# trains what was trained.


localrules:
    make_dossier,


rule dossier:
    input:
        "<results>/dossier/dossier.html",
        "<results>/ro-crate-metadata.json",


rule make_dossier:
    input:
        config="<results>/report/config.json",
        summary="<results>/report/summary.json",
        report="<results>/report/report.html",
        table_1="<results>/report/table_1.csv",
        table_s1="<results>/report/table_s1.csv",
        scores="<results>/cohort/scores.parquet",
        counts="<results>/cohort/counts.csv",
        notes="<results>/cohort/notes.csv",
        photos="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=PLAN.shards),
        split="<results>/splits/subjects.parquet",
        visits="<results>/evaluation/visits.parquet",
        learners="<results>/evaluation/learners.parquet",
        metrics="<results>/evaluation/metrics.csv",
        intervals="<results>/evaluation/intervals.csv",
        agreement="<results>/evaluation/agreement.csv",
        characteristics="<results>/evaluation/characteristics.csv",
        groups="<results>/evaluation/groups.csv",
        impossible="<results>/evaluation/impossible.csv",
        responses="<results>/evaluation/responses.csv",
        selection="<results>/evaluation/selection.csv",
        sensitivity="<results>/evaluation/sensitivity.csv",
        differences="<results>/evaluation/differences.csv",
        plan="<results>/evaluation/plan.json",
        chosen="<results>/evaluation/chosen.json",
        opening="<results>/evaluation/opening.json",
        models=expand("<results>/stacking/{learner}.json", learner=PLAN.meta_learners),
        weights=expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/weights.safetensors",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        snakefile=local(ancient(workflow.source_path("../../Snakefile"))),
    output:
        page="<results>/dossier/dossier.html",
        credibility="<results>/dossier/credibility.csv",
        tripod="<results>/dossier/tripod_ai.csv",
        claim="<results>/dossier/claim_2024.csv",
        rs="<results>/dossier/rs.csv",
        supprs="<results>/dossier/supprs.csv",
        adresp="<results>/dossier/adresp.csv",
        snakefile="<results>/dossier/Snakefile",
        crate="<results>/ro-crate-metadata.json",
    log:
        "<logs>/make_dossier/dossier.log",
    benchmark:
        "<benchmarks>/make_dossier/dossier.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.make_dossier,
    script:
        "../scripts/make_dossier.py"
