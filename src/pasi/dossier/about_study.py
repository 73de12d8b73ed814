"""Answers about the study around the run: what a person has written into the config, and what only a person knows."""

from pasi.dossier.about_cohort import unless_synthetic
from pasi.dossier.checklist import Answering
from pasi.dossier.evidence import Run
from pasi.dossier.statements import Answer, Quote, Statement, ask, say, state
from pasi.report.plans import plan_sentences


def person(hint: str) -> Answering:
    """What only a person can say."""
    return lambda run: ask(hint)


def person_of_patients(hint: str) -> Answering:
    """The same, where there are patients."""
    return lambda run: unless_synthetic(run, hint)


def title(run: Run) -> Answer:
    """What a title must name."""
    return state(
        "A title must name: development and evaluation of a model of deep learning; the outcome, {name}; the subjects.",
        "report/config.json, index.name",
        person="The title itself, with the target population.",
        name=run.index.name,
    )


def purpose(run: Run) -> Answer:
    """The context of use, where a person wrote it."""
    written = run.written("context_of_use")
    if written is None:
        return ask("For whom and for what the model is meant, and who uses it (dossier.context_of_use).")
    return state("{text}", text=written)


def objectives(run: Run) -> Answer:
    """The question, where a person wrote it; both development and evaluation are part of a run."""
    both = "The run both develops a model and evaluates it."
    written = run.written("question")
    if written is None:
        return state(both, person="The objectives (dossier.question).")
    return state("{text} {both}", text=written, both=both)


def code_sharing(run: Run) -> Answer:
    """Licence and version of the software."""
    version = run.summary["provenance"].get("Versions", {}).get("one-step-pasi")
    hint = "Where the code, with changes of your own, can be had."
    if version is None:
        return ask(hint)
    return state(
        "The software is One-Step PASI {version}, under the licence Apache-2.0.",
        person=hint,
        version=Quote(str(version), "report/summary.json, provenance"),
    )


def protocol(run: Run) -> Answer:
    """What of the plan stands in the config."""
    limit = run.value("report.least_ccc")
    no_limit = "no limit of acceptance was set (report.least_ccc)"
    accept = no_limit if limit is None else f"the CCC must lie above {limit:g}"
    config = say(
        "The config holds the primary measure ({primary}) and says that {accept}.",
        "report/config.json, report.least_ccc",
        primary=run.primary,
        accept=accept,
    )
    return Answer((config, *plans_written(run)), "Where the protocol can be read, or that none was written.")


def plans_written(run: Run) -> tuple[Statement, ...]:
    """How many plans of the test were written before its first opening, and since when the last one stood."""
    return tuple(Statement(text, ("evaluation/opening.json, plans",)) for text in plan_sentences(run.opening))


def poor_input(run: Run) -> Answer:
    """What happens with photos that are missing or damaged when new visits are scored."""
    return state(
        "`pasi predict` refuses a visit of which a region has no usable photo, marks one with fewer photos than usual "
        "as degraded, and gives the reasons in a column. In this run, unusable photos were handled by tiles.unusable: "
        "{unusable}.",
        "docs/scoring.md",
        person="How photos are checked before they are scored, and what is done with a refused visit.",
        unusable=run.key("tiles.unusable"),
    )


def users(run: Run) -> Answer:
    """What a user must do."""
    photos = ", ".join(f"{region.photos} of {region.name}" for region in run.index.regions)
    return state(
        "A user brings the photos of a visit (at most {photos}) and a table that says subject, visit and region of "
        "each; nothing is marked in a photo by hand.",
        "report/config.json, index.regions",
        person="Which training those need who take the photos and read the scores.",
        photos=photos,
    )
