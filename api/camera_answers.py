"""Cameras as they are answered: the registry's entry, and what the nodes say of it."""

from api.directory import ListedCamera
from api.schemas.cameras import (
    CameraAnswer,
    CameraDetail,
    LocationAnswer,
    RuleAnswer,
    ShapeAnswer,
    State,
)
from sharp_eyes.config.entries import AnyRule, CameraEntry, CrossingEntry
from sharp_eyes.errors import StoreError
from sharp_eyes.farm_status import CameraStatus


def camera_answer(camera: ListedCamera, status: CameraStatus | None) -> CameraAnswer:
    """The camera as lists show it."""
    location = camera.location
    return CameraAnswer(
        id=camera.id,
        name=dict(camera.name),
        division=camera.division,
        location=LocationAnswer(lon=location[0], lat=location[1]) if location else None,
        tier=camera.tier,
        enabled=camera.enabled,
        state=_state(camera, status),
    )


def _state(camera: ListedCamera, status: CameraStatus | None) -> State:
    if not camera.enabled:
        return "disabled"
    return status.state if status else "unknown"


def camera_detail(camera: ListedCamera, entry: str, status: CameraStatus | None) -> CameraDetail:
    """The camera with its rules and shapes. Raises StoreError for an entry that is none."""
    try:
        written = CameraEntry.model_validate_json(entry)
    except ValueError as error:
        raise StoreError(f"the registry's entry of {camera.id} is no camera: {error}") from error
    return CameraDetail(
        **dict(camera_answer(camera, status)),
        revision=camera.revision,
        model=written.model,
        analyse_fps=written.analyse_fps,
        zones=[_shape(zone.name, zone.points) for zone in written.zone],
        lines=[_shape(line.name, line.points) for line in written.line],
        rules=[_rule(rule) for rule in written.rule],
        worker=status.worker if status else None,
        fps_in=status.fps_in if status else None,
        fps_analysed=status.fps_analysed if status else None,
        lag_seconds=status.lag_seconds if status else None,
        watched_until=status.watched_until if status else None,
        message=status.message if status else "",
    )


def _shape(name: str, points: list[list[float]]) -> ShapeAnswer:
    return ShapeAnswer(name=name, points=[(x, y) for x, y in points])


def _rule(rule: AnyRule) -> RuleAnswer:
    return RuleAnswer(
        name=rule.name,
        kind=rule.kind,
        place=rule.line if isinstance(rule, CrossingEntry) else rule.zone,
        labels=rule.labels,
        severity=rule.severity,
        enabled=rule.enabled,
    )
