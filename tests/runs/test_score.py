"""Many visits scored by a run: in parts, with the table and the trail that one call of `pasi predict` writes."""

import csv
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pasi.bundle.audit_trail import AuditTrail
from pasi.storage.hashing import file_sha256
from small_run import CONFIG, changed, command, environment, make_copy, planned, run
from waiting import wait_for

BACKBONE = "shufflenet_v2_x0_5"
# 56 visits in two parts. A part is a multiple of the visits that are scored together, so that bits can be compared.
SCORING = {"photos": "new/photos.csv", "photos_root": "copied", "visits_per_job": 32, "baseline": "V1"}
SMALL = {
    **CONFIG,
    "splits": {"restarts": 10, "folds": 2},
    "training": {"backbones": [BACKBONE], "weights": "none", "max_epochs": 1, "device": "cpu"},
    "stacking": {"learners": ["mean"]},
    "bundle": {"learner": BACKBONE},
    "scoring": SCORING,
}
TABLE, TRAIL = Path("results/scores/scores.csv"), Path("results/scores/scores.audit.jsonl")
PARTS = [TABLE.with_name(f"part-{part}.json") for part in ("000", "001")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy with a bundle, and with new visits: those of the trial, with weeks, and copies of their photos."""
    folder = make_copy(tmp_path_factory.mktemp("score"))
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    (folder / "new").mkdir()
    shutil.copytree(folder / "trial", folder / "copied")
    rows = read_rows(folder / "trial" / "photos.csv")
    order = sorted({row["visit"] for row in rows})
    write_rows(folder / "new" / "photos.csv", [{**row, "week": str(order.index(row["visit"]))} for row in rows])
    run(folder, "bundle")
    return folder


@pytest.fixture(scope="module")
def scored(copy) -> Path:
    """The copy after all new visits were scored."""
    assert planned(copy, "score") == {"score_part": 2, "join_scores": 1}
    assert f"{TABLE}: 56 visits: 56 ok, 0 degraded, 0 refused" in run(copy, "score")
    return copy


def read_rows(path: Path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def with_scoring(folder: Path, **keys: object):
    """Change keys of the section inside the block."""
    return changed(folder / "small.yaml", lambda _: yaml.safe_dump({**SMALL, "scoring": {**SCORING, **keys}}))


def predict(folder: Path, out: Path) -> str:
    """What `pasi predict` prints of the same table and bundle."""
    given = ["--model", "results/bundle", "--photos", "new/photos.csv", "--photos-root", "copied", "--device", "cpu"]
    call = "import sys; from pasi.commands.main import main; sys.exit(main(sys.argv[1:]))"
    program = [sys.executable, "-c", call, "predict", *given, "--baseline", "V1", "--out", str(out)]
    variables = {**environment(folder), "OMP_NUM_THREADS": "1"}  # as one job has them
    done = subprocess.run(program, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines(trail: Path) -> list[dict]:
    """The lines of a trail without what tells when, and the hashes that follow; its chain is whole, or this raises."""
    dated = ("when", "previous", "hash")
    return [{name: value for name, value in line.items() if name not in dated} for line in AuditTrail(trail, "").lines]


def test_table_and_trail_are_those_of_one_call_of_pasi_predict(scored, tmp_path):
    predict(scored, tmp_path / "scores.csv")
    assert (scored / TABLE).read_bytes() == (tmp_path / "scores.csv").read_bytes()
    rows = read_rows(scored / TABLE)
    assert [(row["subject"], row["visit"]) for row in rows] == [
        *dict.fromkeys((row["subject"], row["visit"]) for row in read_rows(scored / "new" / "photos.csv"))
    ]
    assert any(row["change"] for row in rows)
    found = lines(scored / TRAIL)
    assert found == lines(tmp_path / "scores.audit.jsonl")
    assert [line["event"] for line in found] == ["call", *["result"] * 56, "table"]
    assert found[-1]["table"] == file_sha256(scored / TABLE)


def test_pasi_predict_goes_on_from_the_table_of_the_run(scored, tmp_path):
    for file in (TABLE, TRAIL):
        shutil.copy(scored / file, tmp_path / file.name)
    assert "56 ok, 0 degraded, 0 refused; 0 scored now" in predict(scored, tmp_path / TABLE.name)


def test_a_second_call_has_nothing_to_do_and_no_other_call_needs_the_section(scored):
    assert planned(scored, "score") == {}
    before = planned(scored)
    assert not before.keys() & {"make_bundle", "score_part", "join_scores"}
    with with_scoring(scored, photos="nowhere.csv", visits_per_job=7):
        assert planned(scored, "bundle") == {}
        assert planned(scored) == before


def test_another_baseline_runs_the_join_alone(scored):
    with with_scoring(scored, baseline="V2"):
        assert planned(scored, "score") == {"join_scores": 1}


def test_other_visits_at_the_end_run_the_last_part_and_the_join(scored):
    with changed(scored / "new" / "photos.csv", lambda text: "".join(text.splitlines(keepends=True)[:-8])):
        assert planned(scored, "score") == {"score_part": 1, "join_scores": 1}


def test_a_replaced_photo_runs_its_part_and_the_join_and_scores_its_visit_alone(scored):
    rows = read_rows(scored / "new" / "photos.csv")
    last, other = (scored / "copied" / row["photo"] for row in (rows[-1], rows[0]))
    data, stat, untouched = last.read_bytes(), last.stat(), (scored / PARTS[0]).stat().st_mtime_ns
    last.write_bytes(other.read_bytes())
    assert planned(scored, "score") == {"score_part": 1, "join_scores": 1}
    run(scored, "score")
    (call,) = [line for line in lines(scored / TRAIL) if line["event"] == "call"][1:]
    assert (call["visits"], call["to_score"]) == (56, 1)
    assert (scored / PARTS[0]).stat().st_mtime_ns == untouched
    last.write_bytes(data)
    os.utime(last, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    run(scored, "score")
    assert [line["to_score"] for line in lines(scored / TRAIL) if line["event"] == "call"] == [56, 1, 0]


def test_a_part_that_failed_is_scored_by_the_next_call(scored):
    rows, sound, whole = read_rows(scored / "new" / "photos.csv"), (scored / TRAIL).read_bytes(), (scored / TABLE)
    last, other = (scored / "copied" / row["photo"] for row in (rows[-1], rows[0]))
    data, stat, before = last.read_bytes(), last.stat(), whole.read_bytes()
    last.write_bytes(other.read_bytes())
    (scored / TRAIL).write_bytes(sound + b"{}\n")
    with pytest.raises(AssertionError, match="does not continue the hash chain"):
        run(scored, "score")
    (scored / TRAIL).write_bytes(sound)
    for target in ("score", str(TABLE)):
        assert planned(scored, target) == {"score_part": 1, "join_scores": 1}
    last.write_bytes(data)
    os.utime(last, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    run(scored, "score")
    assert whole.read_bytes() == before


def test_a_bundle_that_is_gone_is_made_again(scored):
    (scored / "results" / "bundle").rename(scored / "aside")
    try:
        assert planned(scored, "score")["make_bundle"] == 1
    finally:
        (scored / "aside").rename(scored / "results" / "bundle")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"photos": None}, "scoring.photos names no table of new visits to be scored"),
        ({"photos": "nowhere.csv"}, "nowhere.csv  found no such file or directory, expected a CSV table  correct"),
        ({"baseline": "V9"}, "expected the visit that scoring.baseline names, one of V1, V2"),
    ],
)
def test_what_cannot_be_scored_is_refused_before_the_first_job(scored, keys, told):
    with with_scoring(scored, **keys), pytest.raises(AssertionError) as error:
        run(scored, "score")
    assert told in str(error.value)
    assert "begins" not in str(error.value)


def test_a_bad_row_is_refused_on_the_screen_alone(scored):
    logs = scored / ".snakemake" / "log"
    bad = changed(scored / "new" / "photos.csv", lambda text: text.replace(",trunk,", ",Secret Name,", 1))
    with bad, pytest.raises(AssertionError) as error:
        run(scored, "score")
    assert "photos.csv:" in str(error.value)
    assert "Secret Name" in str(error.value)
    assert [log.name for log in logs.iterdir() if "Secret Name" in log.read_text()] == []


def test_weights_that_are_not_kept_are_refused_before_the_first_job(scored):
    training = {**SMALL["training"], "keep_weights": "none"}
    other = {**SMALL, "training": training, "results": "elsewhere"}
    told = r"no bundle of bundle\.learner: .* not kept"
    with changed(scored / "small.yaml", lambda _: yaml.safe_dump(other)), pytest.raises(AssertionError, match=told):
        run(scored, "score", "-n")


def test_a_call_that_is_killed_goes_on_with_the_parts_that_are_left(scored):
    whole = (scored / TABLE).read_bytes()
    logs = scored / "results" / "logs" / "score_part"
    for folder in (scored / TABLE.parent, logs):
        shutil.rmtree(folder)
    call = subprocess.Popen(
        command("score", cores=1), cwd=scored, env=environment(scored), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: len(list(logs.glob("*.log"))) == 2)  # on one core the second begins where the first ended
    finally:
        os.killpg(call.pid, signal.SIGKILL)
        call.wait()
    done = [part for part in PARTS if (scored / part).exists()]
    assert len(done) == 1
    kept = (scored / done[0]).read_bytes()
    assert planned(scored, "score") == {"score_part": 1, "join_scores": 1}
    run(scored, "score")
    assert (scored / TABLE).read_bytes() == whole
    assert (scored / done[0]).read_bytes() == kept
    assert [line["event"] for line in lines(scored / TRAIL)] == ["call", *["result"] * 56, "table"]
