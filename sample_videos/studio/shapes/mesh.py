"""Triangles with colour, material and bone: what figures and sites are made of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.transform import Floats

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Positions, normals and colours (n, 3), materials and bones (n,), faces (m, 3) of vertex numbers.

    A vertex moves with its bone; a mesh that does not move has only bone 0.
    """

    positions: Floats
    normals: Floats
    colours: Floats
    materials: Floats
    bones: Floats
    faces: NDArray[np.int32]

    def placed(self, matrix: Floats) -> "Mesh":
        """The mesh moved by a 4×4 matrix; normals stay of unit length."""
        positions = self.positions @ matrix[:3, :3].T + matrix[:3, 3]
        normals = self.normals @ np.linalg.inv(matrix[:3, :3])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
        faces = self.faces if np.linalg.det(matrix[:3, :3]) > 0 else self.faces[:, ::-1]
        return replace(
            self,
            positions=positions.astype(np.float32),
            normals=normals.astype(np.float32),
            faces=np.ascontiguousarray(faces),
        )

    def made_of(self, material: Material, colour: Colour) -> "Mesh":
        """The mesh in one material and colour."""
        count = len(self.positions)
        return replace(
            self,
            colours=np.tile(np.array(colour, np.float32), (count, 1)),
            materials=np.full(count, float(material), np.float32),
        )

    def on_bone(self, bone: int) -> "Mesh":
        """The mesh moving with this bone."""
        return replace(self, bones=np.full(len(self.positions), float(bone), np.float32))


def smooth(positions: Floats, faces: NDArray[np.int32]) -> Mesh:
    """A mesh whose normals are averaged over the faces that meet in a vertex."""
    corners = positions[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], across)
    return _plain(positions, normals, faces)


def faceted(positions: Floats, faces: NDArray[np.int32]) -> Mesh:
    """A mesh with sharp edges: every face has vertices of its own."""
    corners = positions[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    count = 3 * len(faces)
    return _plain(
        corners.reshape(count, 3),
        np.repeat(across, 3, axis=0),
        np.arange(count, dtype=np.int32).reshape(-1, 3),
    )


def _plain(positions: Floats, normals: Floats, faces: NDArray[np.int32]) -> Mesh:
    count = len(positions)
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return Mesh(
        positions.astype(np.float32),
        normals.astype(np.float32),
        np.full((count, 3), 0.5, np.float32),
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
        faces.astype(np.int32),
    )


def merged(meshes: Iterable[Mesh]) -> Mesh:
    """Many meshes as one. Raises ValueError without any."""
    parts = list(meshes)
    starts = np.cumsum([0, *(len(part.positions) for part in parts[:-1])])
    return Mesh(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.colours for part in parts]),
        np.concatenate([part.materials for part in parts]),
        np.concatenate([part.bones for part in parts]),
        np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]).astype(
            np.int32
        ),
    )
