"""Tracks as MOT text: one line per object and analysed frame, pixels, frames counted from 1."""

from typing import TextIO

from ingest.frame import Frame
from sharp_eyes.domain import Scene

# Tracks of every label go into the file; evaluators of people want people only.
_CLASSES = {"person": 1, "car": 3, "bicycle": 4, "motorcycle": 5}
_OTHER = -1


class MotWriter:
    """Writes `frame, id, x, y, width, height, confidence, class, -1, -1` lines."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def add(self, frame: Frame, scene: Scene) -> None:
        """The objects of one scene; the classes are those of the MOT17 development kit, else -1."""
        for seen in scene.objects:
            x1, y1, x2, y2 = seen.xyxy
            left, top = x1 * frame.width, y1 * frame.height
            width, height = (x2 - x1) * frame.width, (y2 - y1) * frame.height
            self._file.write(
                f"{frame.index + 1},{seen.track},{left:.2f},{top:.2f},{width:.2f},{height:.2f},"
                f"{seen.confidence:.4f},{_CLASSES.get(seen.label, _OTHER)},-1,-1\n"
            )
