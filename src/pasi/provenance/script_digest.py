"""Which code counts for each script of the workflow.

Operations do not shape a result: locks, logs, leases, heartbeats, where results lie, and that a file appears whole. A
word changed there must not train 145 networks again, so they are neutral for every script. The texts of errors and logs
are too, where they stand in `raise` and `print` (`pasi.provenance.code_digest`); a text that is made elsewhere counts.
Two things depend on the script:

- `pasi.wording` shapes what a person reads: figures, the report and the notes about a cohort count it. A script whose
  output holds numbers uses it in messages alone, and does not.
- A training counts `pasi.jobs.checkpoints`: it decides what a resumed training goes on from.

The key of a training's checkpoints (`pasi.training.train.training_key`) is stricter and counts all code that a training
reaches: Lightning keys the state of a callback by the name of its class, and a checkpoint must not outlive a rename.
"""

from pathlib import Path

from pasi.provenance.code_digest import PACKAGE, code_digest, reached_files

OPERATIONS = ("pasi.jobs", "pasi.errors", "pasi.run_folder", "pasi.provenance", "pasi.storage.atomic")
# Scripts whose output holds numbers and the user's own names, and no text of ours. A new script counts the wording.
WITHOUT_TEXT = (
    "read_cohort.py",
    "make_tiles.py",
    "index_tiles.py",
    "split_subjects.py",
    "train_fold.py",
    "train_pair.py",
    "gather_predictions.py",
    "gather_pairs.py",
    "fit_learner.py",
    "fit_baseline.py",
    "write_plan.py",
    "evaluate_oof.py",
    "choose_learner.py",
    "open_test.py",
)
TRAININGS = ("train_fold.py", "train_pair.py")


def script_digest(script: str | Path, package: Path = PACKAGE) -> str:
    """Digest of all code that shapes what a script of the workflow writes; a script is known by its file's name."""
    neutral, counted = _scope(Path(script).name)
    return code_digest(script, neutral=neutral, counted=counted, package=package)


def script_files(script: str | Path, package: Path = PACKAGE) -> set[Path]:
    """Files of this package that count for a script of the workflow."""
    neutral, counted = _scope(Path(script).name)
    return reached_files(script, neutral=neutral, counted=counted, package=package)


def _scope(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Neutral modules of a script, and those inside of them that count all the same."""
    neutral = (*OPERATIONS, "pasi.wording") if name in WITHOUT_TEXT else OPERATIONS
    return neutral, ("pasi.jobs.checkpoints",) if name in TRAININGS else ()
