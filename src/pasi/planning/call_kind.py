"""What a call of Snakemake is for: it looks, it keeps house, or it makes results."""

from argparse import Namespace
from collections.abc import Collection, Sequence

LOOKING = frozenset(  # options with which Snakemake runs no job
    {"dryrun", "lint", "dag", "rulegraph", "filegraph", "d3dag", "summary", "detailed_summary", "report", "list_rules"}
    | {"list_target_rules", "list_untracked", "list_changes", "list_input_changes", "list_params_changes"}
    | {"list_conda_envs", "print_compilation"}
)
HOUSEKEEPING = frozenset(  # options with which it makes no result
    {"unlock", "delete_all_output", "delete_temp_output", "cleanup_metadata", "cleanup_shadow", "archive"}
    | {"containerize", "export_cwl"}
)
EARLY = ("cohort", "tiles", "splits")  # folders of a run whose files no training comes before


def has_option(call: Namespace | None, options: Collection[str]) -> bool:
    """Whether a call has one of the options; None stands for a job of a call, which has none."""
    return any(getattr(call, name, None) for name in options)


def only_looks(call: Namespace | None) -> bool:
    """Whether a call runs no job."""
    return has_option(call, LOOKING)


def plans_results(call: Namespace | None) -> bool:
    """Whether a call makes results, or says with -n which it would make."""
    return not has_option(call, HOUSEKEEPING) and not has_option(call, LOOKING - {"dryrun"})


def needs_training(targets: Sequence[str], results: str) -> bool:
    """Whether a target may need a training: all but rules and files that come before it; targets elsewhere may.

    >>> needs_training([], "results"), needs_training(["splits", "results/tiles/index.parquet"], "results")
    (True, False)
    """
    early = tuple(f"{results}/{folder}/" for folder in EARLY)
    return not targets or any(target not in EARLY[1:] and not target.startswith(early) for target in targets)


def wants_scores(targets: Sequence[str], results: str) -> bool:
    """Whether a target is the scores of new visits; no other one needs these visits.

    >>> wants_scores(["score"], "results"), wants_scores(["report", "bundle"], "results")
    (True, False)
    """
    rules = ("score", "score_part", "join_scores")
    return any(target in rules or target.startswith(f"{results}/scores/") for target in targets)
