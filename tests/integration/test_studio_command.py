"""The studio as a command: a line for every scenario, clear words and exit codes for what is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sample_videos.studio.film import FILES

ROOT = Path(__file__).parents[2]
ENTRY = """[[scenario]]
kind = "{kind}"
layout = "{layout}"
condition = "day"
seed = {seed}
seconds = 10
fps = 1
"""
NAMES = ("intrusion-yard-day-easy-1-1fps", "line-street-day-easy-2-1fps")
PICTURE = ("--kind", "intrusion", "--layout", "yard", "--condition", "day", "--seconds", "10", "--fps", "1")


def studio(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "sample_videos.studio", *map(str, arguments)],
        env=inherited | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def entry(kind: str = "intrusion", layout: str = "yard", seed: int = 1) -> str:
    return ENTRY.format(kind=kind, layout=layout, seed=seed)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("suite") / "two.toml"
    file.write_text(entry() + entry("line", "street", 2), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def kept(suite: Path) -> tuple[Path, list[dict[str, object]]]:
    """The cache after two jobs rendered the suite, and what they said."""
    cache = suite.parent / "cache"
    return cache, lines(studio("suite", suite, "--jobs", 2, "--cache", cache))


def folder_of(name: str, rows: list[dict[str, object]]) -> Path:
    return next(Path(str(row["folder"])) for row in rows if row["name"] == name)


def test_two_jobs_render_a_suite_and_tell_of_every_folder(
    kept: tuple[Path, list[dict[str, object]]],
) -> None:
    cache, rows = kept
    assert sorted(str(row["name"]) for row in rows) == sorted(NAMES)
    assert not any(row["cached"] for row in rows)
    for row in rows:
        folder = Path(str(row["folder"]))
        assert folder.is_absolute()
        assert folder.is_relative_to(cache)
        assert {file.name for file in folder.iterdir()} == set(FILES)
        assert len((folder / "boxes.jsonl").read_text(encoding="utf-8").splitlines()) == 10
        assert json.loads((folder / "scenario.json").read_text(encoding="utf-8"))["name"] == row["name"]


def test_what_is_kept_is_told_at_once_and_half_a_folder_is_not_taken(
    suite: Path, kept: tuple[Path, list[dict[str, object]]]
) -> None:
    cache, rows = kept
    half = folder_of(NAMES[0], rows)
    clip = (half / "clip.mp4").read_bytes()
    (half / "clip.mp4").unlink()
    (half.parent / ".rendering-killed" / "clip").mkdir(parents=True)
    again = lines(studio("suite", suite, "--jobs", 1, "--cache", os.path.relpath(cache, ROOT)))
    assert [(row["name"], row["cached"]) for row in again] == [(NAMES[1], True), (NAMES[0], False)]
    assert folder_of(NAMES[0], again) == half
    assert (half / "clip.mp4").read_bytes() == clip


def test_only_what_is_asked_for_is_told(suite: Path, kept: tuple[Path, list[dict[str, object]]]) -> None:
    cache, _ = kept
    (row,) = lines(studio("suite", suite, "--cache", cache, "--only", NAMES[1]))
    assert row["name"] == NAMES[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (entry() + entry(), "scenario[1]: scenario[0] is intrusion-yard-day-easy-1-1fps too"),
        (entry("speeding", "hall"), "scenario[0].layout: speeding cannot be in a hall; street or yard"),
        (entry("flying"), "scenario[0].kind: 'flying' is none of intrusion"),
        ("", "no scenario in it"),
    ],
)
def test_a_suite_that_is_wrong_is_told_in_one_line_and_nothing_is_rendered(
    tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "suite.toml").write_text(text, encoding="utf-8")
    done = studio("suite", tmp_path / "suite.toml", "--cache", tmp_path / "cache")
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
    assert not (tmp_path / "cache").exists()


def test_a_suite_that_is_missing_or_lacks_a_name_is_told(tmp_path: Path, suite: Path) -> None:
    missing = studio("suite", tmp_path / "none.toml")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "none.toml: cannot be read" in missing.stderr
    unknown = studio("suite", suite, "--cache", tmp_path, "--only", "nobody")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "there is no scenario nobody in it" in unknown.stderr


def test_a_kind_that_does_not_go_with_a_layout_is_told_with_what_would(tmp_path: Path) -> None:
    done = studio(
        "scenario", tmp_path / "out", "--kind", "speeding", "--layout", "hall", "--condition", "day"
    )
    assert done.returncode == 2
    assert "speeding cannot be in a hall; street or yard or car_park suits it" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("suite", "any.toml", "--jobs", "0"), "--jobs: at least 1 is needed"),
        (("suite", "any.toml", "--jobs", "some"), "--jobs: some is no whole number from 0 on"),
        (("scenario", "out", *PICTURE, "--seed", "-1"), "--seed: -1 is no whole number from 0 on"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(arguments: tuple[str, ...], says: str) -> None:
    done = studio(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_other_things_is_kept_and_named(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = studio("scenario", tmp_path, *PICTURE)
    assert done.returncode == 1
    assert "holds thesis.txt, which is no part of a clip" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_egl_it_says_which_packages_are_missing(tmp_path: Path) -> None:
    done = studio("scenario", tmp_path / "out", *PICTURE, GLCONTEXT_LINUX_LIBEGL="/nowhere/libEGL.so.1")
    assert done.returncode == 1
    assert "no OpenGL by EGL" in done.stderr
    assert "install libegl1 and libgl1-mesa-dri" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
