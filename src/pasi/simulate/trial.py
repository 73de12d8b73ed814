"""Writing the folder of a synthetic trial: both tables first, then one photo after another."""

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from pasi.simulate.course import (
    AREA_BANDS,
    REGIONS,
    WEEKS,
    Course,
    RegionScore,
    Subject,
    draw_course,
)
from pasi.simulate.design import DEFAULT, Design, design_subjects
from pasi.simulate.draws import draws
from pasi.simulate.jpeg import camera_exif, encode, made_from
from pasi.simulate.rated import columns_of, rater_columns, score_columns, truth_columns
from pasi.simulate.raters import draw_raters
from pasi.simulate.scene import draw_photo
from pasi.simulate.setting import DEFAULT_SETTING, Setting
from pasi.simulate.shot import Lesions, Shot
from pasi.storage.atomic import atomic_write
from pasi.storage.tables import write_table

FORMAT = 2  # raise it when a recipe gives other pixels than before: older photos are then drawn again
DRAWN = 1232  # pixels: longest side at which a photo is drawn; larger photos are enlarged from it
WOBBLE = 0.3  # largest distance of a drawn sign from its grade, to which it therefore still rounds
BATCH = 32  # photos per process that are submitted at once
BAND_MARGIN = 0.4  # percent: smallest distance of a photo's area from the ends of its band


@dataclass(frozen=True)
class Order:
    """A photo to be made: what it shows, its path under the trial's folder, and when it was taken."""

    shot: Shot
    path: str
    taken: datetime


def simulate_trial(
    out: Path,
    *,
    subjects: int = 60,
    photo_size: tuple[int, int] = (4928, 3264),
    seed: int = 0,
    design: Design = DEFAULT,
    tables_only: bool = False,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write the tables and photos of a trial under `out` (A7: 60 subjects, 338 visits, 2,704 photos by default).

    `photo_size` is the camera's long and short side in pixels. With raters in `design`, scores.csv has what the first
    of them reads, raters.csv what each does, and truth.csv what the photos show. The bytes depend on `subjects`,
    `photo_size`, `seed` and `design` alone; a photo that is already there, whole and made from the same recipe, is
    kept. `processes`: None for one per core. `progress` is called with the number of photos finished so far. Raises
    ValueError where `subjects`, `photo_size` or `seed` is out of range.
    """
    if subjects < 1 or not photo_size[0] >= photo_size[1] >= 16 or seed < 0:
        size = f"{photo_size[0]}x{photo_size[1]}"
        raise ValueError(
            f"cannot make a trial of {subjects} subjects, photos of {size} pixels and seed {seed}: expected at least "
            "one subject, the long side first, no side below 16 pixels, and a seed of at least 0"
        )
    out = Path(out)
    people = design_subjects(subjects, seed, design.arms)
    write_table(_photo_columns(people), out / "photos.csv")
    raters = draw_raters(design.raters, seed, design.rater_error)
    write_table(score_columns(people, raters[:1], seed), out / "scores.csv")
    if raters:
        write_table(rater_columns(people, raters, seed), out / "raters.csv")
        write_table(truth_columns(people, seed), out / "truth.csv")
    if not tables_only:
        make = partial(make_photo, out=out, size=(photo_size[0], photo_size[1]), setting=design.setting)
        made = _made(_orders(people, seed), make, processes or os.cpu_count() or 1)
        for done, _ in enumerate(made, 1):
            if progress:
                progress(done)


def photo_path(subject: Subject, visit: int, region: str, slot: int) -> str:
    """Path of a photo, relative to the trial's folder."""
    return f"photos/{subject.name}/V{visit + 1}/{region}_{slot + 1}.jpg"


def _photo_columns(people: list[Subject]) -> dict[str, list[object]]:
    rows = [
        (person.name, f"V{visit + 1}", region.name, photo_path(person, visit, region.name, slot))
        for person in people
        for visit in person.visits
        for region in REGIONS
        for slot in range(region.photos)
    ]
    return columns_of(("subject", "visit", "region", "photo"), rows)


def draw_lesions(person: Subject, course: Course, visit: int, region: int, *, seed: int) -> list[Lesions]:
    """Draw the lesions of each photo of a region: signs near their grades, and an area in the band of the area score.

    `visit` and `region` are positions in WEEKS and REGIONS. All photos of the region share the signs; the area varies.
    """
    score = course[visit][region]
    rng = draws(seed, "wobble", person.number, visit, region)
    erythema, induration, desquamation = (
        min(4.0, grade + rng.uniform(-WOBBLE, WOBBLE)) if grade else 0.0 for grade in score.signs
    )
    stain = max(earlier[region].percent for earlier in course[: visit + 1])
    return [
        Lesions(erythema, induration, desquamation, _photo_percent(score, rng.uniform(0.85, 1.15)), stain)
        for _ in range(REGIONS[region].photos)
    ]


def _photo_percent(score: RegionScore, factor: float) -> float:
    """The area of one photo: that of its region times `factor`, kept inside the band of the region's area score."""
    if not score.area:
        return 0.0
    low, high = (*AREA_BANDS, 100)[score.area - 1 : score.area + 1]
    return float(min(max(score.percent * factor, low + BAND_MARGIN), high - BAND_MARGIN))


def _orders(people: list[Subject], seed: int) -> Iterator[Order]:
    """All photos of the trial, in the order of photos.csv."""
    for person in people:
        course = draw_course(person, seed)
        start = datetime(2024, 1, 8, 9) + timedelta(days=int(draws(seed, "start", person.number).integers(200)))
        for visit in person.visits:
            for i, region in enumerate(REGIONS):
                for slot, lesions in enumerate(draw_lesions(person, course, visit, i, seed=seed)):
                    about = (seed, person.number, person.skin_type, person.sex == "male", visit, region.name, slot)
                    taken = start + timedelta(weeks=WEEKS[visit], minutes=2 * (4 * i + slot))
                    yield Order(Shot(*about, lesions), photo_path(person, visit, region.name, slot), taken)


def make_photo(order: Order, *, out: Path, size: tuple[int, int], setting: Setting = DEFAULT_SETTING) -> None:
    """Make the photo of `order` under `out`, unless one made from the same recipe is there."""
    path = out / order.path
    made_of = (FORMAT, order, size) if setting.is_default else (FORMAT, order, size, setting)
    recipe = hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]
    if made_from(path) == recipe:
        return
    scale = min(1.0, DRAWN / size[0])
    drawing = draw_photo(order.shot, round(size[0] * scale), round(size[1] * scale), setting)
    rng = draws(order.shot.seed, "grain", order.path)
    orientation = int(rng.choice([6, 8])) if order.shot.portrait else 1
    camera = setting.camera
    exif = camera_exif(size, orientation=orientation, taken=order.taken, recipe=recipe, camera=camera)
    with atomic_write(path) as temporary:
        temporary.write_bytes(encode(drawing.pixels, size, exif=exif, rng=rng, camera=camera))


def _made(orders: Iterator[Order], make: Callable[[Order], None], processes: int) -> Iterator[None]:
    """Yield after each photo; orders are submitted in batches, so that memory does not grow with the trial."""
    if processes == 1:
        yield from map(make, orders)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        while batch := list(islice(orders, BATCH * processes)):
            yield from pool.map(make, batch)
