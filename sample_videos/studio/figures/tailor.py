"""Cutting cloth: tubes round a body at rest, hung on its bones.

Everything is made in the figure's frame in the rest pose (upright, arms hanging) and brought into the
frames of its bones last. Where a tube crosses a joint, its rings above and below belong to different
bones and the cloth between them stretches: elbows and knees bend without a gap.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import Bone, rest
from sample_videos.studio.figures.wardrobe import Build
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh, merged, smooth
from sample_videos.studio.shapes.solids import tube
from sample_videos.studio.shapes.transform import Floats, move

Ring = tuple[float, ...]  # of `solids.tube`
# Girth of the trunk by its height: 0 at the hip joints, 1 at the root of the neck; shares of the
# height: half depth, half width, middle forwards of the hip joints; and whose width it is.
_TRUNK = np.array(
    (
        (-0.17, 0.045, 0.066, -0.004),
        (-0.08, 0.066, 0.090, -0.006),
        (0.03, 0.069, 0.097, -0.006),
        (0.15, 0.064, 0.091, -0.003),
        (0.30, 0.058, 0.083, 0.000),
        (0.45, 0.062, 0.087, 0.003),
        (0.60, 0.068, 0.095, 0.004),
        (0.75, 0.067, 0.102, 0.002),
        (0.86, 0.058, 0.104, -0.002),
        (0.93, 0.046, 0.088, -0.006),
        (0.98, 0.037, 0.060, -0.008),
        (1.03, 0.032, 0.036, -0.006),
    )
)


class Trunk:
    """A body's trunk as rings at heights from -0.17 (crotch) over 0 (hip joints) to 1 (neck)."""

    def __init__(self, body: Physique, build: Build) -> None:
        self._body = body
        self._widths = np.interp(_TRUNK[:, 0], (0.0, 0.3, 0.7), (build.hips, build.waist, build.shoulders))
        self._depths = np.interp(_TRUNK[:, 0], (0.0, 0.3, 0.8), (build.hips, build.waist, build.limbs))

    def height(self, level: float) -> float:
        """Metres above the floor."""
        return self._body.hip + level * (self._body.neck - self._body.hip)

    def ring(self, level: float, ease: float = 0.0) -> Ring:
        """The ring at a level, `ease` metres wider than the body."""
        depth, width, forwards = (
            float(np.interp(level, _TRUNK[:, 0], values)) * self._body.height
            for values in (_TRUNK[:, 1] * self._depths, _TRUNK[:, 2] * self._widths, _TRUNK[:, 3])
        )
        return self.height(level), depth + ease, width + ease, forwards, 0.0

    def draped(self, level: float, ease: float) -> Ring:
        """The ring of cloth that hangs straight down from the hips."""
        _, depth, width, forwards, y = self.ring(max(level, 0.03), ease)
        return self.height(level), depth, width, forwards, y

    def point(self, level: float, angle: float, ease: float) -> tuple[float, float, float]:
        """A point on the ring, the angle counted from the front to the left."""
        z, depth, width, forwards, _ = self.ring(level, ease)
        return forwards + depth * float(np.cos(angle)), width * float(np.sin(angle)), z

    def strap(self, low: float, high: float, ease: float, thickness: float = 0.06) -> Mesh:
        """A strap aslant round the trunk: lowest on the right, highest on the left. Levels."""
        segments = 16
        angles = 2 * np.pi * np.arange(segments) / segments
        middle, rise = (low + high) / 2, (high - low) / 2
        loops = [
            [self.point(middle + rise * float(np.sin(a)) + edge * thickness, float(a), ease) for a in angles]
            for edge in (-0.5, 0.5)
        ]
        faces = []
        for i in range(segments):
            j = (i + 1) % segments
            faces += [(i, j, i + segments), (j, j + segments, i + segments)]
        return smooth(np.array(loops[0] + loops[1], np.float32), np.array(faces, np.int32))


def sewn(
    rings: Sequence[Ring],
    material: Material,
    colour: Colour,
    bone: Bone,
    below: tuple[float, Bone] | None = None,
    segments: int = 12,
) -> Mesh:
    """A tube on a bone; `below` a height its vertices hang on another."""
    mesh = tube(rings, segments).made_of(material, colour).on_bone(bone)
    if below is None:
        return mesh
    height, lower = below
    return replace(mesh, bones=np.where(mesh.positions[:, 2] < height, float(lower), mesh.bones))


def on_hems(mesh: Mesh, height: float) -> Mesh:
    """The mesh, its part below a height hung on the hems: what is in front on the front one."""
    below = mesh.positions[:, 2] < height
    hems = np.where(mesh.positions[:, 0] > 0, float(Bone.HEM_FRONT), float(Bone.HEM_BACK))
    return replace(mesh, bones=np.where(below, hems, mesh.bones).astype(np.float32))


def tinted(mesh: Mesh, where: np.ndarray, colour: Colour) -> Mesh:
    """The mesh with another colour at some of its vertices (n,)."""
    return replace(mesh, colours=np.where(where[:, None], np.array(colour, np.float32), mesh.colours))


def creased(mesh: Mesh, rng: np.random.Generator) -> Mesh:
    """The mesh with the folds of worn cloth: light and dark places, and uneven normals."""
    cloth = (mesh.materials == float(Material.CLOTH)).astype(np.float32)[:, None]
    count = len(mesh.positions)
    shades = 1 + cloth * rng.normal(0, 0.06, (count, 1)).clip(-0.15, 0.15)
    normals = mesh.normals + cloth * rng.normal(0, 0.14, (count, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(
        mesh,
        colours=(mesh.colours * shades).clip(0, 1).astype(np.float32),
        normals=normals.astype(np.float32),
    )


def hung(pieces: Sequence[Mesh], body: Physique) -> Mesh:
    """Pieces made at rest as one mesh, every vertex in the frame of its bone."""
    whole = merged(pieces)
    origins: Floats = rest(body).astype(np.float32)
    return replace(whole, positions=whole.positions - origins[whole.bones.astype(np.int32)])


def shifted(mesh: Mesh, x: float, y: float, z: float) -> Mesh:
    """The mesh moved by metres."""
    return mesh.placed(move(x, y, z))
