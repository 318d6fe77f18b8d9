"""`/coverage`: which seconds of a camera were watched; "nothing happened" is worth as much as this says."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.context import Here
from api.coverage import LONGEST, MOST_CAMERAS, Place, coverage_of, summary
from api.event_filters import DAY
from api.parameters import MomentText, checked_range, moment
from api.problems import not_found, wrong_parameter
from api.schemas.coverage import CoverageAnswer
from api.scopes import CameraReader
from sharp_eyes.store.index.queries import CoverageQuery

router = APIRouter(tags=["cameras"])


class CoverageFilters(BaseModel):
    """Which cameras, and when."""

    from_: Annotated[MomentText | None, Field(alias="from", description="a day before `to`")] = None
    to: Annotated[MomentText | None, Field(description="now")] = None
    camera: Annotated[
        list[str], Field(min_length=1, max_length=MOST_CAMERAS, description="by id; repeatable")
    ]


@router.get("/coverage")
def get_coverage(
    principal: CameraReader, context: Here, filters: Annotated[CoverageFilters, Query()]
) -> CoverageAnswer:
    """What was analysed and what was shed of each camera; the rest of the time was lost."""
    to_at = moment(filters.to) if filters.to is not None else context.clock.now()
    from_at = moment(filters.from_) if filters.from_ is not None else to_at - DAY
    checked_range(from_at, to_at)
    if to_at - from_at > LONGEST:
        raise wrong_parameter("from", "more than 31 days before `to`", "ask in parts")
    cameras = tuple(dict.fromkeys(filters.camera))
    for camera_id in cameras:
        known = context.directory.find(camera_id)
        if known is None or not principal.sees(known.division):
            raise not_found(f"camera {camera_id[:70]!r}")
    spans = context.stores.index.coverage(CoverageQuery(from_at, to_at, cameras))
    return CoverageAnswer(
        cameras=[coverage_of(spans, camera, from_at, to_at) for camera in cameras],
        complete_until=context.nodes.complete_until(),
        coverage=summary(context, Place(principal, cameras=cameras), from_at, to_at),
    )
