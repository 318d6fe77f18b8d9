"""`sharp-eyes check` as people run it: everything that is wrong at once, and a whole city in one go."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sharp_eyes.errors import printable
from sharp_eyes.store.model_cards import ModelCard, card_text

CITY = 52_600
PROFILE = """\
[[profile]]
name = "street"
analyse_fps = 5
mask = [[[0.0, 0.0], [0.2, 0.0], [0.2, 0.1], [0.0, 0.1]]]

[[profile.zone]]
name = "crossing"
points = [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]]

[[profile.rule]]
name = "on-the-crossing"
kind = "loitering"
zone = "crossing"
labels = ["person"]
"""
CAMERA = """
[[camera]]
id = "{code}"
name = {{ en = "Camera {number}", zh = "摄像机{number}" }}
profile = "street"
source = {{ url = "rtsp://10.0.0.5/{number}/stream2", credential = "gate" }}
location = {{ lon = 118.87, lat = 28.94 }}

[[camera.zone]]
name = "yard"
points = [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0], [0.1, 1.0]]

[[camera.line]]
name = "gate"
points = [[0.5, 0.2], [0.5, 0.8]]

[[camera.rule]]
name = "yard-at-night"
kind = "intrusion"
zone = "yard"
labels = ["person"]
severity = 2
schedule = {{ days = "mon-sun", from = "22:00", to = "06:00", timezone = "Asia/Shanghai" }}

[[camera.rule]]
name = "through-the-gate"
kind = "line"
line = "gate"
labels = ["person", "car"]
"""


def city(count: int, first: int = 1) -> str:
    numbers = range(first, first + count)
    return PROFILE + "".join(CAMERA.format(number=n, code=f"3308020000131{n:07}") for n in numbers)


def check(
    *arguments: object, models: Path = Path("no-such-folder"), timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    return subprocess.run(
        [sys.executable, "-c", "from sharp_eyes.cli import main; main()", "check", *map(str, arguments)],
        env=environment | {"COLUMNS": "200", "SHARP_EYES_MODELS": str(models)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_in_order_is_told_with_its_cameras_rules_and_models(tmp_path: Path) -> None:
    done = check(written(tmp_path / "cameras.toml", city(3)))
    assert (done.returncode, done.stderr) == (0, "")
    assert "all in order" in done.stdout
    assert "3 intrusion, 3 line, 3 loitering" in done.stdout
    assert "studio" in done.stdout


def test_every_error_of_every_file_is_told_and_the_exit_code_is_2(tmp_path: Path) -> None:
    one = written(tmp_path / "one.toml", city(3).replace("severity = 2", "severity = 7"))
    two = written(tmp_path / "two.toml", "[[camera]]\nid = 3\n")
    three = tmp_path / "three.toml"
    done = check(one, two, three)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("error: ") for line in lines)
    assert sum(".severity" in line for line in lines) == 3
    assert "Traceback" not in done.stderr


def test_one_good_file_does_not_hide_a_bad_one(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good.toml", city(1)), written(tmp_path / "bad.toml", "")
    assert check(good, bad).returncode == 2
    assert check(bad, good).returncode == 2


def test_the_result_can_be_had_as_json(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good.toml", city(2)), written(tmp_path / "bad.toml", "[[camera]]\n")
    done = check(good, bad, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "cameras": 2,
        "problems": [
            {"file": str(bad), "path": "camera[0].id", "message": "is missing", "hint": "it has no default"}
        ],
        "warnings": [],
    }


@pytest.fixture
def narrow(tmp_path: Path) -> Path:
    """A registry whose default model knows people and cars only."""
    labels = ["person", "car"]
    card = ModelCard(
        name="narrow",
        family="yolo11",
        file="narrow.onnx",
        sha256="0" * 64,
        license="none",
        channel="default",
        input_width=320,
        input_height=192,
        native_labels=labels,
        labels=dict(zip(labels, labels, strict=True)),
    )
    folder = tmp_path / "models"
    folder.mkdir()
    written(folder / "narrow.toml", card_text(card))
    return folder


def test_a_warning_does_not_fail_the_check(tmp_path: Path, narrow: Path) -> None:
    file = written(tmp_path / "cameras.toml", city(1).replace('["person", "car"]', '["person", "bus"]'))
    done = check(file, models=narrow)
    assert done.returncode == 0
    assert done.stderr.startswith("warning: ")
    assert 'never sees "bus"' in done.stderr


def test_a_rule_that_its_model_can_never_fulfil_fails_the_check(tmp_path: Path, narrow: Path) -> None:
    file = written(tmp_path / "cameras.toml", city(1).replace('["person", "car"]', '["bus"]'))
    done = check(file, "--json", models=narrow)
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert problem["path"] == 'camera "33080200001310000001"'
    assert problem["message"].startswith('rule "through-the-gate": the model "narrow" never sees "bus"')


@pytest.mark.parametrize("arguments", [["--model", "nobody"], ["--model", "defualt"]])
def test_a_model_that_is_not_there_is_named_once_with_how_many_cameras(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = check(written(tmp_path / "cameras.toml", city(2)), *arguments)
    assert done.returncode == 2
    assert done.stderr.count(f'there is no model or channel "{arguments[1]}"') == 1
    assert "and 1 more cameras" in done.stderr


def test_without_a_file_the_usage_is_told() -> None:
    done = check()
    assert done.returncode == 2
    assert "FILE" in done.stderr


@pytest.mark.alone
@pytest.mark.slow
def test_a_whole_city_is_checked_within_a_minute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "city.toml", city(CITY))
    started = time.monotonic()
    done = check(file, "--json", timeout=600)
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(f"\n{CITY} cameras, {file.stat().st_size / 1e6:.0f} MB: checked in {seconds:.1f} s")  # noqa: T201
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"cameras": CITY, "problems": [], "warnings": []}
    assert seconds <= 60


def test_a_camera_in_two_files_is_told(tmp_path: Path) -> None:
    done = check(written(tmp_path / "north.toml", city(1)), written(tmp_path / "south.toml", city(1)))
    assert done.returncode == 2
    assert "south.toml" in done.stderr
    assert "north.toml has a camera of this id too" in done.stderr


@pytest.mark.parametrize(
    "name", ["[red]x[bold].toml", "[.toml", ":smile:.toml", "\x1b[2J.toml", "\udcff.toml"]
)
def test_a_hostile_file_name_is_shown_as_it_is(tmp_path: Path, name: str) -> None:
    file = written(tmp_path / name, city(1))
    done = check(file)
    assert (done.returncode, done.stderr) == (0, "")
    assert printable(name) in done.stdout
    assert json.loads(check(tmp_path / name, tmp_path / "none.toml", "--json").stdout)["cameras"] == 1
    file.write_text("error", encoding="utf-8")
    broken = check(file)
    assert broken.returncode == 2
    assert printable(name) in broken.stderr
    assert json.loads(check(file, "--json").stdout)["problems"][0]["file"] == str(file)
