"""What shows of a body: head and hair, neck, hands, bare limbs, and the shoes."""

import numpy as np

from sample_videos.studio.figures.gait import BALL, HEEL
from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import Bone
from sample_videos.studio.figures.tailor import Ring, Trunk, sewn, shifted, tinted
from sample_videos.studio.figures.wardrobe import Hair, Look
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh
from sample_videos.studio.shapes.solids import sphere
from sample_videos.studio.shapes.transform import scale

# Rings of the skull: height from the chin (0) to above the crown (1), half depth, half width, middle
# forwards of the neck; shares of the head's height.
_SKULL = (
    (0.00, 0.15, 0.12, 0.22), (0.06, 0.26, 0.21, 0.17), (0.18, 0.36, 0.28, 0.09), (0.32, 0.41, 0.32, 0.04),
    (0.46, 0.43, 0.335, 0.01), (0.60, 0.445, 0.345, -0.01), (0.74, 0.43, 0.335, -0.02),
    (0.86, 0.35, 0.28, -0.03), (0.93, 0.22, 0.18, -0.03), (0.96, 0.06, 0.05, -0.03),
)  # fmt: skip
_SHORT_HAIR = (
    (0.24, 0.24, 0.30, -0.20), (0.48, 0.33, 0.365, -0.14), (0.66, 0.42, 0.38, -0.07),
    (0.78, 0.47, 0.375, -0.03), (0.90, 0.41, 0.33, -0.04), (0.97, 0.27, 0.22, -0.04),
    (1.0, 0.10, 0.09, -0.04),
)  # fmt: skip
_LONG_HAIR = (
    (-0.42, 0.12, 0.30, -0.34),
    (-0.2, 0.20, 0.38, -0.30),
    (0.1, 0.25, 0.39, -0.25),
    *_SHORT_HAIR[1:],
)


def crown(body: Physique, rings: tuple[Ring, ...]) -> list[Ring]:
    """Rings about the head: (height, half depth, half width, forwards), shares of its height."""
    size = body.head
    return [(body.chin + z * size, dx * size, dy * size, cx * size, 0.0) for z, dx, dy, cx in rings]


def head(look: Look, body: Physique) -> list[Mesh]:
    """Face with eyes, mouth, nose and ears."""
    size = body.head
    skull = sewn(crown(body, _SKULL), Material.PLAIN, look.skin, Bone.HEAD)
    rise = (skull.positions[:, 2] - body.chin) / size
    aside = np.abs(skull.positions[:, 1]) / size
    before = skull.positions[:, 0] > 0.15 * size
    skull = tinted(
        skull, before & (abs(rise - 0.46) < 0.05) & (aside > 0.1) & (aside < 0.3), _dim(look, 0.45)
    )
    skull = tinted(skull, before & (abs(rise - 0.18) < 0.05) & (aside < 0.1), _dim(look, 0.6))
    parts = [skull, _knob(look, body, (0.46, 0.0, 0.34), (0.07, 0.06, 0.1))]
    return parts + [_knob(look, body, (0.0, side * 0.345, 0.42), (0.07, 0.03, 0.13)) for side in (1, -1)]


def hair(look: Look, body: Physique, up_to: float) -> list[Mesh]:
    """The hair, below a height of the head (1 is its crown) above which something covers it."""
    if look.hair is Hair.BALD or not up_to:
        return []
    rings = _LONG_HAIR if look.hair is Hair.LONG else _SHORT_HAIR
    shown = tuple(ring for ring in rings if ring[0] <= up_to)
    cut = sewn(crown(body, shown), Material.PLAIN, look.hair_colour, Bone.HEAD)
    if look.hair is not Hair.TIED:
        return [cut]
    size = body.head
    bun = shifted(sphere(0.17 * size, 7), -0.55 * size, 0.0, body.chin + 0.56 * size)
    return [cut, bun.made_of(Material.PLAIN, look.hair_colour).on_bone(Bone.HEAD)]


def neck(look: Look, body: Physique, trunk: Trunk) -> Mesh:
    """From the collarbones to below the skull."""
    radius = 0.034 * body.height * (0.5 + 0.5 * look.build.limbs)
    rings = [
        (trunk.height(0.9), 1.15 * radius, 1.3 * radius, -0.006 * body.height, 0.0),
        (trunk.height(1.04), radius, radius, -0.004 * body.height, 0.0),
        (body.chin + 0.25 * body.head, 0.95 * radius, 0.95 * radius, 0.0, 0.0),
    ]
    return sewn(rings, Material.PLAIN, _dim(look, 0.85), Bone.HEAD, (body.neck, Bone.CHEST), 9)


def bare_arm(look: Look, body: Physique, side: int) -> Mesh:
    """From the shoulder to the wrist; `side` is 1 on the left, -1 on the right."""
    return arm(body, side, 0.92 * look.build.limbs, 0.0, Material.PLAIN, look.skin)


def arm(body: Physique, side: int, fullness: float, ease: float, material: Material, colour: Colour) -> Mesh:
    """A sleeve or a bare arm to the wrist, `ease` metres wide of the body; round at the shoulder."""
    upper, fore, unit = body.upper_arm, body.forearm, body.height * fullness
    shares = (
        (-upper - fore, 0.0165, 1.3), (-upper - 0.82 * fore, 0.0185, 1.1), (-upper - 0.3 * fore, 0.024, 0.8),
        (-upper - 0.1 * fore, 0.0245, 0.9), (-0.88 * upper, 0.025, 0.9), (-0.55 * upper, 0.028, 0.8),
        (-0.25 * upper, 0.030, 0.6), (-0.07 * upper, 0.028, 0.45), (0.03 * upper, 0.020, 0.4),
        (0.08 * upper, 0.009, 0.3),
    )  # fmt: skip
    y = side * body.shoulder_half
    rings = [
        (body.shoulder + z, radius * unit + e * ease, radius * unit + e * ease, 0.0, y)
        for z, radius, e in shares
    ]
    first, second = (
        (Bone.LEFT_UPPER_ARM, Bone.LEFT_FOREARM) if side > 0 else (Bone.RIGHT_UPPER_ARM, Bone.RIGHT_FOREARM)
    )
    return sewn(rings, material, colour, first, (body.shoulder - upper, second), 9)


def hand(look: Look, body: Physique, side: int) -> Mesh:
    """A hand that hangs half open, its palm towards the thigh."""
    h, wrist, y = body.height, body.shoulder - body.upper_arm - body.forearm, side * body.shoulder_half
    rings = [
        (wrist - 0.09 * h, 0.011 * h, 0.007 * h, 0.010 * h, y - side * 0.012 * h),
        (wrist - 0.065 * h, 0.020 * h, 0.010 * h, 0.007 * h, y - side * 0.004 * h),
        (wrist - 0.03 * h, 0.023 * h, 0.012 * h, 0.004 * h, y),
        (wrist + 0.01 * h, 0.015 * h, 0.013 * h, 0.0, y),
    ]
    bone = Bone.LEFT_FOREARM if side > 0 else Bone.RIGHT_FOREARM
    return sewn(rings, Material.PLAIN, look.skin, bone, segments=7)


def shoe(look: Look, body: Physique, side: int) -> Mesh:
    """A shoe with its sole: toes forwards, a little up from the floor at the tip."""
    h, ankle = body.height, body.ankle
    heel, toe = (HEEL - 0.014) * h, (BALL + 0.032) * h
    middle, half = (heel + toe) / 2, (toe - heel) / 2
    y = side * body.hip_half
    rings = [
        (0.0, 0.96 * half, 0.025 * h, middle, y),
        (0.016 * h, half, 0.028 * h, middle, y),
        (0.0165 * h, 0.98 * half, 0.027 * h, middle, y),
        (0.6 * ankle, 0.82 * half, 0.025 * h, middle - 0.012 * h, y),
        (0.95 * ankle, 0.45 * half, 0.023 * h, heel + 0.5 * half, y),
        (1.5 * ankle, 0.024 * h, 0.023 * h, 0.0, y),
    ]
    bone = Bone.LEFT_FOOT if side > 0 else Bone.RIGHT_FOOT
    mesh = sewn(rings, Material.PLAIN, look.shoe_colour, bone)
    mesh = tinted(mesh, mesh.positions[:, 2] < 0.0162 * h, look.sole_colour)
    beyond = np.maximum(mesh.positions[:, 0] - BALL * h, 0.0)
    mesh.positions[:, 2] += 0.45 * beyond
    return mesh


def _knob(
    look: Look, body: Physique, place: tuple[float, float, float], radii: tuple[float, float, float]
) -> Mesh:
    """A nose or an ear: place and radii as shares of the head."""
    size = body.head
    x, y, z = (share * size for share in place)
    ball = sphere(size, 5).placed(scale(*radii))
    return shifted(ball, x, y, body.chin + z).made_of(Material.PLAIN, _dim(look, 0.9)).on_bone(Bone.HEAD)


def _dim(look: Look, share: float) -> Colour:
    red, green, blue = look.skin
    return red * share, green * share * 0.95, blue * share * 0.93
