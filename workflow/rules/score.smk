# In:  the bundle, the table scoring.photos; its photos are not declared, as those of the trial
# Out: scores/part-NNN.json, the results of scoring.visits_per_job visits, and scores/scores.csv, one row a visit, as
#      `pasi predict` writes it; beside it scores.audit.jsonl, which no rule declares, because Snakemake would empty it;
#      only `snakemake score` asks for them
# Again when: the bundle was made again, or the rows of a part, the content of one of its photos or the code of this stage
# changes; a visit whose photos this bundle has scored before is not scored again. The order of visits and the baseline
# join the parts anew.


localrules:
    join_scores,


# Lists the parts and the bundle, so that one that is gone, as after a part has failed, is made again.
rule score:
    input:
        "<results>/scores/scores.csv",
        "<results>/bundle/manifest.json",
        lambda wildcards: expand(
            "<results>/scores/part-{part}.json", part=visit_parts().names
        ),


rule score_part:
    input:
        manifest="<results>/bundle/manifest.json",
        photos=local(ancient(SETTINGS.scoring.photos or [])),
        root=local(ancient(SETTINGS.scoring.photos_root or [])),
    output:
        entries="<results>/scores/part-{part}.json",
    log:
        "<logs>/score_part/part-{part}.log",
    benchmark:
        "<benchmarks>/score_part/part-{part}.tsv"
    conda:
        "../../envs/pasi.yaml"
    threads: SETTINGS.training.threads
    resources:
        gpu=0 if SETTINGS.training.device == "cpu" else 1,
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=lambda wildcards, attempt: 240 * attempt,
    params:
        **PLAN.score_part,
        rows=lambda wildcards: visit_parts().rows(wildcards.part),
    script:
        "../scripts/score_part.py"


rule join_scores:
    input:
        manifest="<results>/bundle/manifest.json",
        photos=local(ancient(SETTINGS.scoring.photos or [])),
        root=local(ancient(SETTINGS.scoring.photos_root or [])),
        parts=lambda wildcards: expand(
            "<results>/scores/part-{part}.json", part=visit_parts().names
        ),
    output:
        table="<results>/scores/scores.csv",
    log:
        "<logs>/join_scores/scores.log",
    benchmark:
        "<benchmarks>/join_scores/scores.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.join_scores,
        courses=lambda wildcards: visit_parts().courses,
        rows=lambda wildcards: visit_parts().all_rows,
    script:
        "../scripts/join_scores.py"
