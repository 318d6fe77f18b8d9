"""The documents that belong to an event, as the workers store them: boxes and reason."""

from pydantic import BaseModel

Number = float | str


class BoxAnswer(BaseModel):
    """One object at one moment: `t` in seconds from the first presented frame, `xyxy` in fractions.

    `coasted` boxes were not seen then: nothing moved, and the object is where it was.
    """

    t: float
    track: int
    label: str
    confidence: float
    xyxy: tuple[float, float, float, float]
    coasted: bool


class BoxesAnswer(BaseModel):
    """What to draw over a clip. `clip_first_frame_at` is microseconds UTC, `fps` the analysed frames."""

    clip_first_frame_at: int
    fps: float
    items: list[BoxAnswer]


class ObservationAnswer(BaseModel):
    """What the rule consumed: one object at one moment (`at` in microseconds UTC).

    `hidden_below` is by how much of the picture's height its feet are below its box, hidden by something.
    """

    at: int
    track: int
    label: str
    confidence: float
    xyxy: tuple[float, float, float, float]
    hidden_below: float = 0.0


class ReasonAnswer(BaseModel):
    """Why a rule fired: enough to recompute the event."""

    event_id: str
    camera: str
    rule: str
    rule_revision: str
    run: str
    model: str
    spec: dict[str, object]
    thresholds: dict[str, Number]
    observations: list[ObservationAnswer]
