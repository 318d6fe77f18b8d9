"""Boxes out of a network's numbers: as the reference decodes them, and never more than is good."""

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.heads import MOST_BOXES, HeadDecoder, recognise
from models.letterbox import Placement
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError
from sharp_eyes.geometry import iou

LABELS = ("person", "car", "bag")
WHOLE = Placement(0, 0, 640, 640)
Array = NDArray[np.float32]


def anchors(*rows: tuple[float, ...]) -> Array:
    """Columns of centre x, centre y, width, height and a score per class."""
    return np.array(rows, np.float32).reshape(-1, 4 + len(LABELS)).T


def direct(*rows: tuple[float, ...]) -> Array:
    return np.array(rows, np.float32).reshape(-1, 6)


def decoder(form: str = "anchors", confidence: float = 0.25, iou: float = 0.7) -> HeadDecoder:
    return HeadDecoder(form, LABELS, confidence, iou)  # type: ignore[arg-type]


def test_an_anchor_becomes_the_box_around_its_centre_with_its_best_class() -> None:
    [found] = decoder().decode(anchors((320, 160, 64, 128, 0.1, 0.8, 0.3)), WHOLE)
    assert found.label == "car"
    assert found.confidence == pytest.approx(0.8)
    assert found.xyxy == pytest.approx((0.45, 0.15, 0.55, 0.35))


def test_a_direct_row_is_a_box_already() -> None:
    [found] = decoder("direct").decode(direct((64, 128, 320, 640, 0.6, 2)), WHOLE)
    assert found == Detection("bag", pytest.approx(0.6), pytest.approx((0.1, 0.2, 0.5, 1.0)))


def test_fractions_are_of_the_picture_and_not_of_its_frame() -> None:
    place = Placement(left=12, top=140, width=616, height=360)
    [found] = decoder("direct").decode(direct((12, 140, 628, 500, 0.9, 0)), place)
    assert found.xyxy == (0, 0, 1, 1)


def test_a_box_that_reaches_beyond_the_picture_is_cut_at_its_border() -> None:
    place = Placement(0, 140, 640, 360)
    [found] = decoder("direct").decode(direct((-50, 100, 64, 320, 0.9, 0)), place)
    assert found.xyxy == pytest.approx((0, 0, 0.1, 0.5))


@pytest.mark.parametrize("form", ["anchors", "direct"])
def test_what_lies_wholly_in_the_grey_is_no_object(form: str) -> None:
    place = Placement(0, 140, 640, 360)
    output = (
        anchors((320, 60, 100, 100, 0.9, 0, 0)) if form == "anchors" else direct((10, 10, 90, 90, 0.9, 0))
    )
    assert decoder(form).decode(output, place) == []


def test_a_score_must_be_above_the_threshold() -> None:
    rows = [(100.0 * i, 300, 50, 50, score, 0, 0) for i, score in enumerate((0.24, 0.25, 0.26), 1)]
    assert [round(found.confidence, 2) for found in decoder().decode(anchors(*rows), WHOLE)] == [0.26]


def test_of_boxes_that_overlap_the_surest_is_kept_per_class() -> None:
    output = anchors(
        (300, 300, 100, 100, 0.7, 0, 0),
        (305, 300, 100, 100, 0.9, 0, 0),
        (305, 305, 100, 100, 0, 0.8, 0),
        (500, 300, 100, 100, 0.5, 0, 0),
    )
    found = decoder().decode(output, WHOLE)
    assert [(one.label, round(one.confidence, 2)) for one in found] == [
        ("person", 0.9),
        ("car", 0.8),
        ("person", 0.5),
    ]


@pytest.mark.parametrize("form", ["anchors", "direct"])
def test_an_empty_answer_is_no_objects(form: str) -> None:
    assert decoder(form).decode(anchors() if form == "anchors" else direct(), WHOLE) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("column", range(6))
@pytest.mark.parametrize("form", ["anchors", "direct"])
def test_values_that_are_no_numbers_are_refused(form: str, column: int, value: float) -> None:
    row = [320.0, 300, 50, 50, 0.9, 0, 0]
    row[column] = value
    other = (100.0, 100, 50, 50, 0.8, 0, 0)
    output = anchors(tuple(row), other) if form == "anchors" else direct(tuple(row[:6]), other[:6])
    with pytest.raises(ModelError, match=r"no numbers|a class beyond"):
        decoder(form).decode(output, WHOLE)


@pytest.mark.parametrize("wrong", [-3.0, 3.0, 1e9])
def test_a_class_that_the_card_does_not_name_is_refused_and_never_taken_for_another(wrong: float) -> None:
    output = direct((64, 64, 320, 320, 0.9, wrong), (64, 64, 320, 320, 0.8, 1))
    with pytest.raises(ModelError, match="a class beyond the 3 of its card"):
        decoder("direct").decode(output, WHOLE)


def test_rows_below_the_threshold_may_hold_anything() -> None:
    output = direct((np.nan, np.inf, 320, 320, 0.1, 99), (64, 64, 320, 320, 0.8, 1))
    assert [found.label for found in decoder("direct").decode(output, WHOLE)] == ["car"]


@pytest.mark.parametrize("form", ["anchors", "direct"])
def test_huge_numbers_give_boxes_within_the_picture(form: str) -> None:
    rows = {
        "anchors": anchors((1e30, 320, 3e30, 1e30, 0.9, 0, 0), (320, 320, 1e25, 1e25, 0.8, 0, 0)),
        "direct": direct((-1e30, -1, 1e30, 9, 0.9, 0), (-1e38, -1e38, 1e38, 1e38, 0.8, 0)),
    }
    found = decoder(form).decode(rows[form], WHOLE)
    assert found
    assert all(0 <= side <= 1 for one in found for side in one.xyxy)


@pytest.mark.parametrize("form", ["anchors", "direct"])
def test_a_million_boxes_are_bounded_and_quick(form: str) -> None:
    rng = np.random.default_rng(1)
    corner = rng.uniform(0, 500, (1_000_000, 2))
    size = rng.uniform(20, 60, (1_000_000, 2))
    score = rng.uniform(0.3, 1, (1_000_000, 1))
    nothing = np.zeros((1_000_000, 1))
    if form == "anchors":
        output = np.hstack([corner + size / 2, size, score, nothing, nothing]).astype(np.float32).T
    else:
        output = np.hstack([corner, corner + size, score, nothing]).astype(np.float32)
    began = time.process_time()
    found = decoder(form).decode(output, WHOLE)
    assert time.process_time() - began < 10
    assert 0 < len(found) <= MOST_BOXES
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def test_a_head_is_recognised_by_the_shape_of_its_answer() -> None:
    assert recognise((1, 84, 8400), 80) == "anchors"
    assert recognise(("batch", 84, "anchors"), 80) == "anchors"
    assert recognise((1, 300, 6), 80) == "direct"
    assert recognise((1, 6, 8400), 2) == "anchors"
    assert recognise((1, 300, 6), 2) == "direct"


@pytest.mark.parametrize(
    "shape", [(1, 3549, 85), (1, 8400, 84), (1, 84), (84, 8400), (1, 85, 8400), (1, 3, 80, 80), ()]
)
def test_another_shape_is_refused_with_what_is_understood(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"no YOLO head of 80 classes: understood are \(batch, 84, boxes\)"):
        recognise(shape, 80)


def reference(output: Array, confidence: float, threshold: float) -> list[tuple[int, float, list[float]]]:
    """The same by ultralytics."""
    import torch
    from ultralytics.utils.nms import non_max_suppression

    table = non_max_suppression(torch.from_numpy(output[None]), confidence, threshold, max_det=MOST_BOXES)[0]
    return [(int(row[5]), float(row[4]), [float(v) for v in row[:4]]) for row in table]


def assert_same(
    found: list[Detection], wanted: list[tuple[int, float, list[float]]], labels: tuple[str, ...]
) -> None:
    assert [(one.label, pytest.approx(one.confidence, abs=1e-6)) for one in found] == [
        (labels[kind], score) for kind, score, _ in wanted
    ]
    for one, (_, _, box) in zip(found, wanted, strict=True):
        assert one.xyxy == pytest.approx([min(1, max(0, side / 640)) for side in box], abs=1e-5)


@pytest.mark.yolo
@pytest.mark.parametrize("seed", range(8))
def test_boxes_are_those_of_ultralytics_on_random_answers(seed: int) -> None:
    from models.ultralytics_detector import quiet_ultralytics

    quiet_ultralytics()
    rng = np.random.default_rng(seed)
    count, classes = int(rng.integers(1, 1500)), int(rng.integers(1, 80))
    centre, size = rng.uniform(100, 540, (2, count)), rng.uniform(20, 180, (2, count))
    scores = rng.uniform(0, 1, (classes, count)) ** 6
    output = np.vstack([centre, size, scores]).astype(np.float32)
    labels = tuple(f"kind {number}" for number in range(classes))
    found = HeadDecoder("anchors", labels, 0.25, 0.7).decode(output, WHOLE)
    assert found
    assert_same(found, reference(output, 0.25, 0.7), labels)


@pytest.mark.yolo
@pytest.mark.real
def test_boxes_are_those_of_ultralytics_on_real_answers(real_data: Path) -> None:
    import av
    import onnxruntime

    from models.letterbox import Letterbox, Packer
    from models.ultralytics_detector import quiet_ultralytics

    quiet_ultralytics()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        str(real_data / "weights" / "yolo11n_coco_dequant.onnx"), options, providers=["CPUExecutionProvider"]
    )
    labels = tuple(map(str, range(80)))
    seen = 0
    for name in ("pets09_s2l1_view001_480x360_10fps.mp4", "towncentre_first10s_1080p30.mp4"):
        with av.open(str(real_data / "videos" / name)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % 20 == 0:
                    size = Letterbox(640, 640, fixed=True).fit(frame.width, frame.height)
                    shown = frame.reformat(*size, format="rgb24", threads=1).to_ndarray()
                    tensor, _ = Packer(Letterbox(640, 640, fixed=True)).pack([shown])
                    [output] = session.run(None, {session.get_inputs()[0].name: tensor})
                    found = HeadDecoder("anchors", labels, 0.25, 0.7).decode(output[0], WHOLE)
                    assert_same(found, reference(output[0], 0.25, 0.7), labels)
                    seen += len(found)
                if number == 100:
                    break
    assert seen > 60


def test_no_two_boxes_of_one_label_overlap_more_than_allowed() -> None:
    rng = np.random.default_rng(5)
    rows = np.vstack(
        [rng.uniform(200, 400, (2, 400)), rng.uniform(50, 200, (2, 400)), rng.uniform(0, 1, (3, 400))]
    )
    found = decoder(iou=0.5).decode(rows.astype(np.float32), WHOLE)
    for i, one in enumerate(found):
        for other in found[:i]:
            assert one.label != other.label or iou(one.xyxy, other.xyxy) <= 0.5 + 1e-3


def test_a_head_that_answers_with_logits_is_refused() -> None:
    output = np.zeros((6, 100), np.float32)
    output[:5, 7] = [50, 50, 20, 20, 4.2]
    with pytest.raises(ModelError, match=r"confidence of 4\.2"):
        HeadDecoder("anchors", ("a", "b"), 0.25, 0.7).decode(output, Placement(0, 0, 100, 100))
