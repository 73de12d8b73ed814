"""Answers about networks, meta-learners and the chosen learner."""

from pasi.dossier.about_outcome import INDEX_PLACE
from pasi.dossier.about_study import code_sharing
from pasi.dossier.evidence import Run
from pasi.dossier.statements import SUMMARY, Answer, Quote, ask, between, cell, join, say, state


def predictors(run: Run) -> Answer:
    """The photos of each region; nothing else is put into a network."""
    regions = ", ".join(f"{region.name} (at most {region.photos})" for region in run.index.regions)
    return state(
        "Networks see the photos of a visit by region: {regions}. Week, arm, age, sex, site and skin type are no "
        "predictors of any network or meta-learner; only baselines, which are there to be beaten, know some of them.",
        INDEX_PLACE,
        regions=regions,
    )


def preparation(run: Run) -> Answer:
    """Tiles, composites and what is done with photos that cannot be used."""
    refuses = run.value("tiles.unusable") == "refuse"
    return state(
        "Each photo becomes a square tile of {size} pixels ({fit}), the tiles of a region and visit one composite of "
        "{grid} by {grid} cells. A photo that is damaged or whose colours cannot be known {unusable} (tiles.unusable: "
        "{key}). All subjects are treated alike.",
        size=run.key("tiles.size"),
        fit=run.key("tiles.fit"),
        grid=run.index.grid,
        unusable="stops the run" if refuses else "is left out and named",
        key=run.key("tiles.unusable"),
    )


def handling(run: Run) -> Answer:
    """How pixels are put into the networks."""
    standardised = say("Pixels are not standardised ({key}).", key=run.key("composites.normalize"))
    if run.value("composites.normalize") == "imagenet":
        text = "Pixels are standardised by the mean and standard deviation of ImageNet ({key})."
        standardised = say(text, key=run.key("composites.normalize"))
    if run.value("composites.augment") == "none":
        return Answer((standardised, say("Nothing is augmented ({key}).", key=run.key("composites.augment"))))
    augmented = say(
        "In training, composites are augmented ({augment}): rotation {rotation}, shuffled places {shuffle}, "
        "brightness by up to {brightness}, contrast by up to {contrast}. Evaluation augments nothing.",
        augment=run.key("composites.augment"),
        rotation=run.key("composites.rotation"),
        shuffle=run.key("composites.shuffle"),
        brightness=run.key("composites.brightness"),
        contrast=run.key("composites.contrast"),
    )
    return Answer((standardised, augmented))


def model_type(run: Run) -> Answer:
    """Networks, what they predict, and the meta-learners on top."""
    networks = say(
        "Regression by convolutional neural networks ({backbones}), which predict {target} (training.target).",
        backbones=run.key("training.backbones"),
        target=run.key("training.target"),
    )
    meta = say("{meta} meta-learners combine their predictions.", meta=run.fact("meta-learners"))
    if not run.models:
        meta = say("No meta-learner combines their predictions.", f"{SUMMARY}, facts, meta-learners")
    return join(Answer((networks, meta)), ensembling(run))


def initialisation(run: Run) -> Answer:
    """Where weights start from."""
    known = {"imagenet": "weights of ImageNet", "none": "random numbers"}
    start = known.get(str(run.value("training.weights")), "weights that the user gave")
    return state("Networks start from {start} (training.weights: {key}).", start=start, key=run.key("training.weights"))


def training(run: Run) -> Answer:
    """The settings of the trainings, how many there were, and how many did not learn."""
    names = (
        *("max_epochs", "batch_size", "learning_rate", "momentum", "weight_decay", "gradient_clip", "schedule"),
        *("warmup_epochs", "learning_epochs", "early_stopping_patience", "restarts", "ema", "repeats", "precision"),
    )
    ends_early = run.value("training.schedule") != "one_cycle"
    idle = () if ends_early else ("warmup_epochs", "learning_epochs", "early_stopping_patience")
    known = [name for name in names if name not in idle and run.value(f"training.{name}") is not None]
    texts = ", ".join(f"{name} {run.key(f'training.{name}').text}" for name in known)
    listed = Quote(texts, "report/config.json, training")
    counts = say(
        "{trainings} trainings, of which {dead} did not learn.",
        trainings=run.fact("trainings"),
        dead=run.fact("trainings that did not learn"),
    )
    settings = say(
        f"Settings: {{listed}}. {'Early stopping watches' if ends_early else 'No training ends early; monitored are'} "
        "the {monitor} subjects (training.monitor), and the epoch that is kept is: {keep}. "
        "Hyperparameters are those of the config; the run searches none, but for penalties of meta-learners where "
        "stacking.ridge_alpha is cv (here it is {alpha}).",
        listed=listed,
        monitor=run.key("training.monitor"),
        keep=run.key("training.keep"),
        alpha=run.key("stacking.ridge_alpha"),
    )
    return Answer((counts, settings))


def selection(run: Run) -> Answer:
    """How the learner was chosen, and what that does to its figure."""
    chosen = say(
        "{chosen} is the learner with the best {primary} by visit out of fold (evaluation.primary), of {candidates}, "
        "baselines not counted.",
        chosen=_chosen(run),
        primary=run.primary,
        candidates=run.fact("learners but for baselines"),
    )
    corrected = run.line("selection", part="oof", metric=run.value("evaluation.primary"))
    if corrected is None:
        return Answer((chosen,))
    optimism = say(
        "Its figure is {naive}; corrected for the choice among learners it is {figure} ({ends}).",
        naive=cell(corrected, "naive"),
        figure=cell(corrected, "corrected"),
        ends=between(corrected),
    )
    return Answer((chosen, optimism))


def ensembling(run: Run) -> Answer:
    """What the chosen learner combines."""
    model = run.models.get(run.chosen)
    if model is None:
        return state(
            "{chosen} is a single network: its predictions out of fold are those of one network of each fold, on test "
            "subjects means over the folds.",
            chosen=_chosen(run),
        )
    pairs = zip(model["backbones"], model["coefficients"], strict=True)
    return state(
        "{chosen} combines networks with the coefficients {parts}.",
        f"stacking/{run.chosen}.json, coefficients",
        chosen=_chosen(run),
        parts=", ".join(f"{value:.3g} of {name}" for name, value in pairs),
    )


def specification(run: Run) -> Answer:
    """Where the model is, if its weights were kept."""
    kept = run.value("training.keep_weights")
    person = "Whether others may have the weights, and under which terms."
    if kept == "none":
        return state(
            "The weights of the networks were not kept (training.keep_weights: {key}), so that the model cannot be "
            "given to others.",
            person="Why the model is not available.",
            key=run.key("training.keep_weights"),
        )
    return state(
        "Weights were kept (training.keep_weights: {key}) under models/, coefficients of meta-learners are in "
        "stacking/; `snakemake bundle` makes of them a folder that scores new visits.",
        person=person,
        key=run.key("training.keep_weights"),
    )


def availability(run: Run) -> Answer:
    """Of the model and of the software."""
    return join(specification(run), code_sharing(run), ask("Whether and where the data can be had."))


def software(run: Run) -> Answer:
    """Versions and digests of the code, as the report has them."""
    provenance = run.summary["provenance"]
    listed = {title: ", ".join(f"{name} {text}" for name, text in own.items()) for title, own in provenance.items()}
    parts = [f"{title}: {texts}" for title, texts in listed.items()]
    if not parts:
        return ask("Which software made the results, in which versions: the report of this run does not say it.")
    return state("{parts}.", "report/summary.json, provenance", parts="; ".join(parts))


def _chosen(run: Run) -> Quote:
    return Quote(run.chosen, "report/summary.json, learner")
