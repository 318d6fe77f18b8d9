"""`/events`: lists, and one event with the small documents that belong to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.context import Here
from api.coverage import summary
from api.event_filters import EventFilters, question_of
from api.evidence import document_response, event_seen
from api.schemas.documents import BoxesAnswer, ReasonAnswer
from api.schemas.events import EventAnswer, EventsAnswer, event_answer
from api.scopes import EventReader

router = APIRouter(tags=["events"])


@router.get("/events")
def list_events(
    principal: EventReader, context: Here, filters: Annotated[EventFilters, Query()]
) -> EventsAnswer:
    """Events, newest first: of the last day, if nothing is said."""
    asked = question_of(filters, principal, context)
    page = context.events.events(asked.query)
    return EventsAnswer(
        events=[event_answer(view, context.directory) for view in page.events],
        next=asked.cursor(page.next_before) if page.next_before else None,
        complete_until=context.nodes.complete_until(),
        coverage=summary(context, asked.place, asked.query.from_at, asked.query.to_at),
    )


@router.get("/events/{event_id}")
def get_event(principal: EventReader, context: Here, event_id: str) -> EventAnswer:
    """One event with all that became of it."""
    return event_answer(event_seen(context, principal, event_id), context.directory)


def _documented(model: type[BoxesAnswer | ReasonAnswer]) -> Any:  # the interface of FastAPI
    return {200: {"model": model}}


@router.get("/events/{event_id}/boxes", response_class=Response, responses=_documented(BoxesAnswer))
async def get_boxes(principal: EventReader, context: Here, request: Request, event_id: str) -> Response:
    """What to draw over the clip or the snapshot; `t` in seconds from its first presented frame."""
    return await document_response(request, context, principal, event_id, "boxes")


@router.get("/events/{event_id}/reason", response_class=Response, responses=_documented(ReasonAnswer))
async def get_reason(principal: EventReader, context: Here, request: Request, event_id: str) -> Response:
    """Why the rule fired: its thresholds, and all that it consumed."""
    return await document_response(request, context, principal, event_id, "reason")
