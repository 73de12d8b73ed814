"""Every path of a results folder that Python knows is one that a rule declares, or one that no rule may declare."""

import inspect
import re
from pathlib import Path

import pytest

from checkout import CHECKOUT
from pasi.jobs.checkpoints import TRAINING_OUTPUTS
from pasi.run_folder import RunFolder, record_of_log, training_of

UNDECLARED = {
    "<results>/models": "a folder",
    "<results>/models/{backbone}/fold{fold}{repeat}": "a folder",
    "<results>/models/{backbone}/fold{fold}{repeat}/checkpoints": "Snakemake would empty it before a training goes on",
    "<results>/models/{backbone}/fold{fold}{repeat}/adopted.json": "it is there only where the outputs were taken over",
    "<results>/models/{backbone}/fold{fold}{repeat}/failed.json": "it is there only where the rule has failed",
    "<results>/openings.jsonl": "Snakemake would empty the log",
    "<results>/.openings.lock": "no output of a job: two jobs of two runs hold it one after the other",
    "<results>/records/vouched.json": "it is there only until the next run",
}
RUN = RunFolder(Path("<results>"))
FOLD = "fold{fold}{repeat}"  # of the rules; the second wildcard is "" for repeat 0
PAIR = "folds{fold}-{second}"
WILDCARDS = {name: f"{{{name}}}" for name in ("backbone", "fold", "learner")}


def declared_paths():
    """Paths in quotes in the rule files, with the folder of logs as the Snakefile sets it."""
    assert 'logs=f"{SETTINGS.results}/logs"' in (CHECKOUT / "Snakefile").read_text()
    rules = "".join(path.read_text() for path in (CHECKOUT / "workflow" / "rules").glob("*.smk"))
    return {path.replace("<logs>", "<results>/logs") for path in re.findall(r'"(<(?:results|logs)>/[^"]+)"', rules)}


def known_paths():
    """Each path of RunFolder by its name, with wildcards as a rule writes them."""
    found = {}
    for name, member in vars(RunFolder).items():
        if isinstance(member, property):
            found[name] = str(getattr(RUN, name))
        elif inspect.isfunction(member) and not name.startswith("_") and name not in ("shards", "log", "record"):
            named = list(inspect.signature(member).parameters)[1:]
            arguments = [name for name in named if name not in ("repeat", "second")]
            place = str(getattr(RUN, name)(*(WILDCARDS[argument] for argument in arguments)))
            found[name] = place.replace("fold{fold}", FOLD)
    return found


@pytest.mark.parametrize("name", known_paths())
def test_each_path_is_declared_by_a_rule_or_named_here(name):
    path = known_paths()[name]
    assert (path in declared_paths()) != (path in UNDECLARED)


def test_each_path_that_is_named_here_is_one_of_the_folder():
    assert set(UNDECLARED) <= set(known_paths().values())


def test_logs_are_where_the_rules_say_and_records_have_their_names():
    logs = {path for path in declared_paths() if path.endswith(".log")}
    assert str(RUN.log("train_fold", f"{{backbone}}-{FOLD}")) in logs
    assert {str(RUN.training_log("{backbone}", 0)), str(RUN.training_log("{backbone}", 0, 0, 1))} == {
        "<results>/logs/train_fold/{backbone}-fold0.log",
        "<results>/logs/train_pair/{backbone}-folds0-1.log",
    }
    assert str(RUN.log("train_pair", f"{{backbone}}-{PAIR}")) in logs
    assert {record_of_log(Path(log)) for log in logs} == {
        RUN.record(Path(log).parent.name, Path(log).stem) for log in logs
    }


def test_what_a_training_leaves_is_what_its_rule_declares():
    for fold in (RUN.models / "{backbone}" / FOLD, RUN.models / "{backbone}" / PAIR):
        assert {str(fold / name) for name in TRAINING_OUTPUTS} == {
            path for path in declared_paths() if path.startswith(f"{fold}/")
        }


def test_shards_are_found_by_the_name_that_their_rule_gives_them(tmp_path):
    assert RunFolder(tmp_path).shards() == []
    (array,) = (path for path in declared_paths() if path.endswith("shard-{shard}.npy"))
    place = Path(array.replace("<results>", str(tmp_path)).format(shard="07"))
    place.parent.mkdir()
    for name in (place.name, "shard-07.parquet", "index.parquet"):
        (place.parent / name).touch()
    assert RunFolder(tmp_path).shards() == [place]


def test_backbone_and_fold_are_read_from_a_path_as_they_are_written():
    run = RunFolder(Path("a/fold3/results"))
    assert training_of(run.predictions("vgg11_bn", 12)) == ("vgg11_bn", 12, 0, None)
    assert training_of(run.history("resnet18", 0)) == ("resnet18", 0, 0, None)
    assert training_of(run.history("resnet18", 0, 12)) == ("resnet18", 0, 12, None)
    assert training_of(run.history("resnet18", 1, 0, 12)) == ("resnet18", 1, 0, 12)
    assert run.history("resnet18", 0, 0) == run.history("resnet18", 0)


@pytest.mark.parametrize(
    "path",
    ["history.csv", "fold1/history.csv", "models/a/fold/history.csv", "a/fold1/b/c.csv", "a/fold1-repeat0/c.csv"],
)
def test_a_path_of_another_form_is_refused(path):
    with pytest.raises(ValueError, match=r"is in no folder of the form models/\{backbone\}/fold\{k\} or "):
        training_of(Path(path))
