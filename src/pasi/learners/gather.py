"""The tables oof.parquet and test.parquet, gathered from the predictions of all networks and checked (R38)."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pasi.cohort.region_visits import REGION_VISIT, key_index, row_numbers
from pasi.errors import InputError, Problem
from pasi.learners.prediction_rows import AGAIN, CohortRows, NetworkRows, faults_of
from pasi.run_folder import TrainingPlace, training_of
from pasi.severity.index import PREDICTED_LABEL
from pasi.splits.roles import TEST_FOLD, check_split
from pasi.splits.rows import row_folds
from pasi.storage.tables import Columns, read_table

COLUMNS = ["learner", "fold", "part", *REGION_VISIT, "observed", "predicted", "repeat", "learned", "skill"]


def gather_predictions(
    paths: Sequence[str | Path], split: Columns, scores: Columns, folds: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of out-of-fold and of test predictions, from the predictions.parquet of all trainings (R38, R42).

    split: from `read_split`. scores: subject, visit, region, composite. Rows follow the order of learners in `paths`,
    then the repeats, then the order of `scores`. oof: learner, fold, repeat, subject, visit, region, observed,
    predicted, predicted_LABEL of each sign and the area where networks predict these, learned and skill of the network
    that predicted. test: learner, repeat, subject, visit, region, observed, predicted, spread, predicted_LABEL and
    learned; predictions are means over the networks of the folds, spread is the standard deviation of `predicted`
    (ddof 0), and learned the number of these networks that learned. Their skills are those of oof: no single one is
    that of a mean. Without test subjects the test table has no rows.

    Raises InputError with all faults of all files: a row that is predicted twice or not at all, a prediction that is
    not finite, an observed value that is not the cohort's, a prediction for a subject that the network was trained on.
    Raises ResultError for a file that cannot be read and for an invalid split, ValueError for no path at all or a path
    of another form.
    """
    if not paths:
        raise ValueError("no predictions were named")
    check_split(split, folds)
    observed = np.asarray(scores["composite"], dtype=np.float64)
    roster = CohortRows(key_index(scores), observed, row_folds(scores, split))
    networks, problems = [], []
    for path in map(Path, paths):
        network, faults = read_network(path, roster)
        networks.append(network)
        problems += faults
    problems += [*_missing_files(networks, folds), *_other_labels(networks)]
    if problems:
        raise InputError(problems)
    return _tables(networks, roster)


def read_network(path: Path, roster: CohortRows) -> tuple[NetworkRows, list[Problem]]:
    """The predictions in one file and what is wrong with them; learner, fold and repeat are those of the path."""
    place = training_of(path)
    read_table(path, COLUMNS)  # all must be there
    table = read_table(path)
    labels = [name for name in table if name.startswith(PREDICTED_LABEL)]
    predicted = {name: table[name].astype(np.float64) for name in ("predicted", *labels)}
    network = NetworkRows(place, row_numbers(roster.keys, table), predicted, table["learned"][:1], table["skill"][:1])
    return network, [
        Problem(str(path), None, name_of(place), found, expected, AGAIN)
        for found, expected in faults_of(network, table, roster)
    ]


def name_of(place: TrainingPlace) -> str:
    """A training in messages: "vgg11 fold 2", "vgg11 fold 2 repeat 1" or "vgg11 folds 2 and 4"."""
    if place.second is not None:
        return f"{place.backbone} folds {place.fold} and {place.second}"
    return f"{place.backbone} fold {place.fold}" + (f" repeat {place.repeat}" if place.repeat else "")


def _missing_files(networks: Sequence[NetworkRows], folds: int) -> list[Problem]:
    """A problem for each fold of a learner, in each repeat, that has no file, or more than one."""
    files = Counter(network.place for network in networks)
    learners = dict.fromkeys(network.place.backbone for network in networks)
    repeats = range(1 + max(network.place.repeat for network in networks))
    due = [TrainingPlace(name, fold, repeat) for name in learners for repeat in repeats for fold in range(folds)]
    return [
        Problem("models", None, name_of(place), f"{found} files", f"{place.fold < folds:d}", "run the training again")
        for place in dict.fromkeys([*due, *files])
        if (found := files[place]) != (place.fold < folds)
    ]


def _other_labels(networks: Sequence[NetworkRows]) -> list[Problem]:
    """A problem for each network that predicts other signs than the first one does."""
    first = ", ".join(networks[0].predicted)
    return [
        Problem("models", None, name_of(network.place), f"the columns {own}", f"{first}, as in the first file", AGAIN)
        for network in networks
        if (own := ", ".join(network.predicted)) != first
    ]


def _tables(networks: Sequence[NetworkRows], roster: CohortRows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two tables, of networks that have passed all checks."""
    groups: dict[str, dict[int, list[NetworkRows]]] = {}
    for network in networks:
        groups.setdefault(network.place.backbone, {}).setdefault(network.place.repeat, []).append(network)
    combined = [_combine(own, roster) for repeats in groups.values() for _, own in sorted(repeats.items())]
    oof, test = (pd.concat(tables, ignore_index=True) for tables in zip(*combined, strict=True))
    return oof, test


def _combine(networks: Sequence[NetworkRows], roster: CohortRows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of both tables of one learner in one repeat, whose networks are those of the folds."""
    names = list(networks[0].predicted)
    values = {name: np.full((len(networks), len(roster.fold)), np.nan) for name in names}  # (folds, rows)
    learned, skill = np.zeros(len(networks), dtype=bool), np.zeros(len(networks))
    for network in networks:
        fold = network.place.fold
        learned[fold], skill[fold] = network.learned.item(), network.skill.item()
        for name in names:
            values[name][fold, network.rows] = network.predicted[name]
    place, test = networks[0].place, roster.fold == TEST_FOLD
    seen, unseen = np.flatnonzero(test), np.flatnonzero(~test)
    home = roster.fold[unseen]
    own = {name: values[name][home, unseen] for name in names}
    out_of_fold = _long(place, unseen, roster).assign(**own, learned=learned[home], skill=skill[home])
    out_of_fold.insert(1, "fold", home)
    means = {name: values[name][:, test].mean(axis=0) for name in names}
    tested = _long(place, seen, roster).assign(**means, learned=np.full(len(seen), learned.sum()))
    tested.insert(list(tested).index("predicted") + 1, "spread", values["predicted"][:, test].std(axis=0))
    return out_of_fold, tested


def _long(place: TrainingPlace, rows: np.ndarray, roster: CohortRows) -> pd.DataFrame:
    """The cohort rows `rows`: learner, repeat, subject, visit, region, observed."""
    learner = pd.Index([place.backbone], dtype=object).repeat(len(rows))
    keys = {name: roster.keys.get_level_values(name)[rows] for name in REGION_VISIT}
    own = {"learner": learner, "repeat": np.full(len(rows), place.repeat)}
    return pd.DataFrame({**own, **keys, "observed": roster.observed[rows]})
