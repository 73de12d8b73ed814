"""A credibility record in the seven steps of FDA's draft guidance of January 2025 on AI for regulatory decisions."""

from pasi.dossier.about_model import software
from pasi.dossier.about_model import training as trainings
from pasi.dossier.about_results import conditions_that_fail, light, limitations, performance
from pasi.dossier.about_split import partition
from pasi.dossier.about_study import plans_written, purpose
from pasi.dossier.checklist import Item
from pasi.dossier.evidence import Run
from pasi.dossier.statements import SUMMARY, Answer, Statement, ask, join, say, state
from pasi.wording import counted

NAME = "Credibility record"
SOURCE = (
    "FDA, draft guidance, January 2025: Considerations for the Use of Artificial Intelligence to Support Regulatory "
    "Decision-Making for Drug and Biological Products (docket FDA-2024-D-4689)"
)
LEVELS = ("low", "medium", "high")


def question(run: Run) -> Answer:
    """The question of interest, where a person wrote it."""
    written = run.written("question")
    if written is None:
        return ask("The question that the scores are to answer (dossier.question).")
    return state("{text}", text=written)


def risk(run: Run) -> Answer:
    """Influence of the model and consequence of a wrong decision, where a person gave both."""
    influence, consequence = run.written("influence"), run.written("consequence")
    if influence is None or consequence is None:
        known = [
            say("{name}: {level}.", name=name, level=level)
            for name, level in (("Model influence", influence), ("Decision consequence", consequence))
            if level is not None
        ]
        hint = "Model influence and decision consequence (dossier.influence, dossier.consequence)."
        return Answer(tuple(known), hint)
    ends = sorted({influence.text, consequence.text}, key=LEVELS.index)
    text = "Model influence: {influence}. Decision consequence: {consequence}."
    both = say(text, influence=influence, consequence=consequence)
    if len(ends) == 1:
        return Answer((both, Statement(f"The model risk is {ends[0]}.")), "Why both are so.")
    return Answer((both,), f"The model risk, between {ends[0]} and {ends[1]}, and why.")


def plan(run: Run) -> Answer:
    """Primary measure, limit of acceptance, split, seed, and which keys of the config are not the defaults."""
    changed = run.summary["changed"]
    keys = say(
        "Keys that differ from the defaults: {keys}.",
        f"{SUMMARY}, changed",
        keys=", ".join(f"{key} ({run.key(key).text})" for key in changed) or "none",
    )
    limit = run.value("report.least_ccc")
    accepted = say(
        "The primary measure is {primary}, by visit. Limit of acceptance: {limit} (report.least_ccc). Seed: {seed}.",
        primary=run.primary,
        limit="none was set" if limit is None else f"the whole 95% interval of the CCC out of fold above {limit:g}",
        seed=run.key("seed"),
    )
    endpoints = say(
        "Limits of an endpoint: change of a rate {margin}, kappa {kappa}, price {price}, subjects an arm {subjects}.",
        **{name: run.key(f"evaluation.endpoint_{name}") for name in ("margin", "kappa", "price", "subjects")},
    )
    sealed = tuple(run.condition(name) for name in ("plan kept", "test set opened once"))
    hint = "By whom the plan was written, and that no result was looked at before; a run sees only its own evaluation."
    return join(Answer((accepted, endpoints)), partition(run), Answer((keys, *plans_written(run), *sealed), hint))


def execution(run: Run) -> Answer:
    """What was trained, by which code, and what came out."""
    return join(trainings(run), software(run), performance(run))


def deviations(run: Run) -> Answer:
    """Trainings that did not learn, networks that were left out, and what of the plan's conditions does not hold."""
    said = []
    dead = run.summary["did_not_learn"]
    if dead:
        names = ", ".join(f"{name} fold {fold}{f' repeat {repeat}' if repeat else ''}" for name, fold, repeat in dead)
        said.append(say("Trainings that did not learn: {names}.", f"{SUMMARY}, did_not_learn", names=names))
    left = run.summary["left_out"]
    if left:
        names = ", ".join(dict.fromkeys(name for name, *_ in left))
        said.append(say("Networks left out because a training failed: {names}.", f"{SUMMARY}, left_out", names=names))
    adopted = run.summary["adopted"]
    if adopted:
        count = counted(len(adopted), "training")
        said.append(say("Taken over from an earlier version: {count}.", f"{SUMMARY}, adopted", count=count))
    failing = conditions_that_fail(run)
    said.extend(failing)
    if not said:
        said.append(say("None that the run can see.", f"{SUMMARY}, conditions"))
    return Answer(tuple(said), "Deviations from the protocol that no file shows.")


def adequacy(run: Run) -> Answer:
    """The light with the number of its conditions that hold; the decision is a person's."""
    conditions = [one for one in run.summary["conditions"] if one["holds"] is not None]
    held = say(
        "{held} of {all} conditions of the report's light that were asked hold.",
        f"{SUMMARY}, conditions",
        held=sum(one["holds"] for one in conditions),
        all=len(conditions),
    )
    decision = ask("Whether the model is adequate for the context of use.")
    return join(light(run), Answer((held,)), limitations(run), decision)


STEPS = (
    Item("1", "Question of interest", "Define the question that the model's output is to answer", question),
    Item("2", "Context of use", "Define the role and scope of the model, and what else is looked at", purpose),
    Item("3", "Model risk", "Assess the influence of the model and the consequence of a wrong decision", risk),
    Item("4", "Plan", "Plan how credibility is shown: data, model, measures, limits of acceptance", plan),
    Item("5", "Execution", "Carry out the plan", execution),
    Item("6", "Results and deviations", "Record the results, and where the plan was not kept", deviations),
    Item("7", "Adequacy", "Decide whether the model is adequate for its context of use", adequacy),
)
