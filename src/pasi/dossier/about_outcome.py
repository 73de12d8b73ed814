"""Answers about the outcome and the reference standard, from the index of the config."""

from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer, ask, say, state

INDEX_PLACE = "report/config.json, index"


def outcome(run: Run) -> Answer:
    """The index, its range and how it follows from the grades."""
    index = run.index
    signs = ", ".join(f"{sign.name} (0 to {sign.maximum:g})" for sign in index.signs)
    area = "" if index.area is None else f", times {index.area.name} (0 to {index.area.maximum:g})"
    weights = ", ".join(f"{region.name} {region.weight:g}" for region in index.regions)
    return state(
        "{name}, from 0 to {most} {unit}, at the visit at which the photos were taken. A region's composite is the sum "
        "of {signs}{area}; the index is the sum of the composites with the weights {weights}.",
        INDEX_PLACE,
        person="Why this outcome was chosen, when and how it was graded, and whether alike in all groups of subjects.",
        name=index.name,
        most=f"{index.maximum:g}",
        unit=index.unit,
        signs=signs,
        area=area,
        weights=weights,
    )


def graders(run: Run) -> Answer:
    """Who graded; a run knows at most what the config says."""
    written = run.written("evaluator")
    person = "Qualifications, training and demographic characteristics of those who graded, and how many they were."
    if written is None:
        return ask(person)
    return state("Grades are those of: {who}.", person=person, who=written)


def rater_variability(run: Run) -> Answer:
    """The difference between two raters, where the config states it."""
    if run.value("report.rater_difference") is None:
        return Answer(
            (say("The difference between raters of this cohort was not given (report.rater_difference)."),),
            "How far raters differ from each other and from themselves.",
        )
    return state(
        "Two raters differ by {difference} {unit} on average, as the config states; the report says what a perfect "
        "predictor would reach against one of them.",
        person="Where this figure is from, and how far raters differ from themselves.",
        difference=run.key("report.rater_difference"),
        unit=run.index.unit,
    )


def output(run: Run) -> Answer:
    """A score and what follows from it."""
    bands = ", ".join(
        f"{band.name}{'' if band.up_to is None else f' up to {band.up_to:g}'}" for band in run.index.bands
    )
    return state(
        "A continuous score, the {name} in {unit}, which is not clipped. Bands of severity ({bands}) and responses "
        "(improvements of at least {responses}% from the baseline; below {clear} counts as clear) follow from it by "
        "thresholds of the config, none of which was fitted.",
        INDEX_PLACE,
        person="Why these thresholds were chosen.",
        name=run.index.name,
        unit=run.index.unit,
        bands=bands,
        responses=run.key("index.responses"),
        clear=run.key("index.clear_below"),
    )


def no_class_balance(run: Run) -> Answer:
    """No method against imbalance is part of a run, but for the stratified split."""
    none = say(
        "The outcome is a score and not a class: no resampling, weighting or other method against imbalance is used, "
        "and nothing is recalibrated for it."
    )
    if run.value("splits.method") == "file":
        return Answer((none,))
    split = say("The split spreads the grades of {label} over its parts.", label=run.key("splits.stratify_on"))
    return Answer((none, split))
