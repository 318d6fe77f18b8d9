"""Painting a camera's masked areas black on decoded pictures, before anybody sees or keeps them."""

from dataclasses import dataclass

import av
import cv2
import numpy as np
import numpy.typing as npt

from sharp_eyes.geometry import Polygon

_Raster = npt.NDArray[np.bool_]

# How many chroma samples a picture has per luma sample: (across, down) steps, and whether U and V
# alternate within one plane.
_CHROMA: dict[str, tuple[int, int, bool]] = {
    "yuv420p": (2, 2, False),
    "yuvj420p": (2, 2, False),
    "nv12": (2, 2, True),
    "yuv422p": (2, 1, False),
    "yuvj422p": (2, 1, False),
    "yuv444p": (1, 1, False),
    "yuvj444p": (1, 1, False),
}
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_GREY = 128
_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class _Patch:
    """The part of one plane that a mask touches; `hidden` is None where it hides all of it."""

    rows: slice
    columns: slice
    hidden: _Raster | None

    def paint(self, plane: npt.NDArray[np.uint8], value: int) -> None:
        area = plane[self.rows, self.columns]
        if self.hidden is None:
            area[:] = value
        else:
            np.copyto(area, np.uint8(value), where=self.hidden)


class Mask:
    """Polygons of a camera's picture that are never seen and never stored. Without any, it is False."""

    def __init__(self, polygons: tuple[Polygon, ...]) -> None:
        self.polygons = polygons
        self._patches: dict[tuple[str, int, int], tuple[_Patch, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.polygons)

    def paint(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame with its polygons black: painted in place, or converted first (to yuv420p).

        The decoder goes on predicting from the picture it made: a frame that shares its memory is
        copied first, so that no later picture inherits the paint.
        """
        if not self.polygons:
            return frame
        if frame.format.name not in _CHROMA:
            frame = frame.reformat(format="yuv420p", threads=1)
        name = frame.format.name
        frame.make_writable()
        black = 0 if has_full_range(frame) else 16
        for index, patch in enumerate(self._patches_of(name, frame.width, frame.height)):
            patch.paint(_pixels(frame.planes[index]), _GREY if index else black)
        return frame

    def _patches_of(self, name: str, width: int, height: int) -> tuple[_Patch, ...]:
        key = (name, width, height)
        if key not in self._patches:
            self._patches.clear()  # a stream has one size at a time; the last one is not needed again
            self._patches[key] = _patches(_raster(self.polygons, width, height), name)
        return self._patches[key]


def has_full_range(frame: av.VideoFrame) -> bool:
    """Tell whether brightness runs from 0 to 255, as in JPEG, instead of 16 to 235."""
    return frame.format.name.startswith("yuvj") or frame.color_range == _FULL_RANGE


def _pixels(plane: "av.video.plane.VideoPlane") -> npt.NDArray[np.uint8]:
    """View a plane's memory as rows by line size, padding included: the patches never reach into it."""
    rows = plane.height
    return np.frombuffer(memoryview(plane), np.uint8, rows * plane.line_size).reshape(rows, plane.line_size)


def _raster(polygons: tuple[Polygon, ...], width: int, height: int) -> _Raster:
    """Find the luma pixels that any polygon touches, and one around: a mask rather hides too much."""
    canvas = np.zeros((height, width), np.uint8)
    scale = 1 << _SUBPIXEL_BITS
    for polygon in polygons:
        points = np.array(polygon.points) * (width, height) - 0.5  # OpenCV's points are pixels' centres
        cv2.fillPoly(canvas, [np.rint(points * scale).astype(np.int32)], 1, shift=_SUBPIXEL_BITS)
    return cv2.dilate(canvas, np.ones((3, 3), np.uint8)).astype(np.bool_)


def _patches(luma: _Raster, name: str) -> tuple[_Patch, ...]:
    across, down, alternating = _CHROMA[name]
    chroma = _shrunk(luma, across, down)
    if alternating:
        return (_patch(luma), _patch(np.repeat(chroma, 2, axis=1)))
    return (_patch(luma), _patch(chroma), _patch(chroma))


def _shrunk(luma: _Raster, across: int, down: int) -> _Raster:
    """Hide a chroma sample where any of its luma pixels is."""
    height, width = luma.shape
    padded = np.pad(luma, ((0, -height % down), (0, -width % across)))
    blocks = padded.reshape(padded.shape[0] // down, down, padded.shape[1] // across, across)
    return np.asarray(blocks.any(axis=(1, 3)), np.bool_)


def _patch(hidden: _Raster) -> _Patch:
    rows, columns = np.flatnonzero(hidden.any(axis=1)), np.flatnonzero(hidden.any(axis=0))
    if not rows.size:
        return _Patch(slice(0, 0), slice(0, 0), None)
    area = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    inside = hidden[area]
    return _Patch(*area, None if inside.all() else inside.copy())
