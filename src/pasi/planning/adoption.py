"""Trainings of an earlier version that are taken over, because nothing that shapes their numbers differs.

An update changes the code digest of all trainings, so a run would train them again. `pasi adopt` compares what
Snakemake recorded of each with the present config and inputs. Where they are equal, its outputs are laid where a
finished training leaves them before it is published (`pasi.jobs.checkpoints`): the next run publishes them instead of
training. The folder is named by the key of the training, a digest of its settings, inputs and versions, so a later
change of any of them trains again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pasi.config.paths import plain_path
from pasi.config.settings import Settings
from pasi.jobs.checkpoints import TRAINING_OUTPUTS, lock_fold, open_checkpoints
from pasi.networks.catalogue import NETWORKS
from pasi.networks.pretrained import Pretrained
from pasi.networks.settings import SCRATCH
from pasi.planning.adopted_learning import adopted_learning, completed_predictions
from pasi.planning.disk_space import EMPTY_WEIGHTS
from pasi.planning.snakemake_records import JobRecord
from pasi.planning.training_params import training_params
from pasi.run_folder import ADOPTION, LEARNING, PREDICTIONS, RunFolder
from pasi.storage.atomic import hardlink_or_copy
from pasi.storage.hashing import file_sha256
from pasi.storage.json_files import write_json
from pasi.storage.tables import Table, write_table
from pasi.training.learning import Learning
from pasi.training.settings import NEUTRAL, FoldFiles, FoldOutputs, Precision, from_params, keeps_weights
from pasi.training.train import training_key

# Code digest of train_fold.py in earlier versions whose trainings were shown to have the bits of this version's. It is
# emptied when these change, which tests/unit/training/test_instructions.py notices (CONTRIBUTING.md, "A new version").
EQUAL_CODE = {
    "06bfcf959d94a4b6bb895522d74e135dc0cddc186f64055f43ea7171cbbe720a": "0.1.0",  # by Python 3.11
    "e817dc931731d3f8f9d15c203474cf2a243dd0f337d417e8c2a3df7ce5497a60": "0.1.0",  # by Python 3.12 and 3.13
}
# Where the config has what stands among the params of a training.
PLACES = {
    "settings": "training",
    "composites": "composites",
    "target": "the index or training.target",
    "monitor": "training.monitor",
    "fit": "tiles.fit",
    "grid": "index.regions",
    "seed": "seed",
}
DIGEST_LENGTH = 64  # hexadecimal digits of a SHA-256, which params hold as text
# Under this precision 0.1.0 made its composites in it too, so that coordinates and mean greys were rounded.
HALF: Precision = "bf16"
# What a record of 0.1.0 lacks among the settings of a training, as which it trained.
LACKING = {**NEUTRAL, "least_skill": 0.0}
# What a record of 0.1.0 has beyond the settings of today, with the values by which it trained as this version does.
DROPPED = {"compile": False}
EARLIER_OUTPUTS = tuple(name for name in TRAINING_OUTPUTS if name != LEARNING)  # the last one is made from these
LINKED_OUTPUTS = tuple(name for name in EARLIER_OUTPUTS if name != PREDICTIONS)  # these are as this version leaves them


class Outcome(NamedTuple):
    """What became of one training: `refusal` says why it is not taken over, None where it is."""

    backbone: str
    fold: int
    refusal: str | None


def adopt_trainings(
    earlier: Path, settings: Settings, weights: Mapping[str, Pretrained], records: Mapping[str, JobRecord]
) -> Iterator[Outcome]:
    """Take over the trainings of the results folder `earlier`, of which `records` hold what Snakemake knows.

    `earlier` may be the results folder of `settings` itself. The records may spell its path in another way.
    """
    run = RunFolder(earlier)
    records = {plain_path(path): record for path, record in records.items()}
    for backbone in settings.training.backbones:
        for fold in range(settings.splits.folds):
            record = records.get(plain_path(str(run.predictions(backbone, fold))))
            refusal = _refusal(run, (backbone, fold), settings, weights, record)
            if record and not refusal:
                _take_over(run, (backbone, fold), settings, weights, version=_version(record))
            yield Outcome(backbone, fold, refusal)


def _refusal(
    run: RunFolder,
    place: tuple[str, int],
    settings: Settings,
    weights: Mapping[str, Pretrained],
    record: JobRecord | None,
) -> str | None:
    """Why a training cannot be taken over; None where it can."""
    own = RunFolder(Path(settings.results)).fold(*place)
    if own.absolute() != run.fold(*place).absolute() and all((own / name).exists() for name in TRAINING_OUTPUTS):
        return f"{own} has its outputs already"
    missing = [name for name in EARLIER_OUTPUTS if not (run.fold(*place) / name).exists()]
    if missing:
        return f"it lacks {', '.join(missing)}"
    if record is None:
        return "Snakemake has no record of it in .snakemake/metadata: give the command in the folder of that run"
    if _version(record) is None:
        return "the version that trained it is not known to give the same numbers (CHANGELOG.md lists those that are)"
    differing = _differences(_shaping(settings, place[0], weights), [_completed(value) for value in record.params])
    if differing:
        return f"it was trained under another value of {', '.join(differing)}"
    if settings.training.precision == HALF:
        return f"its composites were made in {HALF}, and those of this version are not"
    changed = [str(file) for file in _inputs(run) if not _as_it_was(file, record)]
    if changed:
        return f"{', '.join(changed)} changed since"
    if keeps_weights(settings.training.keep_weights, place[0]) and run.weights(*place).stat().st_size < EMPTY_WEIGHTS:
        return "its weights were not kept, and training.keep_weights wants them"
    return None


def _version(record: JobRecord) -> str | None:
    """The earlier version that trained, by the code digest among its params."""
    digests = (value for value in record.params if isinstance(value, str) and len(value) == DIGEST_LENGTH)
    return next((EQUAL_CODE[digest] for digest in digests if digest in EQUAL_CODE), None)


def _shaping(settings: Settings, backbone: str, weights: Mapping[str, Pretrained]) -> dict[str, Any]:
    """The params of a training that shape its numbers, as every version has had them, by their place in the config."""
    shared = {PLACES[name]: value for name, value in training_params(settings).items()}
    return {**shared, "training.weights": weights[backbone].cached_name if weights else SCRATCH}


def _completed(value: Any) -> Any:
    """A recorded value; the settings of a training with the keys that came later, and without those that went."""
    if not isinstance(value, dict) or "learning_rate" not in value:
        return value
    return {**LACKING, **{name: item for name, item in value.items() if (name, item) not in DROPPED.items()}}


def _differences(expected: Mapping[str, Any], params: list[Any]) -> list[str]:
    """Places in the config at which a training had another value than `expected`; single keys of a section.

    Snakemake records values without names, so each recorded value may stand for one expected value only. An exchange of
    two numbers, as of seed and grid, cannot be seen.
    """
    left, differing = list(params), []
    for place, value in expected.items():
        found = next((one for one in left if type(one) is type(value) and one == value), None)
        if found is None:
            differing += list(_differing_keys(place, value, params))
        else:
            left.remove(found)
    return differing


def _differing_keys(place: str, expected: Any, params: list[Any]) -> Iterator[str]:
    """The keys of a section that had other values, or the place itself where no section was recorded."""
    sections = [value for value in params if isinstance(value, dict) and isinstance(expected, dict)]
    recorded = next((value for value in sections if value.keys() >= expected.keys()), None)
    if recorded is None:
        yield place
    else:
        yield from (f"{place}.{name}" for name in recorded if name not in expected or recorded[name] != expected[name])


def _inputs(run: RunFolder) -> tuple[Path, ...]:
    """The tables that every training reads; the table of tiles holds the digest of each shard."""
    return run.tile_table, run.labels, run.subjects, run.inner


def _as_it_was(file: Path, record: JobRecord) -> bool:
    """Whether an input still is what the training read: by its digest, or by its time where Snakemake hashed none."""
    if not file.exists():
        return False
    known = {plain_path(name): digest for name, digest in record.inputs.items()}.get(plain_path(str(file)))
    return file_sha256(file) == known if known else file.stat().st_mtime <= record.started


def _take_over(
    run: RunFolder,
    place: tuple[str, int],
    settings: Settings,
    weights: Mapping[str, Pretrained],
    *,
    version: str | None,
) -> None:
    """Lay the outputs of a training where the next run finds them finished, and record who trained them."""
    backbone, fold = place
    target = RunFolder(Path(settings.results))
    cached = Path(settings.training.weights_cache) / weights[backbone].cached_name if weights else None
    tables = dict(zip(("tile_table", "labels", "subjects", "inner"), _inputs(run), strict=True))
    files = FoldFiles(**tables, shards=(), weights=cached)
    params = {**training_params(settings), "network": asdict(NETWORKS[backbone])}
    job, samples, training = from_params(params, fold)
    section = settings.training
    outputs = FoldOutputs.of(target.fold(*place), backbone, section.model_dump())
    key = training_key(job, files, samples, training, outputs)
    learning = adopted_learning(
        run.history(*place), files, fold, samples, keep=section.keep, least_skill=section.least_skill
    )
    predictions = completed_predictions(run.predictions(*place), samples, learning)
    with lock_fold(target.checkpoints(*place)):
        checkpoints = open_checkpoints(target.checkpoints(*place), key)
        if not checkpoints.ended:  # the record first: a kill in between leaves a record that the next training removes
            write_json({"version": version, "from": str(run.root)}, target.fold(*place) / ADOPTION)
            checkpoints.finish(partial(_lay_outputs, run.fold(*place), learning, predictions))


def _lay_outputs(source: Path, learning: Learning, predictions: Table, folder: Path) -> None:
    """Link what the earlier version left, and add what it did not write."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in LINKED_OUTPUTS:
        hardlink_or_copy(source / name, folder / name)
    write_table(predictions, folder / PREDICTIONS)
    write_json(asdict(learning), folder / LEARNING)
