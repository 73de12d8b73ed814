"""A page of `pasi predict --report` made without a bundle: rows of each status, and a subject whose name is markup."""

from dataclasses import replace

from pasi.review.score_rows import ScoredVisit
from pasi.score_page.card_sections import read_sections
from pasi.score_page.content import FIGURES, TRAINED_ON, Origin, ScorePage
from small_bundle import INDEX

ATTACK = "<script>document.title=1</script>"
CARD = f"""# A card
## {TRAINED_ON}

2 subjects and 6 photos.

## {FIGURES}

| part | learner | visits | MAE (points) | CCC |
|---|---|---|---|---|
| out of fold | mean | 12 | 4.00 (95% 3.00 to 5.50) | 0.50 (95% 0.10 to 0.80) |
| test set | mean | 3 | 5.00 (no interval) | undefined |

**Out of fold the learner is no better than the strongest baseline: its scores are worth little.**
"""
FIRST = {"score": 10.31, "low_90": 6.42, "high_90": 14.23, "spread": 1.17, "unlikeness": 0.5, "photos": 3.0}
SECOND = {"score": 4.52, "low_90": 2.63, "high_90": 8.74, "spread": 0.52, "unlikeness": 0.91, "photos": 2.0}
CHANGE = {"change": -5.79, "improvement": 56.0, "response_50": 1.0, "response_75": 0.0}
DAMAGED = ("front: photo 1 is damaged (the file ends early)", "front: 1 of the usual 2 photos")
LOST = ("back: photo 1 is damaged (it cannot be decoded)", "back: no usable photo")
UNLIKE = (f"back: photo 1 is unlike the training photos (colours) {ATTACK}",)
ROWS = (
    ScoredVisit("A", "V1", "ok", (), "V1", FIRST),
    ScoredVisit("A", "V2", "degraded", DAMAGED, "V1", SECOND | CHANGE),
    ScoredVisit("A", "V3", "refused", LOST, "V1", {"score": 9.99, "photos": 2.0, "unlikeness": 0.2}),
    ScoredVisit(ATTACK, "V1", "refused", UNLIKE, "", {"unlikeness": 3.25, "photos": 3.0}),
)
OK = ROWS[:1]
SECTIONS = read_sections(CARD)
ORIGIN = Origin(
    "mean",
    "ab" * 32,
    10,
    {"synthetic": True, "versions": {"one-step-pasi": "0.2.0"}},
    "Pillow 1 there, 2 here",
    "The report of its run says: do not use.",
    ("It is not shown to be better.", "The cohort is synthetic."),
    SECTIONS[FIGURES],
    SECTIONS[TRAINED_ON],
)
PAGE = ScorePage(
    INDEX,
    ORIGIN,
    ROWS,
    ("scores.csv", "cd" * 32),
    ("2026-11-27T10:00:00+00:00", "2026-11-27T10:01:00+00:00"),
    "1 photo of 1 visit listed in scores.faces.csv, found by X, which misses some",
)
UNEXPLAINED = Origin("mean", "ab" * 32, 1, {}, "", "The report of its run says: use.", ())
BARE = replace(PAGE, origin=UNEXPLAINED, rows=OK, scored=("2026-11-27T10:00:00+00:00",) * 2, faces="")
