import hashlib
import tomllib
from itertools import islice
from pathlib import Path

import pytest

from models.bundled_models import folder
from sample_videos.sketch.__main__ import SEED
from sample_videos.sketch.card import Course, minutes_of, write_card
from sample_videos.sketch.clip import frames
from sample_videos.sketch.scene import Seen
from sample_videos.sketch.score import Detector, Figure, judged

CARD = folder() / "sketch.toml"


@pytest.fixture(scope="module")
def card() -> dict[str, object]:
    return tomllib.loads(CARD.read_text(encoding="utf-8"))


def test_the_bundled_card_is_of_the_bundled_file_which_is_small(card: dict[str, object]) -> None:
    content = (folder() / str(card["file"])).read_bytes()
    assert hashlib.sha256(content).hexdigest() == card["sha256"]
    assert len(content) <= 2_000_000


def test_the_bundled_network_finds_the_people_and_cars_of_the_clip(card: dict[str, object]) -> None:
    size = (int(str(card["input_width"])), int(str(card["input_height"])))
    pictures = []
    for picture, frame in islice(frames(SEED, 40.0, 1), 4, 40):
        seen = [Seen(one.id, one.label, _pixels(one.xyxy), one.visible) for one in frame.objects]
        pictures.append((picture, seen))
    figures = judged(Detector(folder() / str(card["file"]), size), pictures, clear=0.8)
    for figure in (one for one in figures if one.heights == (24, 400) and one.label != "bag"):
        assert figure.objects >= 5
        assert figure.recall >= 0.95
        assert figure.precision >= 0.95


def _pixels(xyxy: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, top, right, bottom = xyxy
    return round(left * 640), round(top * 360), round(right * 640), round(bottom * 360)


def test_a_card_says_what_the_product_needs_and_how_the_file_came_about(tmp_path: Path) -> None:
    (tmp_path / "small.onnx").write_bytes(b"network")
    figure = Figure("person", (24, 400), 9, 0.9, 0.8, 0.7)
    course = Course(minutes=2.0, seed=1, steps=3, minutes_before=5.0)
    write_card(tmp_path / "small.onnx", size=(320, 192), course=course, figures=[figure])
    table = tomllib.loads((tmp_path / "small.toml").read_text(encoding="utf-8"))
    assert (table["input_width"], table["input_height"]) == (320, 192)
    assert table["native_labels"] == list(table["labels"])
    assert table["training"]["person_24_400px_ap50"] == 0.9
    assert minutes_of(tmp_path / "small.onnx") == 7.0
