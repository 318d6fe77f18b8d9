"""A cast of boxes on bare ground: scenarios of it are composed quickly, and are right to the same rules."""

from dataclasses import dataclass, field

import numpy as np

from sample_videos.studio.actor import Beam, Figure, Stance
from sample_videos.studio.camera import Camera
from sample_videos.studio.shapes.mesh import Mesh
from sample_videos.studio.shapes.solids import box, floor
from sample_videos.studio.shapes.transform import Floats, Vector, move
from sample_videos.studio.sites.site import Lane, Site

_SIZES: dict[str, Vector] = {
    "person": (0.4, 0.5, 1.7),
    "bicycle": (1.75, 0.6, 1.1),
    "motorcycle": (2.0, 0.7, 1.2),
    "car": (4.4, 1.8, 1.5),
    "van": (5.4, 2.0, 2.2),
    "bus": (11.0, 2.5, 3.1),
    "truck": (8.0, 2.5, 3.3),
    "bag": (0.5, 0.3, 0.4),
}


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A figure that is a box of its size."""

    label: str
    size: Vector
    beams: tuple[Beam, ...] = ()
    mesh: Mesh = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mesh", box(*self.size).placed(move(0.0, 0.0, self.size[2] / 2)))

    def bones(self, stance: Stance) -> Floats:  # noqa: ARG002 (a box does not move in itself)
        """One bone that stays as it is."""
        return np.eye(4, dtype=np.float32)[None]


@dataclass(frozen=True, slots=True)
class PlainCast:
    """Boxes, and four sites without anything on them."""

    def site(self, layout: str, rng: np.random.Generator) -> Site:
        """Bare ground, seen from a mast; a road crosses the picture but in a hall."""
        height, ahead = float(rng.uniform(4.5, 6.5)), float(rng.uniform(12.0, 15.0))
        camera = Camera((0.0, 0.0, height), (0.0, ahead, 0.8), 0.8, float(rng.uniform(0.0, 0.1)))
        road = ahead + 6.0
        lanes = (
            Lane(((-40.0, road), (40.0, road)), 8.0),
            Lane(((40.0, road + 3.5), (-40.0, road + 3.5)), 8.0),
        )
        return Site(
            layout=layout,
            mesh=floor(-60.0, -20.0, 60.0, 120.0),
            camera=camera,
            walks=(((-30.0, ahead + 3.2), (30.0, ahead + 3.2)), ((-14.0, ahead - 5.5), (14.0, ahead - 5.5))),
            lanes=() if layout == "hall" else lanes,
            bays=(),
            open_floor=((-4.5, ahead - 4.0, 4.0, ahead + 2.0),),
            lamps=(),
            indoors=layout == "hall",
        )

    def person(self, rng: np.random.Generator) -> Figure:
        """A box as high as a person."""
        length, width, height = _SIZES["person"]
        return Box("person", (length, width, height * float(rng.uniform(0.92, 1.08))))

    def rider(self, cycle: str, rng: np.random.Generator) -> Figure:  # noqa: ARG002 (all alike)
        """The same as somebody on foot."""
        return self.person(rng)

    def vehicle(self, label: str, rng: np.random.Generator) -> Figure:  # noqa: ARG002 (all alike)
        """A box as large as a vehicle of this label."""
        return Box(label, _SIZES[label])

    def bag(self, rng: np.random.Generator) -> Figure:  # noqa: ARG002 (all alike)
        """A small box."""
        return Box("bag", _SIZES["bag"])
