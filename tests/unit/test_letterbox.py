"""A picture lies in the middle of its input, exactly where boxes are counted back from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.heads import HeadDecoder
from models.letterbox import GREY, STRIDE, Letterbox, Packer, Placement

FREE = Letterbox(640, 640, fixed=False)
FIXED = Letterbox(640, 640, fixed=True)
Size = tuple[int, int]


def picture(width: int, height: int, value: int = 255) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


@pytest.mark.parametrize(
    ("box", "source", "fitted", "size", "placement"),
    [
        (FREE, (1920, 1080), (640, 360), (640, 384), Placement(0, 12, 640, 360)),
        (FIXED, (1920, 1080), (640, 360), (640, 640), Placement(0, 140, 640, 360)),
        (FREE, (480, 360), (640, 480), (640, 480), Placement(0, 0, 640, 480)),
        (FREE, (1080, 1920), (360, 640), (384, 640), Placement(12, 0, 360, 640)),
        (FIXED, (178, 100), (640, 360), (640, 640), Placement(0, 140, 640, 360)),
        (Letterbox(384, 224, fixed=False), (640, 360), (384, 216), (384, 224), Placement(0, 4, 384, 216)),
        (FREE, (720, 480), (640, 427), (640, 448), Placement(0, 10, 640, 427)),
        (FREE, (4000, 2), (640, 1), (640, 32), Placement(0, 15, 640, 1)),
    ],
)
def test_a_picture_is_fitted_and_placed_in_the_middle(
    box: Letterbox, source: Size, fitted: Size, size: Size, placement: Placement
) -> None:
    assert box.fit(*source) == fitted
    assert box.input_size(*fitted) == size
    assert box.place(picture(*fitted)) == placement


@given(width=st.integers(1, 8192), height=st.integers(1, 8192), fixed=st.booleans())
def test_whatever_the_size_the_picture_fits_and_keeps_its_shape(width: int, height: int, fixed: bool) -> None:
    box = Letterbox(640, 384, fixed=fixed)
    fitted = box.fit(width, height)
    input_width, input_height = box.input_size(*fitted)
    assert fitted[0] <= input_width <= 640
    assert fitted[1] <= input_height <= 384
    assert input_width % STRIDE == input_height % STRIDE == 0
    scale = min(640 / width, 384 / height)
    assert abs(fitted[0] - max(1, width * scale)) <= 0.5
    assert abs(fitted[1] - max(1, height * scale)) <= 0.5


def test_a_tensor_holds_the_picture_as_shares_of_one_and_grey_around_it() -> None:
    shown = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)
    tensor, [place] = Packer(FIXED).pack([shown])
    assert tensor.shape == (1, 3, 640, 640)
    assert tensor.dtype == np.float32
    window = tensor[0, :, place.top : place.top + 360, place.left : place.left + 640]
    assert np.allclose(window, shown.transpose(2, 0, 1) / 255, atol=1e-7)
    assert (tensor[0, :, :140] == GREY).all()
    assert (tensor[0, :, 500:] == GREY).all()


def test_memory_that_is_used_again_shows_nothing_of_the_picture_before() -> None:
    packer = Packer(FREE)
    packer.pack([picture(640, 384)])
    tensor, _ = packer.pack([picture(640, 360, value=0)])  # the same input, a smaller picture
    assert tensor.shape == (1, 3, 384, 640)
    assert (tensor[0, :, :12] == GREY).all()
    assert (tensor[0, :, 12:372] == 0).all()
    assert (tensor[0, :, 372:] == GREY).all()


def test_a_batch_of_one_input_size_may_hold_pictures_of_several_shapes() -> None:
    tensor, places = Packer(FIXED).pack([picture(640, 360), picture(480, 640), picture(640, 640)])
    assert tensor.shape == (3, 3, 640, 640)
    assert [(p.left, p.top) for p in places] == [(0, 140), (80, 0), (0, 0)]
    assert (tensor[1, :, :, :80] == GREY).all()
    assert (tensor[1, :, :, 80:560] == 1).all()


@given(
    x1=st.floats(0, 0.9), y1=st.floats(0, 0.9), width=st.floats(0.02, 1), height=st.floats(0.02, 1),
    size=st.sampled_from([(640, 360), (427, 640), (384, 216), (640, 640), (31, 33)]), fixed=st.booleans(),
)  # fmt: skip
def test_a_box_comes_back_at_the_fractions_where_it_was(
    x1: float, y1: float, width: float, height: float, size: Size, fixed: bool
) -> None:
    box = (x1, y1, min(1.0, x1 + width), min(1.0, y1 + height))
    place = Letterbox(640, 640, fixed=fixed).place(picture(*size))
    left, top = place.left + box[0] * place.width, place.top + box[1] * place.height
    right, bottom = place.left + box[2] * place.width, place.top + box[3] * place.height
    output = np.array([[left, top, right, bottom, 0.9, 0]], np.float32)
    [found] = HeadDecoder("direct", ("person",), 0.25, 0.7).decode(output, place)
    assert found.xyxy == pytest.approx(box, abs=1e-5)
