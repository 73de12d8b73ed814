"""From a finished run to scores: the bundle of a learner gives the predictions of the run (F29)."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from torch.backends.cpu import get_cpu_capability

from pasi.bundle.load import Bundle, load_bundle
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.visit_photos import see_photos
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table, rows_of
from small_run import CONFIG, changed, make_copy, planned, run

META, BACKBONE = "meta_learner_w_intercept", "squeezenet1_1"
SMALL = {
    **CONFIG,
    "splits": {"restarts": 10, "folds": 3},
    "training": {**CONFIG["training"], "max_epochs": 1},
    "stacking": {"learners": [META, "mean"]},
    "bundle": {"learner": META},
}
CLOSE, HALF_CLOSE = 1e-4, 0.1  # points: of a composite by weights as they were trained, and by rounded ones


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy with a finished bundle of the meta-learner."""
    folder = make_copy(tmp_path_factory.mktemp("bundle"))
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    run(folder, "bundle")
    return folder


def with_bundle(folder: Path, **keys: object):
    """Change the config inside the block."""
    return changed(folder / "small.yaml", lambda text: yaml.safe_dump({**yaml.safe_load(text), **keys}))


def scores_of_run(bundle: Bundle, folder: Path) -> pd.DataFrame:
    """What the bundle gives for every visit of the trial: by all networks, and by those of each fold."""
    found = read_new_visits(folder / "trial" / "photos.csv", bundle.index, "error", Reading())
    seen = [see_photos(visit, found.root, bundle.scorer.preprocess.tiles) for visit in found.visits]
    scores = bundle.scorer.score(seen)
    regions = bundle.index.region_names
    rows = [
        {"subject": visit.subject, "visit": visit.visit, "region": region, "final": scores.composites[place, number]}
        | {fold: scores.by_fold[fold, place, number] for fold in bundle.scorer.model.folds}
        for place, visit in enumerate(found.visits)
        for number, region in enumerate(regions)
    ]
    return pd.DataFrame(rows)


def score(bundle: Path, photos: Path, folder: Path) -> None:
    """Write scores.csv and its trail into `folder`, as a user does."""
    options = ["--model", bundle, "--photos", photos, "--out", folder / "scores.csv", "--device", "cpu"]
    call = "import sys; from pasi.commands.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", call, "predict", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr


def compare_with_run(bundle: Bundle, folder: Path, rows: pd.DataFrame, close: float = CLOSE) -> None:
    """Out-of-fold rows are those of the networks of their fold; test rows are those of all networks."""
    both = rows.merge(scores_of_run(bundle, folder), on=["subject", "visit", "region"])
    assert len(both) == len(rows) > 100
    own = [row["final"] if row["fold"] < 0 else row[row["fold"]] for row in both.to_dict("records")]
    np.testing.assert_allclose(own, both["predicted"], rtol=0, atol=close)
    other = [row["final"] if row["fold"] < 0 else row[(row["fold"] + 1) % 3] for row in both.to_dict("records")]
    assert np.abs(other - both["predicted"]).max() > 10 * CLOSE, "networks of another fold are others"


def test_a_meta_learner_gives_its_rows_again(copy):
    bundle = load_bundle(copy / "results" / "bundle", device="cpu")
    assert bundle.scorer.model.learner == META
    assert len(bundle.scorer.model.networks) == 6
    compare_with_run(bundle, copy, pd.DataFrame(read_table(copy / "results" / "stacking" / f"{META}.parquet")))


def test_a_second_call_has_nothing_to_do_and_the_whole_run_needs_no_bundle(copy):
    assert planned(copy, "bundle") == {}
    assert "make_bundle" not in planned(copy)


def test_a_named_backbone_is_bundled_without_a_training_and_gives_its_rows_again(copy):
    with with_bundle(copy, bundle={"learner": BACKBONE}):
        assert planned(copy, "bundle") == {"make_bundle": 1}
        run(copy, "bundle")
        bundle = load_bundle(copy / "results" / "bundle", device="cpu")
    assert [weights.backbone for weights in bundle.scorer.model.networks] == [BACKBONE] * 3
    oof, test = (pd.DataFrame(read_table(copy / "results" / f"{part}.parquet")) for part in ("oof", "test"))
    rows = pd.concat([oof, test.assign(fold=-1)])
    compare_with_run(bundle, copy, rows[rows["learner"] == BACKBONE])
    summary = json.loads((copy / "results" / "report" / "summary.json").read_text())
    failed = {one["text"] for one in summary["conditions"] if one["holds"] is False}
    judged = bundle.verdict
    assert (judged.judged, judged.light, {*judged.reasons}) == (summary["learner"], "Do not use", failed)
    card = (copy / "results" / "bundle" / "MODEL_CARD.md").read_text()
    assert all(f"- {reason}" in card for reason in judged.reasons)
    assert "not a medical device" in card
    assert f"| out of fold | {BACKBONE} |" in card
    chain = json.loads((copy / "results" / "bundle" / "manifest.json").read_text())["chain"]
    links = ["config", "code", "labels", "split", "photos", "out-of-fold visits", "about", "files"]
    assert [link["link"] for link in chain] == links


def test_the_cheapest_learner_in_half_precision_gives_nearly_its_rows_again(copy):
    with with_bundle(copy, bundle={"learner": "cheapest", "weights": "fp16"}):
        run(copy, "bundle")
        bundle = load_bundle(copy / "results" / "bundle", device="cpu")
    learner = bundle.scorer.model.learner
    assert learner in ("squeezenet1_1", "shufflenet_v2_x0_5"), "a meta-learner needs both, or costs as much as one"
    assert bundle.manifest.about["weights"] == "fp16"
    rows = pd.DataFrame(read_table(copy / "results" / "oof.parquet"))
    compare_with_run(bundle, copy, rows[rows["learner"] == learner], HALF_CLOSE)
    run(copy, "bundle")


def test_weights_that_are_not_kept_are_refused_before_the_first_job(copy):
    lost = next((copy / "results" / "models" / BACKBONE).rglob("weights.safetensors"))
    stat, data = lost.stat(), lost.read_bytes()
    lost.write_bytes(b"")
    try:
        with pytest.raises(AssertionError, match=r"no bundle of bundle\.learner: meta_learner_w_intercept can be made"):
            run(copy, "bundle", "-n")
    finally:
        lost.write_bytes(data)
        os.utime(lost, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    training = {**SMALL["training"], "keep_weights": [BACKBONE]}
    with (
        with_bundle(copy, training=training, results="elsewhere"),
        pytest.raises(
            AssertionError, match=r"because weights that it may need are not kept \(training\.keep_weights\)"
        ),
    ):
        run(copy, "bundle", "-n")
    with with_bundle(copy, training=training, results="elsewhere", bundle={"learner": BACKBONE}):
        assert planned(copy, "bundle")["make_bundle"] == 1


def test_a_weight_that_changed_since_its_training_is_told_and_trained_again(copy):
    weights = copy / "results" / "models" / BACKBONE / "fold1" / "weights.safetensors"
    stat, data = weights.stat(), weights.read_bytes()
    weights.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with with_bundle(copy, bundle={"learner": BACKBONE}):
        with pytest.raises(AssertionError, match=r"fold1/weights\.safetensors is damaged .* delete it and run again"):
            run(copy, "bundle")
        weights.unlink()
        run(copy, "bundle")
    assert weights.read_bytes() == data


def test_the_command_scores_the_trial_with_the_bundle_alone(copy, tmp_path):
    """The bundle is moved, and the run is out of sight."""
    (copy / "results" / "bundle").rename(tmp_path / "carried")
    try:
        score(tmp_path / "carried", copy / "trial" / "photos.csv", tmp_path)
    finally:
        (tmp_path / "carried").rename(copy / "results" / "bundle")
    with (tmp_path / "scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({(row["subject"], row["visit"]) for row in rows}) == 56
    assert {row["status"] for row in rows} == {"ok"}


@pytest.mark.skipif(get_cpu_capability() in ("DEFAULT", "NO AVX"), reason="pinned instructions take AVX2")
def test_under_pinned_instructions_a_visit_has_the_bits_of_its_out_of_fold_row(copy, tmp_path):
    """By the networks of its fold, in a process that was not started with them."""
    training = {**SMALL["training"], "instructions": "pinned", "device": "cpu", "backbones": [BACKBONE]}
    with with_bundle(copy, training=training, results="pinned", bundle={"learner": BACKBONE}):
        run(copy, "bundle", "pinned/evaluation/visits.parquet")
    score(copy / "pinned" / "bundle", copy / "trial" / "photos.csv", tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "scores.audit.jsonl").read_text().splitlines()]
    found = {(line["subject"], line["visit"]): line["scores"] for line in lines if line["event"] == "result"}
    oof = pd.DataFrame(read_table(copy / "pinned" / "oof.parquet"))
    folds = dict(zip(oof["subject"], oof["fold"], strict=True))
    visits = pd.DataFrame(read_table(copy / "pinned" / "evaluation" / "visits.parquet"))
    rows = visits[(visits["learner"] == BACKBONE) & (visits["part"] == "oof")].to_dict("records")
    assert len(rows) > 40
    own = [found[row["subject"], row["visit"]]["by_fold"][str(folds[row["subject"]])] for row in rows]
    assert own == [row["predicted"] for row in rows]


def test_the_dossier_of_the_run_is_made_without_a_training(copy):
    assert planned(copy, "dossier") == {"make_dossier": 1, "write_tables": 1}
    assert "make_dossier" not in planned(copy)
    run(copy, "dossier")
    assert planned(copy, "dossier") == {}
    results = copy / "results"
    crate = json.loads((results / "ro-crate-metadata.json").read_text())["@graph"]
    files = {one["@id"]: one for one in crate if "File" in one["@type"]}
    assert files["report/report.html"]["sha256"] == file_sha256(results / "report" / "report.html")
    assert "dossier/rs.csv" in files
    photos = {row["sha256"] for row in rows_of(read_table(results / "tiles" / "index.parquet"))}
    assert {one["sha256"] for one in crate if one["@id"].startswith("ni:")} == photos
    with with_bundle(copy, dossier={"question": "Is it well made?"}):
        assert planned(copy, "dossier") == {"make_dossier": 1}
        run(copy, "dossier")
    assert "Is it well made?" in (results / "dossier" / "dossier.html").read_text()
