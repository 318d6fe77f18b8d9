"""What the live feed says: news of an event, a gap, a heartbeat."""

from typing import Literal

from pydantic import BaseModel

from api.parameters import Moment
from api.schemas.events import EventAnswer


class News(BaseModel):
    """A record of this event became visible; the event is in its present state."""

    position: str
    event: EventAnswer
    change: Literal["raised", "ended", "evidence"]


class Missed(BaseModel):
    """Something was left out: ask for the list again, and go on from `position`."""

    resync: Literal[True] = True
    position: str


class Heartbeat(BaseModel):
    """The feed is alive; `at` is this server's time. The first one says at which `position` it begins."""

    heartbeat: Literal[True] = True
    at: Moment
    position: str | None
    complete_until: Moment | None
