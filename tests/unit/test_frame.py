"""A frame's views: brightness without a copy, and RGB in one pass."""

import subprocess
import sys

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.frame import Frame, Scaler

PLANAR = ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "gray"]
OTHERS = ["rgb24", "bgr0", "gbrp", "yuv420p10le", "gray10le", "pal8"]


def ramp(width: int, height: int) -> NDArray[np.uint8]:
    """Red rises to the right, green downwards, blue is even."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[..., 0] = np.linspace(20, 230, width)
    picture[..., 1] = np.linspace(30, 200, height)[:, None]
    picture[..., 2] = 100
    return picture


def frame(pixels: str, width: int = 322, height: int = 182) -> Frame:
    video = av.VideoFrame.from_ndarray(ramp(width, height), "rgb24")
    if pixels == "pal8":
        indexes = ramp(width, height)[..., 0]
        palette = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
        video = av.VideoFrame.from_ndarray((indexes, palette), "pal8")
    return Frame(video.reformat(format=pixels, threads=1) if pixels not in {"pal8", "rgb24"} else video, 0, 0)


@pytest.mark.parametrize("pixels", PLANAR + OTHERS)
def test_brightness_is_that_of_the_picture_whatever_its_format(pixels: str) -> None:
    luma = frame(pixels).luma()
    assert luma.shape == (182, 322)
    assert luma.dtype == np.uint8
    reference = frame("rgb24").video.reformat(format="gray", threads=1).to_ndarray().astype(int)
    if pixels != "pal8":
        assert np.abs(luma.astype(int) - reference).max() <= 22  # full range and video range differ
        assert np.corrcoef(luma.ravel(), reference.ravel())[0, 1] > 0.99
    assert luma[:, 300].mean() > luma[:, 10].mean()


def test_brightness_of_a_decoded_picture_is_no_copy() -> None:
    seen = frame("yuv420p")
    assert np.shares_memory(seen.luma(), np.frombuffer(memoryview(seen.video.planes[0]), np.uint8))


@pytest.mark.parametrize("pixels", ["yuyv422", "yuv420p10le"])
def test_a_picture_without_a_plane_of_eight_bits_of_brightness_is_converted(pixels: str) -> None:
    reference = frame("yuv420p").luma().astype(int)
    assert (
        np.abs(frame(pixels).luma().astype(int) - reference).mean() < 12
    )  # full range and video range differ


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj420p", "nv12", "rgb24"])
def test_rgb_has_its_channels_in_order_and_its_size(pixels: str) -> None:
    picture = Scaler().rgb(frame(pixels).video, 161, 91)
    assert picture.shape == (91, 161, 3)
    assert picture.dtype == np.uint8
    expected = ramp(161, 91).astype(int)
    assert np.abs(picture.astype(int) - expected)[4:-4, 4:-4].mean(axis=(0, 1)).max() < 8


def test_converting_starts_no_threads() -> None:
    """A camera is one thread of work, and swscale's slices would depend on the number of cores."""
    code = (
        "import os, av, numpy as np; from ingest.frame import Frame, Scaler;"
        "video = av.VideoFrame.from_ndarray(np.zeros((720, 1280, 3), np.uint8), 'rgb24');"
        "before = len(os.listdir('/proc/self/task'));"
        "Frame(video, 0, 0).luma(); Scaler().rgb(video, 640, 360);"
        "print(len(os.listdir('/proc/self/task')) - before)"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "0"


def test_an_rgb_picture_lies_plane_by_plane_in_memory() -> None:
    assert Scaler().rgb(frame("yuv420p").video, 320, 180).transpose(2, 0, 1).flags.c_contiguous


def test_one_scaler_follows_a_change_of_size_and_format() -> None:
    scaler = Scaler()
    for width, height, pixels in ((320, 180, "yuv420p"), (640, 360, "nv12"), (320, 180, "yuvj422p")):
        picture = scaler.rgb(frame(pixels, width, height).video, 160, 90)
        assert np.abs(picture.astype(int) - ramp(160, 90))[4:-4, 4:-4].mean() < 8


def test_a_picture_outlives_the_next() -> None:
    scaler = Scaler()
    first = scaler.rgb(frame("yuv420p").video, 64, 36)
    kept = first.copy()
    black = av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8), "rgb24").reformat(format="yuv420p")
    scaler.rgb(black, 64, 36)
    assert (first == kept).all()
