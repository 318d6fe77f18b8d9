"""Cameras as the registry keeps them: equal meaning is equal text, and the text is read back as strictly."""

import json
from pathlib import Path

import pytest

from sharp_eyes.config.reading import read_cameras
from sharp_eyes.config.stored import camera_of, canonical, declared_in, declared_of
from sharp_eyes.errors import ConfigError

EVERYTHING = """
[[profile]]
name = "street"
analyse_fps = 8
mask = [[[0.0, 0.0], [0.2, 0.0], [0.2, 0.1]]]

[[profile.zone]]
name = "court"
points = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4]]

[[camera]]
id = "33080200001310000001"
name = { en = "North gate", zh = "北门" }
division = "330802001"
profile = "street"
source = { url = "rtsp://10.0.0.5/stream2", credential = "north-gate" }
evidence = { file = "clips/evidence.mp4" }
location = { lon = 118.87, lat = 28.94 }
tier = 1
gate = false
mask = [[[0.5, 0.0], [0.7, 0.0], [0.7, 0.1]]]
ignore = [[[0.7, 0.0], [1.0, 0.0], [1.0, 0.05]]]

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
evidence = "snapshot"
min_confidence = 0.3
schedule = { days = "mon-fri", from = "22:00", to = "06:00", timezone = "Asia/Shanghai" }

[[camera.rule]]
name = "stay"
kind = "loitering"
zone = "court"
labels = ["person", "car"]

[[camera.rule]]
name = "through"
kind = "line"
line = "gate"
directions = ["left"]
labels = ["person"]
"""


def texts(folder: Path, text: str) -> list[str]:
    file = folder / "cameras.toml"
    file.write_text(text, encoding="utf-8")
    reading = read_cameras(file)
    assert reading.problems == []
    return [one.entry for one in declared_in(reading, folder)]


def test_a_stored_camera_means_what_the_file_said(tmp_path: Path) -> None:
    (text,) = texts(tmp_path, EVERYTHING)
    (camera,) = read_cameras(tmp_path / "cameras.toml").cameras
    assert camera_of(text) == camera
    assert len(camera.mask) == 2
    assert camera.analyse_fps == 8


def test_each_camera_of_a_file_has_its_entry_also_among_wrong_ones(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text('[[camera]]\nid = "a"\n[[camera]]\nid = "b"\ntier = 0\n[[camera]]\nid = "c"\n')
    reading = read_cameras(file)
    assert [entry.id for entry in reading.entries] == [camera.id for camera in reading.cameras] == ["a", "c"]


def test_what_is_written_and_what_is_left_to_the_default_is_the_same_text(tmp_path: Path) -> None:
    (short,) = texts(tmp_path, '[[camera]]\nid = "a"\n')
    (long,) = texts(tmp_path, '[[camera]]\ntier = 2\nanalyse_fps = 5\nzone = []\nid = "a"\ngate = true\n')
    assert short == long
    assert json.loads(short)["tier"] == 2


def test_another_setting_is_another_text(tmp_path: Path) -> None:
    (text,) = texts(tmp_path, EVERYTHING)
    (other,) = texts(tmp_path, EVERYTHING.replace('"06:00"', '"06:01"'))
    assert text != other


def test_reading_a_text_and_writing_it_again_gives_the_same(tmp_path: Path) -> None:
    (text,) = texts(tmp_path, EVERYTHING)
    assert declared_of(text).entry == text
    assert canonical(text) == text


def test_files_are_found_wherever_the_registry_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("cameras.toml")
    file.write_text('[[camera]]\nid = "a"\nsource = { file = "clip.mp4" }\n')
    (declared,) = declared_in(read_cameras(file), file.parent)
    monkeypatch.chdir("/")
    source = camera_of(declared.entry).source
    assert source is not None
    assert source.file == str(tmp_path / "clip.mp4")


def test_a_file_that_is_absolute_stays_where_it_is(tmp_path: Path) -> None:
    (text,) = texts(tmp_path, '[[camera]]\nid = "a"\nsource = { file = "/videos/clip.mp4" }\n')
    assert json.loads(text)["source"] == {"file": "/videos/clip.mp4"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "a", "teir": 1}', 'teir: unknown key "teir" — did you mean "tier"?'),
        ('{"id": "a", "tier": "1"}', "tier"),
        ('{"tier": 1}', "id: is missing"),
        ('{"id": "a", "source": {"url": "rtsp://user:secret@host/"}}', "credentials do not belong"),
        (
            '{"id": "a", "rule": [{"name": "r", "kind": "intrusion", "zone": "yard", "labels": ["person"]}]}',
            'this camera has no zone "yard"',
        ),
        ("{", "EOF"),
        ("[]", "does not do"),
    ],
)
def test_what_is_wrong_in_a_text_is_told_as_in_a_file(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        declared_of(text, "PUT /cameras/a")
    assert said in str(caught.value)
    assert str(caught.value).startswith("PUT /cameras/a")
    assert "secret" not in str(caught.value)


def test_a_text_that_this_version_cannot_read_stays_as_it_is() -> None:
    assert canonical('{"id": "a", "of_a_later_version": 1}') == '{"id": "a", "of_a_later_version": 1}'
