"""Bands of severity, decided on whole steps of the index by one rule for observed and predicted values (R48)."""

from dataclasses import replace

import numpy as np
import pytest

from pasi.severity.bands import band_table, severity_bands
from pasi.severity.index import SeverityBand
from two_regions import ONE_SIGN as INDEX


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0.0, "clear"),
        (-2.0, "clear"),
        (0.1, "clear"),
        (0.44, "clear"),
        (0.46, "mild"),  # rounded to 0.5
        (0.5, "mild"),
        (10.0, "mild"),
        (10.04, "mild"),  # rounded to 10.0
        (10.1, "moderate to severe"),
        (99.0, "moderate to severe"),
    ],
)
def test_bands_by_hand(value, band):
    assert INDEX.bands[severity_bands([value], INDEX)[0]].name == band


def test_the_last_band_takes_what_is_above_its_end():
    closed = replace(INDEX, bands=(SeverityBand("low", 1), SeverityBand("high", 4)))
    assert severity_bands([0.2, 1.0, 1.1, 5.0], closed).tolist() == [0, 0, 1, 1]


def test_one_band_takes_everything():
    assert severity_bands([0.0, 50.0], replace(INDEX, bands=(SeverityBand("all", None),))).tolist() == [0, 0]


def test_an_end_between_two_steps_is_kept_exactly():
    odd = replace(INDEX, bands=(SeverityBand("low", 0.75), SeverityBand("high", None)))
    assert severity_bands([0.7, 0.8], odd).tolist() == [0, 1]


def test_bands_are_counted_observed_by_predicted():
    visits = {"part": ["test"] * 4, "observed": np.array([0.0, 0.0, 10.0, 12.0]), "predicted": [0.4, 2.0, 10.0, 9.0]}
    table = band_table(visits, INDEX)
    assert table.columns.tolist() == ["part", "observed", "clear", "mild", "moderate to severe"]
    assert table.set_index("observed").loc["clear", "clear"] == 1
    assert table.set_index("observed").loc["clear", "mild"] == 1
    assert table.set_index("observed").loc["moderate to severe", "mild"] == 1
    assert table[["clear", "mild", "moderate to severe"]].to_numpy().sum() == 4
