"""One decoded picture with its time, and the views of it that the pipeline takes."""

from dataclasses import dataclass

import av
import numpy as np
from av.video.plane import VideoPlane
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # height × width × 3, RGB
# Formats whose first plane is eight bits of brightness, a byte for a pixel.
_BRIGHTNESS_FIRST = frozenset(
    {
        "yuv420p",
        "yuvj420p",
        "yuv422p",
        "yuvj422p",
        "yuv444p",
        "yuvj444p",
        "yuv411p",
        "yuv410p",
        "nv12",
        "nv21",
        "gray",
    }
)

_GBR = (1, 2, 0)  # the order of the planes of `gbrp`, as channels of RGB

Luma = NDArray[np.uint8]  # height × width, brightness only


class Scaler:
    """Turns frames into RGB pictures; keeps the converter's tables between calls, one per camera."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def rgb(self, frame: av.VideoFrame, width: int, height: int) -> Picture:
        """The frame as RGB of the given size: one pass of swscale, colours and scale together.

        The picture lies plane by plane in memory (its strides say so), as networks take it: that
        saves a third of what filling their input costs.
        """
        scaled = self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="gbrp",
            interpolation=Interpolation.FAST_BILINEAR,
            threads=1,  # a camera is one thread of work, and the pixels must not depend on the cores
        )
        planes = np.empty((3, height, width), np.uint8)
        for channel, plane in zip(_GBR, scaled.planes, strict=True):
            planes[channel] = _pixels(plane)
        return planes.transpose(1, 2, 0)


@dataclass(slots=True)
class Frame:
    """A decoded frame: `at` in microseconds UTC, `index` counted from the source's first frame."""

    video: av.VideoFrame
    at: int
    index: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.video.width

    @property
    def height(self) -> int:
        """Pixels."""
        return self.video.height

    def luma(self) -> Luma:
        """The brightness of the picture, eight bits; without a copy in the common formats.

        Valid as long as the frame.
        """
        common = self.video.format.name in _BRIGHTNESS_FIRST
        video = self.video if common else self.video.reformat(format="gray", threads=1)
        return _pixels(video.planes[0])


def _pixels(plane: VideoPlane) -> Luma:
    """A plane's memory as height × width, without its padding and without a copy."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]
