"""`/openapi.json`: what there is to ask, for programs that write programs."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from api.scopes import PUBLIC

router = APIRouter(tags=["capabilities"])


@router.get("/openapi.json", dependencies=[PUBLIC])
async def openapi(request: Request) -> JSONResponse:
    """This interface as an OpenAPI 3.1 document."""
    return JSONResponse(request.app.openapi(), headers={"Cache-Control": "no-cache"})
