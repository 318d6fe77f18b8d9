from itertools import islice

import numpy as np
import pytest

from sample_videos.sketch.batches import batches, letterbox
from sample_videos.sketch.clip import CLIP_BRANCH
from sample_videos.sketch.lens import HEIGHT, WIDTH, Lens
from sample_videos.sketch.wild import WILD_BRANCH, Example, examples


@pytest.fixture(scope="module")
def scenes() -> list[Example]:
    return list(islice(examples(11), 60))


def test_the_same_seed_gives_the_same_scenes(scenes: list[Example]) -> None:
    for again, scene in zip(islice(examples(11), 5), scenes, strict=False):
        assert np.array_equal(again.picture, scene.picture)
        assert again.seen == scene.seen


def test_the_clip_is_no_training_scene() -> None:
    assert CLIP_BRANCH != WILD_BRANCH


def test_visible_boxes_lie_in_the_picture(scenes: list[Example]) -> None:
    for scene in scenes:
        for seen in scene.seen:
            left, top, right, bottom = seen.xyxy
            assert 0 <= left < right <= WIDTH
            assert 0 <= top < bottom <= HEIGHT
            assert 0 < seen.visible <= 1


def test_scenes_hold_every_label_and_some_hold_nothing(scenes: list[Example]) -> None:
    assert {seen.label for scene in scenes for seen in scene.seen} == {"person", "car", "bag"}
    assert any(not scene.seen for scene in scenes)


def test_what_stands_behind_another_is_partly_seen(scenes: list[Example]) -> None:
    assert any(seen.visible < 0.7 for scene in scenes for seen in scene.seen)


def test_boxes_of_a_batch_lie_in_their_pictures() -> None:
    for batch in islice(batches(2, (320, 192), 6, 2, 10), 3):
        assert batch.pictures.shape == (6, 3, 192, 320)
        low = batch.boxes[:, :2] - batch.boxes[:, 2:] / 2
        high = batch.boxes[:, :2] + batch.boxes[:, 2:] / 2
        assert low.min() >= -1e-6
        assert high.max() <= 1 + 1e-6
        assert set(batch.owners) <= set(range(6))


def test_the_letterbox_keeps_the_pictures_shape() -> None:
    assert np.allclose(letterbox((320, 192)), ((0.5, 0, 0), (0, 0.5, 6)))


def test_the_lens_sees_a_ground_point_where_it_came_from() -> None:
    lens = Lens(600.0, 4.5, 40.0)
    right, depth = lens.ground(100.0, 300.0)
    assert np.allclose(lens.pixels(np.array(((right, depth, 0.0),))), ((100.0, 300.0),))
