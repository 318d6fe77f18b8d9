"""`/capabilities`: what this farm can notice, and what it never does."""

from importlib.metadata import version

from fastapi import APIRouter
from pydantic import BaseModel

from api.scope_names import SCOPES
from api.scopes import PUBLIC
from sharp_eyes.catalogue import BUILT, HEALTH
from sharp_eyes.labels import LABELS

router = APIRouter(tags=["capabilities"])

_STATEMENT = (
    "This farm notices what happens. It never says who somebody is: no recognition of faces, no "
    "recognition of a person across cameras, no guess at ethnicity, emotion or gait. No part of the "
    "program can do so, not even switched off."
)


class Capabilities(BaseModel):
    """What may be asked of this farm. `identifies_people` is false, and no setting changes it."""

    product: str
    version: str
    rules: list[str]
    camera_health: list[str]
    labels: list[str]
    scopes: dict[str, str]
    identifies_people: bool
    statement: str


@router.get("/capabilities", dependencies=[PUBLIC])
async def get_capabilities() -> Capabilities:
    """What this farm can notice, and what it never does."""
    return Capabilities(
        product="Sharp Eyes",
        version=version("sharp-eyes"),
        rules=list(BUILT),
        camera_health=list(HEALTH),
        labels=list(LABELS),
        scopes=dict(SCOPES),
        identifies_people=False,
        statement=_STATEMENT,
    )
