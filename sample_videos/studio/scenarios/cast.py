"""Where figures and sites come from; a port, so that scenarios can be composed of plainer ones."""

from typing import Protocol

import numpy as np

from sample_videos.studio.actor import Figure
from sample_videos.studio.sites.site import Site


class Cast(Protocol):
    """Draws sites and figures."""

    def site(self, layout: str, rng: np.random.Generator) -> Site:
        """A site of this layout."""

    def person(self, rng: np.random.Generator) -> Figure:
        """Somebody on foot."""

    def rider(self, cycle: str, rng: np.random.Generator) -> Figure:
        """Somebody who sits on a bicycle or a motorcycle, with the cycle's own origin."""

    def vehicle(self, label: str, rng: np.random.Generator) -> Figure:
        """A vehicle of this label; cycles without their riders."""

    def bag(self, rng: np.random.Generator) -> Figure:
        """Luggage that may be left behind."""
