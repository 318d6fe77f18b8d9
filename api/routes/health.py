"""`/health`: for whoever supervises this process. Alive means that it answers; ready, that its stores do."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse

from api.context import Context, Here
from api.scopes import PUBLIC
from sharp_eyes.errors import StoreError

router = APIRouter(tags=["health"])

_PROBE = "health/probe"  # a key that is never written: asking for it asks the storage


class Alive(BaseModel):
    """This process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Each store: "ok", or "away"."""

    index: str
    registry: str
    blobs: str


@router.get("/health/live", dependencies=[PUBLIC])
async def live() -> Alive:
    """Whether this process answers."""
    return Alive()


@router.get("/health/ready", dependencies=[PUBLIC], responses={503: {"model": Ready}})
def ready(context: Here) -> JSONResponse:
    """Whether the stores answer: 200, or 503 that says which does not."""
    answer = Ready(index=_index(context), registry=_registry(context), blobs=_blobs(context))
    away = "away" in answer.model_dump().values()
    return JSONResponse(answer.model_dump(), 503 if away else 200)


def _index(context: Context) -> str:
    try:
        context.stores.index.ping()
    except StoreError:
        return "away"
    return "ok"


def _registry(context: Context) -> str:
    try:
        context.stores.registry.ping()
    except StoreError:
        return "away"
    return "ok"


def _blobs(context: Context) -> str:
    try:
        context.stores.blobs.stat(_PROBE)
    except StoreError:
        return "away"
    return "ok"
