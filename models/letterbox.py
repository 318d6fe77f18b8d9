"""Pictures as a network wants them: scaled into its input, padded to its stride, as one tensor.

┌────────────────┐ grey 114, as the networks were trained (ultralytics LetterBox, centred)
│┌──────────────┐│
││   picture    ││ input height: the next multiple of the stride, or the fixed one
│└──────────────┘│
└────────────────┘
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.detector import Picture

GREY = np.float32(114 / 255)
STRIDE = 32
_SCALE = np.float32(1 / 255)

Tensor = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in the network's input, in pixels of the input."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The largest input of a network; a `fixed` one is always filled up to its full size."""

    width: int
    height: int
    fixed: bool

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """The largest size (width, height) of the same shape that fits in."""
        scale = min(self.width / width, self.height / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def input_size(self, width: int, height: int) -> tuple[int, int]:
        """The network's input (width, height) for a fitted picture."""
        if self.fixed:
            return self.width, self.height
        return -(-width // STRIDE) * STRIDE, -(-height // STRIDE) * STRIDE

    def place(self, picture: Picture) -> Placement:
        """Where a fitted picture lies in its input: in the middle."""
        height, width = picture.shape[:2]
        input_width, input_height = self.input_size(width, height)
        return Placement((input_width - width) // 2, (input_height - height) // 2, width, height)


class Packer:
    """Packs pictures into tensors, reusing the memory of the last one: not for two threads at once.

    A fresh tensor for each frame costs as much in page faults as filling it.
    """

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox
        self._tensor: Tensor = np.empty((0, 3, 0, 0), np.float32)
        self._placements: list[Placement] = []

    def pack(self, pictures: Sequence[Picture]) -> tuple[Tensor, list[Placement]]:
        """One tensor (N, 3, H, W), 0 to 1, of pictures that share one input size; valid until the next."""
        height, width = pictures[0].shape[:2]
        input_width, input_height = self._letterbox.input_size(width, height)
        shape = (len(pictures), 3, input_height, input_width)
        placements = [self._letterbox.place(picture) for picture in pictures]
        if self._tensor.shape != shape or placements != self._placements:
            self._tensor = np.full(shape, GREY, np.float32)
            self._placements = placements
        for picture, slot, place in zip(pictures, self._tensor, placements, strict=True):
            window = slot[:, place.top : place.top + place.height, place.left : place.left + place.width]
            np.multiply(picture.transpose(2, 0, 1), _SCALE, out=window)
        return self._tensor, placements
