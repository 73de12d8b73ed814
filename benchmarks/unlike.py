"""Photos that should not be scored, good photos of new subjects, a second camera and a second site: docs/scoring.md.

    python benchmarks/unlike.py results/demo/bundle --photo-size 616x408 --leaves COFFEE/photos

Trials are simulated into the work folder, as large as those of the bundle's training, and stay there.
"""

import argparse
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from bad_photos import CHOSEN_ON, JUDGED_ON, blurred
from pasi.bundle.judged_visit import JudgedVisit, judge_seen
from pasi.bundle.load import Bundle, load_bundle
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.visit_photos import NewVisit, SeenPhoto, see_photos
from pasi.bundle.visit_scores import CHUNK
from pasi.evaluation.metrics import ccc, mae
from pasi.imaging.decode import make_tile
from pasi.simulate.design import Design
from pasi.simulate.setting import CAMERAS, SITES, Setting
from pasi.simulate.trial import simulate_trial

WORK = Path("results/unlike")
SEED = 102  # of the judged trials; the checks were chosen on subjects of another seed
STATUSES = ("refused", "degraded", "ok")
Reader = Callable[[NewVisit], list[SeenPhoto]]


@dataclass(frozen=True)
class Trial:
    """A simulated trial: its visits, and by subject and visit the true score, by subject the skin type."""

    folder: Path
    visits: Sequence[NewVisit]
    truth: Mapping[tuple[str, str], float]
    skin: Mapping[str, str]


def make_trial(work: Path, bundle: Bundle, subjects: int, size: tuple[int, int], setting: Setting) -> Trial:
    """Simulate a trial below the work folder, or take what is there."""
    folder = work / f"{setting.camera.name}-{setting.site.name}-{subjects}"
    design = Design(setting=setting)
    simulate_trial(folder, subjects=subjects, photo_size=size, seed=SEED, design=design, processes=1)
    return load_trial(folder, bundle)


def load_trial(folder: Path, bundle: Bundle) -> Trial:
    """A trial that was simulated."""
    visits = read_new_visits(folder / "photos.csv", bundle.index, "error", Reading()).visits
    with (folder / "scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    weights = {region.name: region.weight for region in bundle.index.regions}
    truth: dict[tuple[str, str], float] = {}
    for row in rows:
        signs = sum(int(row[sign]) for sign in ("erythema", "induration", "desquamation"))
        key = row["subject"], row["visit"]
        truth[key] = truth.get(key, 0.0) + weights[row["region"]] * signs * int(row["area"])
    return Trial(folder, visits, truth, {row["subject"]: row["skin_type"] for row in rows})


def judge(bundle: Bundle, photos: Sequence[SeenPhoto]) -> JudgedVisit:
    """The judgement of a visit, without scoring it."""
    return judge_seen(photos, bundle.scorer, bundle.checks)


class Photos:
    """Reads the photos of visits, as they are or changed."""

    def __init__(self, bundle: Bundle, trial: Trial, leaves: Sequence[Path]):
        self.tiles, self.root, self.leaves = bundle.scorer.preprocess.tiles, trial.folder, cycle(leaves)

    def good(self, visit: NewVisit) -> list[SeenPhoto]:
        """As they are."""
        return see_photos(visit, self.root, self.tiles)

    def changed(self, visit: NewVisit, change: Callable[[np.ndarray], np.ndarray]) -> list[SeenPhoto]:
        """Each changed and stored as JPEG again."""
        found = []
        for photo in visit.photos:
            with Image.open(self.root / photo.path) as file:
                pixels = np.asarray(ImageOps.exif_transpose(file).convert("RGB"))
            stream = io.BytesIO()
            Image.fromarray(change(pixels)).save(stream, "JPEG", quality=90)
            found.append(self._seen(photo.region, photo.slot, stream.getvalue()))
        return found

    def of_leaves(self, visit: NewVisit) -> list[SeenPhoto]:
        """Leaves in place of skin."""
        return [self._seen(photo.region, photo.slot, next(self.leaves).read_bytes()) for photo in visit.photos]

    def in_turns(self, visit: NewVisit) -> list[SeenPhoto]:
        """Each region with photos of the region before it, the first one with those of the last."""
        regions = list(dict.fromkeys(photo.region for photo in visit.photos))
        good = self.good(visit)
        by_region = {region: cycle([photo for photo in good if photo.region == region]) for region in regions}
        source = dict(zip(regions, [regions[-1], *regions[:-1]], strict=True))
        return [next(by_region[source[own.region]])._replace(region=own.region, slot=own.slot) for own in good]

    def _seen(self, region: str, slot: int, data: bytes) -> SeenPhoto:
        return SeenPhoto(region, slot, "", "", make_tile(data, size=self.tiles.size, fit=self.tiles.fit))


def readers(photos: Photos, *, leaves: bool) -> Iterator[tuple[str, str, Reader]]:
    """Kinds of bad photos: name, whether the checks were chosen on it, and what gives its photos of a visit."""
    for known, kinds in (("chosen on", CHOSEN_ON), ("judged on", JUDGED_ON)):
        for name, change in kinds.items():
            yield name, known, lambda visit, change=change: photos.changed(visit, change)  # type: ignore[misc]
    yield "wrong body part", "chosen on", photos.in_turns
    if leaves:
        yield "leaves", "chosen on", photos.of_leaves


def one_of(good: Sequence[SeenPhoto], bad: Sequence[SeenPhoto], number: int) -> list[SeenPhoto]:
    """A visit with one bad photo among its good ones, another one for each number."""
    place = number % len(good)
    return [*good[:place], bad[place], *good[place + 1 :]]


def shares(judgements: Sequence[JudgedVisit]) -> str:
    """Per cent of visits by status, as cells of a table."""
    found = [own.status for own in judgements]
    return " | ".join(f"{100 * found.count(status) / len(found):.0f}" for status in STATUSES)


def print_detection(bundle: Bundle, trial: Trial, options: argparse.Namespace) -> None:
    """Of each kind of bad photo, per cent of visits refused, degraded and ok: all photos bad, or one of them."""
    leaves = sorted(options.leaves.glob("*.jpg")) if options.leaves else []
    photos = Photos(bundle, trial, leaves)
    chosen = trial.visits[:: max(1, len(trial.visits) // options.visits)][: options.visits]
    print(f"\n{len(chosen)} visits; all photos bad: refused, degraded, ok (%); one photo bad: the same")
    print("| photos | checks | refused | degraded | ok | refused | degraded | ok |\n|---|---|---|---|---|---|---|---|")
    good = [photos.good(visit) for visit in chosen]
    for name, known, read in readers(photos, leaves=bool(leaves)):
        bad = [read(visit) for visit in chosen]
        every = shares([judge(bundle, own) for own in bad])
        mixed = [one_of(*pair, number) for number, pair in enumerate(zip(good, bad, strict=True))]
        one = " | ".join(" " * 3) if name == "wrong body part" else shares([judge(bundle, own) for own in mixed])
        print(f"| {name} | {known} | {every} | {one} |", flush=True)


def print_alarms(bundle: Bundle, trial: Trial) -> None:
    """False alarms on good photos, of all visits and by skin type."""
    judged = [
        (visit, judge(bundle, see_photos(visit, trial.folder, bundle.scorer.preprocess.tiles)))
        for visit in trial.visits
    ]
    promised = f"{bundle.checks.alarms:.1%} of subjects like those of the training for each of 4 checks"
    print(f"\nGood photos of held-out subjects; promised at most about {promised}")
    print("| skin type | subjects | with an alarm | visits | refused | degraded |\n|---|---|---|---|---|---|")
    for name in ("all", *sorted(set(trial.skin.values()))):
        own = [(visit, found) for visit, found in judged if name in ("all", trial.skin[visit.subject])]
        alarmed = {visit.subject for visit, found in own if found.status != "ok"}
        statuses = [found.status for _, found in own]
        people = len({visit.subject for visit, _ in own})
        cells = people, len(alarmed), len(own), statuses.count("refused"), statuses.count("degraded")
        print(f"| {name} | {' | '.join(map(str, cells))} |")
    for visit, found in judged:
        if found.status != "ok":
            print(f"  {visit.subject} {visit.visit} {found.status}: {'; '.join(found.reasons)}")


def scores_of(bundle: Bundle, seen: Sequence[Sequence[SeenPhoto]]) -> np.ndarray:
    """Scores (n,) of visits, without any check."""
    parts = [seen[start : start + CHUNK] for start in range(0, len(seen), CHUNK)]
    return np.concatenate([bundle.index.combine(bundle.scorer.score(part).composites) for part in parts])


def print_settings(bundle: Bundle, options: argparse.Namespace) -> None:
    """Error and refusals under each camera and site, of the same subjects."""
    print("\n| camera | site | visits | refused (%) | degraded (%) | MAE | CCC | CCC of the visits that are scored |")
    print("|---|---|---|---|---|---|---|---|")
    for camera in CAMERAS:
        for site in SITES:
            setting = Setting(CAMERAS[camera], SITES[site])
            trial = make_trial(options.work, bundle, options.carried, options.photo_size, setting)
            seen = [see_photos(visit, trial.folder, bundle.scorer.preprocess.tiles) for visit in trial.visits]
            found = [judge(bundle, own).status for own in seen]
            truth = np.array([trial.truth[visit.subject, visit.visit] for visit in trial.visits])
            scores, scored = scores_of(bundle, seen), np.array([status != "refused" for status in found])
            left = f"{ccc(truth[scored], scores[scored]):.2f} ({scored.sum()})" if scored.sum() > 2 else "none"
            per_cent = [f"{100 * found.count(status) / len(found):.0f}" for status in STATUSES[:2]]
            print(
                f"| {camera} | {site} | {len(found)} | {' | '.join(per_cent)} | {mae(truth, scores):.2f} | "
                f"{ccc(truth, scores):.2f} | {left} |",
                flush=True,
            )


def print_price(bundle: Bundle, trial: Trial, options: argparse.Namespace) -> None:
    """How far a score moves where one blurred photo is used all the same, and where it is left out."""
    photos = Photos(bundle, trial, [])
    chosen = trial.visits[:: max(1, len(trial.visits) // options.visits)][: options.visits]
    good = [photos.good(visit) for visit in chosen]
    bad = [photos.changed(visit, blurred) for visit in chosen]
    used = [one_of(*pair, number) for number, pair in enumerate(zip(good, bad, strict=True))]
    without = [
        [photo if photo is kept else photo._replace(tile=None) for photo, kept in zip(mixed, own, strict=True)]
        for mixed, own in zip(used, good, strict=True)
    ]
    before = scores_of(bundle, good)
    moves = [float(np.abs(scores_of(bundle, own) - before).mean()) for own in (used, without)]
    print(
        f"\nOne blurred photo of a visit moves its score by {moves[0]:.2f} points if used, {moves[1]:.2f} if left out."
    )


def pixels(text: str) -> tuple[int, int]:
    """Width and height of a photo, as in 616x408."""
    width, height = map(int, text.split("x"))
    return width, height


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("bundle", type=Path, help="folder of a bundle of networks that were trained on photos of `pasi simulate`")
    add("--photo-size", type=pixels, default=(616, 408), metavar="WxH", help="as in the training")
    add("--subjects", type=int, default=48, metavar="N", help="held-out subjects (default: %(default)s)")
    add("--carried", type=int, default=24, metavar="N", help="under each camera and site (default: %(default)s)")
    add("--visits", type=int, default=60, metavar="N", help="of which photos are spoilt (default: %(default)s)")
    add("--leaves", type=Path, metavar="DIR", help="folder of JPEG photos of leaves")
    add("--work", type=Path, default=WORK, metavar="DIR", help="folder of the trials (default: %(default)s)")
    options = parser.parse_args()
    bundle = load_bundle(options.bundle, device="cpu")
    trial = make_trial(options.work, bundle, options.subjects, options.photo_size, Setting())
    print_alarms(bundle, trial)
    print_detection(bundle, trial, options)
    print_price(bundle, trial, options)
    print_settings(bundle, options)


if __name__ == "__main__":
    main()
