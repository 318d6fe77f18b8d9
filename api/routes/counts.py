"""`/events/counts`: how many events began, by hour and township or by day and camera."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.context import Here
from api.coverage import summary
from api.event_filters import CountFilters, count_query
from api.schemas.events import CountsAnswer, count_answers
from api.scopes import EventReader

router = APIRouter(tags=["events"])


@router.get("/events/counts")
def count_events(
    principal: EventReader, context: Here, filters: Annotated[CountFilters, Query()]
) -> CountsAnswer:
    """Counts of events by hour × township × type × label, or by day × camera × type.

    Anything else is counted one by one, for at most a day of time of the last 30 days.
    """
    query, place = count_query(filters, principal, context.clock.now())
    return CountsAnswer(
        by=query.by,
        counts=count_answers(context.events.counts(query)),
        complete_until=context.nodes.complete_until(),
        coverage=summary(context, place, query.from_at, query.to_at),
    )
