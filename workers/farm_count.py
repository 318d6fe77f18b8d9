"""The farm in numbers: what the controller counts, the driver beats and the supervisor says."""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

BEAT = "beat "


@dataclass(frozen=True, slots=True)
class FarmCount:
    """Workers there should be, and `ready` of them; cameras `wanted`, and `assigned` of them.

    `left_out` are those that no worker has room for, or that there is no worker for.
    """

    workers: int = 0
    ready: int = 0
    wanted: int = 0
    assigned: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        without = f", {self.left_out} without a place" if self.left_out else ""
        return f"{self.ready} of {self.workers} workers, {self.assigned} of {self.wanted} cameras{without}"


_COUNT = TypeAdapter(FarmCount)


def beat_line(count: FarmCount) -> str:
    """A driver's sign of life."""
    return BEAT + _COUNT.dump_json(count).decode()


def read_beat(line: str) -> FarmCount | None:
    """What a beat says; None for any other line."""
    if not line.startswith(BEAT):
        return None
    try:
        return _COUNT.validate_json(line.removeprefix(BEAT))
    except ValidationError:
        return None
