"""What one camera costs, stage by stage, beside ultralytics' own way on the same frames."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.frame import Frame
from models.detector import Detector, Picture
from models.onnx_detector import OnnxDetector
from models.peer import UltralyticsTracker
from models.ultralytics_detector import UltralyticsDetector
from sharp_eyes.cameras import Camera
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Detection, Raised, Scene
from sharp_eyes.geometry import Polygon, Segment, iou
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec, StaySettings, Zone
from sharp_eyes.stopwatch import CpuStopwatch, Stopwatch
from sharp_eyes.store.model_cards import ModelCard
from workers.replay import Listeners, Replay

STAGES = ("read", "decode", "gate", "preprocess", "network", "boxes", "track", "rules", "other")
PEER = "ultralytics"
NOT_OURS = frozenset({"decode", "network"})

SAME_BOX = 0.9  # IoU from which two boxes are the same
SAME_EVENT = 1.0  # seconds within which two events of one rule are the same


class Noting:
    """Passes everything on to a detector and remembers its last answer."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.last: list[Detection] = []

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        """The size that the detector wants."""
        return self._detector.input_for(width, height)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """What the detector finds."""
        found = self._detector.detect(pictures)
        self.last = found[-1]
        return found


@dataclass(slots=True)
class Candidate:
    """One way of doing it, and what its rounds cost so far."""

    name: str
    make_detector: Callable[[Stopwatch], Detector]
    make_replay: Callable[[Detector, Stopwatch, Listeners], Replay]
    seconds: dict[str, float] = field(default_factory=dict)
    frames: int = 0
    analysed: int = 0
    looked_at: int = 0
    moving: int = 0
    boxes: dict[int, list[Detection]] = field(default_factory=dict)  # by the frame's index
    events: list[Raised] = field(default_factory=list)

    def play(self) -> None:
        """One round: play the clip through and add up the CPU time of each stage."""
        self.boxes, self.events = {}, []
        watch = CpuStopwatch()
        detector = Noting(self.make_detector(watch))

        def note(frame: Frame, scene: Scene) -> None:
            if scene.looked:
                self.boxes[frame.index] = detector.last

        replay = self.make_replay(detector, watch, Listeners(on_scene=note, on_record=self._heard))
        summary = replay.run()
        watch.lap("other")
        del watch.seconds["start"]  # loading is not what a camera costs
        for stage, seconds in watch.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        self.frames += summary.frames
        self.analysed += summary.analysed
        self.moving += summary.by_motion
        self.looked_at += summary.looks

    def _heard(self, record: object) -> None:
        if isinstance(record, Raised):
            self.events.append(record)

    @property
    def frames_per_cpu_second(self) -> float:
        """Analysed frames per second of CPU, everything included."""
        return self.analysed / sum(self.seconds.values())

    def per_frame(self, stage: str) -> float:
        """CPU milliseconds of a stage per frame of the source."""
        return 1000 * self.seconds.get(stage, 0.0) / self.frames

    @property
    def own_per_analysed(self) -> float:
        """CPU milliseconds per analysed frame of all but decoding the video and the network."""
        own = sum(seconds for stage, seconds in self.seconds.items() if stage not in NOT_OURS)
        return 1000 * own / self.analysed

    @property
    def share_looked_at(self) -> float:
        """The share of analysed frames that went to the detector."""
        return self.looked_at / self.analysed

    @property
    def share_moving(self) -> float:
        """The share of analysed frames that passed because something moved."""
        return self.moving / self.analysed

    @property
    def boxes_per_look(self) -> float:
        """Mean number of boxes in a frame that was looked at."""
        return sum(map(len, self.boxes.values())) / max(1, len(self.boxes))


def candidates(video: Path, camera: Camera, card: ModelCard, side: int, peer: Path | None) -> list[Candidate]:
    """Ours with the gate off and on at side × side, ours as it ships, and the peer."""
    ungated = dataclasses.replace(camera, gate=False)

    def ours(name: str, camera: Camera, size: tuple[int, int] | None) -> Candidate:
        def detector(watch: Stopwatch) -> Detector:
            return OnnxDetector(card, input_size=size, stopwatch=watch)

        def replay(detector: Detector, watch: Stopwatch, listeners: Listeners) -> Replay:
            return Replay(video, camera, detector, listeners=listeners, stopwatch=watch)

        return Candidate(name, detector, replay)

    found = [
        ours(f"{side}×{side}, gate off", ungated, (side, side)),
        ours(f"{side}×{side}, gate on", camera, (side, side)),
        ours("as shipped", camera, None),
    ]
    if peer is not None:
        found.append(_ultralytics(video, ungated, card, side, peer))
    return found


def _ultralytics(video: Path, camera: Camera, card: ModelCard, side: int, weights: Path) -> Candidate:
    """The same network by ultralytics, with its tracker, on every analysed frame."""

    def detector(watch: Stopwatch) -> Detector:
        return UltralyticsDetector(
            weights,
            input_size=(side, side),
            confidence=card.confidence,
            iou=card.iou,
            labels=card.labels,
            stopwatch=watch,
        )

    def replay(detector: Detector, watch: Stopwatch, listeners: Listeners) -> Replay:
        return Replay(
            video, camera, detector, tracker=UltralyticsTracker(), listeners=listeners, stopwatch=watch
        )

    return Candidate(PEER, detector, replay)


def same_boxes(ours: Candidate, other: Candidate) -> float:
    """The share of all boxes, of both, that have their like in the other: label and IoU."""
    alike = total = 0
    for index in ours.boxes.keys() & other.boxes.keys():
        a, b = ours.boxes[index], other.boxes[index]
        total += len(a) + len(b)
        for these, those in ((a, b), (b, a)):
            alike += sum(
                any(x.label == y.label and iou(x.xyxy, y.xyxy) >= SAME_BOX for y in those) for x in these
            )
    return alike / total if total else 1.0


def same_events(ours: Candidate, other: Candidate) -> int:
    """How many events of `ours` the other raised too: rule, label, direction, time."""
    left = list(other.events)
    same = 0
    for event in ours.events:
        for candidate in left:
            alike = (event.rule, event.label, event.direction) == (
                candidate.rule,
                candidate.label,
                candidate.direction,
            )
            if alike and abs(event.at - candidate.at) <= SAME_EVENT * SECOND:
                left.remove(candidate)
                same += 1
                break
    return same


def plain_camera(fps: float) -> Camera:
    """A camera with a rule of each kind over its whole picture, for clips without a camera file."""
    whole = Zone("picture", Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))))
    middle = Line("middle", Segment((0.5, 0.0), (0.5, 1.0)))
    both = LineSettings(middle, frozenset({"left", "right"}))
    people = frozenset({"person"})
    return Camera(
        id="bench",
        name=(("en", "bench"),),
        division="00",
        source=None,
        evidence=None,
        analyse_fps=fps,
        model="default",
        gate=True,
        tier=1,
        location=None,
        pre_roll_seconds=5.0,
        post_roll_seconds=5.0,
        mask=(),
        ignore=(),
        rules=(
            RuleSpec("intrusion", "intrusion", StaySettings(whole, 2.0), people, 3, "none"),
            RuleSpec("line", "line", both, people, 3, "none", cooldown_seconds=0.0),
            RuleSpec("loitering", "loitering", StaySettings(whole, 10.0), people, 3, "none"),
        ),
    )
