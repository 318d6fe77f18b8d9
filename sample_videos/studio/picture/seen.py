"""What shows in a picture: for every object its whole box, its visible box, and how much of it shows."""

from dataclasses import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """One object in one picture; boxes are left, top, right, bottom in fractions of the picture.

    `xyxy` is the box of the whole object, what is hidden included, cut at the picture's edge;
    `seen_xyxy` that of its visible pixels; `visible` their share of its own pixels; `floor` where it
    stands, in metres.
    """

    identity: int
    label: str
    xyxy: Box
    seen_xyxy: Box
    visible: float
    floor: tuple[float, float]
