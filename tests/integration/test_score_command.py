"""`sharp-eyes score` as people and CI run it: the table, the JSON, the exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from servers.page import chromium
from sharp_eyes import catalogue

# As much of a JPEG of 640 × 360 as tells its size.
JPEG = bytes.fromhex("ffd8 ffc0 0011 08 0168 0280 03 012200 021101 031101 ffd9")


def score(*arguments: object, columns: int = 200) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    return subprocess.run(
        [sys.executable, "-c", "from sharp_eyes.cli import main; main()", "score", *map(str, arguments)],
        env=environment | {"COLUMNS": str(columns)},
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
    assert row.split() == ["line", "2", "1", "1", "1", "0.500", "0.500", "0.500", "-2.0", "-2.0"]
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
    assert total["matched"] == [{"event_id": "event-1", "start": 12, "delay_seconds": -2}]
    assert total["delay_seconds"] == {"p50": -2, "p95": -2}
    assert total["false_events"] is None
    assert [one["start"] for one in total["missed"]] == [100]
    assert [one["event_id"] for one in total["extra"]] == ["event-2"]
    assert total["silence_broken"] == 0
    assert total["counts"] == {"truth": 2, "found": 1, "missed": 1, "extra": 1}


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
        ["--alpha", "-0.1"],
        ["--alpha", "inf"],
        ["--observed", "0"],
        ["--observed", "nan"],
        ["--snapshots", "."],
        ["--html", "page.html", "--tracks"],
        ["--html", "page.html", "--snapshots", "no/such/folder"],
    ],
)
def test_options_out_of_range_or_without_sense_are_usage_errors(
    half: tuple[Path, Path], wrong: list[str]
) -> None:
    done = score(*half, *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr


@pytest.fixture
def biased(tmp_path: Path) -> tuple[Path, Path]:
    """Two of three found, two of four right: 12 says the first again, 105 comes too late."""
    events = lines(
        tmp_path / "events.jsonl", *(event(number, at) for number, at in enumerate((11, 12, 54, 105)))
    )
    return events, lines(tmp_path / "truth.jsonl", due(10), due(50), due(90))


def test_f1_is_shown_and_held_to_with_its_recall_bias(biased: tuple[Path, Path]) -> None:
    done = score(*biased, "--alpha", 0.65)
    assert "α=0.65" in done.stdout
    assert "0.555" in done.stdout
    document = json.loads(score(*biased, "--alpha", 0.65, "--json").stdout)
    assert (document["alpha"], document["total"]["f1"]) == (0.65, 0.5546)
    assert score(*biased, "--alpha", 60, "--min-f1", 0.66).returncode == 0
    assert score(*biased, "--alpha", 0.65, "--min-f1", 0.66).returncode == 1


def test_false_events_have_a_rate_and_its_bound_where_the_time_is_known(biased: tuple[Path, Path]) -> None:
    assert "false" not in score(*biased).stdout
    done = score(*biased, "--observed", 43_200)
    assert "false events: 4 per camera and day, at most 12.6 (95 %); 0.5 camera-days observed" in done.stdout
    rate = json.loads(score(*biased, "--observed", 43_200, "--json").stdout)["types"]["line"]["false_events"]
    assert (rate["camera_days"], rate["per_camera_day"]) == (0.5, 4)
    assert rate["upper_bound_95"] == pytest.approx(12.592, abs=0.001)  # χ²(0.95; 6) of the tables


def test_the_table_fits_a_narrow_terminal_with_all_its_figures(biased: tuple[Path, Path]) -> None:
    done = score(*biased, "--observed", 43_200, "--alpha", 0.65, columns=80)
    (row,) = [line for line in done.stdout.splitlines() if line.startswith(" line ")]
    assert row.split()[1:] == [
        "3", "2", "1", "2", "0.500", "0.667", "0.555", "4", "12.6", "2.5", "3.8",
    ]  # fmt: skip


def test_truth_that_has_no_rule_yet_is_told_and_not_missed(tmp_path: Path) -> None:
    kind = catalogue.TO_COME[-1]
    truth = lines(tmp_path / "truth.jsonl", due(10), due(20, type=kind))
    events = lines(tmp_path / "events.jsonl", event(1, 10))
    done = score(events, truth, "--min-f1", 1)
    assert done.returncode == 0
    assert f"no rule yet for {kind}: 1 due, not judged" in done.stdout
    document = json.loads(score(events, truth, "--json").stdout)
    assert document["no_rule_yet"] == {kind: {"due": 1, "silences": 0, "events": 0}}
    assert list(document["types"]) == ["line"]


def test_the_page_shows_what_the_table_counts_with_its_snapshots(
    half: tuple[Path, Path], tmp_path: Path
) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "event-2.jpg").write_bytes(JPEG)
    (evidence / "event-1.mp4").write_bytes(b"")
    file = tmp_path / "score.html"
    done = score(*half, "--html", file, "--snapshots", evidence)
    assert (done.returncode, done.stderr) == (0, "")
    assert "missed: line on gate" in done.stdout
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert [page.count(f'class="card {verdict}"') for verdict in ("found", "missed", "extra")] == [1, 1, 1]
    assert page.count("data:image/jpeg;base64,") == 1
    assert 'href="evidence/event-1.mp4"' in page


def test_a_page_that_cannot_be_written_is_exit_code_5(half: tuple[Path, Path], tmp_path: Path) -> None:
    file = half[1] / "score.html"
    done = score(*half, "--html", file)
    assert (done.returncode, done.stdout) == (5, "")
    assert f"{file}: cannot be written: " in done.stderr


def test_a_page_never_takes_the_place_of_what_it_is_made_of(half: tuple[Path, Path], tmp_path: Path) -> None:
    card = lines(tmp_path / "scenario.json", CARD)
    for file in (half[1], card):
        before = file.read_bytes()
        done = score(*half, "--html", file)
        assert done.returncode == 2
        assert "would overwrite" in done.stderr
        assert file.read_bytes() == before


CARD: dict[str, object] = {
    "name": "line-yard-night-easy-1",
    "kind": "line",
    "layout": "yard",
    "condition": "night",
    "difficulty": "easy",
    "fps": 5,
    "seconds": 21_600,
    "seed": 1,
}


def test_a_scenarios_card_beside_the_truth_says_its_sort_and_how_long_was_observed(
    biased: tuple[Path, Path], tmp_path: Path
) -> None:
    lines(tmp_path / "scenario.json", CARD)
    page = tmp_path / "page" / "score.html"
    done = score(*biased, "--html", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0.25 camera-days observed" in done.stdout
    assert 'title="condition">night</span>' in page.read_text(encoding="utf-8")
    assert "0.5 camera-days observed" in score(*biased, "--observed", 43_200).stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seconds": 0}, "scenario.json: seconds: "),
        ({"condition": None}, "scenario.json: condition: "),
        ({"name": "../up"}, "scenario.json: name: "),
    ],
    ids=str,
)
def test_a_card_that_is_wrong_is_refused(
    change: dict[str, object], message: str, half: tuple[Path, Path], tmp_path: Path
) -> None:
    lines(tmp_path / "scenario.json", CARD | change)
    done = score(*half)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_card_that_is_no_json_is_refused(half: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "scenario.json").write_text("{", encoding="utf-8")
    done = score(*half)
    assert done.returncode == 2
    assert "scenario.json: not JSON" in done.stderr


@pytest.mark.browser
def test_the_page_works_without_scripts_by_mouse_and_by_keys(half: tuple[Path, Path], tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "event-2.jpg").write_bytes(JPEG)
    file = tmp_path / "score.html"
    assert score(*half, "--html", file, "--snapshots", evidence).returncode == 0
    asked: list[str] = []
    said: list[str] = []
    with chromium() as browser:
        page = browser.new_page(java_script_enabled=False, viewport={"width": 390, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        extra = page.locator(".mark.event.extra")
        assert not extra.locator(".facts").is_visible()
        extra.hover()
        assert extra.locator(".facts").is_visible()
        assert extra.locator(".facts .picture").is_visible()
        missed = page.locator(".mark.truth.missed")
        missed.focus()
        assert missed.locator(".facts").is_visible()
        page.get_by_label("missed 1", exact=True).check()
        assert [page.locator(f".card.{name}").is_visible() for name in ("found", "missed", "extra")] == [
            False,
            True,
            False,
        ]
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert said == []
