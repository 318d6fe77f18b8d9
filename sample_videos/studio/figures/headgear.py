"""What is worn on the head: caps, hoods, workers' and riders' helmets."""

from sample_videos.studio.figures.anatomy import crown
from sample_videos.studio.figures.physique import Physique
from sample_videos.studio.figures.skeleton import Bone
from sample_videos.studio.figures.tailor import Trunk, sewn, tinted
from sample_videos.studio.figures.wardrobe import Headgear, Look, Top
from sample_videos.studio.shapes.material import Material
from sample_videos.studio.shapes.mesh import Mesh

# How high the hair shows below what is worn on the head: 1 is the crown.
HAIR_UP_TO = {Headgear.NONE: 1.0, Headgear.CAP: 0.5, Headgear.HELMET: 0.5, Headgear.HOOD: 0.0}
# Rings as those of the skull: height from chin (0) to crown (1), half depth, half width, forwards.
_CAP = (
    (0.64, 0.47, 0.385, -0.03), (0.80, 0.46, 0.38, -0.03), (0.94, 0.35, 0.3, -0.03), (1.02, 0.1, 0.09, -0.03),
)  # fmt: skip
_VISOR = ((0.64, 0.30, 0.28, 0.42), (0.665, 0.31, 0.29, 0.43), (0.69, 0.28, 0.27, 0.40))
_HARD_HAT = (
    (0.66, 0.56, 0.45, 0.0), (0.70, 0.50, 0.41, -0.02), (0.86, 0.46, 0.38, -0.03), (0.99, 0.34, 0.28, -0.03),
    (1.06, 0.1, 0.09, -0.03),
)  # fmt: skip
_HOOD = (
    (-0.25, 0.34, 0.36, -0.12), (0.1, 0.34, 0.40, -0.18), (0.4, 0.38, 0.41, -0.14), (0.66, 0.48, 0.42, -0.06),
    (0.84, 0.49, 0.39, -0.04), (0.97, 0.36, 0.3, -0.05), (1.03, 0.1, 0.09, -0.05),
)  # fmt: skip
_RIDERS = (
    (-0.06, 0.36, 0.34, 0.08), (0.12, 0.52, 0.44, 0.04), (0.40, 0.56, 0.47, 0.0), (0.66, 0.56, 0.47, -0.02),
    (0.86, 0.48, 0.41, -0.03), (1.0, 0.32, 0.28, -0.03), (1.06, 0.1, 0.09, -0.03),
)  # fmt: skip


def headgear(look: Look, body: Physique, trunk: Trunk) -> list[Mesh]:
    """A cap, a helmet, or a hood: up, or down on the back of a jacket."""
    colour = look.headgear_colour
    if look.headgear is Headgear.CAP:
        dome = sewn(crown(body, _CAP), Material.CLOTH, colour, Bone.HEAD)
        return [dome, sewn(crown(body, _VISOR), Material.CLOTH, colour, Bone.HEAD, segments=10)]
    if look.headgear is Headgear.HELMET:
        return [sewn(crown(body, _HARD_HAT), Material.PLAIN, colour, Bone.HEAD)]
    if look.headgear is Headgear.HOOD:
        return [sewn(crown(body, _HOOD), Material.CLOTH, look.top_colour, Bone.HEAD)]
    if look.top is Top.JACKET and look.creases % 2:
        return [_hood_down(look, body, trunk)]
    return []


def riders_helmet(look: Look, body: Physique) -> Mesh:
    """A helmet that closes round the face, with a dark visor."""
    mesh = sewn(crown(body, _RIDERS), Material.PAINT, look.headgear_colour, Bone.HEAD)
    rise = (mesh.positions[:, 2] - body.chin) / body.head
    visor = (mesh.positions[:, 0] > 0.25 * body.head) & (rise > 0.3) & (rise < 0.7)
    return tinted(mesh, visor, (0.01, 0.01, 0.012))


def _hood_down(look: Look, body: Physique, trunk: Trunk) -> Mesh:
    h = body.height
    shares = ((0.86, 0.020, 0.035, -0.062), (0.95, 0.032, 0.055, -0.052), (1.04, 0.034, 0.055, -0.036),
              (1.09, 0.022, 0.045, -0.030))  # fmt: skip
    rings = [(trunk.height(level), dx * h, dy * h, cx * h, 0.0) for level, dx, dy, cx in shares]
    return sewn(rings, Material.CLOTH, look.top_colour, Bone.CHEST, segments=10)
