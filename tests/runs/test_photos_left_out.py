"""A run that goes on without photos that cannot be used, and one that refuses a picture under two subjects."""

import re

import pytest
from PIL import Image

import small_run
from pasi.run_folder import RunFolder
from pasi.storage.tables import read_table

TILES = ("results/tiles/index.parquet", "results/cohort/counts.csv", "results/cohort/labels.parquet")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A trial of ten subjects: a photo of S001 is a GIF, and both of the trunk of S002 at V1 are cut."""
    folder = small_run.make_copy(tmp_path_factory.mktemp("run"))
    photos = folder / "trial" / "photos"
    (photos / "S001" / "V1" / "upper_2.jpg").write_bytes(b"GIF89a")
    for path in (photos / "S002" / "V1").glob("trunk_*.jpg"):
        path.write_bytes(path.read_bytes()[:500])
    return folder


def test_a_run_leaves_out_what_cannot_be_used_and_says_so(folder):
    with pytest.raises(AssertionError, match=r"S001 V1 upper photo 2, which is GIF"):
        small_run.run(folder, *TILES)
    with small_run.with_config(folder, "tiles", unusable="leave_out"):
        printed = small_run.run(folder, *TILES)
        assert re.search(
            r"1 of \d+ photos left out .*, which is GIF, whatever its name says: S001 V1 upper photo 2 \(line", printed
        )
        assert small_run.planned(folder, *TILES) == {}, "what was found is remembered"
    run = RunFolder(folder / "results")
    tiles, labels = read_table(run.tile_table), read_table(run.labels)
    first = (tiles["subject"] == "S001") & (tiles["visit"] == "V1") & (tiles["region"] == "upper")
    assert tiles["slot"][first].tolist() == [0, 2, 3], "the cell of the photo stays black"
    keys = set(zip(labels["subject"], labels["visit"], labels["region"], strict=True))
    assert ("S002", "V1", "trunk") not in keys
    assert ("S002", "V1", "upper") in keys
    counts = read_table(run.root / "cohort" / "counts.csv")
    assert counts["left_out"].tolist() == [0, 0, 1, 3]
    assert "trunk_" not in printed.replace(str(folder), ""), "no path in what a run prints (F16)"


def test_a_run_refuses_a_picture_that_was_turned_and_put_under_another_subject(folder):
    photos = folder / "trial" / "photos"
    with Image.open(photos / "S003" / "V1" / "lower_1.jpg") as photo:
        photo.transpose(Image.Transpose.ROTATE_90).resize((90, 136)).save(
            photos / "S004" / "V2" / "lower_2.jpg", quality=80
        )
    with small_run.with_config(folder, "tiles", unusable="leave_out"), pytest.raises(AssertionError) as caught:
        small_run.run(folder, *TILES)
    how = "is a copy (resized, turned, brightened or re-encoded) of"
    assert f"found S004 V2 lower photo 2 {how} S003 V1 lower photo 1 (line " in str(caught.value)
