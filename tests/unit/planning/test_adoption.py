"""Trainings of an earlier version: taken over where settings and inputs are equal, else refused with the reason."""

import base64
import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from checkout import CHECKOUT
from pasi.commands.main import main
from pasi.config.settings import Settings, read_config_files, read_settings
from pasi.evaluation.histories import read_adoptions
from pasi.jobs.checkpoints import Checkpoints
from pasi.networks.catalogue import NETWORKS
from pasi.planning.adopted_learning import completed_predictions
from pasi.planning.adoption import EQUAL_CODE, LACKING, adopt_trainings
from pasi.planning.disk_space import EMPTY_WEIGHTS
from pasi.planning.snakemake_records import read_records
from pasi.planning.training_params import target_params, training_params
from pasi.run_folder import RunFolder
from pasi.storage.hashing import file_sha256
from pasi.storage.tables import read_table, write_table
from pasi.training import train
from pasi.training.learning import Learning, read_learning
from pasi.training.settings import NEUTRAL, FoldFiles, FoldOutputs, TrainingSettings, from_params

EARLIER = Path("old")
LEARNING = Learning(0.5, True, 0.1, 0.5, 1.0, 0, 1, 1, 3)
REAL = CHECKOUT / "tests" / "support" / "run_of_0_1_0"  # fold 0 of squeezenet1_1 of `make demo` at f14cad8
PLACE = ("squeezenet1_1", 0)
CODE = next(code for code, version in EQUAL_CODE.items() if version == "0.1.0")


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """One network in two folds, its results in `new`."""
    monkeypatch.chdir(tmp_path)
    return read_settings(
        {
            "results": "new",
            "splits": {"folds": 2},
            "training": {"backbones": ["squeezenet1_1"], "weights": "none", "keep_weights": "none", **NEUTRAL},
        }
    )


def params_of(settings: Settings) -> list:
    """Params of a training as version 0.1.0 gave them to Snakemake."""
    training = asdict(TrainingSettings.of(settings.training.model_dump()))
    training = {name: value for name, value in training.items() if name not in LACKING} | {"compile": False}
    plain = [settings.training.monitor, settings.tiles.fit, settings.index.grid, settings.seed, "none", CODE, "0" * 64]
    return [training, settings.composites.model_dump(), target_params(settings), *plain]


@pytest.fixture
def earlier(settings) -> RunFolder:
    """The results of an earlier run of these settings, with the records of Snakemake."""
    run = RunFolder(EARLIER)
    run.tile_table.parent.mkdir(parents=True)
    run.tile_table.write_text("tiles")
    write_tables(run)
    for fold in (0, 1):
        place = run.weights(PLACE[0], fold)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{place.name} of fold {fold}")
        write_table(predictions_of_0_1_0(fold), run.predictions(PLACE[0], fold))
        losses = {"train_loss": [1.0, 0.5, 0.25], "monitor_loss": [1.5, 0.5, 1.0]}
        write_table({"epoch": [0, 1, 2], **losses, "learning_rate": [0.01] * 3}, run.history(PLACE[0], fold))
        record(run, fold, params_of(settings))
    return run


def predictions_of_0_1_0(fold: int) -> dict[str, list]:
    ids = {"part": ["oof"] * 2, "subject": ["A"] * 2, "visit": ["1"] * 2, "region": ["trunk", "upper"]}
    points = {"observed": [0.0, 2.0], "predicted": [0.1 + fold, 1 / 3]}
    return {"learner": [PLACE[0]] * 2, "fold": [fold] * 2, **ids, **points}


def write_tables(run: RunFolder) -> None:
    """Five subjects of a visit each, in two regions; while fold 0 is held out, C and D are fitted and E monitored."""
    subjects = [subject for subject in "ABCDE" for _ in range(2)]
    regions = ["trunk", "upper"] * 5
    composites = [0.0, 2.0, 0.0, 0.0, 1.0, 5.0, 3.0, 9.0, 4.0, 10.0]
    labels = {"subject": subjects, "visit": ["1"] * 10, "region": regions, "composite": composites}
    write_table(labels, run.labels)
    write_table({"subject": list("ABCDE"), "part": ["train"] * 5, "fold": [0, 0, 1, 1, 1]}, run.subjects)
    write_table({"fold": [0, 1], "subject": ["E", "B"]}, run.inner)


def record(
    run: RunFolder, fold: int, params: list, *, inputs: bool = True, incomplete: bool = False, spelling: str = ""
) -> None:
    def spelt(path: Path) -> str:
        return f"{spelling or run.root}/{path.relative_to(run.root)}"

    name = base64.urlsafe_b64encode(spelt(run.predictions(PLACE[0], fold)).encode()).decode()
    tables = (run.tile_table, run.labels, run.subjects, run.inner)
    place = Path(".snakemake/metadata") / f"@{name[:20]}" / name[20:]
    place.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "params": [repr(value) for value in params],
        "input_checksums": {spelt(table): f"sha256:{file_sha256(table)}" for table in tables if inputs},
        "starttime": run.labels.stat().st_mtime + 1,
        "incomplete": incomplete,
    }
    place.write_text(json.dumps(content))


def refusals(settings: Settings) -> list[str | None]:
    outcomes = adopt_trainings(EARLIER, settings, {}, read_records(Path(".snakemake")))
    return [outcome.refusal for outcome in outcomes]


def test_equal_trainings_lie_where_the_next_run_finds_them_finished(settings, earlier):
    assert refusals(settings) == [None, None]
    new = RunFolder(Path("new"))
    for fold in (0, 1):
        (ended,) = new.checkpoints(PLACE[0], fold).glob("*/ended")
        assert (ended / "weights.safetensors").read_text() == f"weights.safetensors of fold {fold}"
        found = read_table(ended / "predictions.parquet")
        earlier_columns = predictions_of_0_1_0(fold)
        assert {name: found[name].tolist() for name in earlier_columns} == earlier_columns
        assert (ended / "history.csv").read_bytes() == earlier.history(PLACE[0], fold).read_bytes()
    assert read_adoptions(new.history(PLACE[0], fold) for fold in (0, 1)) == [
        (*PLACE, "0.1.0"),
        ("squeezenet1_1", 1, "0.1.0"),
    ]
    assert refusals(settings) == [None, None], "a second call changes nothing"


def test_a_kill_while_a_training_is_taken_over_loses_no_record_of_it(settings, earlier, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(Checkpoints, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            refusals(settings)
    assert refusals(settings) == [None, None]
    new = RunFolder(Path("new"))
    places = [(*found[:2],) for found in read_adoptions(new.history(PLACE[0], fold) for fold in (0, 1))]
    assert places == [PLACE, (PLACE[0], 1)]


def test_what_they_learned_is_worked_out_from_history_and_tables(settings, earlier):
    """Fold 0: fitted are 1 and 3 of the trunk (mean 2), 5 and 9 of the arms (mean 7), variance 8.75; E has 4 and 10.

    The best epoch is 1, with 0.5; the constant's error is (2^2 + 3^2) / 2 / 8.75 = 0.743.
    """
    refusals(settings)
    (place,) = RunFolder(Path("new")).checkpoints(*PLACE).glob("*/ended/learning.json")
    constant = 6.5 / 8.75
    assert read_learning(place) == Learning(
        skill=pytest.approx(1 - 0.5 / constant),
        learned=True,
        least_skill=0.1,
        monitored_mse=0.5,
        constant_mse=pytest.approx(constant),
        attempt=0,
        attempts=1,
        epoch=1,
        epochs=3,
    )


def test_their_predictions_get_the_columns_that_0_1_0_did_not_write(settings, earlier):
    refusals(settings)
    (place,) = RunFolder(Path("new")).checkpoints(*PLACE).glob("*/ended/predictions.parquet")
    found = read_table(place)
    assert list(found)[-3:] == ["repeat", "learned", "skill"]
    assert (found["repeat"].tolist(), found["learned"].tolist()) == ([0, 0], [True, True])
    assert found["skill"] == pytest.approx([1 - 0.5 * 8.75 / 6.5] * 2)


def test_0_1_0_kept_no_predictions_of_signs(settings, earlier):
    """They stand as NaN, which gathering accepts where a whole file has none."""
    components = settings.training.model_copy(update={"target": "components"})
    samples = from_params(
        {**training_params(replace(settings, training=components)), "network": asdict(NETWORKS[PLACE[0]])}, 0
    )[1]
    found = completed_predictions(earlier.predictions(*PLACE), samples, LEARNING)
    signs = [f"predicted_{name}" for name in ("erythema", "induration", "desquamation", "area")]
    assert list(found)[8:] == [*signs, "repeat", "learned", "skill"]
    assert np.isnan([found[name] for name in signs]).all()


def test_keys_that_came_later_must_be_neutral(settings, earlier):
    asked = settings.training.model_copy(update={"warmup_epochs": 5, "restarts": 2})
    places = "training.warmup_epochs, training.restarts, training.least_skill"
    assert refusals(replace(settings, training=asked)) == [f"it was trained under another value of {places}"] * 2


def test_another_threshold_of_skill_alone_is_no_other_setting(settings, earlier):
    judged = settings.training.model_copy(update={"least_skill": 0.4})
    assert refusals(replace(settings, training=judged)) == [None, None]
    (place,) = RunFolder(Path("new")).checkpoints(*PLACE).glob("*/ended/learning.json")
    assert not read_learning(place).learned


def test_the_results_folder_may_be_the_same(settings, earlier):
    EARLIER.rename("new")
    moved = RunFolder(Path("new"))
    record(moved, 0, params_of(settings))
    outcomes = list(adopt_trainings(Path("new"), settings, {}, read_records(Path(".snakemake"))))
    assert outcomes[0].refusal is None
    assert "no record" in outcomes[1].refusal
    assert list(moved.checkpoints(*PLACE).glob("*/ended/predictions.parquet"))


@pytest.mark.parametrize("spelling", ["./old", "old/", "{here}/old"])
def test_the_earlier_run_may_have_spelt_its_folder_in_another_way(settings, earlier, spelling, tmp_path):
    for path in Path(".snakemake/metadata").rglob("*"):
        if path.is_file():
            path.unlink()
    for fold in (0, 1):
        record(earlier, fold, params_of(settings), spelling=spelling.format(here=tmp_path))
    assert refusals(settings) == [None, None]


@pytest.mark.parametrize(
    ("sections", "places"),
    [
        ({"training": {"learning_rate": 0.02, "batch_size": 8}}, "training.batch_size, training.learning_rate"),
        ({"composites": {"rotation": "any"}}, "composites.rotation"),
        ({"training": {"target": "components"}}, "the index or training.target.columns"),
        ({"seed": 5}, "seed"),
        ({"seed": 2}, "seed"),  # the value that the grid has
        ({"training": {"monitor": "heldout"}}, "training.monitor"),
        ({"tiles": {"fit": "squash"}}, "tiles.fit"),
    ],
)
def test_another_setting_is_named_and_refused(settings, earlier, sections, places):
    config = {"results": "new", "splits": {"folds": 2}, "training": {"backbones": ["squeezenet1_1"], "weights": "none"}}
    config["training"] = {**config["training"], "keep_weights": "none", **NEUTRAL, **sections.get("training", {})}
    changed = read_settings({**config, **{name: keys for name, keys in sections.items() if name != "training"}})
    first, second = refusals(changed)
    assert first == second
    assert first.startswith(f"it was trained under another value of {places}")
    assert not Path("new").exists()


def test_unknown_code_is_refused(settings, earlier):
    record(earlier, 0, [value if value != CODE else "f" * 64 for value in params_of(settings)])
    first, second = refusals(settings)
    assert first.startswith("the version that trained it is not known to give the same numbers")
    assert second is None


def test_a_network_that_was_compiled_is_refused(settings, earlier):
    first, *others = params_of(settings)
    record(earlier, 0, [first | {"compile": True}, *others])
    assert refusals(settings) == ["it was trained under another value of training.compile", None]


def test_trainings_in_bf16_are_refused_because_their_composites_were_rounded(settings, earlier):
    half = replace(settings, training=settings.training.model_copy(update={"precision": "bf16"}))
    record(earlier, 0, params_of(half))
    assert refusals(half) == [
        "its composites were made in bf16, and those of this version are not",
        "it was trained under another value of training.precision",
    ]


@pytest.mark.parametrize("hashed", [True, False])
def test_an_input_that_changed_since_is_named_and_refused(settings, earlier, hashed):
    record(earlier, 0, params_of(settings), inputs=hashed)
    started = earlier.labels.stat().st_mtime + 1
    earlier.labels.write_text("another grade")
    os.utime(earlier.labels, (started + 5, started + 5))
    assert refusals(settings)[0] == "old/cohort/labels.parquet changed since"


def test_what_is_missing_is_named_and_refused(settings, earlier):
    earlier.history(*PLACE).unlink()
    record(earlier, 1, params_of(settings), incomplete=True)
    assert refusals(settings) == [
        "it lacks history.csv",
        "Snakemake has no record of it in .snakemake/metadata: give the command in the folder of that run",
    ]


def test_weights_that_are_wanted_and_were_not_kept_are_refused(settings, earlier):
    wanted = settings.training.model_copy(update={"keep_weights": "all"})
    changed = Settings(**{**vars(settings), "training": wanted})
    assert refusals(changed)[0] == "its weights were not kept, and training.keep_weights wants them"


def test_the_command_says_what_is_taken_over_and_what_is_trained_again(settings, earlier, capsys):
    earlier.history(*PLACE).unlink()
    Path("my.yaml").write_text(
        "{results: new, splits: {folds: 2}, training: {backbones: [squeezenet1_1], weights: none, keep_weights: none}}"
    )
    assert main(["adopt", "old", "--config", "my.yaml"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "will be trained again: squeezenet1_1 fold 0 (1 in all): it lacks history.csv",
        "1 of 2 trainings taken over; the next run publishes them without training, unless tiles, labels or splits "
        "come out differently",
    ]
    assert main(["adopt", "nowhere", "--config", "my.yaml"]) == 2
    assert "nowhere holds no trainings: give the results folder of the earlier run" in capsys.readouterr().err
    earlier.history(PLACE[0], 1).unlink()
    assert main(["adopt", "old", "--config", "my.yaml"]) == 2
    assert "none of 2 trainings can be taken over" in capsys.readouterr().err


def test_what_this_version_trained_is_not_given_to_another(settings, earlier):
    new = RunFolder(Path("new"))
    for file in (new.weights, new.history, new.predictions, new.learning):
        file(*PLACE).parent.mkdir(parents=True, exist_ok=True)
        file(*PLACE).write_text("trained by this version")
    assert refusals(settings) == ["new/models/squeezenet1_1/fold0 has its outputs already", None]
    assert not new.adoption(*PLACE).exists()


@pytest.fixture
def real(tmp_path, monkeypatch) -> Settings:
    """A training of `make demo` as version 0.1.0 left it, with Snakemake's record; only its weights are made up."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(REAL, "results/demo")
    name = base64.urlsafe_b64encode(b"results/demo/models/squeezenet1_1/fold0/predictions.parquet").decode()
    Path(".snakemake/metadata").mkdir(parents=True)
    Path("results/demo/record.json").rename(Path(".snakemake/metadata") / name)
    RunFolder(Path("results/demo")).weights(*PLACE).write_bytes(bytes(2 * EMPTY_WEIGHTS))
    demo = read_config_files([CHECKOUT / "config" / "config.yaml", CHECKOUT / "config" / "demo.yaml"])
    then = {**NEUTRAL, "max_epochs": 28}  # the demo of 0.1.0
    return replace(demo, training=demo.training.model_copy(update=then))


def adopt_real(settings: Settings) -> dict[tuple[str, int], str | None]:
    records = read_records(Path(".snakemake"))
    outcomes = adopt_trainings(Path("results/demo"), settings, {}, records)
    return {(outcome.backbone, outcome.fold): outcome.refusal for outcome in outcomes}


def test_a_real_record_of_version_0_1_0_is_taken_over(real):
    outcomes = adopt_real(real)
    assert outcomes.pop(PLACE) is None
    assert set(outcomes.values()) == {"it lacks weights.safetensors, history.csv, predictions.parquet"}
    assert read_adoptions([RunFolder(Path("results/demo")).history(*PLACE)]) == [(*PLACE, "0.1.0")]


def test_a_real_record_is_refused_under_another_setting(real):
    changed = replace(real, training=real.training.model_copy(update={"max_epochs": 29}))
    assert adopt_real(changed)[PLACE] == "it was trained under another value of training.max_epochs"


def test_a_training_publishes_what_was_taken_over_and_trains_nothing(real, monkeypatch, capsys):
    adopt_real(real)
    run = RunFolder(Path("results/demo"))
    published = [run.weights(*PLACE), run.history(*PLACE)]
    before = {path: path.read_bytes() for path in published}
    predicted = read_table(run.predictions(*PLACE))
    for path in published:  # as Snakemake does before it starts the job
        path.unlink()
    for name in ("load_fold", "fit_fold"):
        monkeypatch.setattr(train, name, None)  # a call fails

    job, samples, learning = from_params(
        {**training_params(real), "network": asdict(NETWORKS[PLACE[0]]), "code": "of this version"}, PLACE[1]
    )
    files = FoldFiles(
        tile_table=run.tile_table, shards=[], labels=run.labels, subjects=run.subjects, inner=run.inner, weights=None
    )
    outputs = FoldOutputs.of(run.fold(*PLACE), job.backbone, real.training.model_dump())
    train.train_fold(job, files, samples, learning, outputs)
    assert {path: path.read_bytes() for path in published} == before
    found = read_table(run.predictions(*PLACE))
    assert all((found[name] == values).all() for name, values in predicted.items())
    assert set(found) - set(predicted) == {"repeat", "learned", "skill"}
    assert capsys.readouterr().out == "squeezenet1_1, fold 0: had ended before; its outputs are published\n"
    assert run.adoption(*PLACE).exists(), "the report says which version trained it"
