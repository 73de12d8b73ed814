"""Results that were made from something else: found by the records beside them, whatever Snakemake knows."""

import base64
import json
import re
import shutil
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest

from checkout import CHECKOUT
from pasi.commands.main import main
from pasi.config.scoring_section import ScoringSection
from pasi.config.settings import read_settings
from pasi.jobs.params_record import record_params
from pasi.planning import staleness
from pasi.planning.inputs import read_run_inputs
from pasi.planning.plan import SCRIPTS, Plan
from pasi.planning.planned_jobs import planned_jobs
from pasi.planning.visit_parts import VisitParts, read_visit_parts
from pasi.run_folder import RunFolder
from pasi.simulate.trial import simulate_trial
from rule_graph import files_of_rules
from small_plan import make_new_visits

STATE = Path(".snakemake")


def make_plan(results: str = "results", **splits) -> Plan:
    tables = {"photos": "trial/photos.csv", "scores": "trial/scores.csv"}
    training = {"backbones": ["squeezenet1_1"], "weights": "none"}
    config = {"results": results, "cohort": tables, "training": training, "splits": {"folds": 3, **splits}}
    settings = read_settings(config)
    return Plan(settings, *read_run_inputs(settings), dict.fromkeys(SCRIPTS, "code"), {"00": [], "07": []})


@pytest.fixture
def plan(tmp_path, monkeypatch) -> Plan:
    """Of a trial of six subjects without photos."""
    monkeypatch.chdir(tmp_path)
    simulate_trial(tmp_path / "trial", subjects=6, tables_only=True, seed=1)
    return make_plan()


def run(plan: Plan, *, ours: bool = True, theirs: bool = True, started: float = 1.0, spelling: str = "") -> None:
    """What a run of the plan leaves: outputs, and the records of both."""
    folder = RunFolder(Path(plan.settings.results))
    for job in planned_jobs(plan):
        output = folder.root / job.output
        output.parent.mkdir(parents=True, exist_ok=True)
        output.touch()
        if ours:
            record_params(folder.log(job.rule, job.name), job.params.values())
        if theirs:
            place = f"{spelling or plan.settings.results}/{job.output}"
            content = {"params": sorted(map(repr, job.params.values())), "input_checksums": {}, "incomplete": False}
            note(STATE / "metadata", place, {**content, "starttime": started})


def note(folder: Path, place: str, content: dict) -> None:
    name = base64.urlsafe_b64encode(place.encode()).decode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content))


def new_visits(plan: Plan) -> VisitParts:
    """Three new visits, one a part."""
    section = ScoringSection(**make_new_visits(Path("new")))
    return read_visit_parts(replace(plan.settings, scoring=section), STATE / "photos.sqlite")


def found(plan: Plan, *, compares_params: bool = True) -> tuple[set[str], set[str]]:
    """Rules that are stale and rules of which nothing is known."""
    stale, unknown = staleness.find_stale(plan, STATE, compares_params=compares_params)
    return {job.rule for job in stale}, {job.rule for job in unknown}


def test_jobs_are_those_of_the_rules_with_their_logs_and_outputs(plan):
    rules = "".join(path.read_text() for path in (CHECKOUT / "workflow" / "rules").glob("*.smk"))
    logs = [re.sub(r"\{\w+\}", "*", log) for log in re.findall(r'"<logs>/([^"]+)"', rules)]
    plain = {job.rule for job in planned_jobs(plan)}
    stacking = plan.settings.stacking.model_copy(update={"honest": True})
    scored = new_visits(plan)
    jobs = list(planned_jobs(replace(plan, settings=replace(plan.settings, stacking=stacking), scored=scored)))
    assert {job.rule for job in jobs} == set(files_of_rules()) - {"fetch_weights"}
    assert {job.rule for job in jobs} - plain == {"train_pair", "gather_pairs", "score_part", "join_scores"}
    for job in jobs:
        assert any(fnmatch(job.output, output) for output in files_of_rules()[job.rule][1]), job.output
        assert any(fnmatch(f"{job.rule}/{job.name}.log", log) for log in logs), job.name
    assert len({(job.rule, job.name) for job in jobs}) == len(jobs)
    assert len([job for job in jobs if job.rule == "train_fold"]) == 3


def test_every_script_records_what_it_makes_its_outputs_from():
    scripts = {path.stem: path.read_text() for path in (CHECKOUT / "workflow" / "scripts").glob("*.py")}
    silent = [name for name, text in scripts.items() if "start_job_log(snakemake.log[0], snakemake.params)" not in text]
    assert silent == ["fetch_weights"], "whose output is named by its content"


def test_nothing_is_stale_before_a_run_and_after_one(plan):
    assert found(plan) == (set(), set())
    run(plan)
    assert found(plan) == found(plan, compares_params=False) == (set(), set())


def test_new_scores_are_looked_at_where_a_target_asks_for_them(plan):
    """Their jobs are known by their records, too; a plan without the visits neither reads nor refuses anything."""
    scored = replace(plan, scored=new_visits(plan))
    run(scored)
    shutil.rmtree(STATE)
    Path("new", "1.jpg").write_bytes(b"another")
    read = replace(scored.settings, scoring=ScoringSection(photos="new/photos.csv", visits_per_job=1))
    stale, unknown = staleness.find_stale(
        replace(plan, scored=read_visit_parts(read, STATE / "photos.sqlite")), STATE, compares_params=True
    )
    assert ([job.output for job in stale], unknown) == (["scores/part-001.json", "scores/scores.csv"], [])
    shutil.rmtree("new")
    assert found(plan) == (set(), set())


def test_what_snakemake_notices_is_left_to_it(plan):
    run(plan)
    changed = make_plan(inner_fraction=0.3)
    assert found(changed) == (set(), set())
    assert "split_subjects" in found(changed, compares_params=False)[0], "as with --rerun-triggers mtime"


def test_a_change_is_found_where_the_records_of_snakemake_are_gone(plan):
    run(plan)
    shutil.rmtree(STATE)
    assert found(plan) == (set(), set())
    rules = {"split_subjects", "train_fold", "write_plan", "write_report", "make_bundle"}
    assert found(make_plan(inner_fraction=0.3))[0] == rules


def test_a_change_is_found_where_results_came_from_elsewhere(plan):
    """Snakemake's record here is of an older run of this very plan; ours came with the results."""
    run(make_plan(inner_fraction=0.3), theirs=False)
    run(plan, ours=False)
    assert "split_subjects" in found(plan)[0]


@pytest.mark.parametrize("spelling", ["./results", "results/", "{here}/results"])
def test_earlier_results_are_known_under_every_spelling_of_their_folder(plan, spelling, tmp_path):
    run(plan, ours=False, spelling=spelling.format(here=tmp_path))
    assert found(plan) == (set(), set())
    assert "split_subjects" in found(make_plan(inner_fraction=0.3))[0]


def test_of_two_spellings_the_later_run_counts(plan):
    run(plan, ours=False, started=1)
    run(make_plan(inner_fraction=0.3), ours=False, started=2, spelling="./results")
    assert "split_subjects" in found(plan)[0]
    assert found(make_plan(inner_fraction=0.3)) == (set(), set())


def test_results_without_any_record_are_unknown_where_they_are_there(plan):
    run(plan, ours=False, theirs=False)
    for job in planned_jobs(plan):
        if job.rule != "read_labels":
            Path("results", job.output).unlink()
    assert found(plan) == (set(), {"read_labels"})


@pytest.mark.parametrize("kind", ["a job that was killed", "records in a database"])
def test_what_snakemake_may_know_is_left_to_it(plan, kind):
    run(plan, ours=False, theirs=False)
    if kind == "a job that was killed":
        for job in planned_jobs(plan):
            note(STATE / "incomplete", f"results/{job.output}", {"external_jobid": None})
        (STATE / "incomplete" / "migration_underway").touch()
    else:
        STATE.mkdir()
        (STATE / "metadata.db").touch()
    assert found(plan) == (set(), set())


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"params": 3}', "null"])
def test_a_damaged_record_counts_as_none(plan, content):
    run(plan, theirs=False)
    RunFolder(Path("results")).record("read_labels", "labels").write_text(content)
    assert found(plan) == (set(), {"read_labels"})


def test_texts_say_what_happens_and_what_to_do(plan):
    run(plan, ours=False, theirs=False)
    _, unknown = staleness.find_stale(plan, STATE, compares_params=True)
    text = staleness.unknown_text(plan, unknown)
    assert text.startswith(
        "there is no record of the origin of 38 results in results (cohort/labels.parquet for one), nei"
    )
    assert "run pasi adopt --as-they-are results once, and give the same command again" in text
    assert staleness.unknown_text(plan, []) is None
    assert "made again where a target needs them: read_labels, read_scores." in staleness.stale_text(unknown[:2])
    assert staleness.stale_text([]) is None


def test_results_that_the_user_vouches_for_get_records(plan, capsys):
    run(plan, ours=False, theirs=False)
    assert not staleness.is_vouched(plan)
    assert main(["adopt", "--as-they-are", "results"]) == 0
    assert (
        "the next run records results without a record as those of its own config and inputs" in capsys.readouterr().out
    )
    assert staleness.is_vouched(plan)
    _, unknown = staleness.find_stale(plan, STATE, compares_params=True)
    staleness.record_vouched(plan, unknown)
    assert found(plan) == (set(), set())
    assert not staleness.is_vouched(plan), "once: what comes later is not vouched for"
    assert "split_subjects" in found(make_plan(inner_fraction=0.3))[0]
    assert main(["adopt", "--as-they-are", "nowhere"]) == 2
    assert "nowhere is no folder of results" in capsys.readouterr().err
