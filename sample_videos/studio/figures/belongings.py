"""What people carry on their bodies: backpacks, small bags, umbrellas; made at rest like clothes."""

from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import Bone, rest
from sample_videos.studio.figures.tailor import Trunk, sewn, shifted
from sample_videos.studio.figures.wardrobe import Carried, Look
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Colour, Mesh
from sample_videos.studio.shapes.solids import box

_DARK: Colour = (0.02, 0.02, 0.02)


def belongings(look: Look, body: Physique, trunk: Trunk) -> list[Mesh]:
    """The backpack and what the hand or the shoulder carries."""
    parts = []
    if look.backpack is not None:
        parts += _backpack(look.backpack, body, trunk)
    if look.carried is Carried.SHOPPING_BAG:
        parts += _shopping_bag(look.carried_colour, body)
    elif look.carried is Carried.SHOULDER_BAG:
        parts += _shoulder_bag(look.carried_colour, body, trunk)
    elif look.carried is Carried.UMBRELLA:
        parts += _umbrella(look.carried_colour, body)
    return parts


def _backpack(colour: Colour, body: Physique, trunk: Trunk) -> list[Mesh]:
    h = body.height
    _, depth, _, _, _ = trunk.ring(0.6)
    x = -depth - 0.045 * h
    shares = ((0.22, 0.7), (0.26, 1.0), (0.55, 1.05), (0.82, 0.9), (0.92, 0.6))
    rings = [(trunk.height(z), 0.048 * h * wide, 0.082 * h * wide, x, 0.0) for z, wide in shares]
    pocket = [
        (trunk.height(z), 0.024 * h * wide, 0.06 * h * wide, x - 0.042 * h, 0.0)
        for z, wide in ((0.26, 0.8), (0.32, 1.0), (0.52, 0.9))
    ]
    red, green, blue = colour
    parts = [
        sewn(rings, Material.CLOTH, colour, Bone.CHEST, segments=10),
        sewn(pocket, Material.CLOTH, (0.7 * red, 0.7 * green, 0.7 * blue), Bone.CHEST, segments=8),
    ]
    for side in (1, -1):
        y = side * 0.052 * h
        for level, next_level in ((0.5, 0.72), (0.72, 0.93)):
            low, high = trunk.point(level, 0.0, 0.026), trunk.point(next_level, 0.0, 0.026)
            rings = [
                (low[2], 0.012, 0.02, 0.93 * low[0], y),
                (high[2], 0.012, 0.02, 0.93 * high[0], y),
            ]
            parts.append(sewn(rings, Material.CLOTH, colour, Bone.CHEST, segments=6))
    return parts


def _shopping_bag(colour: Colour, body: Physique) -> list[Mesh]:
    h = body.height
    x, y, hand = (float(value) for value in rest(body)[Bone.LOAD])
    top = hand - 0.115 * h
    shares = ((-0.20, 0.075, 0.035), (-0.19, 0.085, 0.042), (-0.08, 0.086, 0.04), (0.0, 0.075, 0.022))
    sack = [(top + z * h, dx * h, dy * h, x, y) for z, dx, dy in shares]
    grip = [(top - 0.01, 0.04 * h, 0.006, x, y), (hand - 0.06 * h, 0.008, 0.006, x, y)]
    return [
        sewn(sack, Material.CLOTH, colour, Bone.LOAD, segments=10),
        sewn(grip, Material.CLOTH, colour, Bone.LOAD, segments=6),
    ]


def _shoulder_bag(colour: Colour, body: Physique, trunk: Trunk) -> list[Mesh]:
    h = body.height
    x, y, z = trunk.point(0.0, -1.4, 0.045)
    sack = box(0.16 * h, 0.05 * h, 0.12 * h, 0.015 * h).made_of(Material.CLOTH, colour)
    strap = trunk.strap(0.1, 0.95, 0.034).made_of(Material.CLOTH, colour)
    return [shifted(sack, x, y - 0.02 * h, z - 0.01 * h).on_bone(Bone.PELVIS), strap.on_bone(Bone.CHEST)]


def _umbrella(colour: Colour, body: Physique) -> list[Mesh]:
    h = body.height
    x, y, hand = (float(value) for value in rest(body)[Bone.LOAD])
    shaft = [(hand - 0.05 * h, 0.008, 0.008, x, y), (hand + 0.44 * h, 0.006, 0.006, x, y)]
    shares = ((0.33, 0.30), (0.345, 0.30), (0.385, 0.23), (0.415, 0.13), (0.43, 0.02))
    canopy = [(hand + z * h, radius * h, radius * h, x, y) for z, radius in shares]
    return [
        sewn(shaft, Material.METAL, _DARK, Bone.LOAD, segments=5),
        sewn(canopy, Material.CLOTH, colour, Bone.LOAD, segments=12),
    ]
