"""Cohort flow, balance of the split, and the checks that no subject leaked from one part into another."""

from collections import defaultdict
from dataclasses import dataclass

from pasi.report.content import ReportContent
from pasi.storage.tables import Columns, rows_of
from pasi.wording import counted


@dataclass(frozen=True)
class Step:
    """A step of the cohort flow: how many of what, and a note."""

    count: int
    noun: str
    note: str


@dataclass(frozen=True)
class Check:
    """One check of the split and whether it held."""

    passed: bool
    text: str


@dataclass(frozen=True)
class Balance:
    """One grouping of balance.csv: parts as rows; for each label records and share; the two imbalances of R18."""

    name: str
    labels: list[str]
    parts: list[tuple[str, int, list[tuple[int, float]]]]
    label_share: float
    cohort_share: float


def cohort_flow(content: ReportContent) -> list[Step]:
    """Photos, composites, visits, subjects: counted from the tables, never assumed."""
    scores, photos = content.scores, content.photos
    visits = len(set(zip(scores["subject"], scores["visit"], strict=True)))
    lacking = content.incomplete_visits
    composites = set(zip(photos["subject"], photos["visit"], photos["region"], strict=True))
    parts = {part: len(rows_of(content.split, part=part)) for part in ("train", "test")}
    (graded,) = rows_of(content.counts, unit="regions")
    (listed,) = rows_of(content.counts, unit="photos")
    lost = f"; {listed['left_out']:,} of {listed['held']:,} left out" if listed["left_out"] else ""
    return [
        Step(len(photos["subject"]), "photos", f"decoded, one tile each{lost}"),
        Step(len(composites), "composites", f"one a visit and region; {graded['held']:,} have grades"),
        Step(visits, "visits", f"{visits - lacking:,} with all regions, {lacking:,} without"),
        Step(len(set(scores["subject"])), "subjects", f"{parts['train']:,} train, {parts['test']:,} test"),
    ]


def balances(balance: Columns) -> list[Balance]:
    """The groupings "test" and "fold" of balance.csv as tables."""
    found = []
    for name in ("test", "fold"):
        rows = rows_of(balance, grouping=name)
        if not rows:
            continue
        labels = list(dict.fromkeys(str(row["label"]) for row in rows))
        cells: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
        for row in rows:
            cells[str(row["part"])][str(row["label"])] = (int(row["records"]), float(row["share"]))
        parts = [
            (part, sum(records for records, _ in own.values()), [own.get(label, (0, 0.0)) for label in labels])
            for part, own in cells.items()
        ]
        found.append(Balance(name, labels, parts, float(rows[0]["label_share"]), float(rows[0]["cohort_share"])))
    return found


def leakage_checks(content: ReportContent) -> list[Check]:
    """Each fact that keeps the figures honest, tested on the tables themselves (F20)."""
    split, oof = content.split, content.oof
    subjects = len(split["subject"])
    fold_of = dict(zip(split["subject"], split["fold"], strict=True))
    test = {row["subject"] for row in rows_of(split, part="test")}
    keys = list(zip(oof["learner"], oof["subject"], oof["visit"], oof["region"], strict=True))
    own = all(fold_of.get(subject) == fold for subject, fold in zip(oof["subject"], oof["fold"], strict=True))
    shared = photos_of_two_subjects(content.photos)
    inner = content.config["training"]["monitor"] == "inner"
    return [
        Check(
            subjects == len(set(split["subject"])), f"Each of {counted(subjects, 'subject')} is in one part and fold."
        ),
        Check(not test & set(oof["subject"]), "No test subject has an out-of-fold prediction."),
        Check(own, "Every out-of-fold prediction is by the network that did not see the subject."),
        Check(len(keys) == len(set(keys)), f"Each of {counted(len(keys), 'out-of-fold row')} is there once a network."),
        Check(not shared, _shared_text(shared)),
        Check(inner, "Training stopped by subjects outside the fold that it predicts (training.monitor is inner)."),
    ]


def photos_of_two_subjects(photos: Columns) -> int:
    """Number of photos, told apart by their content, that belong to more than one subject."""
    owners = defaultdict(set)
    for subject, content in zip(photos["subject"], photos["sha256"], strict=True):
        owners[content].add(subject)
    return sum(len(subjects) > 1 for subjects in owners.values())


def _shared_text(shared: int) -> str:
    return f"No photo belongs to two subjects ({counted(shared, 'photo')} found, by SHA-256)."
