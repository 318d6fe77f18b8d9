"""The truth's boxes of a clip: what is in each of its frames, and who it is.

One JSON object per line and frame:
{"frame": 0, "seconds": 0.0, "objects": [{"id": 1, "label": "person", "xyxy": [0.1, 0.2, 0.3, 0.4],
 "seen_xyxy": [0.1, 0.2, 0.3, 0.4], "visible": 0.93, "floor": [3.5, 12.0]}]}
"""

from bisect import bisect_left
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sharp_eyes.clock import SECOND, microseconds
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.geometry import Xyxy
from sharp_eyes.labels import LABELS, closest
from sharp_eyes.scoring.jsonl import read_lines

Fraction = Annotated[float, Field(ge=0, le=1)]
Box = Annotated[list[Fraction], Field(min_length=4, max_length=4)]
Metres = Annotated[float, Field(allow_inf_nan=False)]

_LONGEST_SECONDS = 86_400.0  # of a clip with truth


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ShownObject(_Entry):
    """One object in one frame.

    `xyxy` is the box of all of it, `seen_xyxy` of what can be seen, both in fractions of the picture;
    `visible` is the share that can be seen; `floor` where it stands, in metres.
    """

    id: Annotated[int, Field(ge=0)]
    label: str
    xyxy: Box
    seen_xyxy: Box
    visible: Fraction
    floor: Annotated[list[Metres], Field(min_length=2, max_length=2)]

    @field_validator("label")
    @classmethod
    def _known(cls, label: str) -> str:
        if label not in LABELS:
            raise ValueError(f'there is no label "{label}"; {closest(label, LABELS)}')
        return label

    @field_validator("xyxy")
    @classmethod
    def _has_area(cls, box: list[float]) -> list[float]:
        left, top, right, bottom = box
        if left >= right or top >= bottom:
            raise ValueError("a box is left, top, right, bottom, and has an area")
        return box

    @property
    def box(self) -> Xyxy:
        """The box of the whole object."""
        left, top, right, bottom = self.xyxy
        return left, top, right, bottom


class ShownFrame(_Entry):
    """The objects of one frame, each once; `seconds` counts from the clip's first frame."""

    frame: Annotated[int, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0, le=_LONGEST_SECONDS, allow_inf_nan=False)]
    objects: list[ShownObject]

    @field_validator("objects")
    @classmethod
    def _once_each(cls, objects: list[ShownObject]) -> list[ShownObject]:
        if len({shown.id for shown in objects}) < len(objects):
            raise ValueError("an object is there twice")
        return objects


class TruthBoxes:
    """What each frame of a clip shows, found by the frame's time."""

    def __init__(self, file: Path) -> None:
        """Read the file. Raises ConfigError with every line that is wrong."""
        self._file = file
        self._frames = read_lines(file, ShownFrame)
        self._times = [microseconds(frame.seconds) for frame in self._frames]
        self._refuse_disorder()
        self._taken: dict[int, int] = {}  # the place of a line → the time of the frame that it is of
        self._half_frame = median(after - before for before, after in pairwise(self._times)) / 2

    def at(self, offset: int) -> list[ShownObject]:
        """The objects of the frame nearest to `offset`, in microseconds from the clip's first frame.

        Raises ConfigError where there is none within half a frame, or where one line would do for two
        frames: the boxes are of another clip.
        """
        right = bisect_left(self._times, offset)
        near = range(max(0, right - 1), min(right + 1, len(self._times)))
        nearest = min(near, key=lambda place: abs(self._times[place] - offset))
        if abs(self._times[nearest] - offset) > self._half_frame:
            raise self._of_another_clip(f"no line within half a frame of {offset / SECOND:.3f} s")
        if (before := self._taken.setdefault(nearest, offset)) != offset:
            raise self._of_another_clip(
                f"one line for two frames, at {before / SECOND:.3f} s and {offset / SECOND:.3f} s"
            )
        return self._frames[nearest].objects

    def _of_another_clip(self, text: str) -> ConfigError:
        return ConfigError([Problem(str(self._file), "", text, "give the boxes of this very clip")])

    def _refuse_disorder(self) -> None:
        if len(self._frames) < 2:
            text = f"holds {len(self._frames)} frames"
            raise ConfigError([Problem(str(self._file), "", text, "give a line for every frame of the clip")])
        problems = [
            Problem(str(self._file), f"frame {after.frame}", "does not follow the frame of the line before")
            for before, after in pairwise(self._frames)
            if after.frame <= before.frame or after.seconds <= before.seconds
        ]
        if problems:
            raise ConfigError(problems)
