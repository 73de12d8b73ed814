"""With tiles.unusable: leave_out a plan goes on without photos that cannot be used, and pasi check says so."""

import os
import shutil
from pathlib import Path

import pytest
import yaml

from pasi.config.settings import read_config_files
from pasi.errors import InputError, SettingError, UsageError
from pasi.planning import photo_looks, usable_photos
from pasi.planning.check import check_everything
from pasi.planning.inputs import read_run_inputs
from pasi.planning.usable_photos import leave_out_unusable
from photo_bytes import encode, noise

GRADES = "ABCDEFGH"  # subjects, two photos of a leaf each
CONFIG = {
    "index": {
        "name": "Leaf", "unit": "grades", "signs": [{"name": "rust", "maximum": 4, "step": None}], "area": None,
        "regions": [{"name": "leaf", "weight": 1, "photos": 2}],
        "bands": [{"name": "any", "up_to": None}], "clear_below": 0.1, "responses": [50],
    },
    "tiles": {"size": 32, "unusable": "leave_out"},
    "splits": {"stratify_on": "rust", "folds": 2},
    "training": {"backbones": ["squeezenet1_1"], "weights": "none"},
}  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch) -> Path:
    """A study of eight leaves in two photos each, all sound, and its config."""
    monkeypatch.chdir(tmp_path)
    photos, scores = ["subject,visit,region,photo"], ["subject,visit,region,rust"]
    for number, subject in enumerate(GRADES):
        scores.append(f"{subject},V1,leaf,{number % 4}")
        for slot in (0, 1):
            photos.append(f"{subject},V1,leaf,{subject}{slot}.jpg")
            (tmp_path / f"{subject}{slot}.jpg").write_bytes(
                encode(noise(48, 32, 2 * number + slot), "JPEG", quality=90)
            )
    (tmp_path / "photos.csv").write_text("\n".join([*photos, ""]))
    (tmp_path / "scores.csv").write_text("\n".join([*scores, ""]))
    write_config()
    return tmp_path


def write_config(**sections: dict) -> None:
    tables = {"photos": "photos.csv", "scores": "scores.csv"}
    config = {**CONFIG, "cohort": tables, **{name: {**CONFIG.get(name, {}), **keys} for name, keys in sections.items()}}
    Path("my.yaml").write_text(yaml.safe_dump(config))


def plan():
    settings = read_config_files(["my.yaml"])
    cohort, _ = read_run_inputs(settings)
    return leave_out_unusable(cohort, settings, Path("state/unusable.json"))


def check(**options):
    return check_everything(["my.yaml"], photos=True, processes=1, **options)[0]


@pytest.fixture
def looked_at(monkeypatch) -> list[str]:
    """The paths of photos that are opened while planning."""
    opened, look_at = [], usable_photos.look_at

    def look(photo, **options):
        opened.append(photo.path)
        return look_at(photo, **options)

    monkeypatch.setattr(usable_photos, "look_at", look)
    return opened


def test_a_plan_leaves_out_what_check_leaves_out(study):
    shutil.copy(study / "my.yaml", study / "A0.jpg")
    for name in ("B0.jpg", "B1.jpg"):
        (study / name).write_bytes(b"GIF89a")
    planned, checked = plan(), check()
    assert planned == checked
    assert [photo.path for photo in planned.photos[:2]] == ["A1.jpg", "C0.jpg"]
    assert len(planned.notes) == 5
    assert "B V1 leaf photo 1 (line 4), B V1 leaf photo 2 (line 5)" in planned.notes[1]


def test_a_later_plan_opens_only_what_changed(study, looked_at):
    (study / "C0.jpg").write_bytes(b"no photo")
    first = plan()
    assert len(looked_at) == 16
    looked_at.clear()
    assert plan() == first
    assert looked_at == []
    (study / "C0.jpg").write_bytes((study / "C1.jpg").read_bytes())
    (study / "D0.jpg").write_bytes(b"no photo")
    assert [photo[:4] for photo in plan().unusable] == [("D", "V1", "leaf", 0)]
    assert sorted(looked_at) == ["C0.jpg", "D0.jpg"]
    looked_at.clear()
    write_config(tiles={"size": 16})
    plan()
    assert len(looked_at) == 16, "another tile may fail in another way"


def test_a_damaged_memory_is_made_anew(study, looked_at):
    plan()
    Path("state/unusable.json").write_text("{")
    plan()
    assert len(looked_at) == 32


def test_what_cannot_be_read_is_not_left_out(study):
    """A disk that is away for a moment must not make a cohort smaller."""
    (study / "A0.jpg").unlink()
    (study / "B0.jpg").unlink()
    (study / "B0.jpg").mkdir()
    cohort = plan()
    assert cohort.unusable == ()
    assert len(cohort.photos) == 16
    with pytest.raises(InputError, match=r"A0\.jpg"):
        check()


@pytest.mark.parametrize(
    ("data", "fix"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"<html></html>", "download again"),
    ],
)
def test_what_may_be_here_tomorrow_is_not_left_out(study, data, fix):
    for path in study.glob("*.jpg"):
        path.write_bytes(data)
    assert plan().unusable == ()
    with pytest.raises(InputError, match=f"16 photos, each of which .*{fix}"):
        check()


def test_refuse_opens_nothing_while_planning_and_stops_a_check(study, looked_at):
    write_config(tiles={"unusable": "refuse"})
    (study / "A0.jpg").write_bytes(b"no photo")
    assert len(plan().photos) == 16
    assert looked_at == []
    with pytest.raises(
        InputError, match=r'photos\.csv:2  photo  found "A0\.jpg", which is text, expected a whole photo'
    ):
        check()


def test_a_cohort_that_gets_too_small_is_refused_by_check(study):
    for path in study.glob("[B-H]*.jpg"):
        path.write_bytes(b"no photo")
    with pytest.raises(SettingError, match="too few subjects"):
        check()
    (study / "A0.jpg").write_bytes(b"")
    (study / "A1.jpg").write_bytes(b"")
    for look in (plan, check):
        with pytest.raises(InputError, match="16 photos, none of which can be used"):
            look()


def test_a_split_file_has_the_subjects_that_are_left(study):
    rows = [f"{subject},train,{number % 2}" for number, subject in enumerate(GRADES)]
    (study / "split.csv").write_text("\n".join(["subject,part,fold", *rows[1:], ""]))
    write_config(splits={"method": "file", "file": "split.csv", "test_fraction": 0})
    for path in study.glob("A*.jpg"):
        path.write_bytes(b"no photo")
    assert {score.subject for score in plan().scores} == set(GRADES[1:])
    check()
    (study / "split.csv").write_text("\n".join(["subject,part,fold", *rows, ""]))
    for look in (plan, check):
        with pytest.raises(InputError, match='found "A", expected a subject of the cohort'):
            look()


def test_check_names_a_copy_in_a_note_also_beside_a_problem(study, capsys):
    (study / "A1.jpg").write_bytes((study / "A0.jpg").read_bytes())
    note = "photos.csv: A V1 leaf photo 2 (line 3) is the same file as A V1 leaf photo 1 (line 2)"
    assert check().notes == (note,)
    shutil.copy(study / "B0.jpg", study / "C0.jpg")
    notes: list[str] = []
    with pytest.raises(InputError, match=r"found C V1 leaf photo 1 is the same file as B V1 leaf photo 1 \(line 4\)"):
        check(note=notes.append)
    assert notes == [note]


def test_a_killed_process_is_told_of(study, monkeypatch):
    from killed_process import be_killed

    monkeypatch.setattr(photo_looks, "look_at", be_killed)
    with pytest.raises(UsageError, match=r"was killed, .*: it was the only one, so take a machine with more memory"):
        check()
    with pytest.raises(UsageError, match=r"was killed, .*: give --processes 1, or a machine with more memory"):
        check_everything(["my.yaml"], photos=True, processes=2)


def test_as_many_processes_as_there_may_be(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7}, raising=False)
    assert photo_looks.usable_cores() == 3
