"""`/events/{id}/clip` and `/snapshot`: bodies of object storage, in ranges, each view authorised."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.context import Here
from api.evidence import media_response
from api.scopes import MediaReader

router = APIRouter(tags=["media"])


def _bytes_of(media_type: str) -> Any:  # the interface of FastAPI
    body = {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
    return {200: body, 206: body | {"description": "The range that was asked for"}}


@router.head("/events/{event_id}/clip", include_in_schema=False)
@router.get("/events/{event_id}/clip", response_class=Response, responses=_bytes_of("video/mp4"))
async def get_clip(principal: MediaReader, context: Here, request: Request, event_id: str) -> Response:
    """The clip, an MP4 that begins to play while it loads. Range, If-Range, ETag."""
    return await media_response(request, context, principal, event_id, "clip")


@router.head("/events/{event_id}/snapshot", include_in_schema=False)
@router.get("/events/{event_id}/snapshot", response_class=Response, responses=_bytes_of("image/jpeg"))
async def get_snapshot(principal: MediaReader, context: Here, request: Request, event_id: str) -> Response:
    """The picture at which the rule fired, a JPEG."""
    return await media_response(request, context, principal, event_id, "snapshot")
