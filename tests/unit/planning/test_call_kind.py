"""What a call of Snakemake is for, by its own parser."""

import pytest
from snakemake.cli import get_argument_parser

from pasi.planning.call_kind import (
    HOUSEKEEPING,
    LOOKING,
    needs_training,
    only_looks,
    plans_results,
    wants_scores,
)


def parse(call: str):
    return get_argument_parser().parse_known_args(call.split())[0]


def test_every_option_is_one_of_snakemake():
    known = vars(parse("--cores 1"))
    assert known.keys() >= LOOKING | HOUSEKEEPING


@pytest.mark.parametrize(
    ("call", "looks", "plans"),
    [
        ("--cores 2", False, True),
        ("--cores 2 --forceall splits", False, True),
        ("-n", True, True),
        ("--summary", True, False),
        ("--rulegraph", True, False),
        ("--unlock", False, False),
        ("--cores 2 --delete-all-output", False, False),
    ],
)
def test_what_a_call_is_for(call, looks, plans):
    assert (only_looks(parse(call)), plans_results(parse(call))) == (looks, plans)


def test_a_job_of_a_call_is_none_itself():
    assert not only_looks(None)
    assert plans_results(None)


@pytest.mark.parametrize(
    ("targets", "needs"),
    [
        ([], True),
        (["splits"], False),
        (["tiles", "splits"], False),
        (["results/cohort/scores.parquet", "results/splits/inner.parquet"], False),
        (["results/oof.parquet"], True),
        (["splits", "report"], True),
        (["elsewhere/tiles/index.parquet"], True),
        (["results/tiles-of-mine/x"], True),
    ],
)
def test_which_targets_may_need_a_training(targets, needs):
    assert needs_training(targets, "results") == needs


@pytest.mark.parametrize(
    ("targets", "wants"),
    [
        ([], False),
        (["bundle", "results/bundle/manifest.json", "results/cohort/scores.parquet"], False),
        (["report", "score"], True),
        (["results/scores/part-000.json"], True),
    ],
)
def test_new_visits_are_read_where_a_target_names_their_scores(targets, wants):
    assert wants_scores(targets, "results") is wants
