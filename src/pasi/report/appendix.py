"""Section 9, Appendix: weights, related errors, config with what was changed first, methods, versions, glossary."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pasi.evaluation.visits import learner_rows
from pasi.report.content import ReportContent
from pasi.report.primary import LONG
from pasi.report.stacking_weights import stacking_weights
from pasi.wording import counted

GLOSSARY = {
    "Out of fold": "predicted by a network that was trained without the subject. Training subjects are divided into "
    "folds; each fold is predicted by networks that were trained on the others.",
    "MAE": "mean absolute error: how far a prediction is from the observed score on average, in points of the index.",
    "Bias": "mean of predicted minus observed. Above 0 the predictions are too high on average.",
    "Limits of agreement": "the range in which about 95% of the differences between predicted and observed scores of "
    "new subjects lie, if they are normal (Bland and Altman).",
    "CCC": "concordance correlation coefficient (Lin): 1 where predictions equal the observed scores; a shift and a "
    "wrong spread lower it, unlike a correlation.",
    "Interval": "95% interval over subjects: it accounts for the choice of subjects, and for several visits of one.",
    "Skill": "1 minus the squared error of a network over that of the best constant for each region, on subjects that "
    "it was not fitted to. 0: no better than the mean.",
    "Baseline": "a predictor without a network, such as the mean course over the weeks, that a network must beat.",
    "Meta-learner": "a weighted sum of the predictions of several networks (stacking).",
    "PASI 75": "an improvement of at least 75% from the score at the baseline visit; 50, 90 and 100 likewise.",
    "Kappa": "agreement beyond chance: 1 is perfect, 0 is that of guessing with the same frequencies.",
    "Sensitivity, specificity": "share of the observed responses that are predicted, and of the observed "
    "non-responses that are predicted as such.",
}


def appendix_section(content: ReportContent) -> dict[str, Any]:
    """The variables of the section's template."""
    settings = flatten(content.config)
    changed = [(key, value) for key, value in settings if key in set(content.changed)]
    return {
        "stack": stacking_weights(content.models),
        "related": related_errors(content),
        "changed": changed,
        "settings": settings,
        "methods": methods_text(content),
        "precision": content.lines("precision"),
        "glossary": GLOSSARY,
    }


def related_errors(content: ReportContent) -> list[tuple[str, str, float]]:
    """Correlation of the errors out of fold of each two networks; near 1, their mean is little better than either.

    Undefined, and left out, where the errors of one of them are all equal.
    """
    rows = content.lines("metrics", level="visit", part="oof", kind="backbone")
    errors = {}
    for row in rows:
        own = learner_rows(content.visits, row["learner"], "oof")
        keys = zip(own["subject"], own["visit"], own["predicted"] - own["observed"], strict=True)
        errors[row["learner"]] = {(subject, visit): float(error) for subject, visit, error in keys}
    found = []
    names = list(errors)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            shared = sorted(set(errors[first]) & set(errors[second]))
            pairs = np.array([[errors[first][key], errors[second][key]] for key in shared])
            if len(pairs) > 2 and (np.ptp(pairs, axis=0) > 0).all():
                found.append((first, second, float(np.corrcoef(pairs.T)[0, 1])))
    return found


def methods_text(content: ReportContent) -> list[str]:
    """The methods in sentences, from the config, as a paper could print them."""
    config, index = content.config, content.index
    training, tiles = config["training"], config["tiles"]
    start = {"imagenet": "ImageNet weights", "none": "random weights"}.get(training["weights"], "weights of the user")
    signs = ", ".join(index.label_names)
    meta = len(content.models)
    stacked = f"{counted(meta, 'meta-learner')} combined their predictions." if meta else "They were not combined."
    return [
        f"{index.name} (0 to {index.maximum:g} {index.unit}) was predicted from photos of "
        f"{', '.join(index.region_names)}.",
        f"Photos were brought to tiles of {tiles['size']} pixels ({tiles['fit']}), and the tiles of a region and visit "
        f"to one composite of {index.grid} by {index.grid} cells. The index follows from {signs}.",
        f"{counted(len(training['backbones']), 'network')} ({', '.join(training['backbones'])}), from {start}, "
        f"{'was' if len(training['backbones']) == 1 else 'were'} trained on "
        f"{counted(len(content.fold_numbers), 'fold')} of the subjects, which were divided by "
        f"{config['splits']['stratify_on']}. {stacked}",
        f"The primary measure was the {LONG[content.primary]} by visit, out of fold. Intervals are those of a "
        "jackknife of subjects with Student's t; limits of agreement account for several visits of a subject. "
        "Differences from the baselines were tested by the same jackknife, adjusted by Holm's method.",
    ]


def flatten(config: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The nested config as rows of dotted key and text."""
    rows = []
    for name, value in config.items():
        if isinstance(value, Mapping):
            rows += flatten(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", _text(value)))
    return rows


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        mappings = any(isinstance(item, Mapping) for item in value)
        return ("; " if mappings else ", ").join(map(_text, value))
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return str(value)
