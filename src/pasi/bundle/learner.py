"""Which networks and coefficients of a run make a learner, and the files of weights that it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pasi.bundle.layout import weights_file
from pasi.bundle.model import Arithmetic, Backbone, ScoringModel, Weights, restricted, single_fit, weighted_backbones
from pasi.bundle.network_weights import is_kept
from pasi.errors import UsageError
from pasi.learners.settings import UNFITTED
from pasi.learners.stacking import LinearFit
from pasi.networks.settings import HeadSettings
from pasi.run_folder import TrainingPlace, training_of
from pasi.storage.json_files import read_json
from pasi.wording import first_names

CHOSEN, CHEAPEST = "chosen", "cheapest"  # the learner that is best out of fold, the fastest of those about as good


@dataclass(frozen=True)
class RunNetworks:
    """The networks of a run.

    head: how they end. columns, has_area: what they predict, as `ScoringModel` has it. maximum: the largest possible
    composite. backbones: how each is built. weights: the files of all trainings. arithmetic: how they predicted.
    """

    head: HeadSettings
    columns: tuple[str, ...]
    has_area: bool
    maximum: float
    backbones: Mapping[str, Backbone]
    weights: Sequence[Path]
    arithmetic: Arithmetic


def choose_model(
    learner: str, run: RunNetworks, meta: Path | None, *, honest: bool
) -> tuple[ScoringModel, dict[Weights, Path]]:
    """The model of a learner, and the files of weights that it needs.

    meta: the JSON of a meta-learner, None for a backbone. honest: whether its out-of-fold rows come from
    `stacking.honest`. Raises UsageError where it has no network, or where weights that it needs were not kept.
    """
    places = {training_of(file): file for file in run.weights}
    final, crossed = _read_fits(learner, run, meta, sorted({place.fold for place in places}))
    names = weighted_backbones([final, *crossed.values()])
    if not names or not run.backbones.keys() >= set(names):
        raise UsageError(f"{learner} cannot be bundled: {_why_none(names)}. Name another learner in bundle.learner")
    weights = _weights_of(places, names)
    refuse_lost_weights(learner, [*weights.values()])
    first_alone = meta is not None and honest and learner not in UNFITTED  # see pasi.learners.honest
    model = ScoringModel(
        learner=learner,
        kind="backbone" if meta is None else "meta",
        backbones={name: run.backbones[name] for name in names},
        networks=tuple(weights),
        head=run.head,
        columns=run.columns,
        has_area=run.has_area,
        final=restricted(final, names),
        crossed={fold: restricted(fit, names) for fold, fit in crossed.items()},
        oof_repeats=(0,) if first_alone else tuple(sorted({place.repeat for place in places})),
        arithmetic=run.arithmetic,
    )
    return model, weights


def learner_costs(run: RunNetworks, metas: Sequence[Path], seconds: Mapping[str, float]) -> dict[str, float]:
    """What scoring by each learner costs: the sum over the networks to which it gives weight.

    metas: JSON of the meta-learners. seconds: by backbone. A learner without a network, or with one that the run goes
    on without, has no cost, since it cannot be bundled.
    """
    folds = sorted({training_of(file).fold for file in run.weights})
    fits = {name: {0: single_fit(name, run.maximum)} for name in run.backbones}
    for meta in metas:
        final, crossed = _read_fits(meta.stem, run, meta, folds)
        fits[meta.stem] = {-1: final, **crossed}
    needed = {learner: weighted_backbones([*own.values()]) for learner, own in fits.items()}
    return {
        learner: sum(seconds[name] for name in names)
        for learner, names in needed.items()
        if names and run.backbones.keys() >= set(names)
    }


def _read_fits(
    learner: str, run: RunNetworks, meta: Path | None, folds: Sequence[int]
) -> tuple[LinearFit, dict[int, LinearFit]]:
    """The fit to all out-of-fold rows, and by fold the fit that made its rows."""
    if meta is None:
        single = single_fit(learner, run.maximum)
        return single, dict.fromkeys(folds, single)
    summary = read_json(meta)
    crossed = {own["fold"]: LinearFit.from_json({**summary, **own}) for own in summary["folds"]}
    return LinearFit.from_json(summary), crossed


def _weights_of(places: Mapping[TrainingPlace, Path], names: Sequence[str]) -> dict[Weights, Path]:
    """The files of some backbones, by what they are in the bundle."""
    return {
        Weights(weights_file(place.backbone, place.fold, place.repeat), *place[:3]): file
        for place, file in places.items()
        if place.backbone in names
    }


def _why_none(names: Sequence[str]) -> str:
    return f"the run goes on without {first_names(names)} (stacking.allow_missing)" if names else "it weighs no network"


def refuse_lost_weights(learner: str, files: Sequence[Path]) -> None:
    """Raise UsageError where a file of weights holds no tensors, because they were not kept."""
    lost = [f"{file.parent.parent.name} {file.parent.name}" for file in files if not is_kept(file.stat().st_size)]
    if lost:
        raise UsageError(
            f"{learner} cannot be bundled: the weights of {first_names(lost)} were not kept (training.keep_weights). "
            "Name another learner in bundle.learner, or delete these files of weights and train again with "
            "training.keep_weights: all"
        )
