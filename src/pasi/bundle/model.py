"""What a bundle scores with: its networks, and the coefficients that combine their predictions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple

from pasi.learners.stacking import LinearFit
from pasi.networks.records import Network
from pasi.networks.settings import HeadSettings

Kind = Literal["backbone", "meta"]


class Weights(NamedTuple):
    """The network of one training: its place in the bundle, and which training it was."""

    file: str
    backbone: str
    fold: int
    repeat: int


class Arithmetic(NamedTuple):
    """How the run computed predictions, because a network's last digits depend on it: docs/determinism.md.

    batch_size: composites that a network saw at once. instructions: those of the processor that it used, as the key of
    the config has it.
    """

    batch_size: int
    instructions: str

    @property
    def at_once(self) -> int:
        """Composites that a network sees at once: as many as in the run for its bits, else few enough for any machine.

        >>> Arithmetic(64, "pinned").at_once, Arithmetic(64, "native").at_once, Arithmetic(8, "native").at_once
        (64, 16, 8)
        """
        return self.batch_size if self.is_pinned else min(self.batch_size, 16)

    @property
    def is_pinned(self) -> bool:
        """Whether the scores are to have the bits of the run."""
        return self.instructions == "pinned"


@dataclass(frozen=True)
class Backbone:
    """How the networks of a backbone are built. pretrained: whether they started from ImageNet weights, because
    googlenet then takes inputs of another range."""

    network: Network
    pretrained: bool


@dataclass(frozen=True)
class ScoringModel:
    """A learner with all that it needs.

    columns: what each output of a network is, the composite alone, or every sign and the area. final: combines the
    means over all networks of each backbone. crossed: by fold, combines the networks that did not see the fold; it made
    the out-of-fold rows. oof_repeats: the repeats whose means these rows come from. A single backbone has the
    coefficient 1.
    """

    learner: str
    kind: Kind
    backbones: Mapping[str, Backbone]
    networks: tuple[Weights, ...]
    head: HeadSettings
    columns: tuple[str, ...]
    has_area: bool
    final: LinearFit
    crossed: Mapping[int, LinearFit]
    oof_repeats: tuple[int, ...]
    arithmetic: Arithmetic

    @property
    def folds(self) -> list[int]:
        """The numbers of the folds."""
        return sorted(self.crossed)

    @property
    def has_labels(self) -> bool:
        """Whether it predicts each sign and the area; a meta-learner combines composites alone."""
        return self.kind == "backbone" and len(self.columns) > 1

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        own = {name: getattr(self, name) for name in ("learner", "kind", "has_area")}
        return {
            **own,
            "columns": list(self.columns),
            "oof_repeats": list(self.oof_repeats),
            "head": asdict(self.head),
            "arithmetic": self.arithmetic._asdict(),
            "backbones": {name: asdict(backbone) for name, backbone in self.backbones.items()},
            "networks": [weights._asdict() for weights in self.networks],
            "final": self.final.to_json(),
            "crossed": [{"fold": fold, **fit.to_json()} for fold, fit in self.crossed.items()],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ScoringModel":
        """The model of a model.json; raises KeyError, TypeError or ValueError where it is another object."""
        return cls(
            learner=value["learner"],
            kind=value["kind"],
            backbones={
                name: Backbone(Network(**own["network"]), own["pretrained"]) for name, own in value["backbones"].items()
            },
            networks=tuple(Weights(**own) for own in value["networks"]),
            head=HeadSettings(**value["head"]),
            columns=tuple(value["columns"]),
            has_area=value["has_area"],
            final=LinearFit.from_json(value["final"]),
            crossed={own["fold"]: LinearFit.from_json(own) for own in value["crossed"]},
            oof_repeats=tuple(value["oof_repeats"]),
            arithmetic=Arithmetic(**value["arithmetic"]),
        )


def single_fit(backbone: str, maximum: float) -> LinearFit:
    """The combination of one backbone: its own predictions. maximum: the largest possible composite."""
    return LinearFit((backbone,), (1.0,), 0.0, None, "linear", maximum)


def weighted_backbones(fits: "list[LinearFit]") -> list[str]:
    """The backbones to which one of the fits, which have the same backbones, gives weight, in their order."""
    columns = zip(*(fit.coefficients for fit in fits), strict=True)
    return [name for name, own in zip(fits[0].backbones, columns, strict=True) if any(own)]


def restricted(fit: LinearFit, backbones: "list[str]") -> LinearFit:
    """The fit without the backbones that are not among `backbones`, whose coefficients are 0."""
    kept = [(name, own) for name, own in zip(fit.backbones, fit.coefficients, strict=True) if name in backbones]
    names, coefficients = zip(*kept, strict=True) if kept else ((), ())
    return replace(fit, backbones=tuple(names), coefficients=tuple(coefficients))
