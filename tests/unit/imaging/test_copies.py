"""One picture in two photos is found however it was saved; two photos that look alike are not taken for one."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from pasi.imaging.copies import ALIKE, Picture, _pairs_with_a_common_hash, alike_pairs, find_copies
from pasi.imaging.copy_messages import copy_note, copy_problems
from pasi.imaging.decode import make_tile
from pasi.imaging.picture_detail import SIDE, TURNS, picture_detail, turned
from pasi.imaging.tile_maker import picture_of
from pasi.simulate.trial import simulate_trial
from photo_bytes import encode, noise

PHOTO = Image.fromarray(noise(360, 240))
TURN = Image.Transpose


def detail(data: bytes, size: int = 64, fit: str = "letterbox") -> np.ndarray:
    return picture_detail(make_tile(data, size=size, fit=fit), fit)


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    return encode(picture, "JPEG", quality=quality)


def pairs(details: np.ndarray, side: int = 500) -> list[tuple[int, int]]:
    """The pairs that are alike among photos of one size."""
    return alike_pairs(details, np.full(len(details), side))


def are_alike(one: bytes, other: bytes, *, side: int = 500, **options) -> bool:
    return pairs(np.stack([detail(one, **options), detail(other, **options)]), side) == [(0, 1)]


SAVED_ANEW = {
    "png": encode(PHOTO),
    "quality 95": jpeg(PHOTO, 95),
    "quality 40": jpeg(PHOTO, 40),
    "half": jpeg(PHOTO.resize((180, 120))),
    "a third": jpeg(PHOTO.resize((120, 80))),
    "double": jpeg(PHOTO.resize((720, 480))),
    "lighter": jpeg(ImageEnhance.Brightness(PHOTO).enhance(1.1)),
    "darker": jpeg(ImageEnhance.Brightness(PHOTO).enhance(0.8)),
    "more contrast": jpeg(ImageEnhance.Contrast(PHOTO).enhance(1.15)),
    "grey": jpeg(PHOTO.convert("L")),
    "sharpened": jpeg(PHOTO.filter(ImageFilter.UnsharpMask(2, 40))),
    **{turn.name: jpeg(PHOTO.transpose(turn)) for turn in TURN},
    "all at once": jpeg(ImageEnhance.Brightness(PHOTO.resize((200, 133)).transpose(TURN.TRANSVERSE)).enhance(1.05), 60),
}


@pytest.mark.parametrize("how", SAVED_ANEW)
@pytest.mark.parametrize(("size", "fit"), [(32, "letterbox"), (128, "letterbox"), (64, "squash"), (64, "center_crop")])
def test_a_picture_that_was_saved_anew_is_recognised(how, size, fit):
    assert are_alike(encode(PHOTO), SAVED_ANEW[how], size=size, fit=fit)


@pytest.mark.parametrize("size", [32, 128])
@pytest.mark.parametrize("to", [(48, 32), (64, 43), (192, 128)])
def test_a_small_photo_that_was_scaled_is_recognised(to, size):
    """Its encoder changes much of what it shows, so less must agree; other small photos agree in next to nothing."""
    grain = np.random.default_rng(1).normal(130, 14, (4, 24, 32, 3)).clip(0, 255).astype(np.uint8)
    first, *others = (Image.fromarray(pixels).resize((96, 64)) for pixels in grain)
    scaled = jpeg(first.resize(to), 75)
    assert are_alike(jpeg(first), scaled, side=min(to), size=size)
    assert not any(are_alike(jpeg(other), scaled, side=min(to), size=size) for other in others)


def test_other_pictures_are_not_taken_for_copies():
    details = np.stack([detail(encode(noise(96, 64, seed)), size=32) for seed in range(150)])
    assert pairs(details) == []


def test_the_same_place_photographed_again_is_another_photo():
    scene = Image.fromarray(noise(720, 480, seed=5))
    shots = [jpeg(scene.crop((left, 40, left + 540, 400)), 90) for left in (40, 64, 110)]
    assert not any(are_alike(*pair) for pair in combinations(shots, 2))


def skin(seed: int) -> Image.Image:
    """Skin with a faint texture and nothing else."""
    texture = np.random.default_rng(seed).normal(0, 14, (240, 320))
    smooth = Image.fromarray((128 + texture).clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    return Image.merge("RGB", [smooth.point(lambda level, base=base: level - 128 + base) for base in (205, 160, 140)])


def in_a_tube(picture: Image.Image) -> Image.Image:
    """As a dermatoscope shows it: round, with black around."""
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((40, 0, 280, 240), fill=255)
    return Image.composite(picture, Image.new("RGB", picture.size), mask)


def with_ruler(picture: Image.Image) -> Image.Image:
    """With a ruler along its side and a date in its corner."""
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 200, 320, 240), fill="white")
    for tick in range(0, 320, 10):
        draw.line((tick, 200, tick, 230 if tick % 50 == 0 else 215), fill="black", width=2)
    draw.text((230, 10), "12.05.2019 CAM-1", fill="yellow")
    return picture


@pytest.mark.parametrize("frame", [in_a_tube, with_ruler, lambda picture: in_a_tube(with_ruler(picture))])
def test_a_frame_that_many_photos_share_makes_no_copies(frame):
    photos = [jpeg(frame(skin(seed)), 92) for seed in range(8)]
    assert not any(are_alike(*pair, size=128) for pair in combinations(photos, 2))
    assert are_alike(photos[0], jpeg(frame(skin(0)).resize((240, 180)), 80), size=128)


def test_pictures_without_detail_are_never_alike():
    plain = [encode(np.full((60, 80, 3), level, np.uint8)) for level in (0, 90, 255)]
    lit = np.linspace(90, 200, 80).astype(np.uint8)[None, :, None].repeat(60, 0).repeat(3, 2)
    assert not any(are_alike(*pair) for pair in combinations([*plain, encode(lit), encode(lit[:50])], 2))


def test_each_turn_of_a_detail_is_that_of_the_turned_picture():
    own = detail(encode(PHOTO))[None]
    ways = [turned(own, turn)[0].astype(int) for turn in TURNS]
    assert len({way.tobytes() for way in ways}) == 8
    for turn in TURN:
        expected = detail(encode(PHOTO.transpose(turn))).astype(int)
        assert min(np.abs(expected - way).max() for way in ways) <= 1, turn


def test_copies_among_many_are_found_without_comparing_all():
    """150 copies near the threshold, among 2,000 details that have a third of themselves in common."""
    draw = np.random.default_rng(3)
    details = draw.normal(size=(2000, SIDE, SIDE)) + 0.7 * draw.normal(size=(SIDE, SIDE))
    details[-150:] = details[:150] + 0.28 * draw.normal(size=(150, SIDE, SIDE))  # a cosine of 0.97
    details = (25 * details).clip(-127, 127).astype(np.int8)
    expected = [(number, 1850 + number) for number in range(150)]
    assert pairs(details) == expected
    compared = sum(len(ones) for turn, ones, _ in _pairs_with_a_common_hash(details) if turn == TURNS[0])
    assert compared < 0.05 * 2000**2


def test_a_cosine_below_the_threshold_is_no_copy():
    one = np.zeros((SIDE, SIDE))
    one[:20] = np.random.default_rng(0).choice([-60.0, 60.0], (20, SIDE))
    for cosine, alike in ((ALIKE + 0.01, True), (ALIKE - 0.01, False)):
        other = cosine * one
        other[20:] = np.sqrt((1 - cosine**2) * (one**2).sum() / (12 * SIDE))
        assert bool(pairs(np.stack([one, other]).astype(np.int8))) == alike


def pictures_of(**files: bytes) -> list[Picture]:
    """Pictures by "subject_visit_region_slot"."""
    made = []
    for name, data in files.items():
        subject, visit, region, slot = name.split("_")
        tile = make_tile(data, size=64, fit="letterbox")
        made.append(picture_of((subject, visit, region, int(slot)), str(hash(data)), tile, "letterbox"))
    return made


def test_every_copy_is_listed_with_the_first_of_its_picture():
    first, small, again = encode(PHOTO), jpeg(PHOTO.resize((240, 160))), encode(PHOTO, compress_level=1)
    sideways, other = jpeg(PHOTO.transpose(TURN.ROTATE_90)), encode(noise(360, 240, seed=9))
    files = {"A_2_leg_0": small, "A_1_arm_1": first, "A_1_arm_0": again, "B_2_leg_1": sideways}
    pictures = pictures_of(B_1_arm_0=first, C_1_arm_0=other, **files)
    found = [(copy.key, copy.first, copy.is_note) for copy in find_copies(pictures)]
    start = ("A", "1", "arm", 0)
    assert found == [
        (("A", "1", "arm", 1), start, True),
        (("A", "2", "leg", 0), start, False),
        (("B", "1", "arm", 0), start, False),
        (("B", "2", "leg", 1), start, False),
    ]
    assert find_copies(pictures[::-1]) == find_copies(pictures)
    assert [copy.how for copy in find_copies(pictures)] == [
        "has the same pixels as",
        "is a copy (resized, turned, brightened or re-encoded) of",
        "has the same pixels as",
        "is a copy (resized, turned, brightened or re-encoded) of",
    ]
    assert find_copies([]) == []


def test_one_picture_for_two_regions_of_a_visit_is_a_note():
    (copy,) = find_copies(pictures_of(A_1_arm_0=encode(PHOTO), A_1_leg_0=jpeg(PHOTO)))
    how = "is a copy (resized, turned, brightened or re-encoded) of"
    note = f"photos.csv: A 1 leg photo 1 (line 7) {how} A 1 arm photo 1 (line 3)"
    assert copy_note(copy, "photos.csv", {copy.key: 7, copy.first: 3}) == note


def test_photos_of_a_synthetic_trial_are_no_copies(tmp_path):
    simulate_trial(tmp_path, subjects=3, photo_size=(154, 102), seed=2)
    details = [detail(path.read_bytes(), size=32) for path in sorted(tmp_path.rglob("*.jpg"))]
    assert len(details) > 100
    assert pairs(np.stack(details)) == []


def test_real_leaves_are_no_copies_but_for_one_that_is(shared):
    """Leaves were often photographed twice; 813 and 1022 are one photograph."""
    paths = sorted((shared / "data" / "coffee" / "photos").glob("*.jpg"))
    found = pairs(np.stack([detail(path.read_bytes(), size=128) for path in paths]))
    assert [(paths[one].stem, paths[other].stem) for one, other in found] == [("1022", "813")]


def test_a_leaf_that_a_phone_made_small_and_turned_is_known_again(shared):
    for path in sorted((shared / "data" / "coffee" / "photos").glob("*.jpg"))[::60]:
        with Image.open(path) as photo:
            copy = jpeg(photo.resize((300, 150)).transpose(TURN.ROTATE_270), 70)
        assert are_alike(path.read_bytes(), copy, size=128)
        assert are_alike(path.read_bytes(), copy, size=32)


def told_of(*keys: str) -> list[tuple[str, str, str]]:
    """Found, expected and fix of photos that are all one file, with lines from 2 on; keys such as A_1_arm_0."""
    pictures = pictures_of(**dict.fromkeys(keys, encode(PHOTO)))
    lines = {picture.key: number for number, picture in enumerate(pictures, start=2)}
    return [(one.found, one.expected, one.fix) for one in copy_problems(find_copies(pictures), "photos.csv", lines)]


def test_a_picture_under_many_subjects_is_one_problem_and_probably_a_placeholder():
    ((found, expected, fix),) = told_of("A_1_arm_0", "B_1_arm_0", "B_2_arm_0", "C_1_leg_0")
    assert found == (
        "one picture in A 1 arm photo 1 (line 2) and 3 more photos, of 3 subjects: B 1 arm photo 1 (line 3), "
        "B 2 arm photo 1 (line 4), C 1 leg photo 1 (line 5)"
    )
    assert expected == "photos of one subject only"
    assert fix.startswith("probably a placeholder for photos that are missing")


def test_a_picture_under_two_subjects_or_at_three_visits_is_one_problem():
    assert told_of("A_1_arm_0", "B_1_arm_0", "B_2_arm_0")[0][2] == "drop those under the wrong subject"
    assert [problem[1:] for problem in told_of("A_1_arm_0", "A_2_arm_0", "A_3_arm_0")] == [
        ("another photo at each visit", "drop those under the wrong visit")
    ]
    assert told_of("A_1_arm_0", "B_1_arm_0") == [
        (
            "B 1 arm photo 1 is the same file as A 1 arm photo 1 (line 2)",
            "photos of one subject only",
            "drop the photo that is under the wrong subject",
        )
    ]


FOLDER = [
    (f"{visit}_arm_{slot}", encode(noise(90, 60, seed=slot + 3 * visit))) for visit in (1, 2) for slot in range(3)
]


def told_of_folder(*, to: str, keys: list[str]) -> list[tuple[int | None, str, str]]:
    """Line, found and fix where photos of A stand again under the names `keys`; A begins on line 2, they on line 20."""
    own, other = (
        pictures_of(**{f"{prefix}{key}": data for key, (_, data) in zip(names, FOLDER, strict=False)})
        for prefix, names in (("A_", [name for name, _ in FOLDER]), (to, keys))
    )
    lines = {one.key: number for start, made in ((2, own), (20, other)) for number, one in enumerate(made, start)}
    problems = copy_problems(find_copies([*own, *other]), "photos.csv", lines)
    return [(one.line, one.found, one.fix) for one in problems]


def test_a_folder_that_was_copied_to_another_subject_is_one_problem():
    ((line, found, fix),) = told_of_folder(to="B_", keys=[name for name, _ in FOLDER])
    assert line == 20
    assert found == ("6 photos of B 1, 2 (lines 20-25), each of which is the same file as one of A 1, 2 (lines 2-7)")
    assert fix == "probably a folder that was copied: put the photos of the right subject there, or drop these rows"


def test_a_folder_that_was_copied_to_another_visit_is_one_problem():
    ((_, found, fix),) = told_of_folder(to="A_", keys=["9_leg_0", "9_leg_1", "9_leg_2"])
    assert found == "3 photos of A 9 (lines 20-22), each of which is the same file as one of A 1 (lines 2-4)"
    assert "the photos of the right visit" in fix


def test_two_pictures_are_no_folder():
    found = told_of_folder(to="B_", keys=["1_arm_0", "1_arm_1"])
    assert [line for line, *_ in found] == [20, 21]


def test_a_cropped_picture_is_another_one():
    """docs/photos.md says so: half a per cent a side is found, and two per cent are not."""
    scene = Image.fromarray(noise(800, 600, seed=2))
    photo = jpeg(scene, 90)
    cropped = {part: jpeg(scene.crop((part, part, 800 - part, 600 - part)), 90) for part in (2, 16)}
    assert [are_alike(photo, data, size=128) for data in cropped.values()] == [True, False]
