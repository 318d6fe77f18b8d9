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

    def pack(self, pictures: Sequence[Picture]) -> tuple[NDArray[np.float32], list[Placement]]:
        """One tensor (N, 3, H, W), 0 to 1, of pictures that share one input size."""
        height, width = pictures[0].shape[:2]
        input_width, input_height = self.input_size(width, height)
        tensor = np.full((len(pictures), 3, input_height, input_width), GREY, np.float32)
        placements: list[Placement] = []
        for picture, slot in zip(pictures, tensor, strict=True):
            height, width = picture.shape[:2]
            left, top = (input_width - width) // 2, (input_height - height) // 2
            window = slot[:, top : top + height, left : left + width]
            np.multiply(picture.transpose(2, 0, 1), _SCALE, out=window)
            placements.append(Placement(left, top, width, height))
        return tensor, placements
