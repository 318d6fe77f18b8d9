"""What every detector keeps to: a batch of pictures in, boxes in fractions out, surest first, no memory."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from models.bundled_models import folder
from models.detector import Detector, Picture, ScriptedDetector
from models.onnx_detector import OnnxDetector
from sharp_eyes.domain import Detection
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.truth import TruthEntry
from sharp_eyes.store.model_cards import read_card

SCRIPT = [Detection("person", 0.9, (0.1, 0.2, 0.3, 0.4)), Detection("car", 0.5, (0.0, 0.0, 1.0, 1.0))]

Make = Callable[[], Detector]


def scripted(_: pytest.FixtureRequest) -> Detector:
    return ScriptedDetector(lambda _: list(SCRIPT))


def bundled(_: pytest.FixtureRequest) -> Detector:
    return OnnxDetector(read_card(folder() / "studio.toml"))


def onnx_fixed(_: pytest.FixtureRequest) -> Detector:
    return OnnxDetector(read_card(folder() / "studio.toml"), input_size=(384, 384))


def ultralytics(request: pytest.FixtureRequest) -> Detector:
    from models.ultralytics_detector import UltralyticsDetector

    real_data: Path = request.getfixturevalue("real_data")
    return UltralyticsDetector(real_data / "weights" / "yolo11n_coco_dequant.pt", input_size=(320, 320))


@pytest.fixture(
    params=[
        scripted,
        bundled,
        onnx_fixed,
        pytest.param(ultralytics, marks=[pytest.mark.yolo, pytest.mark.real]),
    ],
    ids=lambda make: make.__name__,
)
def detector(request: pytest.FixtureRequest) -> Detector:
    made: Detector = request.param(request)
    return made


@pytest.fixture(scope="module")
def due(samples: dict[str, Path]) -> TruthEntry:
    """The first incident of a sample clip."""
    truth = read_lines(samples["line"] / "truth.jsonl", TruthEntry)
    return next(entry for entry in truth if not entry.must_be_silent)


@pytest.fixture(scope="module")
def street(samples: dict[str, Path], due: TruthEntry) -> Picture:
    """The picture of the clip in which it happens."""
    with av.open(str(samples["line"] / "clip.mp4")) as container:
        for frame in container.decode(video=0):
            if frame.time >= due.starts_at:
                return frame.to_ndarray(format="rgb24")
    raise AssertionError("the clip is too short")


def fitted(detector: Detector, picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    size = detector.input_for(width, height)
    video = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")
    return video.reformat(width=size[0], height=size[1], format="rgb24", threads=1).to_ndarray()


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (360, 640), (178, 100), (8, 6)])
def test_an_input_keeps_the_pictures_shape(detector: Detector, size: tuple[int, int]) -> None:
    width, height = detector.input_for(*size)
    assert width >= 1
    assert height >= 1
    assert abs(width / height - size[0] / size[1]) <= size[0] / size[1] / min(width, height)


def test_each_picture_of_a_batch_has_its_own_answer_in_order(detector: Detector, street: Picture) -> None:
    shown, empty = fitted(detector, street), fitted(detector, np.full_like(street, 114))
    answers = detector.detect([shown, empty, shown])
    assert len(answers) == 3
    assert [d.label for d in answers[0]] == [d.label for d in answers[2]]


def test_no_pictures_have_no_answers(detector: Detector) -> None:
    assert detector.detect([]) == []


def test_boxes_are_in_the_picture_and_the_surest_come_first(detector: Detector, street: Picture) -> None:
    [found] = detector.detect([fitted(detector, street)])
    for seen in found:
        x1, y1, x2, y2 = seen.xyxy
        assert 0 <= x1 < x2 <= 1
        assert 0 <= y1 < y2 <= 1
        assert 0 < seen.confidence <= 1
        assert seen.label
    assert [d.confidence for d in found] == sorted((d.confidence for d in found), reverse=True)


def test_plain_numbers_leave_it_and_no_arrays(detector: Detector, street: Picture) -> None:
    [found] = detector.detect([fitted(detector, street)])
    assert all({type(side) for side in seen.xyxy} == {float} for seen in found)
    assert all(type(seen.confidence) is float and type(seen.label) is str for seen in found)


def test_the_same_picture_has_the_same_answer_whatever_came_before(
    detector: Detector, street: Picture
) -> None:
    shown = fitted(detector, street)
    first = detector.detect([shown])
    detector.detect([np.zeros_like(shown)])
    detector.detect([fitted(detector, street[:, :320])])
    assert detector.detect([shown]) == first


def test_pictures_of_several_shapes_may_come_together(detector: Detector, street: Picture) -> None:
    wide, tall = fitted(detector, street), fitted(detector, np.ascontiguousarray(street[:, :200]))
    together = detector.detect([wide, tall, wide])
    alone = [*detector.detect([wide]), *detector.detect([tall]), *detector.detect([wide])]
    for given, wanted in zip(together, alone, strict=True):
        assert [d.label for d in given] == [d.label for d in wanted]
        for a, b in zip(given, wanted, strict=True):
            assert a.xyxy == pytest.approx(b.xyxy, abs=1e-3)


def test_a_picture_may_lie_plane_by_plane_in_memory(detector: Detector, street: Picture) -> None:
    shown = fitted(detector, street)
    planar = np.ascontiguousarray(shown.transpose(2, 0, 1)).transpose(1, 2, 0)
    assert detector.detect([planar]) == detector.detect([shown])


def test_the_picture_is_left_as_it_was(detector: Detector, street: Picture) -> None:
    shown = fitted(detector, street)
    kept = shown.copy()
    detector.detect([shown])
    assert (shown == kept).all()


def test_a_blank_picture_shows_the_networks_nothing(detector: Detector) -> None:
    blank = np.full((360, 640, 3), 114, np.uint8)
    [found] = detector.detect([fitted(detector, blank)])
    assert found == (SCRIPT if isinstance(detector, ScriptedDetector) else [])


def test_the_bundled_network_sees_who_has_a_part_in_an_incident(street: Picture, due: TruthEntry) -> None:
    detector = OnnxDetector(read_card(folder() / "studio.toml"))
    [found] = detector.detect([fitted(detector, street)])
    assert due.label is not None
    assert due.label in {seen.label for seen in found}


def test_a_script_goes_on_from_picture_to_picture() -> None:
    scripted = ScriptedDetector(lambda number: SCRIPT[: number % 2])
    blank = np.zeros((6, 8, 3), np.uint8)
    assert scripted.detect([blank, blank]) == [[], SCRIPT[:1]]
    assert scripted.detect([blank]) == [[]]
    assert scripted.seen == 3


@pytest.mark.yolo
@pytest.mark.real
def test_torch_and_onnx_runtime_see_the_same_in_a_real_picture(real_data: Path, models_folder: Path) -> None:
    from models.ultralytics_detector import UltralyticsDetector

    card = read_card(models_folder / "yolo11n.toml")
    ours = OnnxDetector(card, input_size=(640, 640))
    theirs = UltralyticsDetector(real_data / "weights" / "yolo11n_coco_dequant.pt", labels=card.labels)
    with av.open(str(real_data / "videos" / "pets09_s2l1_view001_480x360_10fps.mp4")) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    [one], [other] = ours.detect([fitted(ours, picture)]), theirs.detect([fitted(theirs, picture)])
    assert len(one) >= 4
    assert [d.label for d in one] == [d.label for d in other]
    for a, b in zip(one, other, strict=True):
        assert a.xyxy == pytest.approx(b.xyxy, abs=2e-3)
        assert a.confidence == pytest.approx(b.confidence, abs=5e-3)
