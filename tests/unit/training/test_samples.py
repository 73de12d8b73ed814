"""What a fold trains on: the part of each row, targets and their scale, and what is refused."""

import math
from dataclasses import replace

import pytest
import torch
from PIL import Image

from pasi.cohort.records import Photo
from pasi.errors import DamagedFileError, StaleResultError, TrainingError
from pasi.imaging.settings import CompositeSettings, TileSettings
from pasi.imaging.tile_maker import ShardFiles, join_tile_tables, make_shard
from pasi.storage.tables import read_table, write_table
from pasi.training.data import load_fold, scaling
from pasi.training.settings import FoldFiles, SampleSettings, Target

SUBJECTS = {"S1": 0, "S2": 1, "S3": 1, "S4": -1, "S5": 2}  # fold, -1: test
COMPOSITES = [4.0, 10.0, 20.0, 30.0, 6.0]
SETTINGS = SampleSettings(Target(["composite"], [72.0], "zscore", True), CompositeSettings(), "inner", "letterbox", 2)


def make_files(folder, subjects=SUBJECTS):
    """Five subjects with one grey photo and one score each, and the split of `subjects`; S3 is monitored in fold 0."""
    photos = [Photo(subject, "1", "upper", 0, f"{subject}.png", line) for line, subject in enumerate(SUBJECTS, 2)]
    for photo in photos:
        Image.new("RGB", (16, 16), (40 * photo.line,) * 3).save(folder / photo.path)
    make_shard(
        photos,
        folder,
        TileSettings(size=8),
        ShardFiles(folder / "shard.npy", folder / "shard.parquet"),
        shard=0,
        known={},
    )
    join_tile_tables([folder / "shard.parquet"], folder / "index.parquet")
    keys = {"subject": list(SUBJECTS), "visit": ["1"] * 5, "region": ["upper"] * 5}
    write_table({**keys, "composite": COMPOSITES}, folder / "labels.parquet")
    part = ["test" if fold < 0 else "train" for fold in subjects.values()]
    split = {"subject": list(subjects), "part": part, "fold": list(subjects.values())}
    write_table(split, folder / "subjects.parquet")
    write_table({"fold": [0, 1, 2], "subject": ["S3", "S1", "S2"]}, folder / "inner.parquet")
    files = {name: folder / f"{name}.parquet" for name in ("labels", "subjects", "inner")}
    return FoldFiles(tile_table=folder / "index.parquet", shards=[folder / "shard.npy"], **files, weights=None)


def test_each_row_has_the_part_of_its_subject(tmp_path):
    samples = load_fold(make_files(tmp_path), 0, SETTINGS)
    assert samples.fit.tolist() == [1, 4]  # S2, S5
    assert samples.monitor.tolist() == [2]  # S3
    assert samples.unseen.tolist() == [0, 3]  # S1 held out, then S4 of the test set
    assert samples.rows["part"].tolist() == ["oof", "test"]
    assert samples.rows["observed"].tolist() == [4, 30]
    assert (samples.center.item(), samples.scale.item()) == (8, 2)  # of 10 and 6


def test_one_unseen_row_is_still_a_table_of_one_row(tmp_path):
    split = {"S1": 0, "S2": 1, "S3": 1, "S4": 1, "S5": 2}
    samples = load_fold(make_files(tmp_path, split), 0, SETTINGS)
    assert samples.unseen.tolist() == [0]
    assert {name: column.tolist() for name, column in samples.rows.items()} == {
        "part": ["oof"], "subject": ["S1"], "visit": ["1"], "region": ["upper"], "observed": [4.0]
    }  # fmt: skip


def test_a_composite_holds_the_tiles_of_its_row(tmp_path):
    composer = load_fold(make_files(tmp_path), 0, SETTINGS).composer
    shown = composer.tiles.take(composer.tile_numbers[:, 0])[:, 4, 4, 0]
    assert shown.tolist() == [40 * line for line in range(2, 7)]
    assert (composer.tile_numbers[:, 1:] == -1).all()


def test_the_held_out_fold_is_monitored_where_the_config_says_so(tmp_path):
    samples = load_fold(make_files(tmp_path), 0, replace(SETTINGS, monitor="heldout"))
    assert samples.monitor.tolist() == [0]
    assert samples.fit.tolist() == [1, 2, 4]


def test_a_subject_that_the_split_lacks_is_named(tmp_path):
    split = {subject: fold for subject, fold in SUBJECTS.items() if subject != "S4"}
    with pytest.raises(StaleResultError, match=r"subjects.parquet lacks subjects of the scores: S4. Delete it"):
        load_fold(make_files(tmp_path, split), 0, SETTINGS)


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("subject", 4, "S1", "subject S1 is in folds 0, 2"),
        ("part", 1, "test", "test subject S2 has fold 1, expected -1"),  # of a training subject
        ("part", 3, "train", "subject S4 has fold -1, expected 0 to 2"),  # of a test subject
        ("fold", 0, 1, "fold 0 has no subject"),
        ("part", 0, "dev", "subject S1 is in part dev, expected train or test"),
    ],
)
def test_a_split_edited_by_hand_is_refused(tmp_path, column, row, value, message):
    files = make_files(tmp_path)
    split = {name: values.tolist() for name, values in read_table(files.subjects).items()}
    split[column][row] = value
    write_table(split, files.subjects)
    with pytest.raises(StaleResultError, match=message):
        load_fold(files, 1, SETTINGS)


def test_a_subject_in_two_parts_is_refused(tmp_path):
    files = make_files(tmp_path)
    split = read_table(files.subjects)
    extra = {"subject": "S1", "part": "test", "fold": -1}
    write_table({name: [*values, extra[name]] for name, values in split.items()}, files.subjects)
    with pytest.raises(StaleResultError, match=r"subjects.parquet: subject S1 is in two parts \(test, train\)"):
        load_fold(files, 0, SETTINGS)


@pytest.mark.parametrize(("subject", "found"), [("S1", "held-out"), ("S4", "test"), ("S9", "not in the split")])
def test_a_monitored_subject_that_must_not_be_seen_is_refused(tmp_path, subject, found):
    files = make_files(tmp_path)
    write_table({"fold": [0, 0, 1, 2], "subject": ["S3", subject, "S1", "S2"]}, files.inner)
    with pytest.raises(
        StaleResultError, match=rf"fold 0 monitors subjects .*: {subject} \({found}\); make the split again"
    ):
        load_fold(files, 0, SETTINGS)


@pytest.mark.parametrize("target", [math.nan, math.inf])
@pytest.mark.parametrize("row", [0, 1, 2, 3])  # held out, fitted, monitored, test
def test_a_target_that_is_not_finite_is_refused_before_anything_is_trained(tmp_path, target, row):
    files = make_files(tmp_path)
    composites = [*COMPOSITES[:row], target, *COMPOSITES[row + 1 :]]
    write_table({**read_table(files.labels), "composite": composites}, files.labels)
    with pytest.raises(DamagedFileError, match=rf"labels\.parquet: 1 targets are not finite \(rows {row}, counted"):
        load_fold(files, 0, SETTINGS)


def test_one_composite_to_fit_is_refused_before_anything_is_trained(tmp_path):
    files = make_files(tmp_path)
    write_table({"fold": [0, 0, 1, 2], "subject": ["S3", "S5", "S1", "S2"]}, files.inner)
    with pytest.raises(TrainingError, match="too few composites to fit while fold 0 is held out: 1, at least 2 are"):
        load_fold(files, 0, SETTINGS)


@pytest.mark.parametrize("scale", ["zscore", "unit", "none"])
def test_equal_targets_are_refused_before_anything_is_trained(tmp_path, scale):
    files = make_files(tmp_path)
    write_table({**read_table(files.labels), "composite": [4.0, 10.0, 20.0, 30.0, 10.0]}, files.labels)
    settings = replace(SETTINGS, target=replace(SETTINGS.target, scale=scale))
    with pytest.raises(TrainingError, match="nothing to learn while fold 0 is held out: the targets of all 2 fitted"):
        load_fold(files, 0, settings)


def test_scaling_by_hand():
    fitted = torch.tensor([[1.0, 5.0], [3.0, 5.0]], dtype=torch.float64)
    target = Target(["a", "b"], [4.0, 6.0], "zscore", True)
    center, scale = scaling(fitted, target)
    assert (center.tolist(), scale.tolist()) == ([2, 5], [1, 1])  # a constant output keeps scale 1
    center, scale = scaling(fitted, replace(target, scale="unit"))
    assert (center.tolist(), scale.tolist()) == ([0, 0], [4, 6])
    center, scale = scaling(fitted, replace(target, scale="none"))
    assert (center.tolist(), scale.tolist()) == ([0, 0], [1, 1])
