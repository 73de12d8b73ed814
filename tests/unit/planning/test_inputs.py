"""What a run reads before its first job, and whether its cohort can be split."""

from dataclasses import replace
from pathlib import Path

import pytest

from pasi.config.settings import read_settings
from pasi.errors import InputError, SettingError
from pasi.planning.inputs import check_results_folder, check_splittable, read_run_inputs

INDEX = {
    "signs": [{"name": "rust", "maximum": 4, "step": 1}],
    "area": None,
    "regions": [{"name": "top", "weight": 1, "photos": 1}],
}


def settings_of(folder: Path, subjects: str, *, weights: str = "none", **splits):
    """Settings of a cohort with one photo a subject, written into the folder."""
    (folder / "photos.csv").write_text(
        "subject,visit,region,photo\n" + "".join(f"{s},1,top,{s}.jpg\n" for s in subjects)
    )
    grades = "".join(f"{subject},1,top,{number % 5}\n" for number, subject in enumerate(subjects))
    (folder / "scores.csv").write_text("subject,visit,region,rust\n" + grades)
    config = {
        "index": INDEX,
        "cohort": {name: str(folder / f"{name}.csv") for name in ("photos", "scores")},
        "splits": {"stratify_on": "rust"} | splits,
        "training": {"weights": weights},
    }
    return read_settings(config)


def told(folder: Path, settings) -> list[str]:
    with pytest.raises(InputError) as error:
        read_run_inputs(settings)
    return [problem.cells()[0].replace(f"{folder}/", "") for problem in error.value.problems]


def test_sound_inputs_are_handed_out(tmp_path):
    cohort, weights = read_run_inputs(settings_of(tmp_path, "ABCDEFG"))
    assert [score.subject for score in cohort.scores] == list("ABCDEFG")
    assert weights == {}


def test_problems_of_tables_and_weights_come_at_once(tmp_path):
    settings = settings_of(tmp_path, "AB", weights=str(tmp_path / "nope"), method="file", file=str(tmp_path / "no.csv"))
    (tmp_path / "scores.csv").write_text("subject,visit,region,rust\nA,1,top,5\nB,1,top,1\n")
    assert told(tmp_path, settings) == ["scores.csv:2  rust", "nope/SHA256SUMS  training.weights"]


def test_a_split_by_hand_is_read_before_anything_runs(tmp_path):
    split = tmp_path / "split.csv"
    settings = settings_of(tmp_path, "ABCDEF", folds=2, method="file", file=str(split))
    assert told(tmp_path, settings) == ["split.csv"]
    split.write_text("subject,part,fold\nA,train,0\nB,trian,1\nC,train,1\nD,train,0\nE,train,1\nF,train,0\n")
    assert told(tmp_path, settings) == ["split.csv:3  part"]
    split.write_text(split.read_text().replace("trian", "train"))
    cohort, _ = read_run_inputs(settings)
    check_splittable(cohort, settings)


@pytest.mark.parametrize(
    ("subjects", "splits", "found", "fix"),
    [
        ("A", {}, "a test set: 1, at least 2 are needed", "add subjects"),
        (
            "ABCDE",
            {},
            "5 folds: 4, at least 5 are needed",
            "set splits.folds: 4, or add subjects",
        ),
        (
            "ABC",
            {"folds": 2, "test_fraction": 0},
            "fitting and monitoring while fold 0 is held out: 1, at least 2 are needed",
            "set splits.folds: 3, or add subjects",
        ),
        (
            "ABC",
            {"folds": 2},
            "fitting and monitoring while fold 0 is held out: 1, at least 2 are needed",
            "set splits.test_fraction: 0 and splits.folds: 3, or add subjects",
        ),
        ("ABC", {"folds": 3}, "3 folds: 2, at least 3 are needed", "set splits.test_fraction: 0, or add subjects"),
        ("AB", {"folds": 3, "test_fraction": 0}, "3 folds: 2, at least 3 are needed", "add subjects"),
    ],
)
def test_too_few_subjects_for_the_split_are_told(tmp_path, subjects, splits, found, fix):
    settings = settings_of(tmp_path, subjects, **splits)
    cohort, _ = read_run_inputs(settings)
    with pytest.raises(SettingError) as error:
        check_splittable(cohort, settings)
    assert str(error.value) == f"too few subjects for {found}; {fix}"


@pytest.mark.parametrize("results", ["", "photos", "photos/S001"])
def test_results_are_not_laid_among_the_photos(tmp_path, results):
    settings = settings_of(tmp_path, "ABCDEFGH")
    for good in (tmp_path / "results", tmp_path / "photos_of_results", tmp_path.parent / "out"):
        read_run_inputs(replace(settings, results=str(good)))
    cohort, _ = read_run_inputs(settings)
    photos = tuple(photo._replace(path=f"photos/S001/{photo.line}.jpg") for photo in cohort.photos)
    problems = check_results_folder(replace(cohort, photos=photos), replace(settings, results=str(tmp_path / results)))
    assert [(one.column, one.expected) for one in problems] == [("results", "a folder without photos")]
