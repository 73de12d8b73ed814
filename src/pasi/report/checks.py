"""The cohort flow, the balance of the split, and checks that no subject leaked from one part into another."""

from collections import defaultdict
from dataclasses import dataclass

from pasi.report.content import ReportContent
from pasi.storage.tables import Columns, rows_of
from pasi.wording import counted


@dataclass(frozen=True)
class Step:
    """One step of the cohort flow: a count, the noun that it counts, and a note."""

    count: int
    noun: str
    note: str


@dataclass(frozen=True)
class Check:
    """One statement about the split, and whether it holds. grave: without it the results are worth nothing."""

    passed: bool
    text: str
    grave: bool = True


@dataclass(frozen=True)
class Balance:
    """One grouping of balance.csv, "test" or "fold", with the two imbalances of R18.

    parts: name, number of records, and for each of `labels` the number of records and their share.
    """

    name: str
    labels: list[str]
    parts: list[tuple[str, int, list[tuple[int, float]]]]
    label_share: float
    cohort_share: float


def cohort_flow(content: ReportContent) -> list[Step]:
    """Numbers of photos, composites, visits and subjects, counted in the tables of the run (A7)."""
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
        Step(len(composites), "composites", f"one per visit and region; {graded['held']:,} regions have grades"),
        Step(visits, "visits", f"{visits - lacking:,} with all regions, {lacking:,} without"),
        Step(len(set(scores["subject"])), "subjects", f"{parts['train']:,} train, {parts['test']:,} test"),
    ]


def balances(balance: Columns) -> list[Balance]:
    """The groupings "test" and "fold" of splits/balance.csv; without the former where there is no test part."""
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
    """Statements that must hold for the results to be free of leakage, each checked on the tables of the run (F20)."""
    split, oof = content.split, content.oof
    subjects = len(split["subject"])
    fold_of = dict(zip(split["subject"], split["fold"], strict=True))
    test = {row["subject"] for row in rows_of(split, part="test")}
    keys = list(zip(oof["learner"], oof["repeat"], oof["subject"], oof["visit"], oof["region"], strict=True))
    own = all(fold_of.get(subject) == fold for subject, fold in zip(oof["subject"], oof["fold"], strict=True))
    shared = photos_of_two_subjects(content.photos)
    inner = content.config["training"]["monitor"] == "inner"
    return [
        Check(
            subjects == len(set(split["subject"])), f"Each of {counted(subjects, 'subject')} is in one part and fold."
        ),
        Check(not test & set(oof["subject"]), "No test subject has an out-of-fold prediction."),
        Check(own, "Each out-of-fold prediction comes from a network that was not trained on the subject."),
        Check(len(keys) == len(set(keys)), f"No network has an out-of-fold row twice ({counted(len(keys), 'row')})."),
        Check(not shared, f"No photo belongs to two subjects (compared by SHA-256: {counted(shared, 'photo')} found)."),
        Check(inner, "No training monitored a subject of its held-out fold (training.monitor: inner).", grave=False),
    ]


def photos_of_two_subjects(photos: Columns) -> int:
    """Number of distinct photos, by SHA-256, that belong to more than one subject."""
    owners = defaultdict(set)
    for subject, content in zip(photos["subject"], photos["sha256"], strict=True):
        owners[content].add(subject)
    return sum(len(subjects) > 1 for subjects in owners.values())
