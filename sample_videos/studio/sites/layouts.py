"""The sites there are, by the name of their layout."""

from collections.abc import Callable

import numpy as np

from sample_videos.studio.sites.car_park import car_park
from sample_videos.studio.sites.hall import hall
from sample_videos.studio.sites.site import Site
from sample_videos.studio.sites.street import street
from sample_videos.studio.sites.yard import yard

_BUILDERS: dict[str, Callable[[np.random.Generator], Site]] = {
    "street": street,
    "yard": yard,
    "car_park": car_park,
    "hall": hall,
}
LAYOUTS = tuple(_BUILDERS)


def site(layout: str, rng: np.random.Generator) -> Site:
    """Build a site of this layout, another with every state of `rng`.

    Raises ValueError for a name that is none of LAYOUTS.
    """
    if layout not in _BUILDERS:
        raise ValueError(f'there is no layout "{layout}"; there are {", ".join(LAYOUTS)}')
    return _BUILDERS[layout](rng)
