"""What the report of a run says of its learner, which a bundle carries to whoever scores with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class RunVerdict:
    """The light of the report for the learner `judged`, such as "Do not use"; reasons: why, the gravest first."""

    judged: str
    light: str
    reasons: tuple[str, ...]

    @classmethod
    def from_summary(cls, summary: Mapping[str, Any]) -> "RunVerdict":
        """From report/summary.json: its light, and the conditions that do not hold."""
        failed = [one for one in summary["conditions"] if one["holds"] is False]
        failed.sort(key=lambda one: bool(one["otherwise"] != summary["light"]))  # the light is the gravest of them
        return cls(summary["learner"], summary["light"], tuple(one["text"] for one in failed))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "RunVerdict":
        """The verdict of a manifest; raises KeyError or TypeError where it is another object."""
        return cls(value["judged"], value["light"], tuple(value["reasons"]))

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return {**asdict(self), "reasons": list(self.reasons)}

    def of(self, learner: str) -> str:
        """What the report says of the learner of a bundle, in one sentence.

        >>> RunVerdict("mean", "Do not use", ()).of("mean")
        'The report of its run says: do not use.'
        >>> RunVerdict("mean", "Use with care", ()).of("nnls")
        'The report of its run judged mean (use with care), and not this learner: no report has judged nnls.'
        """
        light = self.light.lower()
        if learner == self.judged:
            return f"The report of its run says: {light}."
        other = f"The report of its run judged {self.judged} ({light}), and not this learner"
        return f"{other}: no report has judged {learner}."

    def in_short(self, learner: str) -> str:
        """The same with the gravest reason, for a terminal.

        >>> RunVerdict("mean", "Do not use", ("It is not better.", "Few subjects.")).in_short("mean")
        'The report of its run says: do not use. It is not better.'
        """
        return " ".join([self.of(learner), *self.reasons[:1]])
