"""How much was watched, as it is answered."""

from typing import Literal

from pydantic import BaseModel

from api.parameters import Moment


class CoverageSummary(BaseModel):
    """How much of the asked cameras' time was watched, from 0 to 1.

    `share` is None where it was not added up: `because` says why.
    """

    share: float | None
    cameras: int
    from_at: Moment
    to_at: Moment
    because: str | None = None


class SpanAnswer(BaseModel):
    """A stretch of time: analysed, or shed (less than was asked for). What is between was lost."""

    from_at: Moment
    to_at: Moment
    watching: Literal["analysed", "shed"]


class CameraCoverage(BaseModel):
    """One camera's stretches in order, and their seconds."""

    camera: str
    analysed_seconds: float
    shed_seconds: float
    lost_seconds: float
    spans: list[SpanAnswer]


class CoverageAnswer(BaseModel):
    """What was watched of each camera that was asked for."""

    cameras: list[CameraCoverage]
    complete_until: Moment | None
    coverage: CoverageSummary
