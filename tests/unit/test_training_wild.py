"""Pictures to learn from: endless, the same for a seed, and with boxes of what is in them."""

from itertools import islice

import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.labels import LABELS
from sample_videos.training.wild import Example, examples

LAYOUT = ("hall",)


@pytest.fixture(scope="module")
def first() -> list[Example]:
    return list(islice(examples(1, LAYOUT), 3))


def test_the_same_seed_gives_the_same_pictures_after_another_seed(first: list[Example]) -> None:
    other = next(examples(2, LAYOUT))
    assert not np.array_equal(other.picture, first[0].picture)
    for one, again in zip(first, examples(1, LAYOUT), strict=False):
        assert np.array_equal(again.picture, one.picture)
        assert again.objects == one.objects
        assert (again.condition, again.layout, again.seed) == (one.condition, "hall", 1)


def test_a_picture_has_the_size_of_a_cameras_and_its_boxes_lie_in_it(first: list[Example]) -> None:
    for example in first:
        assert example.picture.shape == (HEIGHT, WIDTH, 3)
        assert example.picture.dtype == np.uint8
        for seen in example.objects:
            for left, top, right, bottom in (seen.xyxy, seen.seen_xyxy):
                assert 0 <= left < right <= 1
                assert 0 <= top < bottom <= 1
            assert 0 < seen.visible <= 1
            assert seen.label in LABELS
        identities = [seen.identity for seen in example.objects]
        assert len(set(identities)) == len(identities)
    assert any(example.objects for example in first)


def test_pictures_of_one_camera_show_other_people(first: list[Example]) -> None:
    assert not np.array_equal(first[0].picture, first[1].picture)
    assert first[0].objects != first[1].objects


def test_two_streams_at_once_are_refused_for_one_would_show_the_others_site() -> None:
    one, other = examples(1, LAYOUT), examples(2, LAYOUT)
    next(one)
    next(other)
    with pytest.raises(RuntimeError, match="another stage was baked"):
        next(one)
