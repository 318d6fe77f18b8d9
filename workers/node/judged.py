"""How far a worker may claim to have judged: no further than what it said is durable."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sharp_eyes.farm_status import CameraStatus

MARKS = 64


@dataclass(slots=True)
class Judged:
    """Holds back `watched_until` until the rows that were appended before it are acknowledged.

    Counts are of rows since the client began.
    """

    _marks: list[tuple[int, dict[str, int | None]]] = field(default_factory=list)
    _safe: dict[str, int | None] = field(default_factory=dict)

    def mark(self, appended: int, cameras: Sequence[CameraStatus]) -> None:
        """After `appended` rows the cameras are judged as far as they say."""
        mark = (appended, {camera.camera: camera.watched_until for camera in cameras})
        if len(self._marks) == MARKS:
            self._marks[-1] = mark
        else:
            self._marks.append(mark)

    def capped(self, acknowledged: int, cameras: Sequence[CameraStatus]) -> list[CameraStatus]:
        """The cameras with what is true of them now that so many rows are acknowledged."""
        while self._marks and self._marks[0][0] <= acknowledged:
            self._safe = self._marks.pop(0)[1]
        return [replace(camera, watched_until=self._safe.get(camera.camera)) for camera in cameras]
