"""`/` and `/static`: the operators' page, its modules, styles and dictionaries."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.media_ranges import matches_etag
from api.problems import not_found
from api.scopes import PUBLIC_PAGE
from api.static_files import static_files

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[PUBLIC_PAGE])
async def page(request: Request) -> Response:
    """The page; it asks who you are."""
    return _file(request, "index.html")


@router.get("/static/{name:path}", dependencies=[PUBLIC_PAGE])
async def static_file(request: Request, name: str) -> Response:
    """A file that the page loads."""
    return _file(request, name)


@router.get("/favicon.ico", dependencies=[PUBLIC_PAGE])
async def icon(request: Request) -> Response:
    """Browsers ask for it unasked."""
    return _file(request, "icon.svg")


def _file(request: Request, name: str) -> Response:
    found = static_files().get(name)
    if found is None:
        raise not_found(f"file {name[:100]!r}")
    headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
    if matches_etag(request.headers.get("if-none-match"), found.etag):
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type=found.media_type)
