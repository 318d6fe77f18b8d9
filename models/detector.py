"""The port of every detector: a batch of RGB pictures in, boxes out."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sharp_eyes.domain import Detection

Picture = NDArray[np.uint8]  # height × width × 3, RGB


class Detector(Protocol):
    """Finds objects; stateless, so that one serves many cameras."""

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        """The size (width, height) at which a picture of this size is best handed over."""
        ...

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """For each picture its objects, surest first; boxes in fractions of that picture.

        Raises ModelError where the network fails or answers nonsense.
        """
        ...


class ScriptedDetector:
    """The fake: finds what a script says, one answer per picture in the order they come."""

    def __init__(self, script: Callable[[int], list[Detection]]) -> None:
        self._script = script
        self.seen = 0

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        """Any size will do."""
        return width, height

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """The next answers of the script."""
        first, self.seen = self.seen, self.seen + len(pictures)
        return [self._script(number) for number in range(first, self.seen)]
