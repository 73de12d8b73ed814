"""The `pasi` command: what it answers, writes and returns."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from checkout import CHECKOUT
from pasi.commands.main import main
from pasi.config.schema import config_schema
from pasi.errors import InputError

CONFIG = """\
index:
  signs: [{name: rust, maximum: 4, step: 1}]
  area: null
  regions: [{name: top, weight: 1, photos: 2}, {name: base, weight: 1, photos: 1}]
splits: {stratify_on: rust, folds: 4, test_fraction: 0}
cohort: {photos: study/photos.csv, scores: study/scores.csv}
"""


@pytest.fixture(autouse=True)
def _mask():
    """main sets the umask of the process, which other tests share."""
    mask = os.umask(0o022)
    yield
    os.umask(mask)


def save_photos(folder: Path, *names: str, grey: int) -> None:
    folder.mkdir(parents=True)
    for number, name in enumerate(names):
        Image.fromarray(np.full((48, 64, 3), grey + 40 * number, dtype=np.uint8)).save(folder / name)


@pytest.fixture
def photos(tmp_path, monkeypatch) -> Path:
    """A folder of three photos of one visit, in the working directory."""
    monkeypatch.chdir(tmp_path)
    save_photos(tmp_path / "study" / "A" / "V1", "top1.jpg", "top2.jpg", "base.jpg", grey=60)
    return tmp_path / "study"


@pytest.fixture
def study(photos, tmp_path) -> Path:
    """A cohort of four subjects, which is the least that leaves two to fit; only A has a photo of its top."""
    rows = ["A,V1,top,A/V1/top1.jpg", "A,V1,top,A/V1/top2.jpg", "A,V1,base,A/V1/base.jpg"]
    for number, subject in enumerate("BCD"):
        save_photos(photos / subject / "V1", "base.jpg", grey=160 + 20 * number)
        rows.append(f"{subject},V1,base,{subject}/V1/base.jpg")
    (photos / "photos.csv").write_text("\n".join(["subject,visit,region,photo", *rows, ""]))
    grades = ["A,V1,top,1,x", *(f"{subject},V1,base,{grade},y" for grade, subject in enumerate("ABCD", 1))]
    (photos / "scores.csv").write_text("\n".join(["subject,visit,region,rust,comment", *grades, ""]))
    (tmp_path / "my.yaml").write_text(CONFIG)
    return photos


def test_help_answers_without_heavy_imports():
    code = (
        "import sys, pasi.commands.main\n"
        "try: pasi.commands.main.main(['--help'])\n"
        "except SystemExit: print(sorted({'numpy', 'yaml', 'PIL', 'pyarrow', 'torch', 'tqdm'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert answer.startswith("usage: pasi ")
    assert answer.endswith("[]\n")


def test_check_counts_and_notes(study, capsys):
    assert main(["check", "--config", "my.yaml", "--processes", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        'note: scores.csv: columns that nothing reads: "comment"',
        "4 subjects, 4 visits, 5 regions, 6 photos, 3 incomplete visits",
        "nothing is wrong",
    ]


def test_check_tells_of_a_subject_without_any_photo(study, capsys):
    with (study / "scores.csv").open("a") as file:
        file.write("E,V1,top,1,\nE,V1,base,1,\n")
    assert main(["check", "--config", "my.yaml", "--no-photos"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "note: scores.csv: 1 of 5 subjects left out, for want of a photo: E" in lines
    assert lines[-3:] == [
        "5 subjects, 5 visits, 7 regions, 6 photos, 4 incomplete visits",
        "left out of these: 1 subject, 1 visit, 2 regions, 0 photos",
        "nothing else is wrong; the photos were not looked at (--no-photos)",
    ]


def test_check_opens_every_photo(study, capsys):
    whole = (study / "A" / "V1" / "top2.jpg").read_bytes()
    (study / "A" / "V1" / "top2.jpg").write_bytes(whole[: len(whole) // 2])
    (study / "A" / "V1" / "base.jpg").write_text("no photo")
    assert main(["check", "--config", "my.yaml", "--processes", "1"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith('study/photos.csv:3  photo  found "A/V1/top2.jpg", which is damaged')
    assert lines[1].startswith('study/photos.csv:4  photo  found "A/V1/base.jpg", which ')
    assert lines[0].endswith("re-export the photo as JPEG")
    assert lines[2] == "2 problems; nothing was run."


def test_check_tells_of_one_photo_under_two_subjects(study, capsys):
    (study / "C" / "V1" / "base.jpg").write_bytes((study / "A" / "V1" / "top2.jpg").read_bytes())
    assert main(["check", "--config", "my.yaml", "--processes", "1"]) == 2
    same = "found C V1 base photo 1 is the same file as A V1 top photo 2 (line 3)"
    told = f"{same}, expected photos of one subject only"
    assert capsys.readouterr().err.splitlines() == [
        f"study/photos.csv:6  photo  {told}  drop the photo that is under the wrong subject",
        "1 problem; nothing was run.",
    ]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("splits: {folds: 5, test_fraction: 0}", "too few subjects for 5 folds: 4, at least 5 are needed"),
        ("splits: {folds: 2}", "too few composites to fit: 1 while fold 0 is held out"),
        ("training: {weights: 'C:\\\\weights'}", 'write where it lies here, under WSL "/mnt/c/weights"'),
        ("splits: {method: file, file: no.csv}", "no.csv  found no such file or directory, expected a CSV table"),
        ("splits: {method: file, file: split.csv}", 'split.csv:3  part  found "trian", expected train or test'),
        ("training: {weights: /nope}", "/nope/SHA256SUMS  training.weights  found no such file"),
    ],
)
def test_check_tells_what_a_run_would_stumble_over(study, section, told, capsys):
    Path("split.csv").write_text("subject,part,fold\nA,train,0\nB,trian,0\nC,train,1\nD,train,1\n")
    Path("more.yaml").write_text(section)
    assert main(["check", "--config", "my.yaml", "more.yaml", "--no-photos"]) == 2
    assert told in capsys.readouterr().err


def test_check_looks_for_photos_unless_told_not_to(study, capsys):
    (study / "A" / "V1" / "base.jpg").unlink()
    assert main(["check", "--config", "my.yaml"]) == 2
    assert 'found "A/V1/base.jpg", which cannot be opened (no such file or directory)' in capsys.readouterr().err
    assert main(["check", "--config", "my.yaml", "--no-photos"]) == 0


def test_check_lists_problems_of_both_tables(study, capsys):
    (study / "scores.csv").write_text('subject,visit,region,rust\nA,V1,top,"1,5"\nA,V1,bsae,2\n')
    (study / "photos.csv").write_text("subject,visit,region,photo\nA,V1,top,a.jpg\nA,V1,top,b.jpg\nA,V1,base,/c.jpg\n")
    assert main(["check", "--config", "my.yaml", "--no-photos"]) == 2
    places = [line.split()[0] for line in capsys.readouterr().err.splitlines()]
    assert places == ["study/photos.csv:4", "study/scores.csv:2", "study/scores.csv:3", "3"]


def test_check_lists_problems_of_the_config(study, capsys):
    Path("my.yaml").write_text("tiles: {siz: 64}\n")
    assert main(["check", "--config", "my.yaml"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        'my.yaml  tiles.siz  found an unknown key, expected a key of tiles  did you mean "size"?',
        "1 problem; nothing was run.",
    ]


def test_check_takes_several_configs_as_snakemake_does(study, capsys):
    Path("first.yaml").write_text("cohort: {photos: study/photos.csv, scores: no.csv}\nsplits: {stratify_on: rust}\n")
    Path("last.yaml").write_text("cohort: {scores: study/scores.csv}\n")
    assert main(["check", "--config", "my.yaml", "first.yaml", "last.yaml", "--no-photos"]) == 0
    Path("last.yaml").write_text("seed: x\n")
    assert main(["check", "--config", "my.yaml", "last.yaml"]) == 2
    assert capsys.readouterr().err.startswith('last.yaml  seed  found "x"')


def test_configs_are_laid_over_the_one_that_snakemake_reads_by_itself(study, capsys):
    Path("config").mkdir()
    Path("config/config.yaml").write_text("splits: {folds: 9}\ntiles: {size: 64}\n")
    Path("my.yaml").write_text(CONFIG.replace(", folds: 4", ""))
    assert main(["check", "--config", "my.yaml", "--no-photos"]) == 2
    assert "too few subjects for 9 folds: 4" in capsys.readouterr().err
    Path("config/config.yaml").write_text("splits: {folds: 4}\ntiles: {siez: 64}\n")
    for files in (["my.yaml"], ["config/config.yaml", "my.yaml"]):
        assert main(["check", "--config", *files, "--no-photos"]) == 2
        assert capsys.readouterr().err.startswith("config/config.yaml  tiles.siez  found an unknown key")
    Path("config/config.yaml").write_text("splits: {folds: 4}\n")
    assert main(["check", "--config", "my.yaml", "--no-photos"]) == 0


def test_a_contradiction_names_the_files_that_make_it(study, capsys):
    Path("more.yaml").write_text("index: {signs: [{name: spots, maximum: 4, step: 1}]}\nresults: '~no-such-user/x'\n")
    assert main(["check", "--config", "my.yaml", "more.yaml", "--no-photos"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[0] for line in lines[:2]] == ["more.yaml", "my.yaml + more.yaml"]
    assert [line.split()[1 if "+" not in line else 3] for line in lines[:2]] == ["results", "splits.stratify_on"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["simulate"], "stopped; give the same command again to go on"),
        (["check", "--config", "my.yaml"], "stopped"),
        (["table", "--pattern", "x", "."], "stopped"),
    ],
)
def test_a_stopped_command_says_whether_it_goes_on(arguments, told, monkeypatch, capsys):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"pasi.commands.{arguments[0]}.run", stop)
    assert main(arguments) == 130
    assert capsys.readouterr().err.strip() == told


def test_debug_shows_where_an_error_came_from(study):
    with pytest.raises(InputError):
        main(["--debug", "check", "--config", "no.yaml"])


def test_table_of_a_folder(photos, capsys):
    for name in ("notes.txt", "A/V1/._base.jpg", "A/V1/Thumbs.db"):
        (photos / name).touch()
    assert main(["table", "--pattern", "{subject}/{visit}/{region}*.jpg", "study"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "study/photos.csv: 3 photos",
        "note: 1 other file: notes.txt",
        "note: 2 hidden or system files passed over: A/V1/._base.jpg, A/V1/Thumbs.db",
    ]
    assert (photos / "photos.csv").read_text().replace('"', "").splitlines() == [
        "subject,visit,region,photo",
        "A,V1,base,A/V1/base.jpg",
        "A,V1,top,A/V1/top1.jpg",
        "A,V1,top,A/V1/top2.jpg",
    ]


def test_table_knows_the_regions_of_a_config(photos, capsys):
    """A region before a star is letters only: without the config head_neck_1.jpg would show a region "head"."""
    Path("easi.yaml").write_text("index: {regions: [{name: head, weight: 1, photos: 1}]}\n")
    Path("more.yaml").write_text(
        "index: {regions: [{name: head, weight: 1, photos: 1}, {name: head_neck, weight: 1, photos: 2}]}\n"
    )
    (photos / "A" / "V1" / "base.jpg").rename(photos / "A" / "V1" / "head_neck_1.jpg")
    configs = ["--config", "easi.yaml", "--config", "more.yaml"]
    assert main(["table", "--pattern", "{subject}/{visit}/{region}*.jpg", *configs, "study"]) == 0
    assert (photos / "photos.csv").read_text().replace('"', "").splitlines() == [
        "subject,visit,region,photo",
        "A,V1,head_neck,A/V1/head_neck_1.jpg",
    ]
    assert "A/V1/top1.jpg" in capsys.readouterr().out


def pasi_without_utf8(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of pasi in a locale and on a terminal that have ASCII letters alone."""
    plain = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""}
    program = [sys.executable, "-c", "import sys; from pasi.commands.main import main; sys.exit(main())"]
    done = subprocess.run(
        [*program, *arguments], cwd=folder, env={**os.environ, **plain}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done


def test_names_outside_the_encoding_of_the_terminal_are_printed_as_escapes(study):
    photo = study / "A" / "V1" / "base_gr\u00fcn.jpg"
    (study / "A" / "V1" / "base.jpg").rename(photo)
    (study / "A" / "V1" / "n\udcfctes \u00fc.txt").touch()
    table = ["table", "--overwrite", "--pattern", "{subject}/{visit}/{region}*.jpg", "study"]
    done = pasi_without_utf8(*table, folder=study.parent)
    assert done.stdout.splitlines()[1] == "note: 3 other files: A/V1/n\\xfctes \\xfc.txt, photos.csv, scores.csv"
    assert f"A/V1/{photo.name}" in (study / "photos.csv").read_text()
    done = pasi_without_utf8("check", "--config", "my.yaml", "--processes", "1", folder=study.parent)
    assert "with letters that ascii lacks" in done.stderr
    assert "export LC_ALL=C.UTF-8" in done.stderr


def test_a_table_can_be_written_into_a_folder_whose_name_is_not_utf8(study, capsys):
    folder = study.rename(study.with_name("f\udcfcnf"))
    assert main(["table", "--overwrite", "--pattern", "{subject}/{visit}/{region}*.jpg", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"{folder.parent}/f\\xfcnf/photos.csv: 6 photos")
    assert (folder / "photos.csv").read_text().count("\n") == 7


def test_a_table_that_is_there_is_replaced_only_on_request(photos, capsys):
    command = ["table", "--pattern", "{subject}/{visit}/{region}*.jpg", "study"]
    assert main(command) == 0
    assert main(command) == 0, "it would be the same"
    (photos / "photos.csv").write_text("edited by hand\n")
    assert main(command) == 2
    assert capsys.readouterr().err == (
        "pasi table: study/photos.csv is there and differs: give --overwrite to replace it, or another name by --out\n"
    )
    assert (photos / "photos.csv").read_text() == "edited by hand\n"
    assert main([*command, "--overwrite"]) == 0
    assert main([*command, "--out", "photos.xlsx"]) == 2
    assert capsys.readouterr().err.endswith(
        "photos.xlsx is no name of a CSV table: give --out a name that ends in .csv\n"
    )
    assert not Path("photos.xlsx").exists()


def test_a_pattern_that_matches_nothing_is_told(photos, capsys):
    assert main(["table", "--pattern", "{subject}/{visit}/{region}*.png", "study"]) == 2
    assert capsys.readouterr().err.startswith("pasi table: no file under ")


def test_simulate_tables_alone(tmp_path, capsys):
    """Planning works while photos are absent."""
    arguments = ["simulate", "--out", str(tmp_path / "trial"), "--subjects", "8", "--seed", "5", "--tables-only"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"{tmp_path}/trial: a trial of 8 subjects, in photos.csv and scores.csv\n"
    assert sorted(path.name for path in (tmp_path / "trial").iterdir()) == ["photos.csv", "scores.csv"]
    (tmp_path / "my.yaml").write_text(
        f"cohort: {{photos: {tmp_path}/trial/photos.csv, scores: {tmp_path}/trial/scores.csv}}"
    )
    assert main(["check", "--config", str(tmp_path / "my.yaml"), "--no-photos"]) == 0
    assert capsys.readouterr().out.startswith("8 subjects, ")


def test_an_error_of_raters_without_raters_is_refused(tmp_path, capsys):
    assert main(["simulate", "--out", str(tmp_path / "trial"), "--rater-error", "0"]) == 2
    assert "give --raters, too" in capsys.readouterr().err
    assert not (tmp_path / "trial").exists()


def test_simulated_raters_and_arms_pass_the_check(tmp_path, capsys):
    trial = tmp_path / "trial"
    design = ["--arms", "placebo:0.1,active:0.75", "--raters", "2", "--rater-error", "1.5"]
    assert main(["simulate", "--out", str(trial), "--subjects", "8", "--tables-only", *design]) == 0
    made = "a trial of 8 subjects, in photos.csv, scores.csv, raters.csv and truth.csv"
    assert capsys.readouterr().out == f"{trial}: {made}\n"
    (tmp_path / "my.yaml").write_text(f"cohort: {{photos: {trial}/photos.csv, scores: {trial}/scores.csv}}")
    assert main(["check", "--config", str(tmp_path / "my.yaml"), "--no-photos"]) == 0
    assert capsys.readouterr().out.startswith("8 subjects, ")


def test_simulated_photos_pass_the_check_and_are_private(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["simulate", "--subjects", "4", "--photo-size", "96x64", "--processes", "1"]) == 0
    Path("my.yaml").write_text("splits: {folds: 2, test_fraction: 0}\n")
    assert main(["check", "--config", "my.yaml", "--processes", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "nothing is wrong"
    assert {path.stat().st_mode & 0o077 for path in Path("data").rglob("*")} == {0}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["simulate", "--photo-size", "64"], "'64' is no size such as 4928x3264, the long side first, 16 or more"),
        (["simulate", "--photo-size", "64x96"], "'64x96' is no size such as 4928x3264"),
        (["simulate", "--subjects", "0"], "'0' is not a whole number from 1"),
        (["simulate", "--seed", "-1"], "'-1' is not a whole number from 0"),
        (["simulate", "--rater-error", "-1"], "'-1' is not a number from 0, such as 0.5"),
        (["simulate", "--arms", "placebo"], "'placebo' names no arms such as placebo:0.05,active:0.75, each once"),
        (["simulate", "--arms", "a:0.1,a:0.2"], "'a:0.1,a:0.2' names no arms such as"),
        (["simulate", "--arms", "a:1.1"], "with a share from 0 to 1"),
        (["check", "--processes", "0"], "'0' is not a whole number from 1"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_wrong_arguments_are_told(arguments, told, capsys):
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
    assert told in capsys.readouterr().err


def test_an_unwritable_folder_is_told_without_a_traceback(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["simulate", "--out", str(tmp_path / "file" / "trial"), "--tables-only"]) == 2
    assert capsys.readouterr().err.startswith("pasi simulate: [Errno ")


def test_status_takes_several_configs_in_both_ways(study, capsys):
    (study.parent / "more.yaml").write_text("{results: elsewhere, training: {backbones: [vgg11]}}")
    said = []
    for more in (["more.yaml"], ["--config", "more.yaml"]):
        assert main(["status", "--config", "my.yaml", *more]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert said[0].startswith("elsewhere: no run is at work")
    assert "0 of 4 done" in said[0], "four folds are of my.yaml"


def test_a_reader_that_has_seen_enough_gets_no_complaint():
    read, write = os.pipe()
    os.close(read)
    program = [Path(sys.executable).with_name("pasi"), "status"]
    done = subprocess.run(program, cwd=CHECKOUT, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == 1


def test_default_folder_is_where_the_config_looks():
    cohort = config_schema()["properties"]["cohort"]["properties"]
    assert {cohort[name]["default"] for name in ("photos", "scores")} == {
        "data/trial/photos.csv",
        "data/trial/scores.csv",
    }
