"""The kinds of scenario there are: what is played, and on which layouts it can be."""

from collections.abc import Callable
from dataclasses import dataclass

from sample_videos.studio.picture.weather import CONDITIONS
from sample_videos.studio.scenario import LAYOUTS
from sample_videos.studio.scenarios import (
    decoys,
    health,
    intrusion,
    line,
    loitering,
    luggage,
    people,
    vehicles,
)
from sample_videos.studio.scenarios.draft import Draft

OUTDOORS = ("street", "yard", "car_park")


@dataclass(frozen=True, slots=True)
class Play:
    """What is done to a draft, and the layouts and conditions that have what it takes."""

    run: Callable[[Draft], None]
    layouts: tuple[str, ...] = LAYOUTS
    conditions: tuple[str, ...] = CONDITIONS

    def misfit(self, layout: str, condition: str) -> tuple[str, str] | None:
        """Which of the two does not suit, by its key, and why; None where both do."""
        if layout not in self.layouts:
            return "layout", f"cannot be in a {layout}; {' or '.join(self.layouts)} suits it"
        if condition not in self.conditions:
            return "condition", f"cannot be seen in {condition}; {' or '.join(self.conditions)} suits it"
        return None


PLAYS = {
    "intrusion": Play(intrusion.play),
    "line": Play(line.play),
    "loitering": Play(loitering.play),
    "wrong_way": Play(vehicles.wrong_way, ("street", "car_park")),
    "stopped": Play(vehicles.stopped, OUTDOORS),
    "speeding": Play(vehicles.speeding, OUTDOORS),
    "abandoned": Play(luggage.abandoned),
    "removed": Play(luggage.removed),
    "crowd": Play(people.crowd),
    "gathering": Play(people.gathering),
    "running": Play(people.running),
    "occupancy": Play(people.occupancy),
    "shadow": Play(decoys.shadow, OUTDOORS, decoys.SUNNY),
    "headlights": Play(decoys.headlights, OUTDOORS, decoys.DARK),
    "half_hidden": Play(decoys.half_hidden),
    "health": Play(health.play),
}
