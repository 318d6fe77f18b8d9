from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from sample_videos.studio.picture.seen import Seen
from sample_videos.training.batches import Batch, Batcher
from sample_videos.training.crop import GREY, INPUT, Placement, anywhere, letterbox, mirrored, rows
from sample_videos.training.library import Library
from sample_videos.training.shard import Labelled, Picture, labelled, write_shard

SOURCE = (640, 360)
CAR = (200, 100, 280, 160)  # pixels


@dataclass(frozen=True)
class Painted:
    picture: Picture
    objects: tuple[Seen, ...]
    condition: str = "day"
    layout: str = "street"


def painted(pixels: tuple[int, int, int, int] = CAR, visible: float = 1.0) -> Labelled:
    """A white rectangle on black: a car that fills its box."""
    picture = np.zeros((SOURCE[1], SOURCE[0], 3), np.uint8)
    left, top, right, bottom = pixels
    picture[top:bottom, left:right] = 255
    box = (left / SOURCE[0], top / SOURCE[1], right / SOURCE[0], bottom / SOURCE[1])
    return labelled(Painted(picture, (Seen(1, "car", box, box, visible, (0.0, 0.0)),)))


def white(picture: Picture) -> list[float]:
    """Left, top, right, bottom of what is white."""
    down, across = np.nonzero(picture[:, :, 0] > 185)
    return [float(across.min()), float(down.min()), float(across.max() + 1), float(down.max() + 1)]


def batcher(folder: Path, *pictures: Labelled) -> Batcher:
    write_shard(folder / "train-000-000.npz", pictures)
    rng = np.random.default_rng(5)
    library = Library(folder, rng)
    library.refresh()
    return Batcher(library, INPUT, rng)


def test_a_whole_picture_lies_in_the_middle_of_the_input() -> None:
    placement = letterbox(SOURCE, INPUT)
    placed = placement.warp(np.full((SOURCE[1], SOURCE[0], 3), 255, np.uint8), INPUT)
    assert (placed[:2] <= GREY).all()
    assert (placed[2:254] == 255).all()
    assert (placed[254:] <= GREY).all()


def test_the_letterbox_is_where_the_product_puts_a_scaled_picture() -> None:
    noisy = np.random.default_rng(0).integers(0, 255, (18, 32, 3)).astype(np.uint8)
    picture = np.asarray(cv2.resize(noisy, SOURCE, interpolation=cv2.INTER_CUBIC), np.uint8)
    scaled = cv2.resize(picture, (448, 252), interpolation=cv2.INTER_LINEAR)
    placed = letterbox(SOURCE, INPUT).warp(picture, INPUT)
    assert np.abs(placed[3:253].astype(int) - np.asarray(scaled[1:251], int)).max() <= 3


@pytest.mark.parametrize("seed", range(8))
def test_a_box_stays_on_its_object_after_zoom_shift_and_mirror(seed: int) -> None:
    rng = np.random.default_rng(seed)
    placement = anywhere(SOURCE, INPUT, (0.7, 1.2), rng)
    if seed % 2:
        placement = mirrored(placement, SOURCE[0])
    car = painted()
    found = rows(car, SOURCE, placement, INPUT)
    assert found[:, 0].tolist() == [3]
    assert found[0, 1:] == pytest.approx(white(placement.warp(car.picture(), INPUT)), abs=1.1)


def test_a_box_is_cut_at_the_edge_and_left_out_where_too_little_is_inside() -> None:
    car = painted()
    half_outside = Placement(-240.0, 0.0, 1.0, 1.0)
    assert rows(car, SOURCE, half_outside, INPUT)[0, 1:] == pytest.approx([0, 100, 40, 160], abs=0.01)
    nearly_outside = Placement(-260.0, 0.0, 1.0, 1.0)
    assert len(rows(car, SOURCE, nearly_outside, INPUT)) == 0
    outside = Placement(-400.0, 0.0, 1.0, 1.0)
    assert len(rows(car, SOURCE, outside, INPUT)) == 0


def test_what_is_hidden_or_tiny_is_not_asked_for() -> None:
    whole = letterbox(SOURCE, INPUT)
    assert len(rows(painted(visible=0.31), SOURCE, whole, INPUT)) == 1
    assert len(rows(painted(visible=0.29), SOURCE, whole, INPUT)) == 0
    assert len(rows(painted((100, 100, 105, 130)), SOURCE, whole, INPUT)) == 1
    assert len(rows(painted((100, 100, 104, 130)), SOURCE, whole, INPUT)) == 0


def brightness_in_and_out(batch: Batch) -> tuple[list[float], list[float]]:
    """The mean brightness within each box, and of each picture with its boxes cut out."""
    inside, outside = [], []
    for number, picture in enumerate(batch.pictures):
        rest = np.ones(picture.shape[:2], np.bool_)
        for middle_x, middle_y, width, height in batch.boxes[batch.owners == number] * (INPUT * 2):
            left, right = int(middle_x - width / 2), int(np.ceil(middle_x + width / 2))
            top, bottom = int(middle_y - height / 2), int(np.ceil(middle_y + height / 2))
            inside.append(float(picture[top:bottom, left:right].mean()))
            rest[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
        outside.append(float((picture[rest] > 190).mean()))
    return inside, outside


@pytest.mark.parametrize("mosaics", [0.0, 1.0])
def test_every_box_of_a_batch_is_on_its_object_whatever_was_done_to_the_picture(
    tmp_path: Path, mosaics: float
) -> None:
    # The object is darker than the damage can make the ground, so that it is told apart after it.
    maker = batcher(tmp_path, painted(), painted((400, 200, 520, 300)), painted((60, 40, 160, 180)))
    batch = maker.batch(24, mosaics=mosaics)
    assert batch.pictures.shape == (24, 256, 448, 3)
    assert set(batch.classes.ravel().tolist()) == {3.0}
    assert len(batch.boxes) > (40 if mosaics else 15)
    inside, outside = brightness_in_and_out(batch)
    assert min(inside) > 110
    assert np.mean(inside) > 180
    assert np.mean(outside) < 0.02


def test_a_batch_of_pictures_without_objects_has_no_boxes(tmp_path: Path) -> None:
    blank = labelled(Painted(np.zeros((SOURCE[1], SOURCE[0], 3), np.uint8), ()))
    batch = batcher(tmp_path, blank).batch(2)
    assert batch.boxes.shape == (0, 4)
    assert batch.classes.shape == (0, 1)
