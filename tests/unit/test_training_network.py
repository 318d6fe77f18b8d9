import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.heads import HeadDecoder
from models.letterbox import Letterbox, Packer
from models.onnx_detector import OnnxDetector
from sample_videos.studio.labels import LABELS
from sample_videos.studio.picture.seen import Seen
from sample_videos.training.appraisal import appraise
from sample_videos.training.card import Course, for_measuring, record, write_card
from sample_videos.training.shard import Labelled, Picture, labelled, write_shard
from sharp_eyes.domain import Detection
from sharp_eyes.store.model_cards import card_text, read_card

if TYPE_CHECKING:
    from sample_videos.training.train import Training

# torch's exporter and its autocast warn of what they will do one day.
pytestmark = [pytest.mark.yolo, pytest.mark.filterwarnings("ignore")]


@dataclass(frozen=True)
class Painted:
    picture: Picture
    objects: tuple[Seen, ...]
    condition: str = "day"
    layout: str = "street"


def pictures(count: int) -> Iterator[Labelled]:
    """Bright cars on dark ground."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        picture = rng.integers(20, 60, (360, 640, 3)).astype(np.uint8)
        left, top = int(rng.integers(20, 400)), int(rng.integers(20, 200))
        right, bottom = left + int(rng.integers(90, 200)), top + int(rng.integers(60, 130))
        picture[top:bottom, left:right] = (220, 200, 90)
        box = (left / 640, top / 360, right / 640, bottom / 360)
        yield labelled(Painted(picture, (Seen(1, "car", box, box, 1.0, (0.0, 0.0)),)))


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """More threads only wait for each other in a network this small."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pictures")
    write_shard(made / "train-000-000.npz", pictures(24))
    return made


def training(folder: Path) -> "Training":
    from sample_videos.training.train import Plan, Training

    begun = Training(Plan(minutes=60.0, seed=0, export_minutes=60.0, area=(160, 96), count=8), folder)
    begun.library.refresh()
    return begun


@pytest.fixture(scope="module")
def learned(folder: Path) -> "tuple[Training, list[float]]":
    """A training of seconds, and its losses."""
    begun = training(folder)
    return begun, [begun.step() for _ in range(40)]


def test_a_training_of_seconds_lowers_the_loss(learned: "tuple[Training, list[float]]") -> None:
    losses = learned[1]
    assert np.mean(losses[-6:]) < 0.9 * np.mean(losses[:6])


def test_training_goes_on_from_its_state_where_it_was(
    learned: "tuple[Training, list[float]]", folder: Path, tmp_path: Path
) -> None:
    before, losses = learned
    before.save(tmp_path / "studio.checkpoint")
    after = training(folder)
    after.resume(tmp_path / "studio.checkpoint")
    assert after.learner.steps == before.learner.steps
    assert after.library.drawn == before.library.drawn
    assert after.minutes == pytest.approx(before.minutes, abs=0.2)
    assert after.step() < 0.92 * np.mean(losses[:6])
    assert not list(tmp_path.glob("*.part"))


def test_the_exported_file_finds_what_the_network_finds(
    learned: "tuple[Training, list[float]]", tmp_path: Path
) -> None:
    import torch

    from sample_videos.training.onnx_file import export

    network = learned[0].learner.model
    export(network, tmp_path / "studio.onnx")
    write_card(tmp_path / "studio.onnx", Course(0, 1.0, 36, 24, 288).facts(), None)
    card = read_card(tmp_path / "studio.toml")
    assert (tmp_path / "studio.onnx").stat().st_size <= 6_000_000
    seen = np.random.default_rng(1).integers(0, 255, (252, 448, 3)).astype(np.uint8)
    tensor, places = Packer(Letterbox(448, 256, fixed=False)).pack([seen])
    network.eval()
    with torch.no_grad():
        output = network(torch.from_numpy(tensor.copy()))[0][0].numpy()
    network.train()
    least = float(np.sort(output[4:].max(axis=0))[-40])  # so that a few dozen boxes are compared

    def own(confidence: float) -> list[Detection]:
        return HeadDecoder("anchors", LABELS, confidence, 1.0).decode(output, places[0])

    def exported(confidence: float) -> list[Detection]:
        every_box = card.model_copy(update={"confidence": confidence, "iou": 1.0})
        return OnnxDetector(every_box).detect([seen])[0]

    # Confidences differ in their third digit: what one is sure of, the other finds a little below.
    assert len(own(least)) >= 30
    for some, others in ((own(least), exported(0.9 * least)), (exported(least), own(0.9 * least))):
        assert _matched(some, others) >= 0.95 * len(some)


def _matched(some: list[Detection], others: list[Detection]) -> int:
    """How many have a like among the others: the weights of the file are FP16."""
    return sum(
        any(
            one.label == other.label
            and one.confidence == pytest.approx(other.confidence, rel=0.03)
            and one.xyxy == pytest.approx(other.xyxy, abs=0.01)
            for other in others
        )
        for one in some
    )


class Knowing:
    """A detector that knows the truth, and imagines a bag besides."""

    def __init__(self, kept: list[Labelled]) -> None:
        self._kept = iter(kept)

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        return width // 2, height // 2

    def detect(self, pictures: list[Picture]) -> list[list[Detection]]:
        left, top, right, bottom = (float(side) for side in next(self._kept).boxes[0])
        car = Detection("car", 0.8, (left, top, right, bottom))
        return [[car, Detection("bag", 0.3, (0.0, 0.0, 0.1, 0.1))]]


def test_figures_are_per_label_size_and_condition_and_stand_in_the_card(tmp_path: Path) -> None:
    kept = list(pictures(5))
    appraisal = appraise(Knowing(kept), kept)  # type: ignore[arg-type]
    assert appraisal.best_confidence == 0.8
    assert appraisal.figure("car").ap50 == 1.0
    assert (appraisal.figure("all").recall, appraisal.figure("all").precision) == (1.0, 1.0)
    assert appraisal.figure("day").objects == 5
    bands = [appraisal.figure(f"car_{band}").objects for band in ("16_32px", "32_64px", "64_128px", "128px")]
    assert sum(bands) == 5
    assert bands[0] == 0
    strict = appraise(Knowing(kept), kept, confidence=0.2)  # type: ignore[arg-type]
    assert strict.figure("all").precision == 0.5

    file = tmp_path / "studio.onnx"
    file.write_bytes(b"network")
    course = Course(seed=4, minutes=90.04, steps=7, pictures=5, drawn=80)
    write_card(file, course.facts(), appraisal)
    card = read_card(tmp_path / "studio.toml")
    assert (card.name, card.channel, card.family) == ("studio", "default", "yolo11")
    assert card.sha256 == hashlib.sha256(b"network").hexdigest()
    assert (card.input_width, card.input_height, card.confidence) == (448, 256, 0.8)
    assert card.our_labels() == LABELS
    assert card.training["car_ap50"] == 1.0
    assert card.training["minutes"] == 90.0
    assert "truck_ap50" not in card.training
    assert for_measuring(file).confidence == 0.01
    by_hand = card.model_copy(update={"version": "1", "iou": 0.7})
    (tmp_path / "studio.toml").write_text(card_text(by_hand), encoding="utf-8")
    record(file, strict)
    again = read_card(tmp_path / "studio.toml")
    assert (again.version, again.iou) == ("1", 0.7)
    assert (again.confidence, again.training["all_precision"]) == (0.2, 0.5)
    assert course.facts().items() <= again.training.items()


def test_an_appraisal_without_pictures_is_refused() -> None:
    with pytest.raises(ValueError, match="no held-out pictures"):
        appraise(Knowing([]), [])  # type: ignore[arg-type]


def test_a_network_that_begins_with_a_file_says_what_the_file_says(folder: Path) -> None:
    import torch

    from models.bundled_models import folder as bundled
    from sample_videos.training.inheritance import inherit
    from sample_videos.training.network import network

    file = bundled() / "studio.onnx"
    shown = np.stack([one.picture()[52:308, 96:544] for one in pictures(16)])
    heir = network()
    inherit(heir, file, shown)
    heir.eval()
    found = 0
    with torch.no_grad():
        output = heir(torch.from_numpy(shown).permute(0, 3, 1, 2).float().div(255))[0].numpy()
    detector = OnnxDetector(for_measuring(file).model_copy(update={"iou": 1.0}))
    for own, picture in zip(output, shown, strict=True):
        _, places = Packer(Letterbox(448, 256, fixed=False)).pack([picture])
        mine = HeadDecoder("anchors", LABELS, 0.1, 1.0).decode(own, places[0])
        theirs = detector.detect([np.ascontiguousarray(picture)])[0]
        assert _matched(mine, theirs) >= 0.95 * len(mine)
        found += len(mine)
    assert found >= 16


def test_a_training_that_begins_with_a_file_names_it_and_learns_on(folder: Path, tmp_path: Path) -> None:
    from models.bundled_models import folder as bundled

    file = bundled() / "studio.onnx"
    begun = training(folder)
    begun.begin_with(file)
    assert begun.course().ancestor == hashlib.sha256(file.read_bytes()).hexdigest()
    losses = [begun.step() for _ in range(20)]
    assert np.mean(losses[-4:]) < losses[0]
    begun.save(tmp_path / "studio.checkpoint")
    resumed = training(folder)
    resumed.resume(tmp_path / "studio.checkpoint")
    assert resumed.course().ancestor == begun.course().ancestor


def test_a_file_of_another_network_is_refused_with_the_layer_that_differs(
    learned: "tuple[Training, list[float]]", tmp_path: Path
) -> None:
    import onnx

    from sample_videos.training.inheritance import OtherShapeError, inherit, refuse_misfit
    from sample_videos.training.network import network
    from sample_videos.training.onnx_file import HALF, export

    file = tmp_path / "studio.onnx"
    export(learned[0].learner.model, file)
    model = onnx.load(str(file))
    shown = np.zeros((16, 64, 64, 3), np.uint8)
    odd = next(one for one in model.graph.initializer if one.name == "model.1.conv.weight" + HALF)
    odd.name = "model.77.conv.weight"
    onnx.save(model, str(file))
    with pytest.raises(OtherShapeError, match=r"model\.1\.conv\.weight is nothing, the network's"):
        inherit(network(), file, shown)
    with pytest.raises(ValueError, match="too few"):
        inherit(network(), file, shown[:3])
    file.write_bytes(b"\x00 no message")
    for missing, why in ((file, "is no ONNX file"), (tmp_path / "none.onnx", "cannot be read: No such file")):
        with pytest.raises(OtherShapeError, match=why):
            refuse_misfit(network(), missing)
