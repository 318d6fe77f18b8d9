"""`sharp-eyes score` as people and CI run it: the table, the JSON, the exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def score(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    return subprocess.run(
        [sys.executable, "-c", "from sharp_eyes.cli import main; main()", "score", *map(str, arguments)],
        env=environment | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lines(file: Path, *objects: dict[str, object]) -> Path:
    file.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return file


def event(number: int, at: float, **other: object) -> dict[str, object]:
    return {
        "record": "raised",
        "event_id": f"event-{number}",
        "camera": "gate",
        "rule": "through-the-gate",
        "type": "line",
        "at": 1_767_225_600_000_000 + round(at * 1e6),
        "offset_seconds": at,
        "label": "person",
        "xyxy": [0.1, 0.1, 0.2, 0.2],
    } | other


def due(start: float | str, **other: object) -> dict[str, object]:
    return {"camera": "gate", "type": "line", "start": start} | other


@pytest.fixture
def half(tmp_path: Path) -> tuple[Path, Path]:
    """One of two found, one of two right: F1 is one half."""
    events = lines(tmp_path / "events.jsonl", event(1, 10), event(2, 500), event(3, 700, type="crowd"))
    return events, lines(tmp_path / "truth.jsonl", due(12), due(100))


def test_the_table_names_counts_shares_and_what_was_wrong(half: tuple[Path, Path]) -> None:
    done = score(*half)
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = [line for line in done.stdout.splitlines() if " line " in line and "0.500" in line]
    assert row.replace("│", " ").split() == ["line", "2", "1", "1", "1", "0.500", "0.500", "0.500"]
    assert "missed: line on gate, due 100.0 s" in done.stdout
    assert "extra:  line on gate at 500.0 s" in done.stdout
    assert "1 events of kinds that the truth does not speak of were not judged" in done.stdout


def test_the_json_tells_the_same_and_more(half: tuple[Path, Path]) -> None:
    done = score(*half, "--json")
    assert done.returncode == 0
    result = json.loads(done.stdout)
    assert result["unjudged"] == 1
    assert list(result["types"]) == ["line"]
    total = result["total"]
    assert (total["precision"], total["recall"], total["f1"]) == (0.5, 0.5, 0.5)
    assert total["matched"] == [{"event_id": "event-1", "start": 12}]
    assert [one["start"] for one in total["missed"]] == [100]
    assert [one["event_id"] for one in total["extra"]] == ["event-2"]
    assert total["silence_broken"] == 0


@pytest.mark.parametrize("flags", [[], ["--json"]])
@pytest.mark.parametrize(("least", "code"), [(0.0, 0), (0.5, 0), (0.51, 1), (1.0, 1)])
def test_an_f1_below_the_least_is_exit_code_1(
    half: tuple[Path, Path], flags: list[str], least: float, code: int
) -> None:
    done = score(*half, "--min-f1", least, *flags)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_the_tolerance_may_be_given(half: tuple[Path, Path]) -> None:
    assert json.loads(score(*half, "--tolerance", 1, "--json").stdout)["total"]["f1"] == 0
    assert json.loads(score(*half, "--tolerance", 400, "--json").stdout)["total"]["f1"] == 1


def test_a_broken_silence_is_told(tmp_path: Path) -> None:
    events = lines(tmp_path / "events.jsonl", event(1, 10))
    truth = lines(tmp_path / "truth.jsonl", due(5, end=20, must_be_silent=True))
    assert "1 of the extra events broke a silence" in score(events, truth).stdout
    assert score(events, truth, "--min-f1", 1).returncode == 1


def test_moments_in_the_truth_are_shown_as_they_were_written(tmp_path: Path) -> None:
    truth = lines(tmp_path / "truth.jsonl", due("2026-01-01T08:00:00+08:00"))
    done = score(lines(tmp_path / "events.jsonl"), truth)
    assert "missed: line on gate, due 2026-01-01T08:00:00+08:00" in done.stdout


def test_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    truth = lines(tmp_path / "truth.jsonl", due(1, camera="[bold]gate[/]\x1b[2J"))
    done = score(lines(tmp_path / "events.jsonl"), truth)
    assert "missed: line on [bold]gate[/]\\x1b[2J, due 1.0 s" in done.stdout


@pytest.mark.parametrize("flags", [[], ["--json"]])
@pytest.mark.parametrize("silence", [[], [due(1, end=2, must_be_silent=True)]], ids=["empty", "silence"])
def test_nothing_judged_proves_nothing(
    tmp_path: Path, flags: list[str], silence: list[dict[str, object]]
) -> None:
    files = lines(tmp_path / "events.jsonl"), lines(tmp_path / "truth.jsonl", *silence)
    done = score(*files, *flags)
    assert (done.returncode, done.stderr) == (0, "")
    done = score(*files, "--min-f1", 0, *flags)
    assert done.returncode == 1
    assert done.stderr.startswith("nothing was judged")


def test_every_wrong_line_is_told_and_the_exit_code_is_2(half: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"camera": 1}\nnot json\n', encoding="utf-8")
    done = score(half[0], broken)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(line.startswith(f"error: {broken}: line ") for line in done.stderr.splitlines())
    assert f"{broken}: line 2: not JSON" in done.stderr


def test_a_missing_file_is_exit_code_2(half: tuple[Path, Path], tmp_path: Path) -> None:
    done = score(half[0], tmp_path / "none.jsonl")
    assert done.returncode == 2
    assert "none.jsonl: cannot be read" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ["--min-f1", "1.1"],
        ["--tolerance", "-1"],
        ["--every", "0"],
        ["--min-f1", "nan"],
        ["--tolerance", "nan"],
    ],
)
def test_options_out_of_range_are_usage_errors(half: tuple[Path, Path], wrong: list[str]) -> None:
    assert score(*half, *wrong).returncode == 2
