"""What a worker is told to watch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assignment:
    """One camera for one worker.

    `number` stands for the camera in event ids, `entry` is its configuration as the registry keeps
    it (JSON), `revision` names exactly this one, `model` is the model or channel to look with.
    """

    camera: str
    number: int
    revision: int
    entry: str
    model: str
