# In:  every table of a finished run
# Out: report/report.html, summary.json, config.json, table_1.csv, table_s1.csv, figures/*.svg|png, and data/*.csv, the
#      numbers behind the figures
# Again when: a table changes, or what a figure or the report says of index, config or code. Never trains.
from pasi.run_folder import FIGURES


localrules:
    draw_figure_2,
    draw_figure_3,
    draw_figure_4,
    draw_learning_curves,
    draw_figure_s1,
    write_tables,
    write_report,


rule report:
    input:
        "<results>/report/report.html",
        "<results>/report/table_1.csv",
        "<results>/report/table_s1.csv",


rule draw_figure_2:
    input:
        scores="<results>/cohort/scores.parquet",
        subjects="<results>/splits/subjects.parquet",
    output:
        svg=report(
            "<results>/report/figures/figure_2.svg",
            caption="../report/figure_2.rst",
            category="Cohort",
        ),
        png="<results>/report/figures/figure_2.png",
    log:
        "<logs>/draw_figure_2/figure_2.log",
    benchmark:
        "<benchmarks>/draw_figure_2/figure_2.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.draw("figure_2"),
    script:
        "../scripts/draw_figure_2.py"


rule draw_figure_3:
    input:
        visits="<results>/evaluation/visits.parquet",
        metrics="<results>/evaluation/metrics.csv",
    output:
        svg=report(
            "<results>/report/figures/figure_3.svg",
            caption="../report/figure_3.rst",
            category="Results",
        ),
        png="<results>/report/figures/figure_3.png",
    log:
        "<logs>/draw_figure_3/figure_3.log",
    benchmark:
        "<benchmarks>/draw_figure_3/figure_3.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.draw("figure_3"),
    script:
        "../scripts/draw_figure_3.py"


rule draw_figure_4:
    input:
        visits="<results>/evaluation/visits.parquet",
        metrics="<results>/evaluation/metrics.csv",
    output:
        svg=report(
            "<results>/report/figures/figure_4.svg",
            caption="../report/figure_4.rst",
            category="Results",
        ),
        png="<results>/report/figures/figure_4.png",
    log:
        "<logs>/draw_figure_4/figure_4.log",
    benchmark:
        "<benchmarks>/draw_figure_4/figure_4.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.draw("figure_4"),
    script:
        "../scripts/draw_figure_4.py"


rule draw_learning_curves:
    input:
        histories=expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/history.csv",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        learning=expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/learning.json",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
    output:
        svg=report(
            "<results>/report/figures/learning_curves.svg",
            caption="../report/learning_curves.rst",
            category="Training",
        ),
        png="<results>/report/figures/learning_curves.png",
    log:
        "<logs>/draw_learning_curves/learning_curves.log",
    benchmark:
        "<benchmarks>/draw_learning_curves/learning_curves.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.draw("learning_curves"),
    script:
        "../scripts/draw_learning_curves.py"


rule draw_figure_s1:
    input:
        tiles="<results>/tiles/index.parquet",
        shards=expand("<results>/tiles/shard-{shard}.npy", shard=PLAN.shards),
    output:
        svg=report(
            "<results>/report/figures/figure_s1.svg",
            caption="../report/figure_s1.rst",
            category="Cohort",
        ),
        png="<results>/report/figures/figure_s1.png",
    log:
        "<logs>/draw_figure_s1/figure_s1.log",
    benchmark:
        "<benchmarks>/draw_figure_s1/figure_s1.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.draw("figure_s1"),
    script:
        "../scripts/draw_figure_s1.py"


rule write_tables:
    input:
        metrics="<results>/evaluation/metrics.csv",
    output:
        table_1=report(
            "<results>/report/table_1.csv",
            caption="../report/table_1.rst",
            category="Results",
        ),
        table_s1=report(
            "<results>/report/table_s1.csv",
            caption="../report/table_s1.rst",
            category="Results",
        ),
    log:
        "<logs>/write_tables/tables.log",
    benchmark:
        "<benchmarks>/write_tables/tables.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.write_tables,
    script:
        "../scripts/write_tables.py"


rule write_report:
    input:
        scores="<results>/cohort/scores.parquet",
        counts="<results>/cohort/counts.csv",
        notes="<results>/cohort/notes.csv",
        photos="<results>/tiles/index.parquet",
        copies="<results>/tiles/notes.csv",
        split="<results>/splits/subjects.parquet",
        balance="<results>/splits/balance.csv",
        oof="<results>/oof.parquet",
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
        opening="<results>/evaluation/opening.json",
        models=expand("<results>/stacking/{learner}.json", learner=PLAN.meta_learners),
        histories=expand(
            "<results>/models/{backbone}/fold{fold}{repeat}/history.csv",
            backbone=PLAN.trained,
            fold=PLAN.folds,
            repeat=PLAN.repeat_parts,
        ),
        figures=expand(
            "<results>/report/figures/{figure}.{kind}",
            figure=FIGURES,
            kind=["svg", "png"],
        ),
    output:
        report=report(
            "<results>/report/report.html",
            caption="../report/workflow.rst",
            category="Report",
        ),
        config="<results>/report/config.json",
        summary="<results>/report/summary.json",
        data=expand("<results>/report/data/{figure}.csv", figure=FIGURES),
    log:
        "<logs>/write_report/report.log",
    benchmark:
        "<benchmarks>/write_report/report.tsv"
    conda:
        "../../envs/pasi.yaml"
    params:
        **PLAN.write_report,
    script:
        "../scripts/write_report.py"
