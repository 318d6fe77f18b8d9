"""Pictures out of composed scenes, as a clip's decoder gives them."""

from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.scenario import Scenario, ScenarioError
from sample_videos.studio.scenarios.composition import compose
from sample_videos.training.films import examples
from sample_videos.training.wild import Example

COUNT = 15  # pictures of one scene


@pytest.fixture(scope="module")
def scene() -> list[Example]:
    return list(islice(examples(4), COUNT))


def test_the_same_seed_gives_the_same_pictures_and_another_seed_others(scene: list[Example]) -> None:
    again = list(islice(examples(4), COUNT))
    for one, other in zip(scene, again, strict=True):
        assert np.array_equal(one.picture, other.picture)
        assert one.objects == other.objects
    assert not np.array_equal(next(examples(5)).picture, scene[0].picture)


def test_the_boxes_of_a_scene_follow_what_moves_in_it(scene: list[Example]) -> None:
    assert all(one.picture.shape == (HEIGHT, WIDTH, 3) for one in scene)
    assert {(one.condition, one.layout) for one in scene} == {(scene[0].condition, scene[0].layout)}
    moved = 0
    for before, after in pairwise(scene):
        boxes = {seen.identity: seen.seen_xyxy for seen in before.objects}
        moved += sum(seen.seen_xyxy != boxes.get(seen.identity) for seen in after.objects)
    assert moved >= 5


def test_a_kind_that_finds_no_room_is_left_out_for_another(scene: list[Example]) -> None:
    refused = []

    def composed(*asked: Any) -> Scenario:
        if not refused:
            refused.append(asked)
            raise ScenarioError("no room")
        return compose(*asked)

    other = next(examples(4, composed))
    assert refused
    assert not np.array_equal(other.picture, scene[0].picture)
