"""Poor photos, and photos unlike those of a training: learnt from a small simulated trial, met with bad photos."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from bad_photos import CHOSEN_ON, JUDGED_ON
from pasi.bundle.learn_checks import TrainingPhotos, learn_checks
from pasi.bundle.likeness import CHECKS, LEAST_SHARE, Described, describe, distances, learn_reference, over_limit
from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.photo_quality import quality_of
from pasi.bundle.tile_statistics import CELLS, STATISTICS, photo_pixels
from pasi.bundle.visit_photos import SeenPhoto, judge_photos
from pasi.imaging.decode import Tile
from pasi.simulate.scene import draw_photo
from pasi.simulate.shot import Lesions, Shot

REGIONS = ("upper", "trunk", "lower")
SKIN = ("I", "II", "III", "IV", "V", "VI")
SIDE = 48
USUAL = dict.fromkeys(REGIONS, 2)
SIZE = len(STATISTICS)


def tile_of(pixels: np.ndarray) -> Tile:
    """The tile of a photo, letterboxed."""
    height, width = pixels.shape[:2]
    across, down = round(SIDE * width / max(width, height)), round(SIDE * height / max(width, height))
    tile = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
    top, left = (SIDE - down) // 2, (SIDE - across) // 2
    small = Image.fromarray(pixels).resize((across, down), Image.Resampling.BOX)
    tile[top : top + down, left : left + across] = np.asarray(small)
    return Tile(tile, width, height)


def draw(subject: int, visit: int, region: str, slot: int) -> np.ndarray:
    grade = (subject + visit) % 4
    lesions = Lesions(grade, grade, grade, 10.0 * grade, 10.0 * grade)
    shot = Shot(5, subject, SKIN[subject % 6], subject % 2 == 0, visit, region, slot, lesions)
    return draw_photo(shot, 120, 80).pixels


def visit_of(subject: int, visit: int, change: Callable = lambda pixels: pixels) -> list[SeenPhoto]:
    return [
        SeenPhoto(region, slot, "ab", "", tile_of(change(draw(subject, visit, region, slot))))
        for region in REGIONS
        for slot in range(2)
    ]


@pytest.fixture(scope="module")
def checks() -> PhotoChecks:
    """Learnt from twelve subjects of three visits, two of each skin type."""
    photos = [
        (subject, visit, photo) for subject in range(12) for visit in range(3) for photo in visit_of(subject, visit)
    ]
    pixels = [photo_pixels(photo.tile, "letterbox") for _, _, photo in photos]
    subjects = np.array([f"S{subject}" for subject, _, _ in photos], dtype=object)
    training = TrainingPhotos(
        subjects=subjects,
        visits=np.array([f"V{visit}" for _, visit, _ in photos], dtype=object),
        regions=np.array([REGIONS.index(photo.region) for _, _, photo in photos]),
        folds=np.array([subject % 4 for subject, _, _ in photos]),
        measures=np.stack([quality_of(own) for own in pixels]),
        described=[describe(own) for own in pixels],
    )
    return learn_checks(training, len(REGIONS))


def judged(checks: PhotoChecks, photos: list[SeenPhoto]) -> tuple[str, str]:
    found = checks.check(photos, REGIONS, "letterbox")
    own = judge_photos(found.photos, USUAL, found.unlike)
    return own.status, "; ".join(own.reasons)


def test_good_photos_of_new_subjects_of_every_skin_type_are_scored(checks):
    visits = [(subject, visit) for subject in range(12, 18) for visit in range(2)]
    statuses = [judged(checks, visit_of(*visit))[0] for visit in visits]
    assert statuses.count("ok") >= 11, "one of twelve at most"
    assert checks.subjects == 12
    assert checks.alarms == pytest.approx(1 / 13)


POOR = {
    "blurred": "upper: photo 1 is blurred",
    "too dark": "upper: photo 1 is too dark",
    "black": "upper: photo 1 is too dark",
    "too bright": "upper: photo 1 is too bright",
    "one colour": "upper: photo 1 shows nearly one colour",
}


@pytest.mark.parametrize("kind", POOR)
def test_poor_photos_are_named_and_leave_nothing_to_score(checks, kind):
    status, reasons = judged(checks, visit_of(13, 0, {**CHOSEN_ON, **JUDGED_ON}[kind]))
    assert status == "refused"
    assert reasons.startswith(POOR[kind])
    assert kind == "too bright" or "trunk: no usable photo" in reasons  # dark skin becomes less bright


def test_one_poor_photo_degrades_its_visit(checks):
    good, bad = visit_of(13, 0), visit_of(13, 0, JUDGED_ON["black"])
    found = checks.check([good[0], bad[1], *good[2:]], REGIONS, "letterbox")
    assert found.photos[1].tile is None, "it is not scored with"
    status, reasons = judge_photos(found.photos, USUAL, found.unlike)
    assert status == "degraded"
    assert reasons == ("upper: photo 2 is too dark", "upper: 1 of the usual 2 photos")


def leaf(pixels: np.ndarray) -> np.ndarray:
    """A green leaf with paler veins on white."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    veins = np.abs(np.sin(14 * (x + np.abs(y)))) > 0.97
    picture = np.where(veins[..., None], (150, 190, 110), (60, 120, 40))
    outside = x**2 + (y / 0.6) ** 2 > 0.8
    return np.where(outside[..., None], (235, 235, 235), picture).astype(np.uint8)


UNLIKE = {**CHOSEN_ON, **JUDGED_ON, "leaf": leaf}


@pytest.mark.parametrize("kind", ["negative", "red tint", "blue tint", "green tint", "screenshot", "document", "leaf"])
def test_visits_unlike_the_training_are_refused_as_such(checks, kind):
    found = [judged(checks, visit_of(subject, 0, UNLIKE[kind])) for subject in range(12, 18)]
    refused = [reasons for status, reasons in found if status == "refused"]
    assert len(refused) >= 5
    assert all("unlike the training photos" in reasons or "is too bright" in reasons for reasons in refused)


def test_one_unlike_photo_refuses_its_visit_and_is_named(checks):
    good, bad = visit_of(13, 0), visit_of(13, 0, UNLIKE["negative"])
    status, reasons = judged(checks, [*good[:3], bad[3], *good[4:]])
    assert status == "refused"
    assert reasons.startswith("trunk: photo 2 is unlike the training photos (colours")


def test_another_part_of_the_body_is_named():
    """Two regions of one statistic: 0 and 10 on average."""
    statistics = np.zeros((4, SIZE))
    statistics[:, 0] = [-1.0, 1.0, 9.0, 11.0]
    colours = np.full(CELLS * CELLS, 1 / CELLS**2)
    photos = [Described(colours, own) for own in statistics]
    reference = learn_reference(photos, np.array([0, 0, 1, 1]), 2)
    assert reference.means[:, 0].tolist() == [0.0, 10.0]
    own, other = (float(distances(photos[2:], region, reference)["region"][0]) for region in (1, 0))
    assert own == pytest.approx(-other)
    assert other > 0
    assert distances(photos[:1], 0, learn_reference(photos[:2], np.zeros(2, dtype=int), 1))["region"].tolist() == [0.0]


def test_regions_that_were_exchanged_are_refused(checks):
    found = []
    for subject in range(12, 18):
        photos = visit_of(subject, 0)
        names = dict(zip(REGIONS, (REGIONS[-1], *REGIONS[:-1]), strict=True))
        found.append(judged(checks, [photo._replace(region=names[photo.region]) for photo in photos]))
    named = [reasons for status, reasons in found if status == "refused" and "and more like those of" in reasons]
    assert len(named) >= 3


def test_distances_by_hand():
    colours = np.zeros(CELLS * CELLS)
    colours[:2] = 0.75, 0.25
    statistics = np.zeros((4, SIZE))
    statistics[:, 1] = [-1.0, 1.0, -1.0, 1.0]
    reference = learn_reference([Described(colours, own) for own in statistics], np.zeros(4, dtype=int), 1)
    assert reference.usual[:2].tolist() == [True, True]
    known = np.zeros(CELLS * CELLS)
    known[0], known[500] = 0.5, 0.5
    assert reference.colours(Described(known, statistics[0])) == pytest.approx(np.log((1 + LEAST_SHARE) / 0.52))
    assert reference.scale[1] == 1
    far = np.zeros(SIZE)
    far[1] = 3.0
    variance = 0.99 * 1 + 0.01 / SIZE  # shrunk towards the mean of the 22 variances, of which the others are 0
    assert reference.squares(Described(colours, far))[0] == pytest.approx(9 / variance / SIZE)


def test_multiples_of_a_limit():
    assert over_limit("colours", np.array([1.0]), 2.0).tolist() == [0.5]
    below, above = over_limit("region", np.array([-1e9, 1e9]), 0.3)
    assert (below, above) == (pytest.approx(np.exp(-10)), pytest.approx(np.exp(10)))


def test_json_is_read_back_and_other_statistics_are_refused(checks):
    value = checks.to_json()
    again = PhotoChecks.from_json(value)
    assert again.to_json() == value
    photos = visit_of(14, 0)
    assert again.check(photos, REGIONS, "letterbox") == checks.check(photos, REGIONS, "letterbox")
    assert list(value["limits"]) == list(CHECKS)
    value["reference"]["names"] = ["another"]
    with pytest.raises(ValueError, match="other statistics than those of this version"):
        PhotoChecks.from_json(value)


def test_a_photo_that_cannot_be_read_is_passed_over(checks):
    found = checks.check([SeenPhoto("trunk", 0, "", "is damaged", None)], REGIONS, "letterbox")
    assert (found.unlike, found.unlikeness, found.photos[0].fault) == ([], None, "is damaged")
