"""A table scored in parts: what is joined is what one call would have written, and what does not fit is refused."""

import json
from pathlib import Path

import pytest

from pasi.bundle.audit_trail import AuditTrail
from pasi.bundle.load import Bundle, load_bundle
from pasi.bundle.part_names import part_names, visits_of_part
from pasi.bundle.photo_table import NewVisits, Reading, read_new_visits
from pasi.bundle.predict import predict, trail_of
from pasi.bundle.score_parts import ScoredTable, join_parts, score_part
from pasi.cohort.visit_order import VisitNames
from pasi.errors import BundleError, DamagedFileError, StaleResultError, UnreadablePhotoError
from pasi.storage.json_files import write_json
from pasi.storage.tables import read_table
from small_bundle import make_bundle, make_photos

READING = Reading()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Bundle:
    return load_bundle(make_bundle(tmp_path_factory.mktemp("made")), device="cpu")


@pytest.fixture
def photos(tmp_path) -> Path:
    """The table of the visits V1, V2 and V3 of one subject."""
    return make_photos(tmp_path / "new")


def read(bundle: Bundle, photos: Path) -> NewVisits:
    return read_new_visits(photos, bundle.index, "error", Reading(without_photos=True))


def score(bundle: Bundle, photos: Path, size: int = 2) -> list[Path]:
    """Score each part of `size` visits into a file, and return the files."""
    found, out = read(bundle, photos), photos.parent.parent / "scores.csv"
    files = []
    for part in part_names(len(found.visits), size):
        entries, _ = score_part(bundle, visits_of_part(found.visits, part, size), found.root, out)
        files.append(out.with_name(f"part-{part}.json"))
        write_json({"bundle": bundle.digest, "visits": entries}, files[-1])
    return files


def join(bundle: Bundle, photos: Path, files: list[Path], reading: Reading = READING):
    manifest = bundle.folder / "manifest.json"
    return join_parts(ScoredTable(manifest, photos, photos.parent.parent / "scores.csv"), files, reading)


def events(out: Path) -> list[tuple]:
    """The lines of a trail without what tells when, and the hashes that follow from it."""
    lines = AuditTrail(trail_of(out), "").lines
    return [tuple(value for name, value in line.items() if name not in ("when", "previous", "hash")) for line in lines]


def test_parts_hold_each_visit_once_in_its_place(bundle, photos):
    visits = read(bundle, photos).visits
    parts = [visits_of_part(visits, part, 2) for part in part_names(3, 2)]
    assert [[visit.visit for visit in part] for part in parts] == [["V1", "V2"], ["V3"]]


def test_what_is_joined_is_what_one_call_writes(bundle, photos, tmp_path):
    """To the last bit where the same visits are scored together: others in a batch move the last digits of a score."""
    whole = tmp_path / "one_call.csv"
    shown: list[tuple[int, int]] = []
    predict(bundle, photos, whole, READING, lambda *numbers: shown.append(numbers))
    assert shown == [(0, 3), (3, 3)], "visits that have ended, of all"
    outcome = join(bundle, photos, score(bundle, photos, size=3))
    assert (outcome.statuses, outcome.scored_now) == ({"ok": 3}, 3)
    assert (tmp_path / "scores.csv").read_bytes() == whole.read_bytes()
    assert events(tmp_path / "scores.csv") == events(whole)
    join(bundle, photos, score(bundle, photos, size=2))
    own, other = read_table(tmp_path / "scores.csv"), read_table(whole)
    assert own["score"].tolist() == pytest.approx(other["score"].tolist(), abs=1e-4)


def test_a_part_of_an_earlier_division_is_removed(bundle, photos, tmp_path):
    join(bundle, photos, score(bundle, photos, size=1))
    assert len([*tmp_path.glob("part-*.json")]) == 3
    join(bundle, photos, score(bundle, photos, size=3))
    assert [file.name for file in tmp_path.glob("part-*.json")] == ["part-000.json"]


def test_a_visit_that_the_trail_holds_is_not_scored_again(bundle, photos, tmp_path):
    join(bundle, photos, score(bundle, photos))
    (tmp_path / "new" / "V3_back_1.png").write_bytes((tmp_path / "new" / "V2_back_1.png").read_bytes())
    found = read(bundle, photos)
    out = tmp_path / "scores.csv"
    new = [score_part(bundle, visits_of_part(found.visits, part, 2), found.root, out)[1] for part in ("000", "001")]
    assert new == [0, 1]
    outcome = join(bundle, photos, score(bundle, photos))
    assert outcome.scored_now == 1
    first, second = ["call", *["result"] * 3, "table"], ["call", "result", "table"]
    assert [line[0] for line in events(out)] == first + second


def test_another_baseline_is_joined_from_the_same_parts_without_a_photo(bundle, photos, tmp_path):
    files = score(bundle, photos)
    join(bundle, photos, files)
    assert read_table(tmp_path / "scores.csv")["baseline"].tolist() == ["V1"] * 3, "of week 0"
    for photo in (tmp_path / "new").glob("*.png"):
        photo.unlink()
    outcome = join(bundle, photos, files, Reading(names=VisitNames((), "V2"), without_photos=True))
    assert outcome.scored_now == 0
    assert read_table(tmp_path / "scores.csv")["baseline"].tolist() == ["V2"] * 3


def test_a_photo_that_cannot_be_read_ends_the_part_and_one_that_is_bad_stays_a_refused_row(bundle, photos, tmp_path):
    bad = tmp_path / "new" / "V2_back_1.png"
    bad.write_bytes(b"no photo")
    (entries,) = [score_part(bundle, read(bundle, photos).visits, tmp_path / "new", tmp_path / "scores.csv")[0]]
    assert [entry["status"] for entry in entries] == ["ok", "refused", "ok"]
    bad.unlink()
    with pytest.raises(
        UnreadablePhotoError, match="the photo cannot be read: A V2 back photo 1: look whether the folder"
    ):
        score(bundle, photos)


def test_parts_of_other_visits_or_of_another_bundle_are_refused(bundle, photos):
    files = score(bundle, photos)
    for unfit in (files[::-1], files[:1], [*files, files[1]]):
        with pytest.raises(StaleResultError, match="delete it and give the same command again"):
            join(bundle, photos, unfit)
    whole = photos.read_text()
    rows = whole.splitlines(keepends=True)
    without_back = [row for row in rows if '"V2","back"' not in row]
    for changed in (without_back, [row.replace('"V3"', '"V4"') for row in rows]):
        photos.write_text("".join(changed))
        with pytest.raises(StaleResultError, match=r"part-00[01]\.json: not of the visits"):
            join(bundle, photos, files, Reading(without_photos=True))
    photos.write_text(whole)
    write_json({**json.loads(files[1].read_text()), "bundle": "another"}, files[1])
    with pytest.raises(StaleResultError, match=r"part-001\.json: not of the visits and the bundle of now"):
        join(bundle, photos, files)
    assert not (photos.parent.parent / "scores.csv").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"bundle": "a"}', '{"bundle": "a", "visits": [1]}'])
def test_a_damaged_part_is_refused(bundle, photos, text):
    files = score(bundle, photos)
    files[0].write_text(text)
    with pytest.raises(DamagedFileError, match=r"part-000\.json is damaged.*: delete it and run again"):
        join(bundle, photos, files)


def test_a_bundle_whose_index_was_edited_joins_nothing(photos, tmp_path):
    own = load_bundle(make_bundle(tmp_path), device="cpu")
    files = score(own, photos)
    (own.folder / "index.json").write_bytes(b"{}")
    with pytest.raises(BundleError, match=r"index\.json is not as it was made"):
        join(own, photos, files)
