"""How real the sample world looks: what is asked for, and what counts as found."""

import numpy as np

from models.detector import ScriptedDetector
from sample_videos.studio.picture.seen import Box, Seen
from sample_videos.training.looks import GROUPS, looks
from sample_videos.training.wild import Example
from sharp_eyes.domain import Detection

TALL: Box = (0.4, 0.4, 0.45, 0.6)  # 72 px
SMALL: Box = (0.6, 0.5, 0.62, 0.6)  # 36 px
BY_DAY = [group for group in GROUPS if group.daylight]


def seen(label: str, box: Box, visible: float = 1.0, whole: Box | None = None) -> Seen:
    return Seen(1, label, whole or box, box, visible, (0.0, 0.0))


def example(*objects: Seen, condition: str = "day") -> Example:
    return Example(np.zeros((360, 640, 3), np.uint8), objects, condition, "yard", 0)


def counted(pictures: list[Example], *found: list[Detection]) -> dict[str, tuple[int, int]]:
    detector = ScriptedDetector(lambda number: found[number])
    return {group.name: (hit, asked) for group, hit, asked in looks(detector, pictures)}


def said(label: str, box: Box) -> Detection:
    return Detection(label, 0.8, box)


def test_people_are_counted_by_their_height_and_found_by_name_and_place() -> None:
    pictures = [example(seen("person", TALL), seen("person", SMALL))]
    counts = counted(pictures, [said("person", TALL), said("car", SMALL)])
    assert counts["people 48 px and more, by day"] == (1, 1)
    assert counts["people 24 to 48 px, by day"] == (0, 1)
    assert counts["vehicles 48 px and more, by day"] == (0, 0)


def test_any_vehicles_name_will_do_for_any_vehicle() -> None:
    pictures = [example(seen(label, TALL)) for label in ("car", "van", "bus", "truck")]
    found = [[said(label, TALL)] for label in ("truck", "car", "car", "bus")]
    assert counted(pictures, *found)["vehicles 48 px and more, by day"] == (4, 4)
    nothing = [[said("person", TALL)]] * 4
    assert counted(pictures, *nothing)["vehicles 48 px and more, by day"] == (0, 4)


def test_a_box_must_overlap_by_half() -> None:
    near, far = (0.41, 0.4, 0.46, 0.6), (0.425, 0.4, 0.475, 0.6)
    pictures = [example(seen("person", TALL))] * 2
    counts = counted(pictures, [said("person", near)], [said("person", far)])
    assert counts["people 48 px and more, by day"] == (1, 2)


def test_what_is_hidden_or_cut_by_the_pictures_edge_is_not_asked_for() -> None:
    pictures = [
        example(
            seen("person", TALL, visible=0.89),
            seen("person", (0.0, 0.4, 0.05, 0.6)),
            seen("person", (0.4, 0.8, 0.45, 1.0)),
            seen("person", (0.2, 0.4, 0.25, 0.6), whole=(0.2, 0.0, 0.25, 0.6)),
        )
    ]
    assert set(counted(pictures, []).values()) == {(0, 0)}


def test_by_night_only_the_groups_of_any_light_count() -> None:
    counts = counted([example(seen("person", TALL), condition="night")], [said("person", TALL)])
    assert counts["people 48 px and more, in any light"] == (1, 1)
    assert all(counts[group.name] == (0, 0) for group in BY_DAY)


def test_what_nobody_asks_for_is_not_counted() -> None:
    assert set(counted([example(seen("bicycle", TALL), seen("bag", SMALL))], []).values()) == {(0, 0)}
