"""The evidence of an event: whether the asker may see it, where it is, and why it is not there."""

from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.context import Context
from api.media_ranges import Body, matches_etag, respond
from api.principal import Principal
from api.problems import ProblemError, not_found
from sharp_eyes import event_id as event_ids
from sharp_eyes.domain import EvidenceKind
from sharp_eyes.store.blobs import BlobMissingError
from sharp_eyes.store.index.queries import EventView

_TYPES: Final[dict[EvidenceKind, str]] = {
    "clip": "video/mp4",
    "snapshot": "image/jpeg",
    "boxes": "application/json",
    "reason": "application/json",
}

_BECAUSE: Final[dict[str, str]] = {
    "gop_too_long": "its packets outgrew the ring",
    "no_packets": "no packets came in time",
    "undecodable": "none of its packets could be decoded",
    "not_written": "there was no room to write it",
    "worker_died": "its worker died with the packets",
    "damaged": "what was written is damaged or gone",
}


def event_seen(context: Context, principal: Principal, event_id: str) -> EventView:
    """The event, if the asker may see it. Raises ProblemError 404: foreign and missing look the same."""
    try:
        event_ids.parse(event_id)
    except ValueError as error:
        raise not_found(f"event {event_id[:50]!r}") from error
    view = context.events.event(event_id, principal.divisions)
    if view is None:
        raise not_found(f"event {event_id!r}")
    return view


def body_of(view: EventView, kind: EvidenceKind) -> Body:
    """Where this evidence lies. Raises ProblemError: 404 for none or lost, 409 while it is on its way."""
    found = next((one for one in view.evidence if one.kind == kind), None)
    if found is None:
        raise ProblemError("evidence-none", f"the event {view.event_id} has no {kind}")
    if found.state == "pending":
        said = f"the {kind} is not stored yet; ask again, or listen to the feed"
        raise ProblemError("evidence-pending", said, headers={"Retry-After": "2"})
    if found.state == "lost":
        raise _lost(kind, found.because or "damaged")
    return Body(found.key, found.sha256, found.bytes, _TYPES[kind])


def _lost(kind: EvidenceKind, because: str) -> ProblemError:
    return ProblemError(
        "evidence-lost", f"the {kind} is lost: {_BECAUSE.get(because, because)}", because=because
    )


async def media_response(
    request: Request, context: Context, principal: Principal, event_id: str, kind: EvidenceKind
) -> Response:
    """A clip or a snapshot, whole or in ranges. Raises ProblemError 404, 409 and 416."""
    body = await _found(context, principal, event_id, kind)
    try:
        return await respond(request, context.stores.blobs, body, context.media_threads)
    except BlobMissingError as error:
        raise _lost(kind, "damaged") from error


async def document_response(
    request: Request, context: Context, principal: Principal, event_id: str, kind: EvidenceKind
) -> Response:
    """Boxes or a reason, as they were stored. Raises ProblemError 404 and 409."""
    body = await _found(context, principal, event_id, kind)
    headers = {"ETag": f'W/"{body.sha256}"', "Cache-Control": "private, no-cache"}
    if matches_etag(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        found = await to_thread.run_sync(context.stores.blobs.get, body.key, limiter=context.media_threads)
    except BlobMissingError as error:
        raise _lost(kind, "damaged") from error
    return Response(found, headers=headers, media_type=body.media_type)


async def _found(context: Context, principal: Principal, event_id: str, kind: EvidenceKind) -> Body:
    return body_of(await to_thread.run_sync(event_seen, context, principal, event_id), kind)
