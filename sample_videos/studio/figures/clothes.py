"""Clothes on a body at rest."""

import numpy as np

from sample_videos.studio.figures.anatomy import arm, bare_arm, hand
from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import Bone
from sample_videos.studio.figures.tailor import Ring, Trunk, on_hems, sewn, tinted
from sample_videos.studio.figures.wardrobe import Bottom, Look, Top
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh

_REFLECTING: Colour = (0.8, 0.8, 0.78)
# By garment: the level of its lower hem, how many metres it is wide of the body at hem and chest, and
# how many a sleeve is.
_CUTS = {
    Top.T_SHIRT: (-0.04, 0.014, 0.008, 0.010),
    Top.PULLOVER: (-0.06, 0.020, 0.015, 0.014),
    Top.JACKET: (-0.10, 0.028, 0.026, 0.021),
    Top.COAT: (-0.66, 0.055, 0.028, 0.022),
    Top.HIGH_VISIBILITY: (-0.04, 0.026, 0.024, 0.012),
}
_LEVELS = (-0.66, -0.42, -0.2, -0.1, 0.03, 0.15, 0.3, 0.45, 0.6, 0.75, 0.86, 0.93, 0.98, 1.03)
# Rings of a leg: height between ankle (0), knee (1) and hip (2), radius of the bare leg and of trousers
# as shares of the height, and middle forwards.
_LEG = (
    (0.0, 0.022, 0.037, 0.0), (0.35, 0.027, 0.038, -0.003), (0.7, 0.036, 0.041, -0.006),
    (0.9, 0.035, 0.042, -0.002), (1.08, 0.036, 0.043, 0.003), (1.25, 0.041, 0.047, 0.003),
    (1.55, 0.050, 0.054, 0.0), (1.8, 0.054, 0.057, -0.003), (2.05, 0.048, 0.048, -0.006),
)  # fmt: skip


def upper_garment(look: Look, body: Physique, trunk: Trunk) -> list[Mesh]:
    """Trunk, sleeves, hands and collar of what is worn above."""
    hem, hem_ease, chest_ease, _ = _CUTS[look.top]
    levels = [hem, *(level for level in _LEVELS if level > hem + 0.03)]
    eases = np.interp(
        levels, (hem, max(hem + 0.25, 0.1), 0.9, 1.03), (hem_ease, chest_ease, chest_ease, 0.006)
    )
    rings = [trunk.draped(level, float(ease)) for level, ease in zip(levels, eases, strict=True)]
    cloth = sewn(rings, Material.CLOTH, look.top_colour, Bone.CHEST, (body.waist, Bone.PELVIS), 14)
    cloth = on_hems(cloth, trunk.height(-0.12))
    parts = [_fastened(look, trunk, cloth), *_trimmings(look, trunk)]
    for side in (1, -1):
        parts += [*_sleeve(look, body, side), hand(look, body, side)]
    return parts


def lower_garment(look: Look, body: Physique, trunk: Trunk) -> list[Mesh]:
    """Hips and legs."""
    cloth, build = look.bottom_colour, look.build.limbs
    eases = ((-0.17, 0.006), (-0.1, 0.008), (-0.02, 0.004), (0.1, -0.004), (0.2, -0.01))
    rings = [trunk.ring(level, ease) for level, ease in eases]
    parts = [sewn(rings, Material.CLOTH, cloth, Bone.PELVIS)]
    if look.bottom is Bottom.SKIRT:
        parts.append(_skirt(look, trunk))
    for side in (1, -1):
        if look.bottom is Bottom.TROUSERS:
            parts.append(_leg(body, side, _trouser_rings(body, side, build), Material.CLOTH, cloth))
            continue
        bare = [_leg_ring(body, side, height, build * skin, cx) for height, skin, _, cx in _LEG]
        if look.bottom is Bottom.LEGGINGS:
            parts.append(_leg(body, side, bare, Material.CLOTH, cloth))
            continue
        parts.append(_leg(body, side, bare, Material.PLAIN, look.skin))
        if look.bottom is Bottom.SHORTS:
            short = [
                _leg_ring(body, side, height, build * (wide + 0.006), cx)
                for height, _, wide, cx in _LEG
                if height > 1
            ]
            parts.append(_leg(body, side, short, Material.CLOTH, cloth))
    return parts


def _fastened(look: Look, trunk: Trunk, cloth: Mesh) -> Mesh:
    """Jackets and coats are open over what is worn beneath, or closed with a darker seam."""
    if look.top not in {Top.JACKET, Top.COAT}:
        return cloth
    red, green, blue = look.top_colour
    is_open = look.creases % 5 < 2
    down_to = 0.0 if is_open else 0.9
    depth = cloth.positions[:, 0]
    front = (np.abs(cloth.positions[:, 1]) < 0.02) & (depth > 0)
    seam: Colour = (0.6 * red, 0.6 * green, 0.6 * blue)
    cloth = tinted(cloth, front, seam)
    return tinted(cloth, front & (cloth.positions[:, 2] > trunk.height(down_to)), look.inner_colour)


def _trimmings(look: Look, trunk: Trunk) -> list[Mesh]:
    """A collar, and what tells a garment from a tube: waistband, reflecting bands."""
    parts = []
    if look.top in {Top.JACKET, Top.COAT}:
        rings = [trunk.ring(0.97, 0.004), trunk.ring(1.03, 0.016), trunk.ring(1.1, 0.018)]
        red, green, blue = look.top_colour
        parts.append(
            sewn(rings, Material.CLOTH, (0.8 * red, 0.8 * green, 0.8 * blue), Bone.CHEST, segments=10)
        )
    if look.top is Top.HIGH_VISIBILITY:
        for low in (0.28, 0.5):
            rings = [trunk.ring(low, 0.029), trunk.ring(low + 0.1, 0.029)]
            bone = Bone.CHEST if low > 0.3 else Bone.PELVIS
            parts.append(sewn(rings, Material.PLAIN, _REFLECTING, bone, segments=14))
    return parts


def _sleeve(look: Look, body: Physique, side: int) -> list[Mesh]:
    ease = _CUTS[look.top][3]
    colour = look.inner_colour if look.top is Top.HIGH_VISIBILITY else look.top_colour
    if look.top is not Top.T_SHIRT:
        return [arm(body, side, look.build.limbs, ease, Material.CLOTH, colour)]
    unit, y = body.height * look.build.limbs, side * body.shoulder_half
    rings = [
        (body.shoulder + z * body.upper_arm, radius * unit, radius * unit, 0.0, y)
        for z, radius in ((-0.58, 0.037), (-0.2, 0.037), (0.06, 0.034), (0.15, 0.025), (0.2, 0.01))
    ]
    bone = Bone.LEFT_UPPER_ARM if side > 0 else Bone.RIGHT_UPPER_ARM
    return [bare_arm(look, body, side), sewn(rings, Material.CLOTH, colour, bone, segments=9)]


def _skirt(look: Look, trunk: Trunk) -> Mesh:
    length = -0.62 - 0.3 * (look.creases % 7) / 7
    levels = np.linspace(0.22, length, 7)[::-1]
    rings = [trunk.draped(float(level), 0.022 + 0.055 * max(0.1 - float(level), 0.0)) for level in levels]
    mesh = sewn(rings, Material.CLOTH, look.bottom_colour, Bone.PELVIS, segments=16)
    return on_hems(mesh, trunk.height(-0.03))


def _trouser_rings(body: Physique, side: int, build: float) -> list[Ring]:
    rings = [_leg_ring(body, side, height, build * wide, cx) for height, _, wide, cx in _LEG]
    _, dx, dy, cx, cy = rings[0]
    return [(0.55 * body.ankle, 1.02 * dx, 1.0 * dy, cx, cy), *rings]


def _leg_ring(body: Physique, side: int, height: float, radius: float, forwards: float) -> Ring:
    z = float(
        np.interp(height, (0, 1, 2.1), (body.ankle, body.ankle + body.shin, body.hip + 0.05 * body.thigh))
    )
    return z, radius * body.height, radius * body.height, forwards * body.height, side * body.hip_half


def _leg(body: Physique, side: int, rings: list[Ring], material: Material, colour: Colour) -> Mesh:
    thigh, shin = (Bone.LEFT_THIGH, Bone.LEFT_SHIN) if side > 0 else (Bone.RIGHT_THIGH, Bone.RIGHT_SHIN)
    return sewn(rings, material, colour, thigh, (body.ankle + body.shin, shin), 10)
