"""Shards and their tables: right tiles in a fixed order, damage found, copies between subjects refused."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from pasi.cohort.records import Photo
from pasi.errors import DamagedFileError, InputError, StaleResultError
from pasi.imaging.decode import KERNEL, decode_photo
from pasi.imaging.settings import TileSettings
from pasi.imaging.tile_maker import PICTURE, ShardFiles, join_tile_tables, make_shard, photo_key, shard_number
from pasi.imaging.tile_store import COLUMNS, TileStore, tiles_of_composites
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table, write_table

SETTINGS = TileSettings(size=8, fit="letterbox")


def write_photo(path, grey, size=(32, 16)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (grey, grey, grey)).save(path)


@pytest.fixture
def photos(tmp_path):
    """Five photos of three subjects, each of its own grey."""
    rows = [
        Photo("S2", "1", "trunk", 0, "S2/1/trunk.png", 2),
        Photo("S1", "2", "lower", 1, "S1/2/lower-b.png", 3),
        Photo("S1", "2", "lower", 0, "S1/2/lower-a.png", 4),
        Photo("S1", "1", "lower", 0, "S1/1/lower.png", 5),
        Photo("S3", "1", "lower", 0, "S3/1/lower.png", 6),
    ]
    for number, photo in enumerate(rows):
        write_photo(tmp_path / "photos" / photo.path, 40 * (number + 1))
    return rows


@pytest.fixture
def store(tmp_path, photos):
    """A folder with two shards (S1, S3 and S2) and the tile table."""
    deal(tmp_path, photos)
    return tmp_path / "tiles"


def files_of(folder, shard):
    return ShardFiles(*(folder / "tiles" / f"shard-{shard:02d}.{kind}" for kind in ("npy", "parquet")))


def deal(folder, photos):
    """Make shards 0 and 7 and the tile table, as the workflow does; the notes about copies."""
    for shard, subjects in ((0, ("S1", "S3")), (7, ("S2",))):
        chosen = [photo for photo in photos if photo.subject in subjects]
        make_shard(chosen, folder / "photos", SETTINGS, files_of(folder, shard), shard=shard, known={})
    tables = sorted((folder / "tiles").glob("shard-*.parquet"))
    lines = {photo_key(photo): photo.line for photo in photos}
    return join_tile_tables(tables, folder / "tiles" / "index.parquet", lambda: lines)


def open_store(folder):
    return TileStore.open(folder / "index.parquet", sorted(folder.glob("*.npy")))


def test_a_shard_holds_the_tiles_of_its_photos_and_says_whose_they_are(tmp_path, photos, store):
    index = read_table(store / "shard-00.parquet")
    assert tuple(index) == (*COLUMNS, *PICTURE)
    keys = list(zip(index["subject"], index["visit"], index["region"], index["slot"], strict=True))
    assert keys == [("S1", "1", "lower", 0), ("S1", "2", "lower", 0), ("S1", "2", "lower", 1), ("S3", "1", "lower", 0)]
    assert index["row"].tolist() == [0, 1, 2, 3]
    assert set(index["shard"]) == {0}
    assert set(zip(index["width"], index["height"], strict=True)) == {(32, 16)}
    assert set(index["kernel"]) == {KERNEL}
    assert set(index["shard_sha256"]) == {file_sha256(store / "shard-00.npy")}
    assert index["sha256"][0] == file_sha256(tmp_path / "photos" / "S1/1/lower.png")
    tiles = np.load(store / "shard-00.npy", mmap_mode="r", allow_pickle=False)
    assert tiles.shape == (4, 8, 8, 3)
    assert tiles.dtype == np.uint8
    assert np.array_equal(tiles[2], decode_photo(tmp_path / "photos" / "S1/2/lower-b.png", size=8))


def test_the_order_of_the_photos_changes_no_byte(tmp_path, photos, store):
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    deal(tmp_path, photos[::-1])
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before


def test_nothing_of_the_metadata_reaches_the_store(tmp_path):
    (tmp_path / "photos").mkdir()
    tags = Image.Exif()
    tags[0x010E] = "PHI-CANARY-1"
    path = tmp_path / "photos" / "PHI-CANARY-2.jpg"
    Image.new("RGB", (32, 16)).save(path, exif=tags, comment=b"PHI-CANARY-3")
    photo = Photo("S1", "1", "lower", 0, path.name, 2)
    out = ShardFiles(tmp_path / "a.npy", tmp_path / "a.parquet")
    make_shard([photo], path.parent, SETTINGS, out, shard=0, known={})
    assert all(b"PHI-CANARY" not in file.read_bytes() for file in out)
    assert not any("CANARY" in str(value) for values in read_table(out.table).values() for value in values)


def test_every_bad_photo_of_a_shard_is_told_at_once(tmp_path, photos):
    root = tmp_path / "photos"
    (root / "S1/1/lower.png").write_bytes(b"")
    (root / "S1/2/lower-a.png").write_bytes((root / "S1/2/lower-b.png").read_bytes()[:40])
    (root / "S3/1/lower.png").unlink()
    photos = [*photos, Photo("S4", "1", "lower", 0, "../elsewhere.png", 7)]
    out = files_of(tmp_path, 0)
    with pytest.raises(InputError) as caught:
        make_shard(photos, root, SETTINGS, out, shard=0, known={})
    problems = {problem.line: problem for problem in caught.value.problems}
    assert {line: problem.found for line, problem in problems.items()} == {
        4: "S1 2 lower photo 1, which is damaged (the file ends early)",
        5: "S1 1 lower photo 1, which is empty (0 bytes)",
        6: "S3 1 lower photo 1, which cannot be opened (no such file or directory)",
        7: "S4 1 lower photo 1, which has an unusable path (expected a path that stays in its folder)",
    }
    assert {(problem.file, problem.column) for problem in problems.values()} == {("photos.csv", "photo")}
    assert problems[4].fix == "re-export the photo as JPEG"
    assert "photos.csv:4  photo" in str(caught.value)
    assert ".png" not in str(caught.value), "the log of a job names no file (F16)"
    assert not any(path.exists() for path in out)


def test_the_index_is_sorted_over_all_shards(store):
    index = read_table(store / "index.parquet")
    keys = list(zip(*(index[name] for name in ("subject", "visit", "region", "slot")), strict=True))
    assert keys == sorted(keys)
    assert index["shard"].tolist() == [0, 0, 0, 7, 0]


def problems_of(folder, photos):
    """Line, fault and fix of each photo that the tile table refuses."""
    with pytest.raises(InputError) as caught:
        deal(folder, photos)
    assert not (folder / "tiles" / "index.parquet").exists()
    return [(problem.line, problem.found, problem.fix) for problem in caught.value.problems]


def test_one_picture_under_two_subjects_is_refused_with_every_place(tmp_path, photos):
    for path in ("S2/1/trunk.png", "S3/1/lower.png", "S1/1/lower.png"):
        write_photo(tmp_path / "photos" / path, 99)
    places = "S2 1 trunk photo 1 (line 2), S3 1 lower photo 1 (line 6)"
    found = f"one picture in S1 1 lower photo 1 (line 5) and 2 more photos, of 3 subjects: {places}"
    assert [problem[:2] for problem in problems_of(tmp_path, photos)] == [(2, found)]


def test_a_comment_or_another_format_hides_no_picture_of_another_subject(tmp_path, photos):
    root = tmp_path / "photos"
    picture = Image.open(root / "S1/1/lower.png")
    for save in ({"compress_level": 1}, {"format": "JPEG", "quality": 100, "comment": b"exported"}):
        picture.save(root / "S2/1/trunk.png", **save)
        assert [problem[:2] for problem in problems_of(tmp_path, photos)] == [
            (2, "S2 1 trunk photo 1 has the same pixels as S1 1 lower photo 1 (line 5)")
        ]


def test_one_picture_at_two_visits_of_a_subject_is_refused(tmp_path, photos):
    for path in ("S1/1/lower.png", "S1/2/lower-a.png"):
        write_photo(tmp_path / "photos" / path, 99)
    found = "S1 2 lower photo 1 is the same file as S1 1 lower photo 1 (line 5)"
    assert problems_of(tmp_path, photos) == [(4, found, "drop the photo that is under the wrong visit")]


def test_one_picture_twice_under_one_subject_is_no_leak(tmp_path, photos):
    for path in ("S1/2/lower-a.png", "S1/2/lower-b.png"):
        write_photo(tmp_path / "photos" / path, 99)
    notes = deal(tmp_path, photos)
    assert notes == ["photos.csv: S1 2 lower photo 2 (line 3) is the same file as S1 2 lower photo 1 (line 4)"]
    assert (tmp_path / "tiles" / "index.parquet").exists()


def test_lines_are_asked_for_only_where_a_message_needs_them(tmp_path, store):
    def lines():
        raise AssertionError

    assert join_tile_tables(sorted(store.glob("shard-*.parquet")), tmp_path / "again.parquet", lines) == []
    assert (tmp_path / "again.parquet").read_bytes() == (store / "index.parquet").read_bytes()
    assert tuple(read_table(store / "index.parquet")) == COLUMNS


def test_a_tile_in_two_shards_is_refused(store):
    with pytest.raises(StaleResultError, match="S1 1 lower photo 1 is in two shards"):
        join_tile_tables([store / "shard-00.parquet", store / "shard-00.parquet"], store / "twice.parquet")


def test_tiles_of_two_decoders_are_refused(store):
    columns = read_table(store / "shard-07.parquet")
    write_table({**columns, "kernel": ["area-0"]}, store / "shard-07.parquet")
    with pytest.raises(StaleResultError, match=f"tiles of area-0 and {KERNEL} are mixed: delete the folder of tiles"):
        join_tile_tables(sorted(store.glob("shard-*.parquet")), store / "index.parquet")


def test_the_store_hands_out_tiles_in_the_order_of_the_index(tmp_path, store):
    opened = open_store(store)
    tiles = opened.tiles()
    assert opened.size == 8
    assert tiles.shape == (5, 8, 8, 3)
    assert tiles[:, 4, 4, 0].tolist() == [160, 120, 80, 40, 200]  # S1 1, S1 2 a, S1 2 b, S2, S3
    assert (tiles[:, 0] == 0).all()
    assert opened.boxes("letterbox").tolist() == [[2, 0, 4, 8]] * 5
    assert opened.boxes("squash").tolist() == [[0, 0, 8, 8]] * 5


def test_composites_find_their_tiles(store):
    rows = {
        "subject": np.array(["S3", "S1", "S1"], dtype=object),
        "visit": np.array(["1", "2", "1"], dtype=object),
        "region": np.array(["lower"] * 3, dtype=object),
    }
    columns = open_store(store).columns
    samples = tiles_of_composites(columns, rows, 2)
    assert samples.dtype == np.int64
    assert samples.tolist() == [[4, -1, -1, -1], [1, 2, -1, -1], [0, -1, -1, -1]]
    with pytest.raises(StaleResultError, match="S1 2 lower photo 2 has no cell in a composite of 1x1"):
        tiles_of_composites(columns, rows, 1)
    with pytest.raises(StaleResultError, match="no tile of S3 4 lower"):
        tiles_of_composites(columns, {**rows, "visit": np.array(["4", "2", "1"], dtype=object)}, 2)


@pytest.mark.parametrize("place", [0, 100, 300, -1])
def test_a_flipped_bit_in_a_shard_is_found(store, place):
    data = bytearray((store / "shard-00.npy").read_bytes())
    data[place] ^= 1
    (store / "shard-00.npy").write_bytes(data)
    with pytest.raises(DamagedFileError, match=r"shard-00\.npy is damaged.*: delete it and run again"):
        open_store(store)


def test_a_cut_or_missing_shard_is_found(store):
    path = store / "shard-07.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedFileError, match=r"shard-07\.npy is damaged"):
        open_store(store)
    with pytest.raises(StaleResultError, match="the tiles of shard 7 are not among the files given"):
        TileStore.open(store / "index.parquet", [store / "shard-00.npy"])
    path.unlink()
    with pytest.raises(DamagedFileError, match=r"shard-07\.npy is missing"):
        TileStore.open(store / "index.parquet", [store / "shard-00.npy", path])


def test_subjects_are_dealt_evenly():
    subjects = [f"S{number:03d}" for number in range(600)]
    shards = [shard_number(subject, 32) for subject in subjects]
    assert min(shards) == 0
    assert max(shards) == 31
    assert max(np.bincount(shards)) < 40
    assert shard_number("S001", 1) == 0


def test_the_shard_of_a_subject_is_the_same_on_every_machine():
    assert [shard_number(subject, 32) for subject in ("P00", "P01")] == [18, 3]


def test_a_checksum_reads_a_file_once_and_in_large_pieces(tmp_path):
    """The tiles of a whole trial (133 MB) then take a fraction of a second; small pieces would take far longer."""
    size, pieces = 1234 * 128 * 128 * 3, []

    class Watched(io.FileIO):
        def readinto(self, buffer):
            pieces.append(super().readinto(buffer))
            return pieces[-1]

    (tmp_path / "large").write_bytes(bytes(size))
    file_sha256(SimpleNamespace(open=lambda mode: Watched(tmp_path / "large", mode)))
    assert sum(pieces) == size
    assert len(pieces) <= size / 2**16 + 2
