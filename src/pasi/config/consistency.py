"""Values of a config that the schema allows one by one and that contradict each other."""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

from pasi.cohort.settings import ATTRIBUTES, VISIT_COLUMNS
from pasi.config.schema_messages import show
from pasi.errors import Problem
from pasi.severity.index import PREDICTED_LABEL, exact
from pasi.wording import did_you_mean

# Columns of the pipeline's tables other than those of the signs and the area.
RESERVED = frozenset(
    {"subject", "visit", "region", "photo", "slot", "composite", "visit_order", *VISIT_COLUMNS, *ATTRIBUTES}
    | {"learner", "kind", "part", "fold", "level", "observed", "predicted", "spread", "repeat", "learned", "skill"}
)

FEWEST_HONEST_FOLDS = 3  # of which a training without two leaves one

PLATEAU_ALONE = ("warmup_epochs", "learning_epochs")  # of training: what one cycle does not take
# What instructions that are the same on all processors take beside them.
PINNED_TRAINING = {"device": "cpu", "threads": 1, "precision": "fp32"}

Config = Mapping[str, Any]
Row = tuple[str, str, str, str]  # column, found, expected, fix of a Problem


def consistency_problems(config: Config, *, broken: Set[str]) -> list[Problem]:
    """Every contradiction in a complete config; checks that read one of the places in `broken` are left out.

    The problems name no file.
    """
    labels = ("index.signs", "index.area")
    checks = {
        _check_baseline: ("cohort.visit_order", "cohort.baseline"),
        _check_new_baseline: ("scoring.visit_order", "scoring.baseline"),
        _check_names: (*labels, "index.regions", "index.bands"),
        _check_steps: labels,
        _check_bands: ("index.bands",),
        _check_stratification: (*labels, "splits.stratify_on"),
        _check_splits_file: ("splits.method", "splits.file"),
        _check_instructions: tuple(f"training.{name}" for name in ("instructions", *PINNED_TRAINING)),
        _check_schedule: tuple(f"training.{name}" for name in ("schedule", *PLATEAU_ALONE)),
        _check_keep_weights: ("training.keep_weights", "training.backbones"),
        _check_honest: ("stacking.honest", "splits.folds", "training.monitor"),
        _check_honest_backbones: ("stacking.honest_backbones", "training.backbones"),
        _check_bundle: ("bundle.learner", "training.backbones", "stacking.learners"),
    }
    sound = [check for check, keys in checks.items() if not any(_touches(place, keys) for place in broken)]
    return [Problem("", None, *row) for check in sound for row in check(config)]


def _touches(place: str, keys: Sequence[str]) -> bool:
    """Whether a place such as index.signs[2].name is one of the keys, in one of them, or the section of one."""
    return any(place == key or place.startswith((f"{key}.", f"{key}[")) or key.startswith(f"{place}.") for key in keys)


def _labels(config: Config) -> list[Config]:
    """The signs, then the area where the index has one."""
    signs, area = config["index"]["signs"], config["index"]["area"]
    return [*signs, *([] if area is None else [area])]


def _check_baseline(config: Config, section: str = "cohort") -> Iterator[Row]:
    """The baseline is one of the visits of the list, where there is a list."""
    order, baseline = config[section]["visit_order"], config[section]["baseline"]
    if order and baseline is not None and baseline not in order:
        fix = did_you_mean(baseline, order) or "correct one of the two keys"
        yield f"{section}.baseline", show(baseline), f"a visit of {section}.visit_order", fix


def _check_new_baseline(config: Config) -> Iterator[Row]:
    """The same of the visits that are to be scored."""
    return _check_baseline(config, "scoring")


def _check_names(config: Config) -> Iterator[Row]:
    """No name occurs twice, ignoring case, and none is a column that the tables have anyway."""
    entries = {"signs": _labels(config), "regions": config["index"]["regions"], "bands": config["index"]["bands"]}
    for place, named in entries.items():
        names = [entry["name"].casefold() for entry in named]
        for name in sorted(name for name in set(names) if names.count(name) > 1):
            yield f"index.{place}", f'the name "{name}" {names.count(name)} times', "different names", "rename one"
    for name in (label["name"] for label in _labels(config)):
        if name.casefold() in RESERVED or name.casefold().startswith(PREDICTED_LABEL):
            expected = "a name that no table of the pipeline uses for a column"
            example = f"{name[len(PREDICTED_LABEL) * (name.casefold() not in RESERVED) :]}_grade"
            yield "index.signs", f'"{name}"', expected, f'rename it, for example "{example}"'


def _check_steps(config: Config) -> Iterator[Row]:
    """The highest grade can be reached in whole steps."""
    for label in _labels(config):
        maximum, step = label["maximum"], label["step"]
        if step is not None and (exact(maximum) / exact(step)).denominator != 1:
            found = f"{label['name']} up to {maximum:g} in steps of {step:g}"
            yield "index.signs", found, "a maximum that is a multiple of the step", "change one of them"


def _check_bands(config: Config) -> Iterator[Row]:
    """Bands rise, and only the last one has no end."""
    *ends, last = (band["up_to"] for band in config["index"]["bands"])
    if last is not None:
        yield "index.bands", f"a last class up to {last:g}", "a last class without an end", "give it up_to: null"
    if None in ends:
        yield "index.bands", "up_to: null before the last class", "an end for every other class", "order the classes"
    closed = [end for end in (*ends, last) if end is not None]
    if any(after <= before for before, after in pairwise(closed)):
        yield "index.bands", f"ends {', '.join(f'{end:g}' for end in closed)}", "rising ends", "order the classes"


def _check_stratification(config: Config) -> Iterator[Row]:
    """The split is stratified on a label that the index has."""
    wanted, names = config["splits"]["stratify_on"], [label["name"] for label in _labels(config)]
    if wanted not in names:
        expected = f"a sign or the area of the index: {', '.join(names)}"
        fix = did_you_mean(wanted, names) or f"set splits.stratify_on: {names[0]}"
        yield "splits.stratify_on", f'"{wanted}"', expected, fix


def _check_splits_file(config: Config) -> Iterator[Row]:
    """A file of the split is named if and only if it is used."""
    method, file = config["splits"]["method"], config["splits"]["file"]
    if method == "file" and file is None:
        yield "splits.file", "null", "a table, because splits.method is file", "name it, or set splits.method: greedy"
    if method != "file" and file is not None:
        yield "splits.file", show(file), f"null, because splits.method is {method}", "set splits.method: file"


def _check_instructions(config: Config) -> Iterator[Row]:
    """Pinned instructions are shown for one thread of a CPU in fp32 alone."""
    training = config["training"]
    for name, value in PINNED_TRAINING.items() if training["instructions"] == "pinned" else ():
        if training[name] != value:
            fix = f"set it to {show(value)}, or training.instructions to native"
            yield f"training.{name}", show(training[name]), f"{show(value)} under training.instructions: pinned", fix


def _check_schedule(config: Config) -> Iterator[Row]:
    """One cycle has its own warm-up, and neither cuts the rate nor stops early."""
    training = config["training"]
    for name in PLATEAU_ALONE if training["schedule"] == "one_cycle" else ():
        if training[name]:
            fix = "set it to 0, or training.schedule to plateau"
            yield f"training.{name}", show(training[name]), "0 under training.schedule: one_cycle", fix


def _check_keep_weights(config: Config) -> Iterator[Row]:
    """Only the weights of networks that are trained can be kept."""
    kept, trained = config["training"]["keep_weights"], config["training"]["backbones"]
    if isinstance(kept, list):
        for name in sorted(set(kept) - set(trained)):
            yield "training.keep_weights", f'"{name}"', "a name from training.backbones", "add it there, or drop it"


def _check_honest(config: Config) -> Iterator[Row]:
    """A training without two folds needs a third one, and must not be stopped by the two."""
    folds, monitor = config["splits"]["folds"], config["training"]["monitor"]
    if not config["stacking"]["honest"]:
        return
    fix = "or stacking.honest to false"
    if folds < FEWEST_HONEST_FOLDS:
        expected = f"at least {FEWEST_HONEST_FOLDS} under stacking.honest, which trains without two of them"
        yield "splits.folds", show(folds), expected, f"set it to {FEWEST_HONEST_FOLDS} or more, {fix}"
    if monitor != "inner":
        expected = "inner under stacking.honest: a held-out fold that decides when training stops has been seen"
        yield "training.monitor", show(monitor), expected, f"set it to inner, {fix}"


def _check_honest_backbones(config: Config) -> Iterator[Row]:
    """Only networks that are trained can be trained without pairs of folds, and there is at least one."""
    named, trained = config["stacking"]["honest_backbones"], config["training"]["backbones"]
    if isinstance(named, list):
        for name in sorted(set(named) - set(trained)):
            fix = "add it there, or drop it"
            yield "stacking.honest_backbones", f'"{name}"', "a name from training.backbones", fix
        if not named:
            expected = "a name from training.backbones, or all"
            yield "stacking.honest_backbones", "an empty list", expected, "name one, or set it to all"


def _check_bundle(config: Config) -> Iterator[Row]:
    """Only a learner of this run can be bundled."""
    named, learners = config["bundle"]["learner"], [*config["training"]["backbones"], *config["stacking"]["learners"]]
    if named not in ("chosen", "cheapest", *learners):
        expected = "chosen, cheapest, or a learner of training.backbones or stacking.learners"
        yield "bundle.learner", f'"{named}"', expected, "add it there, or name another one"
