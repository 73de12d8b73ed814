"""The jobs of a plan with the params that Snakemake gives them, outside of Snakemake: rule, log, first output."""

from collections.abc import Iterator
from typing import NamedTuple

from pasi.jobs.params_record import params_digest
from pasi.planning.plan import Plan
from pasi.planning.scope import Params
from pasi.planning.visit_parts import VisitParts
from pasi.run_folder import FIGURES


class PlannedJob(NamedTuple):
    """One job: `name` is that of its log before `.log`, `output` its first output, relative to the results folder."""

    rule: str
    name: str
    output: str
    params: Params

    @property
    def digest(self) -> str:
        """What the job records of its params when it runs."""
        return params_digest(self.params.values())


def planned_jobs(plan: Plan) -> Iterator[PlannedJob]:
    """Every job that has params: all but `fetch_weights`, whose output is named by its content.

    Those that score new visits are among them where the plan has the visits.
    """
    yield PlannedJob("read_labels", "labels", "cohort/labels.parquet", plan.read_labels)
    yield PlannedJob("read_scores", "scores", "cohort/scores.parquet", plan.read_scores)
    yield PlannedJob("count_cohort", "counts", "cohort/counts.csv", plan.count_cohort)
    for shard in plan.shards:
        params = {**plan.make_tiles, "rows": plan.shard_rows(shard)}
        yield PlannedJob("make_tiles", f"shard-{shard}", f"tiles/shard-{shard}.npy", params)
    yield PlannedJob("index_tiles", "index", "tiles/index.parquet", plan.index_tiles)
    yield PlannedJob("split_subjects", "subjects", "splits/subjects.parquet", plan.split_subjects)
    yield from _trainings(plan)
    yield PlannedJob("gather_predictions", "oof", "oof.parquet", plan.gather_predictions)
    if plan.honest_backbones:
        yield PlannedJob("gather_pairs", "pairs", "pairs.parquet", plan.gather_pairs)
    for learner in plan.meta_learners:
        yield PlannedJob("fit_learner", learner, f"stacking/{learner}.json", plan.fit_learner)
    for learner in plan.baselines:
        yield PlannedJob("fit_baseline", learner, f"baselines/{learner}.json", plan.fit_baseline)
    yield PlannedJob("write_plan", "plan", "evaluation/plan.json", plan.write_plan)
    yield PlannedJob("evaluate_oof", "metrics", "evaluation/oof/metrics.csv", plan.evaluate_oof)
    yield PlannedJob("choose_learner", "chosen", "evaluation/chosen.json", plan.choose_learner)
    yield PlannedJob("open_test", "opening", "evaluation/opening.json", plan.open_test)
    yield from _report(plan)
    if plan.scored:
        yield from _scores(plan, plan.scored)


def _trainings(plan: Plan) -> Iterator[PlannedJob]:
    for place in plan.trainings(plan.trained):
        backbone = place.backbone
        own = {
            "network": plan.network(backbone),
            "pretrained": plan.pretrained(backbone),
            "training": plan.digest_of(place),
        }
        shared = plan.train_fold if place.second is None else plan.train_pair
        output = f"models/{backbone}/{place.folder}/weights.safetensors"
        yield PlannedJob(place.rule, f"{backbone}-{place.folder}", output, {**shared, **own})


def _report(plan: Plan) -> Iterator[PlannedJob]:
    for figure in FIGURES:
        yield PlannedJob(f"draw_{figure}", figure, f"report/figures/{figure}.svg", plan.draw(figure))
    yield PlannedJob("write_tables", "tables", "report/table_1.csv", plan.write_tables)
    yield PlannedJob("write_report", "report", "report/report.html", plan.write_report)
    yield PlannedJob("make_bundle", "bundle", "bundle/manifest.json", plan.make_bundle)
    yield PlannedJob("make_dossier", "dossier", "dossier/dossier.html", plan.make_dossier)


def _scores(plan: Plan, visits: VisitParts) -> Iterator[PlannedJob]:
    for part in visits.names:
        params = {**plan.score_part, "rows": visits.rows(part)}
        yield PlannedJob("score_part", f"part-{part}", f"scores/part-{part}.json", params)
    joined = {**plan.join_scores, "courses": visits.courses, "rows": visits.all_rows}
    yield PlannedJob("join_scores", "scores", "scores/scores.csv", joined)
