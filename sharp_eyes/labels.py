"""The labels of the farm, and what other people's models call the same things.

No label names who somebody is, and none ever will.
"""

import difflib
from collections.abc import Iterable
from typing import Literal

Sort = Literal["people", "vehicles", "things"]

_VEHICLES = frozenset({"bicycle", "motorcycle", "car", "van", "bus", "truck", "train"})

LABELS = ("person", "bicycle", "motorcycle", "car", "van", "bus", "truck", "bag")

# Native names of the common data sets (COCO, VisDrone, Open Images) → ours.
_SYNONYMS = {
    "pedestrian": "person", "people": "person",
    "bike": "bicycle", "motorbike": "motorcycle", "motor": "motorcycle",
    "lorry": "truck",
    "handbag": "bag", "backpack": "bag", "suitcase": "bag",
}  # fmt: skip


def sort_of(label: str) -> Sort:
    """People, vehicles or things: an object never changes its sort, whatever a detector calls it."""
    if label == "person":
        return "people"
    return "vehicles" if label in _VEHICLES else "things"


def from_native(native: str) -> str:
    """Our label for a model's own: a synonym of ours, else the native one in small letters."""
    name = native.strip().lower()
    return _SYNONYMS.get(name, name)


def closest(word: str, known: Iterable[str]) -> str:
    """`did you mean "…"?`, or the known words where none is near: the end of an error message."""
    words = sorted(set(known))
    near = difflib.get_close_matches(word, words, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return "known here: " + ", ".join(words) if words else "none is known here"
