"""The kinds of scenario there are: what is played, and on which layouts it can be."""

from collections.abc import Callable
from dataclasses import dataclass

from sample_videos.studio.scenario import LAYOUTS
from sample_videos.studio.scenarios import health, intrusion, line, loitering, luggage, people, vehicles
from sample_videos.studio.scenarios.draft import Draft

_WITH_LANES = ("street", "yard", "car_park")


@dataclass(frozen=True, slots=True)
class Play:
    """What is done to a draft, and the layouts that have what it takes."""

    run: Callable[[Draft], None]
    layouts: tuple[str, ...] = LAYOUTS


PLAYS = {
    "intrusion": Play(intrusion.play),
    "line": Play(line.play),
    "loitering": Play(loitering.play),
    "wrong_way": Play(vehicles.wrong_way, ("street", "car_park")),
    "stopped": Play(vehicles.stopped, _WITH_LANES),
    "speeding": Play(vehicles.speeding, _WITH_LANES),
    "abandoned": Play(luggage.abandoned),
    "removed": Play(luggage.removed),
    "crowd": Play(people.crowd),
    "gathering": Play(people.gathering),
    "running": Play(people.running),
    "occupancy": Play(people.occupancy),
    "health": Play(health.play),
}
