"""The truth about clips, here and for good: one JSON object per line and incident.

{"camera": "gate", "type": "line", "rule": null, "start": 12.4, "end": null,
 "tolerance_seconds": 1, "direction": "right", "label": "person", "objects": [4],
 "height": 0.21, "must_be_silent": false}
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sharp_eyes import catalogue
from sharp_eyes.clock import SECOND, from_iso
from sharp_eyes.geometry import Side
from sharp_eyes.labels import closest

# i-LIDS: an event counts if it comes within ten seconds of the truth.
TOLERANCE_SECONDS = 10.0

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Height = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]  # more would be pixels
_TYPES = frozenset(catalogue.BUILT + catalogue.TO_COME)
Moment = Seconds | str  # seconds from the clip's first frame, or ISO 8601 with a zone


class TruthEntry(BaseModel):
    """One incident that must be noticed, or (`must_be_silent`) a stretch in which nothing may be said.

    `start` is when the event is due: a number counts seconds from the clip's first frame, text is a
    moment. `rule`, `direction` and `label` bind the match where they are given. `objects` are the
    identities of those involved, `height` is that of the least tall of their boxes, as a fraction of the
    picture's; more than 1 where a box reaches beyond the picture.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    camera: str
    type: str
    rule: str | None = None
    start: Moment
    end: Moment | None = None
    tolerance_seconds: Seconds | None = None
    direction: Side | None = None
    label: str | None = None
    objects: list[int | str] | None = None
    height: Height | None = None
    must_be_silent: bool = False

    @field_validator("type")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in _TYPES:
            raise ValueError(f'there is no type of event "{name}"; {closest(name, _TYPES)}')
        return name

    @field_validator("start", "end")
    @classmethod
    def _moment(cls, moment: Moment | None) -> Moment | None:
        if isinstance(moment, str):
            from_iso(moment)
        return moment

    @model_validator(mode="after")
    def _in_order(self) -> "TruthEntry":
        if self.end is not None and isinstance(self.end, str) != isinstance(self.start, str):
            raise ValueError("start and end are of one sort: both numbers or both text")
        if self.end is not None and _seconds(self.end) < _seconds(self.start):
            raise ValueError("it ends before it starts")
        if self.must_be_silent and self.end is None:
            raise ValueError("a stretch of silence needs its end")
        return self

    @property
    def absolute(self) -> bool:
        """Whether its times are moments rather than seconds of the clip."""
        return isinstance(self.start, str)

    @property
    def starts_at(self) -> float:
        """Seconds from the clip's first frame, or of UTC when absolute."""
        return _seconds(self.start)

    @property
    def ends_at(self) -> float:
        """The end, or the start where there is none."""
        return self.starts_at if self.end is None else _seconds(self.end)


def _seconds(moment: Moment) -> float:
    return from_iso(moment) / SECOND if isinstance(moment, str) else moment
