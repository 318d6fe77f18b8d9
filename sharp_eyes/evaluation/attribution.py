"""Whom of the truth an event is about: whose box, all of it or what shows, its own lies on at that moment."""

from collections.abc import Iterable, Sequence

from sharp_eyes.clock import microseconds
from sharp_eyes.geometry import Xyxy, iou
from sharp_eyes.scoring.matching import EventLine
from sharp_eyes.scoring.truth_boxes import TruthBoxes

# Half of what a match of boxes usually asks for: a box on somebody who is partly hidden is smaller or larger.
LEAST_IOU = 0.25


def attributed(events: Iterable[EventLine], boxes: TruthBoxes) -> list[EventLine]:
    """The events of a clip, each with its actor; one that lies on nobody's box stays without.

    Raises ConfigError where an event came at a moment of which the boxes say nothing.
    """
    return [event.model_copy(update={"actor": _actor(event, boxes)}) for event in events]


def _actor(event: EventLine, boxes: TruthBoxes) -> int | None:
    if event.xyxy is None or event.offset_seconds is None:
        return None
    box = _box(event.xyxy)
    shown = boxes.at(microseconds(event.offset_seconds))
    overlaps = [(max(iou(box, _box(one.seen_xyxy)), iou(box, one.box)), one.id) for one in shown]
    overlap, actor = max(overlaps, default=(0.0, None))
    return actor if overlap >= LEAST_IOU else None


def _box(xyxy: Sequence[float]) -> Xyxy:
    left, top, right, bottom = xyxy
    return left, top, right, bottom
