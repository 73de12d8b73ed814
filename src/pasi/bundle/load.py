"""Opening a bundle: every byte is checked, and the golden visit is scored, before any other score is given."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from pasi.bundle import layout
from pasi.bundle.golden import check_golden, read_expected
from pasi.bundle.manifest import Manifest, read_verified, verify
from pasi.bundle.model import ScoringModel
from pasi.bundle.photo_checks import PhotoChecks
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.preprocess import Preprocess
from pasi.bundle.residuals import Residuals
from pasi.bundle.results import score_table
from pasi.bundle.run_verdict import RunVerdict
from pasi.bundle.scoring import Scorer, choose_device
from pasi.bundle.versions import differing_versions
from pasi.bundle.visit_scores import CHUNK, score_chunks
from pasi.cohort.visit_order import VisitNames
from pasi.errors import BundleError, SettingError
from pasi.imaging.decode import KERNEL
from pasi.severity.index import SeverityIndex
from pasi.storage.tables import Columns

T = TypeVar("T")


@dataclass(frozen=True)
class BundleContents:
    """What a bundle says without its networks: enough to read a table of photos and to write one of scores."""

    index: SeverityIndex
    preprocess: Preprocess
    model: ScoringModel
    residuals: Residuals
    checks: PhotoChecks


@dataclass(frozen=True)
class Bundle:
    """A trained learner that scores new visits; made by `load_bundle`. digest: of the bundle, by which results name it.

    verdict: what the report of its run says. differing: which versions differ from those that made it, in words.
    """

    folder: Path
    manifest: Manifest
    scorer: Scorer
    residuals: Residuals
    checks: PhotoChecks
    verdict: RunVerdict
    differing: str

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, which covers every byte of the bundle."""
        return self.manifest.digest

    @property
    def judged(self) -> str:
        """What the report of its run says of its learner, in one sentence."""
        return self.verdict.of(self.scorer.model.learner)

    @property
    def index(self) -> SeverityIndex:
        """The severity index whose values are given."""
        return self.scorer.index

    @property
    def contents(self) -> BundleContents:
        """What it says without its networks."""
        scorer = self.scorer
        return BundleContents(scorer.index, scorer.preprocess, scorer.model, self.residuals, self.checks)

    def predict(
        self,
        table: str | Path | Columns,
        *,
        photos_root: str | Path | None = None,
        visit_order: Sequence[str] = (),
        baseline: str | None = None,
    ) -> pd.DataFrame:
        """Score the visits of a table with the columns subject, visit, region and photo, one row a visit.

        table: a CSV file, a data frame or a mapping of columns. Where week, date or baseline are among them, as
        docs/visits.md says, rows have the change from baseline too. photos_root: the folder of the photos, by default
        that of the file, or the working directory. visit_order: names of all visits in the order of time. The columns
        are those of docs/scoring.md. Nothing is written. Raises InputError with every problem of the table, ValueError
        where visit_order is a text, BundleError where a file of the bundle has changed since it was opened.
        """
        root = None if photos_root is None else Path(photos_root)
        reading = Reading(root, VisitNames(_names(visit_order), baseline))
        found = read_new_visits(table, self.index, self.scorer.preprocess.extra_photos, reading)
        visits = found.visits
        chunks = [visits[start : start + CHUNK] for start in range(0, len(visits), CHUNK)]
        parts, has_labels = (self.scorer, self.residuals, self.checks), self.scorer.model.has_labels
        entries = [own for scored in score_chunks(chunks, found.root, *parts) for own in scored]
        return pd.DataFrame(
            score_table(entries, found.timelines, self.index, self.residuals.responses, has_labels=has_labels)
        )


def _names(visit_order: Sequence[str]) -> tuple[str, ...]:
    if isinstance(visit_order, str):
        names = [name.strip() for name in visit_order.split(",") if name.strip()]
        raise SettingError(f"visit_order is a text, expected a list of names: give visit_order={names}")
    return tuple(visit_order)


def load_bundle(folder: str | Path, *, device: str = "auto") -> Bundle:
    """Open a bundle, check every byte of it, and score its golden visit.

    device: "auto" (a GPU where torch finds one), "cpu" or "cuda". Nothing of the bundle is run or unpickled. Raises
    BundleError where a byte is not as it was made, where the bundle is of another format, or where the golden visit
    comes out differently here; DeviceError where a GPU is wanted and there is none.
    """
    place = Path(folder)
    manifest = verify(place)
    contents = read_contents(place, manifest)
    preprocess = contents.preprocess
    try:
        verdict = RunVerdict.from_json(manifest.about["verdict"])
    except (KeyError, TypeError) as error:
        raise BundleError(
            f"{place / layout.MANIFEST} does not say what the report says: make the bundle anew"
        ) from error
    differing = differing_versions(manifest.about)
    if preprocess.kernel != KERNEL:
        raise BundleError(
            f"{folder} was made with the photo decoder {preprocess.kernel}, and this version has {KERNEL}: install the "
            f"versions that made it ({differing or 'none differs'}), or make the bundle anew"
        )
    weights = partial(read_verified, place, manifest=manifest)
    scorer = Scorer(contents.model, preprocess, contents.index, weights, choose_device(device))
    check_golden(place, scorer, _read_json(place, manifest, layout.EXPECTED, read_expected), differing)
    return Bundle(place, manifest, scorer, contents.residuals, contents.checks, verdict, differing)


def read_contents(place: Path, manifest: Manifest) -> BundleContents:
    """What a bundle says without its networks; raises BundleError where a file is not as the manifest has it."""
    read = partial(_read_json, place, manifest)
    index = read(layout.INDEX, SeverityIndex.from_config)
    preprocess = read(layout.PREPROCESS, Preprocess.from_json)
    model = read(layout.MODEL, ScoringModel.from_json)
    residuals = read(layout.CONFORMAL, Residuals.from_json)
    checks = read(layout.CHECKS, PhotoChecks.from_json)
    if not {*residuals.folds.tolist(), *(own.fold for own in residuals.responses)} <= set(model.folds):
        raise BundleError(f"{place / layout.CONFORMAL} does not fit {layout.MODEL}: make the bundle anew")
    if len(checks.reference.means) != len(index.regions):
        raise BundleError(f"{place / layout.CHECKS} does not fit {layout.INDEX}: make the bundle anew")
    return BundleContents(index, preprocess, model, residuals, checks)


def _read_json(folder: Path, manifest: Manifest, name: str, parse: Callable[[Any], T]) -> T:
    try:
        return parse(json.loads(read_verified(folder, name, manifest)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"{folder / name} does not hold what a bundle has there: make the bundle anew") from error
