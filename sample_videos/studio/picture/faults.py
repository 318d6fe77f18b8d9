"""What may be wrong with a camera: each fault changes the pictures between its start and its end."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.camera import HEIGHT, WIDTH

Pixels = NDArray[np.uint8]
FAULTS = ("frozen", "dark", "bright", "blurred", "covered", "scene_moved")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one of the kinds in FAULTS, from `start` to `end` in seconds of the clip."""

    kind: str
    start: float
    end: float

    def __post_init__(self) -> None:
        """Refuse what is no fault. Raises ValueError."""
        if self.kind not in FAULTS:
            raise ValueError(f'there is no fault "{self.kind}"; there are {", ".join(FAULTS)}')


class FaultyCamera:
    """Passes pictures on, spoilt while a fault lasts."""

    def __init__(self, faults: tuple[Fault, ...], seed: int) -> None:
        self._faults = faults
        self._last: Pixels | None = None
        self._cover = _cover(np.random.default_rng((79, seed)))

    def blinds(self, at: float) -> bool:
        """Whether nothing that the truth knows of can be seen at `at` seconds."""
        return any(fault.start <= at < fault.end for fault in self._faults)

    def pass_on(self, picture: Pixels, at: float) -> Pixels:
        """The picture that comes out of the camera."""
        passed = picture
        for fault in self._faults:
            if fault.start <= at < fault.end:
                passed = self._spoilt(fault.kind, passed)
        self._last = passed
        return passed

    def _spoilt(self, kind: str, picture: Pixels) -> Pixels:
        if kind == "frozen":
            return picture if self._last is None else self._last
        if kind == "covered":
            covered = self._cover[..., None]
            return np.asarray(np.where(covered > 0, covered, picture), np.uint8)
        if kind == "blurred":
            return np.asarray(cv2.GaussianBlur(picture, (0, 0), 7.0), np.uint8)
        if kind == "scene_moved":
            return np.asarray(np.roll(picture, (HEIGHT // 5, WIDTH // 3), axis=(0, 1)), np.uint8)
        gain, offset = (0.07, 0.0) if kind == "dark" else (1.8, 120.0)
        return np.asarray(np.clip(picture * gain + offset, 0, 255), np.uint8)


def _cover(rng: np.random.Generator) -> Pixels:
    """A hand or a spray before the lens: dark, soft, over most of the picture; 0 where it is open."""
    cover = np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(26):
        middle = (int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT)))
        cv2.circle(cover, middle, int(rng.integers(70, 150)), int(rng.integers(22, 46)), -1)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 5.0), np.uint8)
