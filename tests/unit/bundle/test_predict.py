"""`pasi predict`: one row a visit, exit codes, what is scored again, the audit trail, and calls that are killed."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pasi.bundle import audit_trail, predict
from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.layout import CARD
from pasi.bundle.write import write_bundle
from pasi.commands.main import main
from pasi.errors import DamagedFileError, FullMemoryError, WriteError
from pasi.jobs.file_lock import FileLock
from pasi.storage.hashing import file_sha256
from small_bundle import make_bundle, make_parts, make_photos, score, small_checks


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("made"))


@pytest.fixture
def photos(tmp_path) -> Path:
    return make_photos(tmp_path / "photos")


def rows(photos: Path) -> list[dict[str, str]]:
    with (photos.parent.parent / "scores.csv").open() as file:
        return list(csv.DictReader(file))


def trail(photos: Path) -> list[dict]:
    return [json.loads(line) for line in (photos.parent.parent / "scores.audit.jsonl").read_text().splitlines()]


def count(events: list[dict], event: str) -> int:
    return [entry["event"] for entry in events].count(event)


def test_a_call_writes_a_row_a_visit_with_change_and_interval(bundle, photos, capsys):
    assert score(bundle, photos) == 0
    found = rows(photos)
    assert [row["visit"] for row in found] == ["V1", "V2", "V3"]
    assert {row["status"] for row in found} == {"ok"}
    assert {row["baseline"] for row in found} == {"V1"}
    assert [row["change"] == "" for row in found] == [True, False, False]
    first, second = (float(row["score"]) for row in found[:2])
    assert float(found[1]["change"]) == pytest.approx(second - first)
    assert all(float(row["low_90"]) < float(row["score"]) < float(row["high_90"]) for row in found)
    assert [row["probability_50"] == "" for row in found] == [True, False, False]
    assert all(0 < float(row["probability_75"]) <= float(row["probability_50"]) < 1 for row in found[1:])
    assert all(0 < float(row["unlikeness"]) < 1 for row in found)
    printed = capsys.readouterr().out
    assert "3 visits: 3 ok, 0 degraded, 0 refused; 3 scored now" in printed
    assert "faces: not checked" in printed


def test_rows_are_in_the_order_of_the_table(bundle, photos):
    header, *lines = photos.read_text().splitlines()
    photos.write_text("\n".join([header, *lines[::-1]]) + "\n")
    score(bundle, photos)
    assert [row["visit"] for row in rows(photos)] == ["V3", "V2", "V1"]


def test_the_order_and_the_baseline_can_be_named_in_the_call(bundle, photos, capsys):
    lines = [line.rsplit(",", 1)[0] for line in photos.read_text().splitlines()]
    photos.write_text("\n".join(lines) + "\n")
    assert score(bundle, photos) == 0
    assert {row["baseline"] + row["change"] for row in rows(photos)} == {""}
    assert "3 visits have no change from baseline: 3 because their subject has no" in capsys.readouterr().out
    assert score(bundle, photos, "--baseline", "V2") == 0
    assert "2 visits have no change from baseline: 2 because the order of" in capsys.readouterr().out.splitlines()[-1]
    assert score(bundle, photos, "--visit-order", "V1,V2,V3", "--baseline", "V2") == 0
    assert [row["change"] == "" for row in rows(photos)] == [True, True, False]
    assert "no change from baseline" not in capsys.readouterr().out


def test_a_damaged_photo_degrades_its_visit_and_a_lost_region_refuses_it(bundle, photos):
    (photos.parent / "V1_front_2.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (photos.parent / "V2_back_1.png").write_bytes(b"")
    assert score(bundle, photos) == 3
    first, second, third = rows(photos)
    assert (first["status"], second["status"], third["status"]) == ("degraded", "refused", "ok")
    assert first["reasons"].startswith("front: photo 2 ")
    assert first["photos"] == "2"
    assert second["reasons"].endswith("back: no usable photo")
    assert second["score"] == second["low_90"] == second["composite_front"] == second["change"] == ""


def test_a_degraded_visit_fails_a_strict_call_alone(bundle, photos):
    (photos.parent / "V1_front_2.png").write_bytes(b"")
    assert score(bundle, photos) == 0
    assert score(bundle, photos, "--strict") == 3


def test_dark_and_unlike_photos_are_told_apart(bundle, photos, tmp_path):
    """With the checks of a training on photos of noise: a black photo is left out, a purple one refuses its visit."""
    checks = small_checks()
    write_bundle(replace(make_parts(tmp_path / "weights"), checks=checks), tmp_path / "bundle")
    assert score(tmp_path / "bundle", photos) == 0
    Image.new("RGB", (60, 40)).save(photos.parent / "V1_front_2.png")
    with Image.open(photos.parent / "V2_back_1.png") as image:
        purple = np.asarray(image) * np.array([2, 0, 2], dtype=np.uint8)
    Image.fromarray(purple).save(photos.parent / "V2_back_1.png")
    assert score(tmp_path / "bundle", photos) == 3
    first, second, third = rows(photos)
    assert (first["status"], second["status"], third["status"]) == ("degraded", "refused", "ok")
    assert first["reasons"] == "front: photo 2 is too dark; front: 1 of the usual 2 photos"
    assert second["reasons"].startswith("back: photo 1 is unlike the training photos (")
    assert (second["score"], second["photos"]) == ("", "3")
    assert float(second["unlikeness"]) > 1 > float(third["unlikeness"])


def test_a_table_with_faults_is_refused_with_all_of_them_before_anything_is_written(bundle, photos, capsys):
    text = photos.read_text().replace("V1_back_1.png", "absent.png").replace('back","V2', 'rear","V2')
    photos.write_text(text)
    assert score(bundle, photos) == 2
    printed = capsys.readouterr().err
    assert "absent.png" in printed
    assert 'found "rear", expected one of front, back' in printed
    assert "2 problems; nothing was run." in printed
    assert not (photos.parent.parent / "scores.csv").exists()


def test_the_same_call_scores_nothing_again_and_gives_the_same_table(bundle, photos, capsys):
    score(bundle, photos)
    before = (photos.parent.parent / "scores.csv").read_bytes()
    capsys.readouterr()
    assert score(bundle, photos) == 0
    assert "0 scored now" in capsys.readouterr().out
    assert (photos.parent.parent / "scores.csv").read_bytes() == before
    assert count(trail(photos), "result") == 3


def test_only_what_is_new_or_changed_is_scored_again(bundle, photos, capsys):
    score(bundle, photos)
    before = rows(photos)
    Image.fromarray(np.full((40, 60, 3), 200, dtype=np.uint8)).save(photos.parent / "V2_back_1.png")
    capsys.readouterr()
    score(bundle, photos)
    assert "1 scored now" in capsys.readouterr().out
    after = rows(photos)
    assert [old["score"] == new["score"] for old, new in zip(before, after, strict=True)] == [True, False, True]
    make_photos(photos.parent, visits=4)
    capsys.readouterr()
    score(bundle, photos)
    assert "1 scored now" in capsys.readouterr().out  # V2 has its first photos again, and they are known


def test_photos_elsewhere_and_other_bundles(bundle, photos, tmp_path, capsys):
    score(bundle, photos)
    moved = Path(shutil.move(photos.parent, tmp_path / "moved" / "photos"))
    shutil.copy(tmp_path / "scores.audit.jsonl", tmp_path / "moved")
    capsys.readouterr()
    assert score(bundle, moved / "photos.csv") == 0
    assert "0 scored now" in capsys.readouterr().out, "a photo is known by its bytes, not by its place"
    other = make_bundle(tmp_path / "other", columns=("redness", "area"))
    assert score(other, moved / "photos.csv") == 0
    assert "3 scored now" in capsys.readouterr().out
    assert "redness_front" in rows(moved / "photos.csv")[0]


def test_a_damaged_bundle_ends_with_4_and_no_score(bundle, photos, tmp_path, capsys):
    damaged = Path(shutil.copytree(bundle, tmp_path / "damaged"))
    (damaged / CARD).write_text("another card")
    assert score(damaged, photos) == 4
    assert f"is not as it was made (changed: {CARD})" in capsys.readouterr().err
    assert not (tmp_path / "scores.csv").exists()
    assert score(tmp_path / "absent", photos) == 4


@pytest.mark.parametrize("error", [FullMemoryError("no room"), WriteError("disk full"), MemoryError()])
def test_resources_that_are_lacking_end_with_5(bundle, photos, monkeypatch, capsys, error):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(predict, "score_chunks", fail)
    assert score(bundle, photos) == 5
    assert capsys.readouterr().err.startswith("pasi predict: ")


def test_a_second_call_beside_a_living_one_is_refused(bundle, photos, tmp_path, capsys):
    with FileLock(tmp_path / "scores.audit.lock"):
        assert score(bundle, photos) == 5
    assert "another call writes" in capsys.readouterr().err


def test_the_trail_says_who_scored_what_with_which_bundle(bundle, photos):
    score(bundle, photos)
    call, *results, end = trail(photos)
    assert (call["event"], call["visits"], call["to_score"]) == ("call", 3, 3)
    assert [entry["visit"] for entry in results] == ["V1", "V2", "V3"]
    assert {entry["bundle"] for entry in results} == {file_sha256(bundle / "manifest.json")}
    assert {entry["who"] for entry in results} == {audit_trail._user()}
    assert results[0]["photos"][0] == ["front", 0, file_sha256(photos.parent / "V1_front_1.png")]
    assert end["table"] == file_sha256(photos.parent.parent / "scores.csv")
    text = (photos.parent.parent / "scores.audit.jsonl").read_text()
    assert "front_1.png" not in text, "it names no file (F16)"


@pytest.mark.parametrize("damage", ["value", "line", "order"])
def test_a_trail_that_was_edited_is_refused(bundle, photos, tmp_path, capsys, damage):
    score(bundle, photos)
    path = tmp_path / "scores.audit.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    if damage == "value":
        lines[1] = lines[1].replace('"score": ', '"score": 1')
    elif damage == "line":
        del lines[1]
    else:
        lines[1:3] = lines[2:0:-1]
    path.write_text("".join(lines))
    assert score(bundle, photos) == 2
    assert "scores.audit.jsonl:2 does not continue the hash chain" in capsys.readouterr().err


def test_a_line_that_was_cut_is_dropped_and_the_chain_goes_on(tmp_path):
    path = tmp_path / "trail"
    result = {"subject": "A", "visit": "1", "photos": [], "status": "ok", "reasons": [], "used": 0, "scores": None}
    AuditTrail(path, "b").append("result", [result])
    whole = path.read_bytes()
    for cut in range(1, len(whole)):
        path.write_bytes(whole + whole[:-cut])
        trail = AuditTrail(path, "b")
        assert len(trail.known) == 1
    trail.append("result", [{**result, "visit": "2"}])
    again = AuditTrail(path, "b")
    assert again.find("A", "2", []) == {**result, "visit": "2"}
    assert again.find("A", "1", []) == result
    assert again.find("A", "1", [["front", 0, "x"]]) is None
    assert AuditTrail(path, "another").find("A", "1", []) is None


def test_a_trail_in_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "trail").write_text("subject,visit\n")
    with pytest.raises(DamagedFileError, match="trail:1 does not continue the hash chain"):
        AuditTrail(tmp_path / "trail", "b")


KILLED = """
import os, signal, sys
from pasi.bundle import predict
from pasi.commands.main import main
predict.CHUNK = 1
score = predict.score_chunks
def score_and_die(*arguments):
    for number, results in enumerate(score(*arguments)):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        yield results
predict.score_chunks = score_and_die
main(sys.argv[1:])
"""


def test_a_call_that_was_killed_goes_on_and_gives_the_table_of_one_that_was_not(bundle, photos, tmp_path, capsys):
    out = tmp_path / "scores.csv"
    call = ["predict", "--model", str(bundle), "--photos", str(photos), "--out", str(out)]
    done = subprocess.run([sys.executable, "-c", KILLED, *call], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not out.exists()
    assert count(trail(photos), "result") == 2
    assert main(call) == 0
    assert "1 scored now" in capsys.readouterr().out
    killed = rows(photos)
    for path in (out, tmp_path / "scores.audit.jsonl"):
        os.unlink(path)
    assert main(call) == 0
    for old, new in zip(killed, rows(photos), strict=True):
        assert float(old["score"]) == pytest.approx(float(new["score"]), abs=1e-4)
        assert old["status"] == new["status"]
