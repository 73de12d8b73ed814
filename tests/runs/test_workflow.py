"""The workflow as a user runs it: a whole run on a small cohort, and what runs again after which change."""

import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import yaml
from PIL import Image
from safetensors.torch import load_file

from pasi.jobs.run_lock import RUN, lock_run
from pasi.simulate.trial import simulate_trial
from pasi.storage.tables import read_table
from small_run import BACKBONES, CONFIG, changed, command, environment, make_copy, planned, run, with_config
from waiting import wait_for


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """A copy of the checkout with a small trial of ten subjects, run once, and what the run printed."""
    folder = make_copy(tmp_path_factory.mktemp("checkout"))
    return folder, run(folder)


@pytest.fixture(scope="module")
def copy(first_run):
    """The folder of the first run."""
    return first_run[0]


def test_a_run_tells_of_each_training_that_has_ended(first_run):
    """Also of the last one, which ends after the last look of the watch."""
    lines = [line for line in first_run[1].splitlines() if " of 10 trainings] " in line]
    told = [line.partition("] ")[2].partition(":")[0] for line in lines]
    assert sorted(told) == sorted(f"{backbone} fold {fold}" for backbone in BACKBONES for fold in range(5))
    assert all(": 2 epochs in " in line and "skill " in line for line in lines)


def test_a_run_leaves_all_results(copy):
    results = copy / "results"
    names = [
        *("tiles/index.parquet", "splits/subjects.parquet", "splits/balance.csv", "oof.parquet", "test.parquet"),
        *("evaluation/metrics.csv", "report/report.html", "report/table_1.csv", "report/table_s1.csv"),
        *("stacking/meta_learner_ridge.json", "report/figures/figure_3.svg", "report/figures/figure_s1.png"),
    ]
    assert [name for name in names if not (results / name).stat().st_size] == []
    log = [json.loads(line) for line in (results / "openings.jsonl").read_text().splitlines()]
    assert [(line["event"], line.get("evaluated")) for line in log] == [("plan", False), ("opening", None)]
    page = (results / "report/report.html").read_text()
    assert "It was opened once, by the log of openings" in page
    assert "One plan was written before the first opening, on " in page
    assert "The rows of the other learners on the test part are sealed." in page
    oof = read_table(results / "oof.parquet")
    assert sorted(set(oof["learner"])) == sorted(BACKBONES)
    assert np.isfinite(oof["predicted"]).all()
    assert list(results.glob("models/*/*/checkpoints")) == [], "checkpoints go when the fold is gathered"


def test_a_second_run_has_nothing_to_do(copy):
    assert "Nothing to be done" in run(copy)


def test_a_comment_reruns_nothing(copy):
    with changed(copy / "src/pasi/training/train.py", lambda text: text + "\n# why\n"):
        assert planned(copy) == {}


def test_the_code_of_a_figure_redraws_it_and_writes_the_report(copy):
    with changed(copy / "src/pasi/figures/agreement.py", lambda text: text + "\nUNUSED = 1\n"):
        jobs = planned(copy)
    assert jobs["draw_figure_3"] == jobs["write_report"] == 1
    assert [rule for rule in jobs if not rule.startswith(("draw_", "write_"))] == []


def test_the_report_template_writes_the_report_alone(copy):
    template = next((copy / "src/pasi/report").glob("*.jinja"))
    with changed(template, lambda text: text + "<!-- more -->"):
        assert set(planned(copy)) <= {"write_report", "write_tables"}
        assert planned(copy)["write_report"] == 1


def test_a_report_setting_trains_nothing(copy):
    with with_config(copy, "report", title="Another title"):
        assert planned(copy) == {"write_report": 1}


def test_another_learning_rate_trains_all(copy):
    with with_config(copy, "training", learning_rate=0.02):
        jobs = planned(copy)
    assert jobs["train_fold"] == 10
    assert "make_tiles" not in jobs


def test_the_workflow_is_the_same_where_the_catalog_looks_for_it(copy):
    with with_config(copy, "training", learning_rate=0.02):
        assert planned(copy, "--snakefile", "workflow/Snakefile") == planned(copy)


def test_another_backbone_trains_five(copy):
    with with_config(copy, "training", backbones=[*BACKBONES, "mnasnet0_5"]):
        assert planned(copy)["train_fold"] == 5


def test_a_deleted_fold_is_trained_again(copy):
    fold = copy / "results/models/squeezenet1_1/fold3"
    fold.rename(fold.with_name("away"))
    try:
        jobs = planned(copy)
    finally:
        fold.with_name("away").rename(fold)
    assert jobs["train_fold"] == 1
    assert "make_tiles" not in jobs


def test_a_repeat_that_is_added_trains_the_new_networks_alone(copy):
    with with_config(copy, "training", repeats=2):
        jobs = planned(copy)
        one = planned(copy, "-f", "results/models/squeezenet1_1/fold3-repeat1/predictions.parquet")
    assert jobs["train_fold"] == 2 * 5
    assert jobs["gather_predictions"] == jobs["write_report"] == 1
    assert not jobs.keys() & {"make_tiles", "read_labels", "split_subjects", "fit_baseline"}
    assert one == {"train_fold": 1}


def test_one_fold_can_be_forced(copy):
    jobs = planned(copy, "-f", "results/models/squeezenet1_1/fold3/predictions.parquet")
    assert jobs == {"train_fold": 1}


def test_a_second_run_in_the_folder_is_refused(copy):
    lock = lock_run(copy / ".snakemake", {})
    try:
        with pytest.raises(AssertionError, match=f"another run is at work in this folder .process {os.getpid()} on"):
            run(copy)
        assert planned(copy) == {}, "a dry run may look"
        for look in ("--summary", "--rulegraph", "--list-rules", "--list-params-changes"):
            run(copy, look)
    finally:
        lock.release()


def test_a_job_that_a_batch_system_starts_after_a_later_run_began_touches_nothing(copy, monkeypatch):
    fold = "results/models/squeezenet1_1/fold3/predictions.parquet"
    job = ("--mode", "remote", "-f", fold)
    before = (copy / fold).stat().st_mtime_ns
    monkeypatch.setenv(RUN, "an earlier one")
    with pytest.raises(AssertionError, match="a later run has begun in this folder; this job of an earlier one"):
        run(copy, *job)
    assert (copy / fold).stat().st_mtime_ns == before
    monkeypatch.setenv(RUN, json.loads((copy / ".snakemake/pasi/run.json").read_text())["run"])
    run(copy, *job, "-n")


@pytest.mark.parametrize(("device", "gpus"), [("cpu", 0), ("auto", 1)])
def test_a_training_asks_for_a_gpu_unless_the_cpu_is_wanted(copy, device, gpus):
    with with_config(copy, "training", device=device):
        told = run(copy, "-n", "-f", "results/models/squeezenet1_1/fold3/predictions.parquet")
    assert re.search(rf"resources: .*\bgpu={gpus}\b", told)


def test_a_killed_run_goes_on_by_the_same_command_though_its_training_lives_on(copy):
    fold = copy / "results/models/squeezenet1_1/fold1"
    before = (fold / "predictions.parquet").read_bytes()
    log = copy / "results/logs/train_fold/squeezenet1_1-fold1.log"
    log.unlink()
    forced = command("-f", str(fold.relative_to(copy) / "predictions.parquet"))
    with (copy / "killed.log").open("w") as told:
        killed = subprocess.Popen(forced, cwd=copy, env=environment(copy), stdout=told, stderr=told)
        try:
            wait_for(lambda: killed.poll() is not None or (log.exists() and "fitted" in log.read_text()))
        finally:
            killed.kill()
            killed.wait()
    run(copy)
    assert "Nothing to be done" in run(copy)
    assert (fold / "predictions.parquet").read_bytes() == before


def test_the_report_can_be_written_again(copy):
    assert planned(copy, "report", "-R", "write_report") == {"write_report": 1}


def test_a_replaced_photo_rebuilds_its_shard_and_what_follows(copy):
    photo = next((copy / "trial/photos").rglob("*.jpg"))
    content, stat = photo.read_bytes(), photo.stat()
    with Image.open(photo) as picture:
        picture.rotate(180).save(photo)
    os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as `cp -p` of an older photo would leave it
    try:
        jobs = planned(copy)
    finally:
        photo.write_bytes(content)
        os.utime(photo, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert jobs["make_tiles"] == 1
    assert jobs["train_fold"] == 10


def test_touched_photos_and_tables_rerun_nothing(copy):
    for path in (copy / "trial").rglob("*"):
        path.touch()
    assert planned(copy) == {}


def test_moved_photos_rerun_nothing(copy):
    (copy / "trial").rename(copy / "moved")
    try:
        with with_config(copy, "cohort", photos="moved/photos.csv", scores="moved/scores.csv"):
            assert planned(copy) == {}
    finally:
        (copy / "moved").rename(copy / "trial")


def test_a_new_column_in_the_scores_trains_nothing(copy):
    def add(text):
        header, *rows = text.splitlines()
        return "\n".join([f"{header},weather", *(f"{row},fair" for row in rows)]) + "\n"

    note = 'scores.csv: columns that nothing reads: "weather"'
    with changed(copy / "trial/scores.csv", add):
        assert planned(copy) == {"count_cohort": 1, "write_report": 1}
        assert note not in run(copy, "-n")
        assert run(copy).count(f"note: {note}") == 1
        assert read_table(copy / "results/cohort/notes.csv")["note"].tolist() == [note]
        assert "columns that nothing reads" in (copy / "results/report/report.html").read_text()
    run(copy)


def test_another_grade_trains_all(copy):
    with changed(copy / "trial/scores.csv", regrade):
        jobs = planned(copy)
    assert jobs["train_fold"] == 10
    assert "make_tiles" not in jobs


def regrade(text: str) -> str:
    """scores.csv with another grade in its first row."""
    header, first, *rows = text.splitlines()
    cells = first.split(",")
    place = header.replace('"', "").split(",").index("induration")
    cells[place] = "3" if cells[place] == "2" else "2"
    return "\n".join([header, ",".join(cells), *rows]) + "\n"


def test_a_change_is_seen_whatever_snakemake_compares_or_still_knows(copy):
    """--rerun-triggers mtime, which Snakemake advises on every plan; and a folder without Snakemake's own records."""
    state = copy / ".snakemake"
    assert planned(copy, "--rerun-triggers", "mtime") == {}
    with changed(copy / "trial/scores.csv", regrade):
        jobs = planned(copy)
        assert planned(copy, "--rerun-triggers", "mtime") == jobs
        assert planned(copy, "splits", "--rerun-triggers", "mtime") == {"read_labels": 1, "split_subjects": 1}
        state.rename(copy / "away")
        try:
            assert planned(copy) == jobs
            told = run(copy, "-n")
        finally:
            shutil.rmtree(state)
            (copy / "away").rename(state)
    assert "made again where a target needs them: read_labels, read_scores" in told
    assert planned(copy) == {}


@pytest.mark.parametrize("spelling", ["results/", "./results", "trial/../results", "{copy}/results"])
def test_results_are_the_same_however_their_folder_is_spelt(copy, spelling):
    spelt = yaml.safe_dump({**CONFIG, "results": spelling.format(copy=copy)})
    with changed(copy / "small.yaml", lambda _: spelt):
        assert planned(copy) == {}
        with changed(copy / "trial/scores.csv", regrade):
            assert planned(copy)["train_fold"] == 10


def test_results_without_any_record_are_refused_until_the_user_vouches_for_them(copy):
    state, records = copy / ".snakemake", copy / "results/records"
    state.rename(copy / "away")
    records.rename(copy / "records")
    try:
        with pytest.raises(AssertionError, match="there is no record of the origin of"):
            planned(copy)
        assert planned(copy, "--forceall")["train_fold"] == 10
        run(copy, "--summary")
        vouch = "from pasi.commands.main import main; main(['adopt', '--as-they-are', 'results'])"
        subprocess.run([sys.executable, "-c", vouch], cwd=copy, env=environment(copy), check=True)
        assert planned(copy) == {}
        assert "Nothing to be done" in run(copy)
        made = {path.relative_to(records): path.read_text() for path in records.rglob("*.json")}
        kept = {path.relative_to(copy / "records"): path.read_text() for path in (copy / "records").rglob("*.json")}
        assert made == kept, "what the plan records is what the jobs had recorded"
    finally:
        shutil.rmtree(state)
        shutil.rmtree(records)
        (copy / "away").rename(state)
        (copy / "records").rename(records)


def test_a_key_or_an_option_that_is_given_twice_is_refused(copy):
    with (
        changed(copy / "small.yaml", lambda text: text + "tiles:\n  size: 64\n"),
        pytest.raises(AssertionError, match=r'small\.yaml:\d+  found "tiles" a second time'),
    ):
        planned(copy)
    with pytest.raises(
        AssertionError, match="--configfile is given 2 times, and Snakemake reads the last one alone: w"
    ):
        planned(copy, "--configfile", "config/demo.yaml")
    with pytest.raises(
        AssertionError, match="--config is given 2 times, and Snakemake reads the last one alone: write"
    ):
        planned(copy, "--config", "seed=1", "--cores", "1", "--config", "results=x")


def test_what_cannot_be_trained_is_refused_by_the_plan_and_its_tiles_can_be_made(copy):
    with with_config(copy, "splits", folds=12):
        with pytest.raises(AssertionError, match=r"too few subjects for 12 folds: \d+, at least 12"):
            planned(copy)
        assert planned(copy, "tiles") == {}


def test_a_severity_band_trains_nothing(copy):
    with with_config(copy, "index", bands=[{"name": "clear", "up_to": 0}, {"name": "ill", "up_to": None}]):
        jobs = planned(copy)
    assert jobs
    assert not {"make_tiles", "split_subjects", "train_fold", "fit_learner"} & set(jobs)


def test_the_weight_of_a_region_trains_nothing(copy):
    regions = [
        {"name": name, "weight": 0.3, "photos": 4 if name == "upper" else 2} for name in ("upper", "trunk", "lower")
    ]
    with with_config(copy, "index", regions=regions):
        jobs = planned(copy)
    assert jobs["evaluate_oof"] == jobs["open_test"] == 1
    assert not {"make_tiles", "read_labels", "split_subjects", "train_fold"} & set(jobs)


def test_keeping_no_weights_fewer_checkpoints_or_more_jobs_on_a_gpu_trains_nothing(copy):
    with with_config(copy, "training", keep_weights="none", checkpoint_seconds=600, jobs_per_gpu=2):
        assert planned(copy) == {"write_report": 1}  # which shows the config


def test_another_measure_or_another_split_is_another_opening_and_forceall_keeps_the_log(copy):
    small = {**CONFIG, "results": "opened", "splits": {"folds": 2, "restarts": 20}}
    small |= {"tiles": {"size": 32, "shards": 1}, "stacking": {"learners": ["mean"]}}
    small["training"] = {**CONFIG["training"], "backbones": ["squeezenet1_1"], "max_epochs": 1}
    log, metrics = copy / "opened/openings.jsonl", copy / "opened/evaluation/metrics.csv"

    def evaluated(*arguments, **sections) -> list[str]:
        """Run up to the opening and return the kind of each line of the log."""
        config = {**small, **{name: {**small.get(name, {}), **keys} for name, keys in sections.items()}}
        with changed(copy / "small.yaml", lambda _: yaml.safe_dump(config)):
            run(copy, str(metrics.relative_to(copy)), *arguments)
        return [json.loads(line)["event"] for line in log.read_text().splitlines()]

    assert evaluated() == ["plan", "opening"]
    first = log.read_bytes()
    table = read_table(metrics)
    shown = set(table["learner"][table["part"] == "test"])
    chosen = json.loads(metrics.with_name("chosen.json").read_text())["learner"]
    assert {name for name in shown if "baseline" not in name} == {chosen}
    assert "baseline_mean" in shown
    assert evaluated("-R", "write_plan", "open_test") == ["plan", "opening"]
    other = json.dumps({"learner": "mean" if chosen != "mean" else "squeezenet1_1"})
    with (
        changed(metrics.with_name("chosen.json"), lambda _: other),
        pytest.raises(AssertionError, match=f"the rule of the plan chooses {chosen}"),
    ):
        evaluated("-R", "open_test")
    assert log.read_bytes() == first, "nothing was opened for a learner that the rule does not choose"
    assert evaluated(evaluation={"primary": "ccc"}) == ["plan", "opening"] * 2
    assert evaluated("--forceall", splits={"test_fraction": 0.2}) == ["plan", "opening"] * 3
    assert log.read_bytes().startswith(first)
    found = json.loads(metrics.with_name("opening.json").read_text())
    assert found["lines"][1]["changed"][0] == "the plan (learner, primary)"
    assert "the split" in found["lines"][2]["changed"]
    assert (found["openings"], found["plan_changed"], found["faults"]) == (3, True, [])
    assert [(plan["openings"], plan["evaluated"]) for plan in found["plans"]] == [(0, False), (1, True), (2, True)]


def test_a_wrong_key_is_told_with_its_file(copy):
    with (
        with_config(copy, "tiles", siz=3),
        pytest.raises(AssertionError, match=r"small\.yaml  tiles\.siz  found an unknown") as error,
    ):
        planned(copy)
    assert "common.smk" not in str(error.value), "a refusal has no stack"


def test_a_missing_trial_says_how_to_make_it(copy):
    with (
        with_config(copy, "cohort", photos="data/trial/photos.csv", scores="data/trial/scores.csv"),
        pytest.raises(AssertionError, match="pasi simulate"),
    ):
        planned(copy)


def test_a_disk_too_small_for_the_weights_is_refused_before_anything_runs(copy, mount_disk):
    results = mount_disk("64m") / "results"
    config = {**CONFIG, "results": str(results), "training": {"weights": "none"}}
    with (
        changed(copy / "small.yaml", lambda _: yaml.safe_dump(config)),
        pytest.raises(AssertionError, match=r"take 3[12]\.\d GB, and .* GB are free. Set training.keep_weights"),
    ):
        run(copy)
    assert not results.exists()


def test_a_training_starts_from_the_weights_of_a_folder(copy, weights_folder):
    training = {"backbones": ["squeezenet1_1"], "weights": str(weights_folder), "max_epochs": 1}
    with changed(copy / "small.yaml", lambda _: yaml.safe_dump({**CONFIG, "results": "own", "training": training})):
        run(copy, "own/models/squeezenet1_1/fold0/predictions.parquet")
    (cached,) = (copy / "data" / "weights").glob("squeezenet1_1-*.safetensors")
    given, trained = load_file(cached), load_file(copy / "own/models/squeezenet1_1/fold0/weights.safetensors")
    moved = (trained["features.0.weight"] - given["features.0.weight"]).abs().max()
    assert 0 < moved < given["features.0.weight"].abs().max() / 10


def test_the_papers_experiment_has_145_trainings(copy):
    simulate_trial(copy / "data/trial", tables_only=True)
    with changed(copy / "small.yaml", lambda _: "{}\n"):
        jobs = planned(copy)
    assert jobs["train_fold"] == 145
    assert jobs["fetch_weights"] == 29
