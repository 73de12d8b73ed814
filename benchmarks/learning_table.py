"""The table of docs/training.md, from the lines of benchmarks/learning.py."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from learning_trials import trial_settings
from pasi.evaluation.differences import difference_interval
from pasi.evaluation.metrics import ccc

Line = Mapping[str, Any]  # of trainings.jsonl
Group = tuple[str, str, str, str]  # trial, network, setting with other keys, arithmetic
RIVALS = {"after": "before", "fast": "paper"}
Seeds = dict[int, Mapping[str, np.ndarray]]  # visits out of fold, by seed
HEAD = (
    *("trial", "network", "setting", "arithmetic", "folds that learned", "attempts a fold", "CPU s a fold"),
    *("seeds with all folds", "CCC out of fold: median (lowest to highest)"),
)


def print_table(lines: Sequence[Line]) -> None:
    """A row for each trial, network, setting and arithmetic, then whole runs, and what the settings differ by."""
    groups: dict[Group, list[Line]] = {}
    for line in lines:
        groups.setdefault(group_of(line), []).append(line)
    print(row(HEAD), row(["---"] * len(HEAD)), sep="\n")
    seeds = {}
    for group, trainings in sorted(groups.items()):
        seeds[group] = dict(whole_seeds(trainings))
        print(row([*group, *measured(trainings), *agreement(seeds[group])]), flush=True)
    print()
    for text in (*better_networks(groups, seeds), *differences(seeds)):
        print(text)


def row(texts: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(texts)} |"


def group_of(line: Line) -> Group:
    """What a row of the table is about."""
    changes = [f"{name} {value}" for name, value in line["changes"].items()]
    return line["trial"], line["backbone"], " ".join([line["setting"], *changes]), line["arithmetic"]


def measured(trainings: Sequence[Line]) -> list[str]:
    """How many folds learned, and what a fold took; those that were stopped and resumed have no time."""
    learned, attempts = sum(line["learned"] for line in trainings), [line["attempts"] for line in trainings]
    seconds = [line["cpu_seconds"] for line in trainings if not line["resumed"]]
    share = f"{learned} of {len(trainings)}"
    return [share, f"{np.mean(attempts):.2f}", f"{median(seconds):.0f}" if seconds else ""]


def agreement(seeds: Seeds) -> list[str]:
    """The CCC of visits out of fold, over the seeds of which every fold is there."""
    values = sorted(ccc(visits["observed"], visits["predicted"]) for visits in seeds.values())
    if not values:
        return ["0", ""]
    return [str(len(values)), f"{median(values):.2f} ({values[0]:.2f} to {values[-1]:.2f})"]


def whole_seeds(trainings: Sequence[Line]) -> Iterator[tuple[int, Mapping[str, np.ndarray]]]:
    """Each seed of which every fold is there, with the visits that its folds predict."""
    folds = trial_settings(trainings[0]["trial"], trainings[0]["setting"], 0).splits.folds
    for seed in sorted({line["seed"] for line in trainings}):
        own = sorted((line for line in trainings if line["seed"] == seed), key=lambda line: line["fold"])
        if [line["fold"] for line in own] == list(range(folds)):
            names = own[0]["visits"]
            yield seed, {name: np.concatenate([line["visits"][name] for line in own]) for name in names}


def better_networks(groups: Mapping[Group, Sequence[Line]], seeds: Mapping[Group, Seeds]) -> Iterator[str]:
    """For each trial, setting and arithmetic, what the runs came to of which every network has every fold."""
    for of in sorted({(group[0], *group[2:]) for group in groups}):
        own = [group for group in groups if (group[0], *group[2:]) == of]
        whole = set[int].intersection(*(set(seeds[group]) for group in own))
        if not whole:
            continue
        dead = {line["seed"] for group in own for line in groups[group] if not line["learned"]}
        runs = [[seeds[group][seed] for group in own] for seed in whole]
        best = [max(ccc(visits["observed"], visits["predicted"]) for visits in run) for run in runs]
        yield (
            f"{', '.join(of)}: {len(whole)} runs, every fold learned in {len(whole - dead)}, "
            f"CCC of the best network {min(best):.2f} to {max(best):.2f}"
        )


def differences(seeds: Mapping[Group, Seeds]) -> Iterator[str]:
    """For each seed that has both, the CCC of a setting minus that of its rival on the same visits, by subject."""
    for (trial, backbone, named, arithmetic), ours in seeds.items():
        setting, _, changes = named.partition(" ")
        rival = RIVALS.get(setting)
        theirs = seeds.get((trial, backbone, f"{rival} {changes}".strip(), arithmetic), {})
        for seed in sorted(set(ours) & set(theirs)):
            visits = ours[seed]  # the same split: the same order
            predicted = visits["predicted"], theirs[seed]["predicted"]
            found = difference_interval(visits["observed"], *predicted, visits["subject"])
            interval = f"{found.estimate:+.3f} (95% interval {found.low:+.3f} to {found.high:+.3f})"
            yield f"{trial}, {backbone}, {arithmetic}, seed {seed}: CCC {setting} minus {rival} {interval}"
