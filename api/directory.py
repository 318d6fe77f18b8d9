"""The city's cameras in memory: names and places, as new as the registry's revision a second ago."""

import json
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from sharp_eyes.clock import SECOND, Clock
from sharp_eyes.errors import StoreError

FRESH = SECOND  # microseconds for which nobody asks the registry again


class Registered(Protocol):
    """What is read of a camera of the registry."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def entry(self) -> str:
        """Its entry as JSON."""
        ...

    @property
    def revision(self) -> int:
        """When it changed last."""
        ...

    @property
    def division(self) -> str:
        """Where it belongs."""
        ...

    @property
    def removed(self) -> bool:
        """Whether it is gone."""
        ...

    @property
    def enabled(self) -> bool:
        """Whether it is to be watched."""
        ...


class CameraSource(Protocol):
    """Where the cameras come from: the registry."""

    def revision(self) -> int:
        """Rises with every change."""
        ...

    def cameras(self, after_revision: int = -1) -> Collection[Registered]:
        """The cameras that changed since, removed ones too."""
        ...


@dataclass(frozen=True, slots=True)
class ListedCamera:
    """One camera as lists show it. `name` is (language, text); `location` longitude, latitude in degrees."""

    id: str
    name: tuple[tuple[str, str], ...]
    division: str
    location: tuple[float, float] | None
    tier: int
    enabled: bool
    removed: bool
    revision: int


class CameraDirectory:
    """Cameras by id, in the order of their ids; reads only what changed. Safe to use from several threads."""

    def __init__(self, source: CameraSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._cameras: dict[str, ListedCamera] = {}
        self._order: tuple[str, ...] = ()
        self._revision = -1
        self._asked_at: int | None = None

    def revision(self) -> int:
        """The registry's revision that this is of."""
        self._refresh()
        return self._revision

    def find(self, camera_id: str) -> ListedCamera | None:
        """The camera with this id; None where there is none, or no more."""
        known = self.remembered(camera_id)
        return None if known is None or known.removed else known

    def remembered(self, camera_id: str) -> ListedCamera | None:
        """The camera with this id, also if it is removed: its events still have a name."""
        self._refresh()
        return self._cameras.get(camera_id)

    def all(self, after: str = "") -> Iterator[ListedCamera]:
        """The cameras whose ids come after this one, in the order of their ids."""
        self._refresh()
        order, cameras = self._order, self._cameras
        for camera_id in order:
            if camera_id > after:
                yield cameras[camera_id]

    def _refresh(self) -> None:
        with self._lock:
            now = self._clock.monotonic()
            if self._asked_at is not None and now - self._asked_at < FRESH:
                return
            revision = self._source.revision()
            if revision != self._revision:
                self._take(self._source.cameras(self._revision))
                self._revision = revision
            self._asked_at = now

    def _take(self, changed: Collection[Registered]) -> None:
        cameras = dict(self._cameras)  # those who iterate keep the old one
        cameras |= {camera.id: listed(camera) for camera in changed}
        self._cameras = cameras  # before the order: whoever reads both finds every camera of the order
        self._order = tuple(sorted(one.id for one in cameras.values() if not one.removed))


def listed(camera: Registered) -> ListedCamera:
    """What lists show of a registered camera. Raises StoreError for an entry that is none."""
    try:
        entry = json.loads(camera.entry)
        location = entry.get("location")
        return ListedCamera(
            id=camera.id,
            name=_names(entry.get("name"), camera.id),
            division=camera.division,
            location=(float(location["lon"]), float(location["lat"])) if location else None,
            tier=int(entry.get("tier", 2)),
            enabled=camera.enabled,
            removed=camera.removed,
            revision=camera.revision,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"the registry's entry of {camera.id} is no camera: {error}") from error


def _names(name: object, camera_id: str) -> tuple[tuple[str, str], ...]:
    if isinstance(name, dict) and name:
        return tuple(sorted((str(language), str(text)) for language, text in name.items()))
    return (("en", str(name or camera_id)),)
