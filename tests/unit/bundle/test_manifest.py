"""Every byte of a bundle counts: what was flipped, added, dropped, cut, renamed or swapped is found."""

import json
import random
import shutil
from pathlib import Path

import pytest

from pasi.bundle.layout import CARD, MANIFEST, MODEL
from pasi.bundle.manifest import verify, write_manifest
from pasi.errors import BundleError
from small_bundle import ORIGIN, make_bundle

MUTATIONS = 1000


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("made"))


@pytest.fixture
def bundle(made, tmp_path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(made, tmp_path / "elsewhere"))


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_bundle_is_what_it_was_after_a_move(bundle, made):
    assert verify(bundle) == verify(made)
    assert len(verify(bundle).digest) == 64


def test_its_other_files_take_less_than_five_megabytes(made):
    others = [path for path in files_of(made) if path.suffix != ".safetensors"]
    assert sum(path.stat().st_size for path in others) < 5e6


def flip(data: bytes, place: int, chance: random.Random) -> bytes:
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def add(data: bytes, place: int, chance: random.Random) -> bytes:
    return data[:place] + bytes([chance.randrange(256)]) + data[place:]


def drop(data: bytes, place: int, chance: random.Random) -> bytes:
    return data[:place] + data[place + 1 :]


def cut(data: bytes, place: int, chance: random.Random) -> bytes:
    return data[:place]


def test_a_thousand_bytes_flipped_added_dropped_or_cut_are_found(bundle):
    chance, files = random.Random(19), files_of(bundle)
    hit = set()
    for number in range(MUTATIONS):
        path = files[number % len(files)]
        data = path.read_bytes()
        change = (flip, add, drop, cut)[number // len(files) % 4]
        path.write_bytes(change(data, chance.randrange(len(data)), chance))
        with pytest.raises(BundleError):
            verify(bundle)
        path.write_bytes(data)
        hit.add((path, change))
    assert len(hit) == 4 * len(files), "every file is hit in every way"
    verify(bundle)


def test_a_flip_of_every_byte_of_the_manifest_is_found(bundle):
    path, chance = bundle / MANIFEST, random.Random(0)
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(flip(data, place, chance))
        with pytest.raises(BundleError):
            verify(bundle)


def test_every_file_that_is_missing_or_renamed_is_named(bundle):
    for path in files_of(bundle):
        other = path.with_name(f"x{path.name}")
        path.rename(other)
        name = path.relative_to(bundle).as_posix()
        expected = "it has no manifest.json" if name == MANIFEST else f"missing: {name}; added: .*x{path.name}"
        with pytest.raises(BundleError, match=expected):
            verify(bundle)
        other.rename(path)


@pytest.mark.parametrize("name", ["extra.json", "networks/extra.safetensors", ".hidden", "golden/deep/x"])
def test_an_added_file_is_named(bundle, name):
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).touch()
    with pytest.raises(BundleError, match=f"added: .*{name}"):
        verify(bundle)


def test_an_added_folder_and_a_link_are_named(bundle, tmp_path):
    (bundle / "empty").mkdir()
    (bundle / CARD).rename(tmp_path / "card")
    (bundle / CARD).symlink_to(tmp_path / "card")
    with pytest.raises(BundleError, match=f"missing: {CARD}; added: {CARD}, empty"):
        verify(bundle)


def test_two_files_that_changed_places_are_found(bundle):
    first, second = sorted((bundle / "networks").iterdir())
    first.rename(bundle / "x")
    second.rename(first)
    (bundle / "x").rename(second)
    with pytest.raises(BundleError, match=r"changed: networks/.*-fold0\.safetensors, networks/.*-fold1"):
        verify(bundle)


def test_another_origin_is_another_bundle(bundle):
    before = verify(bundle)
    (bundle / MANIFEST).unlink()
    write_manifest(bundle, {**ORIGIN, "split": "another"}, before.about)
    after = verify(bundle)
    assert (after.files, after.about) == (before.files, before.about)
    assert after.digest != before.digest


def test_a_link_of_the_chain_that_was_edited_is_found(bundle):
    content = json.loads((bundle / MANIFEST).read_text())
    content["chain"][2]["sha256"] = "0" * 64
    (bundle / MANIFEST).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    with pytest.raises(BundleError, match=r"manifest\.json is damaged, or was edited: copy the bundle again"):
        verify(bundle)


def test_another_format_says_which_version_made_it(bundle):
    content = json.loads((bundle / MANIFEST).read_text())
    content["format"], content["about"]["versions"]["one-step-pasi"] = 1, "0.9.0"
    (bundle / MANIFEST).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    with pytest.raises(
        BundleError, match=r"has the format 1 of One-Step PASI 0\.9\.0, and this version reads format 3"
    ):
        verify(bundle)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": 1}', "[" * 100_000])
def test_what_is_no_manifest_is_refused(bundle, text):
    (bundle / MANIFEST).write_text(text)
    with pytest.raises(BundleError, match="is damaged, or was edited"):
        verify(bundle)


def test_a_folder_that_is_none_and_one_without_a_manifest_are_refused(tmp_path):
    with pytest.raises(BundleError, match="is no folder: name the folder that `snakemake bundle` wrote"):
        verify(tmp_path / "absent")
    with pytest.raises(BundleError, match=r"is no bundle: it has no manifest\.json"):
        verify(tmp_path)


@pytest.mark.parametrize("name", ["model.pkl", "model.ckpt", "model.skops", "model.pth", "run.py"])
def test_a_file_of_another_kind_is_refused_though_the_manifest_lists_it(bundle, name):
    about = verify(bundle).about
    shutil.copy(bundle / MODEL, bundle / name)
    (bundle / MANIFEST).unlink()
    write_manifest(bundle, ORIGIN, about)
    with pytest.raises(BundleError, match=f"of a kind that no bundle has: {name}"):
        verify(bundle)


def test_a_place_outside_of_the_bundle_is_missing(bundle):
    manifest = verify(bundle)
    (bundle / MANIFEST).unlink()
    write_manifest(bundle, ORIGIN, manifest.about)
    text = (bundle / MANIFEST).read_text().replace(CARD, f"../{CARD}")
    (bundle / MANIFEST).write_text(text)
    with pytest.raises(BundleError):
        verify(bundle)
