"""`/divisions`: the places of the administrative tree that are yours."""

from fastapi import APIRouter

from api.context import Here
from api.schemas.cameras import DivisionAnswer, DivisionsAnswer
from api.scopes import CameraReader

router = APIRouter(tags=["cameras"])


@router.get("/divisions")
def list_divisions(principal: CameraReader, context: Here) -> DivisionsAnswer:
    """Divisions with a name or a camera, in the order of their codes."""
    return DivisionsAnswer(
        divisions=[
            DivisionAnswer(code=one.code, name=dict(one.name))
            for one in context.stores.registry.divisions()
            if principal.sees(one.code)
        ]
    )
