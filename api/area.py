"""An area on the map: a polygon of the query, and the cameras that stand in it."""

from collections.abc import Iterable

import shapely

from api.directory import ListedCamera
from api.problems import ProblemError, wrong_parameter

MOST_POINTS = 1_000
MOST_CAMERAS = 5_000  # beyond it a division says the same in fewer words

_EXAMPLE = "write lon,lat;lon,lat;lon,lat in degrees, for example 118.8,28.9;118.9,28.9;118.9,29.0"


def parse_area(text: str) -> shapely.Polygon:
    """The polygon of `lon,lat;lon,lat;…` in degrees (WGS 84), closed or not. Raises ProblemError."""
    points = [_point(part) for part in text.rstrip(";").split(";")[: MOST_POINTS + 1]]
    if len(points) > MOST_POINTS:
        raise _wrong(f"more than {MOST_POINTS:,} points", "simplify the outline")
    if len(set(points)) < 3:
        raise _wrong(f"{len(set(points))} different points make no polygon", _EXAMPLE)
    shape = shapely.Polygon(points)
    if not shape.is_valid or shape.area == 0:
        reason = shapely.is_valid_reason(shape) if not shape.is_valid else "it has no area"
        raise _wrong(f"the polygon is not simple: {reason}", "its sides must not cross")
    shapely.prepare(shape)
    return shape


def _point(part: str) -> tuple[float, float]:
    try:
        lon, lat = (float(number) for number in part.split(","))
    except ValueError as error:
        raise _wrong(f"{part[:40]!r} is no point", _EXAMPLE) from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # also false for what is no number
        raise _wrong(f"{part[:40]!r} is not on the globe", "longitude first, then latitude, in degrees")
    return lon, lat


def _wrong(message: str, hint: str) -> ProblemError:
    return wrong_parameter("area", message, hint)


def cameras_within(shape: shapely.Polygon, cameras: Iterable[ListedCamera]) -> tuple[str, ...]:
    """The ids of the cameras that stand inside or on the border. Raises ProblemError for too many."""
    placed = [(camera.id, camera.location) for camera in cameras if camera.location is not None]
    if not placed:
        return ()
    inside = shapely.intersects_xy(shape, [at[0] for _, at in placed], [at[1] for _, at in placed])
    found = tuple(camera_id for (camera_id, _), within in zip(placed, inside, strict=True) if within)
    if len(found) > MOST_CAMERAS:
        raise _wrong(
            f"{len(found):,} cameras stand in it, at most {MOST_CAMERAS:,} may", "ask for a smaller one"
        )
    return found
