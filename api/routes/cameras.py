"""`/cameras`: what the farm watches, and how each camera does."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.area import cameras_within, parse_area
from api.camera_answers import camera_answer, camera_detail
from api.context import Here
from api.cursors import cursor_of, parts_of
from api.problems import not_found
from api.schemas.cameras import CameraDetail, CamerasAnswer
from api.scopes import CameraReader

router = APIRouter(tags=["cameras"])


class CameraFilters(BaseModel):
    """What a list of cameras may be asked for."""

    division: Annotated[
        str, Field(pattern="^[0-9]{0,20}$", description="of this division and those below it")
    ] = ""
    area: Annotated[
        str | None,
        Field(max_length=40_000, description="in this polygon: `lon,lat;lon,lat;lon,lat`, degrees"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 200
    cursor: Annotated[str | None, Field(max_length=1_024, description="`next` of the page before")] = None


@router.get("/cameras")
def list_cameras(
    principal: CameraReader, context: Here, filters: Annotated[CameraFilters, Query()]
) -> CamerasAnswer:
    """Cameras in the order of their ids."""
    after = str(parts_of(filters.cursor, (str,))[0]) if filters.cursor else ""
    found = [
        camera
        for camera in context.directory.all(after)
        if principal.sees(camera.division) and camera.division.startswith(filters.division)
    ]
    if filters.area is not None:
        within = set(cameras_within(parse_area(filters.area), found))
        found = [camera for camera in found if camera.id in within]
    page, states = found[: filters.limit], context.nodes.camera_states()
    return CamerasAnswer(
        cameras=[camera_answer(camera, states.get(camera.id)) for camera in page],
        next=cursor_of([page[-1].id]) if len(found) > len(page) else None,
        revision=context.directory.revision(),
    )


@router.get("/cameras/{camera_id}")
def get_camera(principal: CameraReader, context: Here, camera_id: str) -> CameraDetail:
    """One camera: its rules and shapes, and how it does; never where its video comes from."""
    camera = context.directory.find(camera_id)
    registered = context.stores.registry.camera(camera_id) if camera else None
    if camera is None or registered is None or not principal.sees(camera.division):
        raise not_found(f"camera {camera_id[:70]!r}")
    return camera_detail(camera, registered.entry, context.nodes.camera_states().get(camera_id))
