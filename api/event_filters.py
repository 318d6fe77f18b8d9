"""What may be asked of events: the parameters of the query, and the index's question that they make."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.area import cameras_within, parse_area
from api.context import Context
from api.coverage import Place
from api.cursors import cursor_of, fingerprint, parts_of, wrong_cursor
from api.parameters import MomentText, checked_range, moment
from api.principal import Principal
from sharp_eyes.clock import SECOND
from sharp_eyes.store.index.queries import CountQuery, EventQuery

LATEST = 253_370_764_800 * SECOND  # 9999-01-01: what lies beyond has no name

DAY = 86_400 * SECOND
MOST_VALUES = 200

Values = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MOST_VALUES)]


class Filters(BaseModel):
    """What lists and counts of events share."""

    from_: Annotated[
        MomentText | None, Field(alias="from", description="no earlier events; a day before `to`")
    ] = None
    to: Annotated[MomentText | None, Field(description="only earlier events; now")] = None
    camera: Annotated[Values, Field(description="of these cameras, by id; repeatable")] = []
    division: Annotated[
        str, Field(pattern="^[0-9]{0,20}$", description="of this division and those below it")
    ] = ""
    type: Annotated[Values, Field(description="of these types; repeatable")] = []
    label: Annotated[Values, Field(description="of objects with these labels; repeatable")] = []


class EventFilters(Filters):
    """What a list of events may be asked for."""

    severity: Annotated[
        list[Annotated[int, Field(ge=1, le=4)]],
        Field(max_length=4, description="1 is most urgent; repeatable"),
    ] = []
    min_confidence: Annotated[float | None, Field(ge=0, le=1)] = None
    area: Annotated[
        str | None,
        Field(
            max_length=40_000, description="of cameras in this polygon: `lon,lat;lon,lat;lon,lat`, degrees"
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1_024, description="`next` of the page before")] = None


class CountFilters(Filters):
    """What may be counted."""

    by: Annotated[Literal["hour", "day"], Field(description="UTC hours or days, each as a whole")] = "hour"


@dataclass(frozen=True, slots=True)
class Question:
    """A page that was asked for: the index's question, and the place whose coverage goes with it."""

    query: EventQuery
    place: Place
    filters: str  # the fingerprint of what was asked beside the time

    def cursor(self, next_before: str) -> str:
        """The cursor of the page after this one."""
        return cursor_of([self.query.from_at, self.query.to_at, self.filters, next_before])


def span_asked(filters: Filters, now: int) -> tuple[int, int]:
    """From and to, in microseconds UTC: the last day where nothing is said. Raises ProblemError."""
    to_at = moment(filters.to) if filters.to is not None else now
    from_at = moment(filters.from_) if filters.from_ is not None else to_at - DAY
    checked_range(from_at, to_at)
    return from_at, to_at


def question_of(filters: EventFilters, principal: Principal, context: Context) -> Question:
    """What the index is to be asked. Raises ProblemError for an area or a cursor that is none."""
    asked = filters.model_dump(exclude={"from_", "to", "cursor", "limit"})
    of_filters = fingerprint((asked, principal.divisions))
    from_at, to_at, before = _stretch(filters, of_filters, context.clock.now())
    cameras = _cameras(filters, principal, context)
    query = EventQuery(
        from_at=from_at,
        to_at=to_at,
        cameras=cameras,
        divisions=principal.divisions,
        division=filters.division,
        types=tuple(filters.type),
        labels=tuple(filters.label),
        severities=tuple(filters.severity),
        min_confidence=filters.min_confidence,
        limit=filters.limit,
        before=before,
    )
    return Question(query, Place(principal, filters.division, cameras), of_filters)


def _stretch(filters: EventFilters, of_filters: str, now: int) -> tuple[int, int, str | None]:
    if filters.cursor is None:
        return *span_asked(filters, now), None
    parts = parts_of(filters.cursor, (int, int, str, str))
    from_at, to_at, was, before = int(parts[0]), int(parts[1]), parts[2], str(parts[3])
    again = (filters.from_, from_at), (filters.to, to_at)
    same = all(text is None or moment(text) == at for text, at in again)
    if was != of_filters or not same:
        raise wrong_cursor("this cursor belongs to another question")
    if not 0 <= from_at <= to_at <= LATEST:
        raise wrong_cursor("this cursor is of no time")
    checked_range(from_at, to_at)
    return from_at, to_at, before


def _cameras(filters: EventFilters, principal: Principal, context: Context) -> tuple[str, ...] | None:
    named = tuple(dict.fromkeys(filters.camera)) if filters.camera else None
    if filters.area is None:
        return named
    seen = (one for one in context.directory.all() if principal.sees(one.division))
    within = cameras_within(parse_area(filters.area), seen)
    return within if named is None else tuple(one for one in named if one in set(within))


def count_query(filters: CountFilters, principal: Principal, now: int) -> tuple[CountQuery, Place]:
    """What the index is to count, and the place whose coverage goes with it. Raises ProblemError."""
    from_at, to_at = span_asked(filters, now)
    cameras = tuple(dict.fromkeys(filters.camera)) if filters.camera else None
    query = CountQuery(
        from_at=from_at,
        to_at=to_at,
        by=filters.by,
        divisions=principal.divisions,
        division=filters.division,
        cameras=cameras,
        types=tuple(filters.type),
        labels=tuple(filters.label),
    )
    return query, Place(principal, filters.division, cameras)
