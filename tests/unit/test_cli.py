"""The command line: its verbs, its exit codes, and errors that are sentences and never tracebacks."""

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from sharp_eyes.demo import once
from sharp_eyes.errors import SharpEyesError, printable, printable_json

RUN = "from sharp_eyes.cli import main; main()"


def program(
    *arguments: object, absent: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Our program as a child; the module `absent` is not installed there."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    hide = f"import sys; sys.modules[{absent!r}] = None; " if absent else ""
    return subprocess.run(
        [sys.executable, "-c", hide + RUN, *map(str, arguments)],
        env=clean | {"COLUMNS": "200"} | (environment or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def verbs() -> list[str]:
    return [point.name for point in entry_points(group="sharp_eyes.verbs")]


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_verb_with_examples_and_exit_codes(flag: str) -> None:
    done = program(flag)
    assert done.returncode == 0
    listed = done.stdout.split("Commands:")[1].split("Examples:")[0]
    assert {line.split()[0] for line in listed.splitlines() if line.strip()} == set(verbs())
    assert "sharp-eyes check cameras.toml" in done.stdout
    assert "Exit codes: 0 fine" in done.stdout


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_explains_itself_with_examples_or_its_own_verbs(verb: str) -> None:
    done = program(verb, "--help")
    assert done.returncode == 0, done.stderr
    assert f"Usage: sharp-eyes {verb}" in done.stdout
    assert "Examples:" in done.stdout or "Commands:" in done.stdout


def test_the_version_is_told() -> None:
    done = program("--version")
    assert done.returncode == 0
    assert "0.1.0" in done.stdout


def test_without_a_verb_the_help_is_shown() -> None:
    done = program()
    assert "Usage: sharp-eyes" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_verb_is_a_usage_error() -> None:
    done = program("chekc")
    assert done.returncode == 2
    assert "No such command 'chekc'" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_option_is_a_usage_error() -> None:
    done = program("check", "--colour", "x.toml")
    assert done.returncode == 2
    assert "No such option" in done.stderr


def test_an_unknown_variable_is_an_error_with_a_suggestion() -> None:
    done = program("check", "x.toml", environment={"SHARP_EYES_MODEL": "x"})
    assert done.returncode == 2
    assert done.stderr == (
        'error: environment: SHARP_EYES_MODEL: no such setting — did you mean "SHARP_EYES_MODELS"?\n'
    )


def test_a_variable_reaches_its_verb(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("name = 1", encoding="utf-8")
    file = tmp_path / "cameras" / "c.toml"
    file.parent.mkdir()
    file.write_text('[[camera]]\nid = "a"\nmodel = "broken"\n', encoding="utf-8")
    done = program("check", file, environment={"SHARP_EYES_MODELS": str(tmp_path)})
    assert done.returncode == 2
    assert "broken.toml: the model card is wrong" in done.stderr


def test_a_wrong_file_is_exit_code_2_with_a_line_per_problem_and_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text('[[camera]]\nid = "a"\ntier = 0\nanalyse_fps = 0\n', encoding="utf-8")
    done = program("check", file)
    assert done.returncode == 2
    assert [line.startswith(f"error: {file}: camera[0].") for line in done.stderr.splitlines()] == [
        True,
        True,
    ]


@pytest.mark.parametrize("absent", ["av", "cv2", "onnxruntime"])
def test_help_describes_verbs_whose_parts_are_missing(absent: str) -> None:
    done = program("--help", absent=absent)
    assert done.returncode == 0, done.stderr
    assert all(f"\n  {verb} " in done.stdout for verb in verbs())


def installed_verb(folder: Path, module: str) -> dict[str, str]:
    """Installs the verb `shout`, which imports this module; gives the environment that finds it."""
    (folder / "shouting.py").write_text(
        f"import click, {module}\n\n@click.command()\ndef shout(): click.echo('hey')\n", encoding="utf-8"
    )
    facts = folder / "shouting-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n", encoding="utf-8")
    (facts / "entry_points.txt").write_text("[sharp_eyes.verbs]\nshout = shouting:shout\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def test_a_verb_that_another_package_brings_is_found(tmp_path: Path) -> None:
    done = program("shout", environment=installed_verb(tmp_path, "json"))
    assert (done.returncode, done.stdout) == (0, "hey\n")


def test_a_verb_whose_module_cannot_be_imported_is_described_and_says_what_is_missing(tmp_path: Path) -> None:
    there = installed_verb(tmp_path, "torch")
    described = program("--help", absent="torch", environment=there)
    assert "shout     (not here: needs torch: pip install 'sharp-eyes[yolo]')" in described.stdout
    for arguments in (["shout"], ["shout", "--help"], ["shout", "--any", "thing"]):
        done = program(*arguments, absent="torch", environment=there)
        assert done.returncode in {1, 2}
        assert "`shout` needs torch: pip install 'sharp-eyes[yolo]'" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_verb_that_meets_a_missing_part_only_when_it_runs_says_so(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text('[[camera]]\nid = "a"\n', encoding="utf-8")
    done = program("replay", tmp_path / "clip.mp4", "--cameras", file, absent="av")
    assert (done.returncode, done.stderr) == (2, "error: this needs av: pip install 'sharp-eyes[worker]'\n")


@pytest.mark.parametrize("absent", ["av", "cv2", "onnxruntime", "ray", "torch"])
def test_checking_needs_none_of_the_heavy_parts(tmp_path: Path, absent: str) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text('[[camera]]\nid = "a"\n', encoding="utf-8")
    done = program("check", file, absent=absent)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text("".join(f'[[camera]]\nid = "{n}"\ntier = 0\n' for n in range(3000)), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "check", str(file), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.read(1)
        child.stdout.close()
        assert "Traceback" not in child.stderr.read()
    assert child.returncode != 0


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `$EYES` is our program."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    return subprocess.run(
        ["bash", "-c", f"eyes() {{ {sys.executable} -c '{RUN}' \"$@\"; }}; {line}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", ["--help", "check c.toml", "check c.toml --json"])
def test_output_that_cannot_be_written_is_one_line_and_exit_code_5(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "c.toml").write_text('[[camera]]\nid = "a"\n', encoding="utf-8")
    done = shell(f"eyes {arguments} > /dev/full", tmp_path)
    assert done.returncode == 5
    assert done.stderr == "error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_do_no_harm(tmp_path: Path, closed: str) -> None:
    (tmp_path / "c.toml").write_text('[[camera]]\nid = "a"\n', encoding="utf-8")
    for arguments, code in (("check c.toml", 0), ("check c.toml --json", 0), ("check none.toml", 2)):
        done = shell(f"eyes {arguments} {closed}", tmp_path)
        assert done.returncode == code
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", ["--help", "check c.toml", "check c.toml --json", "score e t --min-f1 1"]
)
def test_a_reader_that_is_gone_is_exit_code_141_and_silence(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "c.toml").write_text('[[camera]]\nid = "a"\n', encoding="utf-8")
    (tmp_path / "e").write_text("", encoding="utf-8")
    (tmp_path / "t").write_text('{"camera": "a", "type": "line", "start": 1}\n', encoding="utf-8")
    done = shell(f"(sleep 0.3; eyes {arguments}; echo $? >code) | true", tmp_path)
    assert (tmp_path / "code").read_text(encoding="utf-8") == "141\n"
    assert done.stderr == ""


def test_foreign_text_forges_no_line_and_moves_no_cursor(tmp_path: Path) -> None:
    for arguments in (
        ["check", "x\nerror: \x1b[2J.toml"],
        ["--\x1b[2J"],
        ["\x1b[2J"],
        ["check", "a", "--\n"],
    ):
        done = program(*arguments)
        assert done.returncode == 2
        assert "\x1b" not in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("character", ["\0", "\n", "\x7f", "\x9b", "\u2028", "\u202e", "\u2069", "\ud800"])
def test_printable_text_is_ascii_where_it_was_dangerous(character: str) -> None:
    assert printable(f"北{character}门").replace("北", "").replace("门", "").isascii()
    assert printable(character) in {f"\\x{ord(character):02x}", f"\\u{ord(character):04x}"}
    assert json.loads(printable_json(json.dumps(character, ensure_ascii=False))) == character


def test_the_demo_makes_its_folder_or_says_why_not(tmp_path: Path) -> None:
    (tmp_path / "-d.toml").write_text(
        '[[camera]]\nid = "a"\nsource = { file = "-no.mp4" }\n', encoding="utf-8"
    )
    done = shell("eyes demo --once --keep new/er --cameras=-d.toml", tmp_path)
    assert done.returncode == 3, done.stderr
    assert "-no.mp4" in done.stderr
    assert (tmp_path / "new/er/events.jsonl").exists()
    done = shell("eyes demo --once --keep ./-d.toml --cameras=-d.toml", tmp_path)
    assert done.returncode == 5
    assert "the folder cannot be made" in done.stderr


@pytest.mark.parametrize("line", ["hello\n", "[]\n", "{}\n", "[" * 100_000])
def test_a_line_of_the_replay_that_is_no_event_is_told_in_words(line: str) -> None:
    with pytest.raises(SharpEyesError, match="no event"):
        once._sentence(line)  # a child that misbehaves cannot be had otherwise
