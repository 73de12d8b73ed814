"""Answers about how the run evaluates."""

from pasi.dossier.evidence import Run
from pasi.dossier.statements import SUMMARY, Answer, Quote, Statement, ask, between, cell, say, state

NO_FOLD_LEFT_OUT = Statement("No fold was left out in a sensitivity analysis.", ("evaluation/sensitivity.csv",))
PARTS = {"oof": "Out of fold", "test": "On test subjects"}

NO_TEST_ROWS = "No row of a test part is shown: there is none, or it is sealed (evaluation.test_rows)."


def measures(run: Run) -> Answer:
    """What is measured and drawn."""
    return state(
        "By visit and by region: MAE, MSE, Pearson's r, CCC; bias and limits of agreement; calibration slope; errors "
        "by severity band, week, region and group; responses with kappa, sensitivity and specificity. Plots: observed "
        "against predicted, Bland-Altman, calibration, courses. The primary measure is {primary}, and all learners are "
        "compared with baselines that need no network.",
        "docs/evaluation.md",
        primary=run.primary,
    )


def uncertainty(run: Run) -> Answer:
    """How the intervals of the chosen learner are made."""
    own = {"learner": run.chosen, "part": "oof"}
    lines = [*run.lines("intervals", **own), *run.lines("agreement", **own)]
    if not lines:
        return ask("How uncertain the figures are: the run has no interval for the chosen learner.")
    methods = list(dict.fromkeys(line["method"] for line in lines))
    return state(
        "95% intervals over subjects: {methods}. Differences from baselines: {holm}.",
        *(f"{line.file}, row {line.number}, method" for line in lines),
        methods="; ".join(methods),
        holm="the same, adjusted by Holm's method",
    )


def how_predicted(run: Run) -> Answer:
    """Which networks predict whom, and whether anything leaked."""
    networks = say(
        "Out of fold, a subject is predicted by the networks of the fold that held it out; a test subject by the mean "
        "over the networks of all folds."
    )
    return Answer((networks, run.condition("no leakage"), run.condition("no optimistic rows")))


def internal_testing(run: Run) -> Answer:
    """Out of fold and on the test part, with their sizes."""
    rows = {part: run.line("metrics", level="visit", learner=run.chosen, part=part) for part in PARTS}
    said = [
        say("{part}: {visits} visits.", part=PARTS[part], visits=cell(row, "n", "0"))
        for part, row in rows.items()
        if row is not None
    ]
    if rows["test"] is None:
        said.append(Statement(NO_TEST_ROWS, ("evaluation/metrics.csv",)))
    return Answer(tuple(said))


def external_testing(run: Run) -> Answer:
    """A run has one cohort."""
    return state(
        "None: all {subjects} subjects of this run are of one cohort.",
        person="Whether the model was tested on another cohort, and what came out.",
        subjects=run.fact("subjects"),
    )


def no_updating(run: Run) -> Answer:
    """A run recalibrates nothing."""
    return state(
        "None: no prediction of {learner} was recalibrated after evaluation.",
        learner=Quote(run.chosen, f"{SUMMARY}, learner"),
    )


def sensitivity(run: Run) -> Answer:
    """Figures without the folds that did not learn, where there are such folds."""
    lines = [line for line in run.lines("sensitivity", learner=run.chosen) if line["folds"] != "all folds"]
    if not lines:
        return Answer((run.condition("every training learned"), NO_FOLD_LEFT_OUT))
    return Answer(
        tuple(
            say(
                "{folds}: MAE {mae} ({mae_ends}), CCC {ccc} ({ccc_ends}).",
                folds=str(line["folds"]).capitalize(),
                mae=cell(line, "mae"),
                mae_ends=between(line, "mae"),
                ccc=cell(line, "ccc"),
                ccc_ends=between(line, "ccc"),
            )
            for line in lines
        )
    )


def no_explanations(run: Run) -> Answer:
    """A run makes no maps."""
    return state(
        "None: this run made no map of what {learner} looks at.",
        person="Whether explanation maps were made elsewhere, and how they were checked.",
        learner=Quote(run.chosen, f"{SUMMARY}, learner"),
    )
