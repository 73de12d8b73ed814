"""Options that hide one another without a word of Snakemake are refused, and those that do not are not."""

import pytest

from pasi.planning.call_options import options_given_twice


@pytest.mark.parametrize(
    ("call", "together"),
    [
        ("-n --configfile my.yaml --configfile more.yaml", "--configfile my.yaml more.yaml"),
        ("--configfiles=a.yaml --cores 2 --configfile b.yaml c.yaml -n", "--configfile a.yaml b.yaml c.yaml"),
        ("--config seed=1 -n -C results=x", "--config seed=1 results=x"),
        ("splits -Cseed=1 --config=results=x", "--config seed=1 results=x"),
        ("--configfile a.yaml b.yaml -n --config seed=1", None),
        ("--config seed=1 --conda-prefix x -c 2 -- splits", None),
        ("-n", None),
    ],
)
def test_an_option_of_which_snakemake_keeps_the_last_is_refused_where_it_stands_twice(call, together):
    text = options_given_twice(call.split())
    assert text == (
        together and f"{together.split()[0]} is given 2 times, and Snakemake reads the last one alone: write {together}"
    )


@pytest.mark.parametrize(
    ("call", "profiles", "text"),
    [
        ("-n --configfile b.yaml", [("p/p.yaml", {"configfile": "a.yaml"})], "in p/p.yaml and on the command line"),
        ("-n", [("p.yaml", {"configfiles": ["a.yaml"]}), ("q", {"configfile": ["b.yaml"]})], "in p.yaml and in q"),
        ("-n --configfile a.yaml b.yaml", [("p/config.yaml", {"configfile": "a.yaml"})], None),
        ("-n --configfile b.yaml", [("p/config.yaml", {"cores": 2, "config": ["seed=1"]})], None),
        ("-n", [("p/config.yaml", {"configfile": ["a.yaml", "b.yaml"]})], None),
    ],
)  # fmt: skip
def test_a_profile_whose_config_files_are_hidden_is_named(call, profiles, text):
    advice = "and Snakemake reads the last one alone: write --configfile a.yaml b.yaml"
    assert options_given_twice(call.split(), profiles) == (text and f"--configfile is given {text}, {advice}")


def test_keys_of_a_profile_that_are_hidden_are_named():
    profiles = [("p/config.yaml", {"config": ["seed=1"]})]
    assert options_given_twice(["--config", "results=x"], profiles) == (
        "--config is given in p/config.yaml and on the command line, and Snakemake reads the last one alone: write "
        "--config seed=1 results=x"
    )


def test_a_key_that_is_typed_twice_is_refused():
    assert options_given_twice(["--config", "results=a", "seed=1", "results=b"]) == (
        "--config has results 2 times, and Snakemake reads the last one alone: give it once"
    )
    assert options_given_twice(["--config", "results=a", "seed=1", "tiles=results"]) is None
