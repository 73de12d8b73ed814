"""The advice for a cohort that is too small for its split: whoever follows it can split the cohort."""

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from pasi.errors import SettingError
from pasi.splits.divide import split_cohort
from pasi.splits.settings import SplitSettings

SETTINGS = SplitSettings("greedy", None, 0.1, 5, "desquamation", "label_share", 3, 0.15, 0)


def refusal(subjects: int, settings: SplitSettings) -> str:
    """Why a cohort of alike subjects cannot be split; "" where it can."""
    names = [f"S{number}" for number in range(subjects) for _ in range(3)]
    scores = {"subject": np.array(names, dtype=object), "desquamation": np.tile([0.0, 1.0, 2.0], subjects)}
    try:
        split_cohort(scores, settings, 1.0)
    except SettingError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("subjects", "folds", "fraction"), [*product(range(1, 9), (2, 3, 5, 9), (0.0, 0.1, 0.3))])
def test_whoever_follows_the_advice_can_split_the_cohort(subjects, folds, fraction):
    settings = replace(SETTINGS, folds=folds, test_fraction=fraction)
    text = refusal(subjects, settings)
    advised = {key: float(value) for key, value in re.findall(r"splits\.(\w+): (\d+)", text)}
    if advised:
        changed = {key: int(value) if key == "folds" else value for key, value in advised.items()}
        assert refusal(subjects, replace(settings, **changed)) == ""
    elif text:
        assert text.endswith("; add subjects")
        others = product(range(2, 10), (0.0, 0.1, 0.3))
        assert all(refusal(subjects, replace(SETTINGS, folds=one, test_fraction=share)) for one, share in others)
