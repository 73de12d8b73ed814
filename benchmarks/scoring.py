"""How fast bundles score: seconds of decoding, of the checks of photos and of the networks, and of a whole call.

    python benchmarks/scoring.py data/demo/photos.csv results/demo/bundle [another bundle ...]

The call is `pasi predict` without its start and without the golden visit (docs/scoring.md). ratio: its seconds over
those of decoding and checks, or of the networks, whichever is larger.
"""

import argparse
import io
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pasi.bundle.load import Bundle, load_bundle
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.predict import predict
from pasi.bundle.visit_photos import see_photos
from pasi.bundle.visit_scores import CHUNK


def seconds_of(bundle: Bundle, photos: Path) -> tuple[int, int, dict[str, float]]:
    """Visits and photos of a table, and the seconds of each part of scoring them in turn, and of a whole call."""
    found = read_new_visits(photos, bundle.index, bundle.scorer.preprocess.extra_photos, Reading())
    tiles, regions = bundle.scorer.preprocess.tiles, bundle.index.region_names
    spent = dict.fromkeys(("decoding", "checks", "networks", "whole call"), 0.0)
    for start in range(0, len(found.visits), CHUNK):
        times = [perf_counter()]
        seen = [see_photos(visit, found.root, tiles) for visit in found.visits[start : start + CHUNK]]
        times.append(perf_counter())
        for own in seen:
            bundle.checks.check(own, regions, tiles.fit)
        times.append(perf_counter())
        bundle.scorer.score(seen)
        times.append(perf_counter())
        for name, first, last in zip(spent, times, times[1:], strict=False):
            spent[name] += last - first
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        start_of_call = perf_counter()
        predict(bundle, photos, Path(folder) / "scores.csv", Reading())
        spent["whole call"] = perf_counter() - start_of_call
    return len(found.visits), sum(len(visit.photos) for visit in found.visits), spent


def main() -> None:
    """Print a line for each bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("bundles", type=Path, nargs="+")
    options = parser.parse_args()
    print("| learner | networks | visits | decoding (ms a photo) | checks | networks (ms a visit) | visits/s | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for folder in options.bundles:
        bundle = load_bundle(folder, device="cpu")
        visits, photos, spent = seconds_of(bundle, options.photos)
        by_photo = [f"{1000 * spent[name] / photos:.1f}" for name in ("decoding", "checks")]
        model = bundle.scorer.model
        cells = [model.learner, str(len(model.networks)), str(visits), *by_photo]
        cells += [f"{1000 * spent['networks'] / visits:.0f}", f"{visits / spent['whole call']:.1f}"]
        largest = max(spent["decoding"] + spent["checks"], spent["networks"])
        cells.append(f"{spent['whole call'] / largest:.2f}")
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
