"""Writing the maps of visits: a file for each region, with what hiding each place takes from its score."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pasi.bundle.judged_visit import judge_visit
from pasi.bundle.load import Bundle
from pasi.bundle.map_files import Identity, MapNote, map_name, read_note, region_digest, write_map
from pasi.bundle.occlusion import occlude, require_captum, strongest, visit_pixels
from pasi.bundle.photo_table import NewVisits
from pasi.bundle.scoring_graph import ScoringGraph
from pasi.bundle.visit_photos import NewVisit, SeenPhoto, hash_photos
from pasi.errors import UsageError
from pasi.imaging.photo_paths import path_fault
from pasi.wording import first_names


class Maps(NamedTuple):
    """What a call has done: maps made now, maps that were there already, and how many of both say nothing; and maps of
    earlier photos that were removed, because the visit is refused now."""

    made: int
    kept: int
    quiet: int
    removed: int


@dataclass(frozen=True)
class Explainer:
    """Writes maps of a bundle's scores into a folder. All networks of the bundle are in memory at once."""

    bundle: Bundle
    folder: Path

    @cached_property
    def graph(self) -> ScoringGraph:
        """The learner as one module, made when the first map needs it."""
        return ScoringGraph(self.bundle.scorer).eval().to(self.bundle.scorer.device)

    def explain(self, visit: NewVisit, root: Path) -> Maps:
        """Write the maps of a visit that are not there by this bundle and of the same photos.

        They rest on the photos that the score rests on. A refused visit has none, and loses those of earlier photos.
        """
        identities = hash_photos(visit, root)
        notes = {region: self._note(visit, region, identities) for region in self.bundle.index.region_names}
        waiting = [region for region, note in notes.items() if note is None]
        if waiting:
            judged = judge_visit(visit, root, self.bundle.scorer, self.bundle.checks)
            if judged.is_refused:
                return Maps(0, 0, 0, self._remove(visit))
            notes |= self._write(visit, judged.photos, waiting)
        quiet = sum(note is not None and not note.is_informative for note in notes.values())
        return Maps(len(waiting), len(notes) - len(waiting), quiet, 0)

    def _note(self, visit: NewVisit, region: str, identities: Sequence[Identity]) -> MapNote | None:
        """The note of a map that is there by this bundle and of these photos."""
        note = read_note(self._path(visit, region))
        return note if note and note.fits(self.bundle.digest, identities, region) else None

    def _write(self, visit: NewVisit, photos: Sequence[SeenPhoto], regions: Sequence[str]) -> dict[str, MapNote]:
        scorer = self.bundle.scorer
        places = [self.bundle.index.region_names.index(region) for region in regions]
        pixels, hidden = (own[places] for own in visit_pixels(scorer, photos))
        effects = occlude(self.graph, pixels, hidden, scorer.device)
        largest, spread = strongest(self.graph, pixels, hidden, effects)
        identities = [photo.identity for photo in photos]
        notes = {}
        for number, region in enumerate(regions):
            digest = region_digest(identities, region)
            notes[region] = MapNote(self.bundle.digest, digest, abs(float(largest[number])), float(spread[number]))
            write_map(effects[number], pixels[number].numpy(), notes[region], self._path(visit, region))
        return notes

    def _remove(self, visit: NewVisit) -> int:
        """Remove the maps of a visit that a call like this one has made; returns how many."""
        paths = [self._path(visit, region) for region in self.bundle.index.region_names]
        own = [path for path in paths if read_note(path)]
        for path in own:
            path.unlink()
        return len(own)

    def _path(self, visit: NewVisit, region: str) -> Path:
        return self.folder / map_name(visit.subject, visit.visit, region)


def explain_visits(
    bundle: Bundle, found: NewVisits, folder: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Maps:
    """Write a map of each region of the visits that are not refused into `folder`, named by `map_name`.

    Maps that are there by this bundle and of the same photos are kept. progress: called with the number of visits that
    have ended, and of all. Raises MissingExtraError without the extra [explain], UsageError where names of visits are
    no names of files of their own, WriteError where the disk is full.
    """
    require_captum()
    _check_names(found.visits, bundle.index.region_names)
    explainer = Explainer(bundle, folder)
    total = Maps(0, 0, 0, 0)
    for done, visit in enumerate(found.visits, 1):
        total = Maps(*map(sum, zip(total, explainer.explain(visit, found.root), strict=True)))
        progress(done, len(found.visits))
    return total


def _check_names(visits: Sequence[NewVisit], regions: Sequence[str]) -> None:
    names = Counter(map_name(visit.subject, visit.visit, region) for visit in visits for region in regions)
    if bad := [name for name, times in names.items() if times > 1 or "/" in name or path_fault(name)]:
        raise UsageError(
            f"maps cannot be named by these visits, since two have one name or it is no file's: {first_names(bad)}; "
            "rename subjects or visits, or score without --explain"
        )
