"""Answers about subjects and photos, from the tables of the cohort."""

import numpy as np

from pasi.dossier.about_subjects import groups
from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer, Quote, Statement, ask, join, list_quotes, say, state

SYNTHETIC = "The cohort is simulated: there are no patients."
SYNTHETIC_PLACE = "report/summary.json, synthetic"


def unless_synthetic(run: Run, person: str) -> Answer:
    """What only a person can say of patients; of a simulated cohort nothing."""
    if run.synthetic:
        return Answer((Statement(SYNTHETIC, (SYNTHETIC_PLACE,)),), applies=False)
    return ask(person)


def data_source(run: Run) -> Answer:
    """How many subjects, visits and photos there are, and whether they are simulated."""
    size = say(
        "{subjects} subjects with {visits} visits and {photos} photos.",
        subjects=run.fact("subjects"),
        visits=run.fact("visits"),
        photos=run.fact("photos"),
    )
    if run.synthetic:
        return Answer((Statement(SYNTHETIC, (SYNTHETIC_PLACE,)), size))
    return Answer((size,), "The source (trial, cohort, registry), why it was used, and whom it represents.")


def dates(run: Run) -> Answer:
    """The weeks of the visits; a run keeps no dates."""
    weeks = np.asarray(run.tables["scores"]["week"], dtype=np.float64)
    known = weeks[np.isfinite(weeks)]
    place = "cohort/scores.parquet, week"
    person = "" if run.synthetic else "Calendar dates of recruitment and follow-up; a run keeps no dates."
    if not len(known):
        return state("The weeks of the visits are not recorded.", place, person=person)
    return state(
        "Visits lie between week {first} and week {last}.",
        place,
        person=person,
        first=f"{known.min():g}",
        last=f"{known.max():g}",
    )


def setting(run: Run) -> Answer:
    """How many sites there are."""
    if run.synthetic:
        return unless_synthetic(run, "")
    sites = run.lines("characteristics", attribute="site", part="all")
    person = "The care setting, and where the sites are."
    if not sites:
        return state("The sites of the subjects are not recorded.", person=person)
    return state("{sites} sites: {names}.", person=person, sites=len(sites), names=groups(sites))


def eligibility(run: Run) -> Answer:
    """What the run itself left out; criteria are a person's to state."""
    criteria = unless_synthetic(run, "The criteria by which subjects were included and excluded.")
    return join(left_out(run), criteria) if criteria.applies else left_out(run)


def left_out(run: Run) -> Answer:
    """What was read and left out, by unit."""
    lines = [line for line in run.lines("counts") if line["left_out"]]
    if not lines:
        return state("No subject, visit, region or photo of the tables was left out.", "cohort/counts.csv")
    parts = [
        Quote(
            f"{line['left_out']:g} of {line['held']:g} {line['unit']}",
            f"{line.file}, row {line.number}, left_out and held",
        )
        for line in lines
    ]
    return state("Left out: {parts}.", "cohort/notes.csv", parts=list_quotes(parts))


def treatments(run: Run) -> Answer:
    """The arms; no network sees them."""
    arms = run.lines("characteristics", attribute="arm", part="all")
    person = "" if run.synthetic else "Which treatments were given, and how they were handled."
    if not arms:
        return state("Treatment arms are not recorded.", person=person)
    return state("Arms: {arms}. No network sees the arm.", person=person, arms=groups(arms))


def missing_data(run: Run) -> Answer:
    """Visits that lack a region, and what was left out."""
    lacking = say(
        "{lacking} of {visits} visits lack a region and have no value of the index; nothing is imputed, but for "
        "responses counted as none in the tables that say so.",
        lacking=run.fact("incomplete visits"),
        visits=run.fact("visits"),
    )
    return join(Answer((lacking,)), left_out(run))


def flow(run: Run) -> Answer:
    """From photos to subjects."""
    counts = say(
        "{photos} photos made {composites} composites of {visits} visits of {subjects} subjects: {train} in the "
        "training part, {test} in the test part.",
        photos=run.fact("photos"),
        composites=run.fact("composites"),
        visits=run.fact("visits"),
        subjects=run.fact("subjects"),
        train=run.fact("subjects of the split, train"),
        test=run.fact("subjects of the split, test"),
    )
    return join(Answer((counts,)), left_out(run))


def acquisition(run: Run) -> Answer:
    """The sizes of the photos."""
    photos = run.tables["photos"]
    sizes = {name: np.asarray(photos[name]) for name in ("width", "height")} if "width" in photos else {}
    person = "" if run.synthetic else "Cameras, light, distance and positions, and who took the photos."
    if not sizes:
        return state("The size of the photos is not recorded.", person=person)
    longer = np.maximum(*sizes.values())
    return state(
        "The longer side of a photo has {least} to {most} pixels.",
        "tiles/index.parquet, width and height",
        person=person,
        least=int(longer.min()),
        most=int(longer.max()),
    )


def identities(run: Run) -> Answer:
    """How results name subjects and photos."""
    images = "shows no photo" if run.value("report.images") == "none" else "shows photos, in grey"
    person = "" if run.synthetic else "How subjects' identifiers and photos were de-identified before this run."
    return state(
        "Results name subjects and visits by the identifiers of the tables, and photos by their SHA-256; no file of "
        "the results holds the path of a photo. The report {images} (report.images: {key}).",
        person=person,
        images=images,
        key=run.key("report.images"),
    )
