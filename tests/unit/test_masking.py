"""A mask hides its polygons on every kind of picture, and touches nothing else."""

import io
from collections.abc import Mapping

import av
import numpy as np
import numpy.typing as npt
import pytest

from ingest import pattern
from ingest.masking import Mask
from sharp_eyes.geometry import Polygon

LEFT_HALF = Polygon(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
TRIANGLE = Polygon(((0.3, 0.2), (0.8, 0.3), (0.4, 0.9)))
FORMATS = ["yuv420p", "yuvj420p", "nv12", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"]


def colourful(width: int, height: int, pixels: str) -> av.VideoFrame:
    picture = np.random.default_rng(7).integers(60, 255, (height, width, 3), np.uint8)
    return av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pixels)


def planes(frame: av.VideoFrame) -> list[npt.NDArray[np.uint8]]:
    return [
        np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height]
        for plane in frame.planes
    ]


@pytest.mark.parametrize(
    ("pixels", "size"),
    [
        (pixels, size)
        for pixels in FORMATS
        for size in ((64, 48), (322, 182), (33, 17))
        if (pixels, size) != ("nv12", (33, 17))  # swscale makes none of odd width
    ],
)
def test_every_format_and_size_is_black_inside_and_untouched_outside(
    pixels: str, size: tuple[int, int]
) -> None:
    frame = colourful(*size, pixels)
    before = planes(frame)
    Mask((LEFT_HALF,)).paint(frame)
    for index, (was, now) in enumerate(zip(before, planes(frame), strict=True)):
        value = 128 if index else 0 if pixels.startswith("yuvj") else 16
        width = frame.planes[index].width * (2 if pixels == "nv12" and index else 1)
        assert (now[:, : width // 2] == value).all()
        assert (now[:, width // 2 + 3 : width] == was[:, width // 2 + 3 : width]).all()


def test_every_pixel_that_a_polygon_touches_is_hidden() -> None:
    frame = colourful(160, 96, "yuv420p")
    Mask((TRIANGLE,)).paint(frame)
    luma, blue, red = planes(frame)
    for y in range(96):
        for x in range(160):
            if TRIANGLE.contains(((x + 0.5) / 160, (y + 0.5) / 96)):
                assert luma[y, x] == 16
                assert blue[y // 2, x // 2] == red[y // 2, x // 2] == 128
    assert (luma[:, :160] == 16).mean() < 0.2


def test_polygons_that_overlap_or_leave_the_picture_hide_their_union() -> None:
    outside = Polygon(((0.9, -0.5), (1.5, -0.5), (1.5, 1.5), (0.9, 1.5)))
    frame = colourful(100, 100, "yuv420p")
    Mask((LEFT_HALF, TRIANGLE, outside)).paint(frame)
    luma = planes(frame)[0][:, :100]
    assert (luma[:, :50] == 16).all()
    assert (luma[:, 90:] == 16).all()
    assert luma[5, 85] > 16


def test_a_mask_without_polygons_is_false_and_leaves_the_picture_alone() -> None:
    mask = Mask(())
    assert not mask
    assert Mask((TRIANGLE,))
    frame = colourful(64, 48, "rgb24")
    mask.paint(frame)  # not even the format matters


@pytest.mark.parametrize("pixels", ["gray10le", "yuv420p10le", "bgr24", "yuva420p"])
def test_a_picture_of_another_format_is_converted_and_painted(pixels: str) -> None:
    painted = Mask((LEFT_HALF,)).paint(colourful(64, 48, pixels))
    assert painted.format.name == "yuv420p"
    assert (planes(painted)[0][:, :32] == 16).all()
    assert (planes(painted)[0][:, 34:] > 20).any()


def test_full_range_is_told_by_the_picture_too() -> None:
    frame = colourful(64, 48, "yuv420p")
    frame.color_range = 2
    Mask((LEFT_HALF,)).paint(frame)
    assert planes(frame)[0][0, 0] == 0


def test_a_change_of_size_is_followed_and_the_old_raster_let_go() -> None:
    mask = Mask((LEFT_HALF,))
    for size in ((64, 48), (128, 96), (64, 48)):
        frame = colourful(*size, "yuv420p")
        mask.paint(frame)
        assert (planes(frame)[0][:, : size[0] // 2] == 16).all()
    assert len(mask._patches) == 1


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", None),
        ("libx264", {"tune": "zerolatency"}),
        ("libx265", {"x265-params": "log-level=0:pools=1"}),
        ("mpeg4", {}),
    ],
)
def test_paint_never_bleeds_into_later_pictures(codec: str, options: Mapping[str, str] | None) -> None:
    """The square walks through the mask and out of it: predicted from painted pictures, it would smear."""
    data = pattern.encode(pattern.Recipe(frames=80, gop=80, codec=codec, options=options))
    middle = Mask((Polygon(((0.3, 0.0), (0.6, 0.0), (0.6, 1.0), (0.3, 1.0))),))
    hidden = np.zeros((pattern.HEIGHT, pattern.WIDTH), np.bool_)
    hidden[:, round(0.3 * pattern.WIDTH) - 2 : round(0.6 * pattern.WIDTH) + 2] = True
    clean = [luma for _, luma in pattern.decode(data)]
    with av.open(io.BytesIO(data), "r") as container:
        for frame, expected in zip(container.decode(video=0), clean, strict=True):
            middle.paint(frame)
            painted = frame.to_ndarray(format="gray")
            assert (painted[~hidden] == expected[~hidden]).all()
