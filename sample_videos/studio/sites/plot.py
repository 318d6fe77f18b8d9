"""A plot under construction: what was put on it, which floor is taken, and what hides what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from sample_videos.studio.shapes.masonry import Bounds
from sample_videos.studio.shapes.mesh import Mesh, merged
from sample_videos.studio.sites.site import Bay, Lamp, Place

Rectangle = tuple[float, float, float, float]  # x0, y0, x1, y1 in metres

_HEADROOM_M = 2.2  # what hangs higher is in nobody's way
_SLIM_M = 0.5  # what is slimmer hides nobody


@dataclass(slots=True)
class Plot:
    """Collects meshes and keeps book of the floor.

    `bodies` are boxes that hide what is behind them, `footprints` rectangles on which something stands,
    `ways` polygons where people go and `drives` those of vehicles, `squares` rectangles on which people
    may stand about.
    """

    pieces: list[Mesh] = field(default_factory=list)
    bodies: list[Bounds] = field(default_factory=list)
    footprints: list[Rectangle] = field(default_factory=list)
    ways: list[Any] = field(default_factory=list)
    drives: list[Any] = field(default_factory=list)
    squares: list[Rectangle] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    bays: list[Bay] = field(default_factory=list)

    def lay(self, *meshes: Mesh) -> None:
        """Add what people walk upon, or what is out of everybody's way."""
        self.pieces.extend(meshes)

    def put(self, *meshes: Mesh, opaque: bool = True) -> None:
        """Add what stands; fences and other airy things are not `opaque`."""
        for mesh in meshes:
            self.pieces.append(mesh)
            self.footprints.extend(_footprint(mesh))
            x0, y0, z0 = mesh.positions.min(axis=0).tolist()
            x1, y1, z1 = mesh.positions.max(axis=0).tolist()
            if opaque and min(x1 - x0, y1 - y0) > _SLIM_M:
                self.bodies.append((x0, y0, z0, x1, y1, z1))

    def put_if_free(self, *meshes: Mesh, opaque: bool = True, gap: float = 0.25) -> bool:
        """Add what stands unless something is there, or somebody passes there; False if it was left out."""
        for mesh in meshes:
            for x0, y0, x1, y1 in _footprint(mesh):
                place = shapely.box(x0 - gap, y0 - gap, x1 + gap, y1 + gap)
                taken = (shapely.box(*other) for other in self.footprints)
                if any(place.intersects(other) for other in (*self.ways, *self.drives, *taken)):
                    return False
        self.put(*meshes, opaque=opaque)
        return True

    def keep_clear(self, points: Sequence[Place], half_width: float = 0.55) -> None:
        """Nothing will be put on this way of people."""
        self.ways.append(shapely.LineString(points).buffer(half_width))

    def keep_for_vehicles(self, points: Sequence[Place], half_width: float = 1.4) -> None:
        """Nothing will be put on this way of vehicles, and it belongs to no open floor."""
        self.drives.append(shapely.LineString(points).buffer(half_width, cap_style="flat"))

    def free_floor(self) -> Any:
        """The squares without what is taken: a polygon, 0.3 m away from everything that stands."""
        taken = [shapely.box(x0 - 0.3, y0 - 0.3, x1 + 0.3, y1 + 0.3) for x0, y0, x1, y1 in self.footprints]
        squares = shapely.union_all([shapely.box(*square) for square in self.squares])
        return squares.difference(shapely.union_all([*taken, *self.drives]))

    def mesh(self) -> Mesh:
        """Everything as one mesh."""
        return merged(self.pieces)


def _footprint(mesh: Mesh) -> list[Rectangle]:
    """The rectangle of what is below head height: none for what hangs."""
    low = mesh.positions[mesh.positions[:, 2] < _HEADROOM_M, :2]
    if not len(low):
        return []
    (x0, y0), (x1, y1) = np.min(low, axis=0).tolist(), np.max(low, axis=0).tolist()
    return [(x0, y0, x1, y1)]
