"""Every command that takes a bundle ends with the same codes, and refuses places that it cannot use."""

import argparse
import shutil
from pathlib import Path

import pytest

from pasi.bundle import load
from pasi.commands.main import build_parser, main
from pasi.errors import DeviceError, FullMemoryError, InputError, RunningError, WriteError
from small_bundle import make_bundle, make_photos


def bundle_commands() -> dict[str, list[argparse.Action]]:
    """The options of each command that takes a bundle."""
    (commands,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    options = {name: parser._actions for name, parser in commands.choices.items()}
    return {name: own for name, own in options.items() if any(action.metavar == "BUNDLE" for action in own)}


COMMANDS = bundle_commands()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A bundle with photos and their scores."""
    folder = tmp_path_factory.mktemp("codes")
    make_bundle(folder)
    make_photos(folder / "photos", visits=1)
    assert call("predict", folder, folder / "scores.csv") == 0
    return folder


def call(command: str, folder: Path, out: Path, *options: str, model: str = "bundle") -> int:
    """Give a command with the options that it needs."""
    places = {
        "--model": folder / model,
        "--photos": folder / "photos" / "photos.csv",
        "--scores": folder / "scores.csv",
    }
    places["--out"] = out
    needed = [action.option_strings[0] for action in COMMANDS[command] if action.required]
    return main([command, *(text for name in needed for text in (name, str(places[name]))), *options])


def test_they_are_known():
    assert set(COMMANDS) >= {"predict", "review", "export"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_bundle_ends_with_4(command, folder, tmp_path, capsys):
    shutil.copytree(folder / "bundle", tmp_path / "bundle")
    (tmp_path / "bundle" / "index.json").write_bytes(b"{}")
    shutil.copytree(folder / "photos", tmp_path / "photos")
    shutil.copy(folder / "scores.csv", tmp_path)
    assert call(command, tmp_path, tmp_path / "out.x") == 4
    assert "is not as it was made" in capsys.readouterr().err
    assert call(command, tmp_path, tmp_path / "out.x", model="absent") == 4
    assert f"pasi {command}: " in capsys.readouterr().err
    assert not (tmp_path / "out.x").exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DeviceError("no"), 5),
        (FullMemoryError("no"), 5),
        (RunningError("no"), 5),
        (WriteError("no"), 5),
        (MemoryError(), 5),
        (InputError([]), 2),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
@pytest.mark.parametrize("command", COMMANDS)
def test_other_errors_end_with_the_same_code(command, error, code, folder, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(load, "load_bundle", fail)
    assert call(command, folder, tmp_path / "out.x") == code


@pytest.mark.parametrize(
    ("command", "option", "message"),
    [
        ("predict", "--photos-root", "name the folder in which the paths of the table begin"),
        ("review", "--photos-root", "name the folder in which the paths of the table begin"),
        ("review", "--maps", "make the maps with pasi predict --explain, or leave --maps out"),
    ],
)
def test_a_folder_that_is_not_there_is_refused_first(command, option, message, folder, tmp_path, capsys):
    for name, found in (("absent", "is not there"), ("bundle/index.json", "is no folder")):
        assert call(command, folder, tmp_path / "out.x", option, str(folder / name)) == 2
        assert capsys.readouterr() == ("", f"pasi {command}: {option} {folder / name} {found}: {message}\n")
    assert not (tmp_path / "out.x").exists()


@pytest.mark.parametrize("option", ["--explain", "--cdisc"])
def test_a_file_in_the_place_of_a_folder_is_refused_before_visits_are_scored(option, folder, tmp_path, capsys):
    (tmp_path / "file").touch()
    for name in ("file", "file/below"):
        assert call("predict", folder, tmp_path / "out.csv", option, str(tmp_path / name)) == 2
        assert f"{tmp_path / 'file'} is a file: name a folder" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("command", ["predict", "export"])
def test_a_folder_in_the_place_of_a_file_is_refused_first(command, folder, tmp_path, capsys):
    assert call(command, folder, tmp_path) == 2
    assert capsys.readouterr() == ("", f"pasi {command}: --out {tmp_path} is a folder: name a file in it\n")


def test_a_folder_without_maps_of_these_visits_is_told(folder, tmp_path, capsys):
    (tmp_path / "maps").mkdir()
    assert call("review", folder, tmp_path / "page", "--maps", str(tmp_path / "maps")) == 0
    assert f"{tmp_path / 'maps'}: no map of these visits is in this folder: make them with" in capsys.readouterr().out
