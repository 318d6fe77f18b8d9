"""Tracks as MOT text: one line per object and analysed frame, pixels, frames counted from 1."""

from typing import Protocol

from ingest.frame import Frame
from sharp_eyes.domain import Scene

# Classes of the MOT17 development kit; evaluators of people leave all but class 1 out.
_CLASSES = {"person": 1, "car": 3, "van": 3, "bus": 3, "truck": 3, "bicycle": 4, "motorcycle": 5}
_DISTRACTOR = 8


class Lines(Protocol):
    """Takes lines of text."""

    def line(self, text: str) -> None:
        """One line, without its end."""
        ...


class MotWriter:
    """Writes `frame, id, x, y, width, height, confidence, class, -1, -1` lines."""

    def __init__(self, output: Lines) -> None:
        self._output = output

    def add(self, frame: Frame, scene: Scene) -> None:
        """The objects of one scene; the class tells people from the rest."""
        for seen in scene.objects:
            x1, y1, x2, y2 = seen.xyxy
            left, top = x1 * frame.width, y1 * frame.height
            width, height = (x2 - x1) * frame.width, (y2 - y1) * frame.height
            self._output.line(
                f"{frame.index + 1},{seen.track},{left:.2f},{top:.2f},{width:.2f},{height:.2f},"
                f"{seen.confidence:.4f},{_CLASSES.get(seen.label, _DISTRACTOR)},-1,-1"
            )
