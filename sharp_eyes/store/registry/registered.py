"""The nouns of the registry: cameras as they are kept, their history, and what a change may meet."""

from dataclasses import dataclass
from typing import Literal

from sharp_eyes.errors import StoreError

# Where a camera was edited: by a file that was applied, or by hand in the console (or its API).
Through = Literal["apply", "console"]


class StaleRevisionError(StoreError):
    """Somebody else changed it in the meantime; the message names who."""


class UnknownCameraError(StoreError):
    """The registry has no camera of this id."""


@dataclass(frozen=True, slots=True)
class RegisteredCamera:
    """One camera of the farm, as it is wanted now.

    `number` stands for it in event ids: 24 bits, its own for ever. `entry` is read by
    `sharp_eyes.config.stored.camera_of`. `revision` is that of its last change. A camera that is
    `removed` keeps its row, so that its events still have a name; one that is not `enabled` is not
    watched for the time being. `edited_at` is microseconds UTC.
    """

    id: str
    number: int
    entry: str
    revision: int
    division: str
    edited_by: str
    edited_at: int
    removed: bool
    enabled: bool
    through: Through = "apply"


@dataclass(frozen=True, slots=True)
class CameraRevision:
    """A camera as it was from this revision on; `at` is microseconds UTC."""

    revision: int
    camera: str
    entry: str
    author: str
    at: int
    through: Through
    removed: bool
    enabled: bool


@dataclass(frozen=True, slots=True)
class RuleRevision:
    """What a revision of a rule says: `spec` is JSON, `camera` the first that had it."""

    revision: str
    camera: str
    spec: str
    first_seen_at: int
