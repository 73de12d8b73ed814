"""Answers about the division of the subjects."""

from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer, Statement, say


def sample_size(run: Run) -> Answer:
    """How many subjects there are, and whether they suffice for a verdict; why so many is a person's to say."""
    counts = say(
        "{train} training and {test} test subjects.",
        train=run.fact("subjects of the split, train"),
        test=run.fact("subjects of the split, test"),
    )
    return Answer(
        (counts, run.condition("enough subjects"), run.condition("test part")),
        "How the size was arrived at, and why it is enough for the question.",
    )


def partition(run: Run) -> Answer:
    """How subjects were divided, and whose loss decided when training stopped."""
    if run.value("splits.method") == "file":
        divided = say(
            "Subjects were divided as a file of the user says (splits.method: {method}), into {folds} folds.",
            method=run.key("splits.method"),
            folds=run.fact("folds"),
        )
        return Answer((divided, _monitored(run)), "How the file was made.")
    divided = say(
        "Subjects were divided by splits.method {method}, stratified on {label}: a test fraction of {test}, and "
        "{folds} folds of the others.",
        method=run.key("splits.method"),
        label=run.key("splits.stratify_on"),
        test=run.key("splits.test_fraction"),
        folds=run.fact("folds"),
    )
    return Answer((divided, _monitored(run)))


def _monitored(run: Run) -> Statement:
    if run.value("training.monitor") != "inner":
        return say(
            "The held-out fold itself decided when training stopped (training.monitor: {monitor}), so that figures "
            "out of fold are too good.",
            monitor=run.key("training.monitor"),
        )
    return say(
        "In each fold, {inner} of the training subjects were set aside to decide when training stops "
        "(training.monitor: {monitor}).",
        inner=run.key("splits.inner_fraction"),
        monitor=run.key("training.monitor"),
    )


def disjoint_level(run: Run) -> Answer:
    """Parts are disjoint by subject, if the checks of the report say so."""
    checked = run.condition("no leakage")
    if not run.holds("no leakage"):
        return Answer((checked,), "What follows from the leakage.")
    disjoint = Statement("All visits of a subject are in one part and fold.", ("splits/subjects.parquet",))
    return Answer((disjoint, checked))
