"""The cast of the studio: its sites, people, vehicles and bags."""

from dataclasses import dataclass

import numpy as np

from sample_videos.studio.actor import Figure
from sample_videos.studio.figures.bag import bag
from sample_videos.studio.figures.fleet import vehicle
from sample_videos.studio.figures.person import Person, Posture
from sample_videos.studio.figures.wardrobe import look
from sample_videos.studio.sites.layouts import site
from sample_videos.studio.sites.site import Site

_POSTURES = {"bicycle": Posture.CYCLING, "motorcycle": Posture.RIDING}


@dataclass(frozen=True, slots=True)
class StudioCast:
    """Everything as it is rendered."""

    def site(self, layout: str, rng: np.random.Generator) -> Site:
        """A site of this layout."""
        return site(layout, rng)

    def person(self, rng: np.random.Generator) -> Figure:
        """Somebody on foot."""
        return Person(look(rng))

    def rider(self, cycle: str, rng: np.random.Generator) -> Figure:
        """Somebody who sits on a bicycle or a motorcycle."""
        return Person(look(rng), _POSTURES[cycle])

    def vehicle(self, label: str, rng: np.random.Generator) -> Figure:
        """A vehicle of this label."""
        return vehicle(label, rng)

    def bag(self, rng: np.random.Generator) -> Figure:
        """Luggage that may be left behind."""
        return bag(rng)
