"""People and vehicles scattered over a site at one moment: on its ways, in its bays, on open floor."""

import math

import numpy as np

from sample_videos.studio.actor import Actor, Figure, Stance, Still
from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.figures.person import Posture
from sample_videos.studio.sites.site import Place, Site
from sample_videos.training.company import Company

_FOUR_WHEELS = ("car", "van", "bus", "truck")
_FOUR_WHEELS_SHARES = (0.37, 0.21, 0.2, 0.22)  # as often as a detector needs, not as streets have them
_TRIES = 12


class Scatter:
    """Draws who is where; nobody stands in a vehicle, and no vehicle in another."""

    def __init__(self, where: Site, company: Company, rng: np.random.Generator) -> None:
        self._where = where
        self._company = company
        self._rng = rng
        self._present: list[tuple[Actor, Stance]] = []
        self._taken: list[tuple[float, float, float]] = []  # middle and radius of what stands there

    def present(self) -> list[tuple[Actor, Stance]]:
        """Everybody of one moment."""
        rng = self._rng
        self._vehicles()
        for _ in range(int(rng.integers(0, 5))):
            self._cycle()
        for _ in range(int(rng.choice((1, 3, 6, 10, 16)))):
            self._walker()
        for _ in range(int(rng.integers(0, 5))):
            self._bag()
        return self._present

    def _add(self, figure: Figure, stance: Stance) -> None:
        self._present.append((Actor(len(self._present) + 1, figure, Still(stance)), stance))

    def _free(self, x: float, y: float, radius: float) -> bool:
        return all(math.hypot(x - a, y - b) > radius + other for a, b, other in self._taken)

    def _claim(self, x: float, y: float, radius: float) -> bool:
        if not self._free(x, y, radius):
            return False
        self._taken.append((x, y, radius))
        return True

    def _vehicles(self) -> None:
        rng = self._rng
        for bay in self._where.bays:
            if rng.random() < 0.55:
                label = str(rng.choice(("car", "van"), p=(0.85, 0.15)))
                self._park(label, bay.x, bay.y, bay.yaw + math.pi * (rng.random() < 0.5))
        for lane in self._where.lanes:
            for _ in range(int(rng.integers(0, 4))):
                x, y, yaw = self._along(lane.points, either_way=False)
                self._park(str(rng.choice(_FOUR_WHEELS, p=_FOUR_WHEELS_SHARES)), x, y, yaw)
        if self._where.indoors or not self._where.open_floor:
            return
        for _ in range(int(rng.integers(0, 3))):  # anywhere: a detector must not learn where cars may be
            x, y = self._on_open_floor()
            self._park(
                str(rng.choice(_FOUR_WHEELS, p=_FOUR_WHEELS_SHARES)), x, y, rng.uniform(0, 2 * math.pi)
            )

    def _park(self, label: str, x: float, y: float, yaw: float) -> None:
        figure = self._company.vehicle(label)
        length, width, _ = figure.size
        ahead = (math.cos(yaw), math.sin(yaw))
        radius = width * 0.6
        steps = max(1, math.ceil(length / width))
        spots = [
            (x + ahead[0] * reach, y + ahead[1] * reach)
            for reach in np.linspace(-(length - width) / 2, (length - width) / 2, steps).tolist()
        ]
        if all(self._free(*spot, radius) for spot in spots):
            self._taken += [(*spot, radius) for spot in spots]
            self._add(figure, Stance(x, y, yaw, travelled=float(self._rng.uniform(0, 9))))

    def _cycle(self) -> None:
        rng = self._rng
        if self._where.indoors and rng.random() < 0.7:
            return
        label = str(rng.choice(("bicycle", "motorcycle")))
        x, y, yaw = self._anywhere()
        if not self._claim(x, y, 0.8):
            return
        travelled = float(rng.uniform(0, 9))
        figure = self._company.vehicle(label)
        stance = Stance(x, y, yaw, travelled=travelled)
        self._add(figure, stance)
        if rng.random() < 0.65:
            posture = Posture.CYCLING if label == "bicycle" else Posture.RIDING
            self._add(self._company.person(posture), Stance(x, y, yaw, speed=4.0, travelled=travelled))

    def _walker(self) -> None:
        rng = self._rng
        for _ in range(_TRIES):
            x, y, yaw = self._anywhere()
            if self._claim(x, y, 0.25):
                break
        else:
            return
        speed = float(rng.choice((0.0, rng.uniform(0.7, 1.7), rng.uniform(2.8, 4.5)), p=(0.25, 0.67, 0.08)))
        stance = Stance(
            x, y, yaw, speed=speed, travelled=float(rng.uniform(0, 20)), at=float(rng.uniform(0, 60))
        )
        self._add(self._company.person(), stance)

    def _bag(self) -> None:
        rng = self._rng
        people = [stance for actor, stance in self._present if actor.figure.label == "person"]
        if people and rng.random() < 0.4:
            owner = people[int(rng.integers(len(people)))]
            angle = rng.uniform(0, 2 * math.pi)
            x, y = owner.x + 0.6 * math.cos(angle), owner.y + 0.6 * math.sin(angle)
        else:
            x, y, _ = self._anywhere()
        if self._claim(x, y, 0.2):
            self._add(self._company.bag(), Stance(x, y, float(rng.uniform(0, 2 * math.pi))))

    def _anywhere(self) -> tuple[float, float, float]:
        """A spot on a walk, on open floor or anywhere on the ground that the camera sees."""
        rng = self._rng
        turn = float(rng.uniform(0, 2 * math.pi))
        drawn = rng.random()
        if drawn < 0.45 and self._where.walks:
            points = self._where.walks[int(rng.integers(len(self._where.walks)))]
            x, y, yaw = self._along(points, either_way=True)
            return (
                x + float(rng.normal(0, 0.5)),
                y + float(rng.normal(0, 0.5)),
                yaw + float(rng.normal(0, 0.2)),
            )
        if drawn < 0.75 and self._where.open_floor:
            return (*self._on_open_floor(), turn)
        if self._where.lanes and drawn < 0.9:
            lane = self._where.lanes[int(rng.integers(len(self._where.lanes)))]
            x, y, _ = self._along(lane.points, either_way=True)
            return x + float(rng.normal(0, 1.0)), y + float(rng.normal(0, 1.0)), turn
        if self._where.open_floor:
            return (*self._on_open_floor(), turn)
        return (*self._along(self._where.walks[0], either_way=True)[:2], turn)

    def _on_open_floor(self) -> tuple[float, float]:
        floors = self._where.open_floor
        x0, y0, x1, y1 = floors[int(self._rng.integers(len(floors)))]
        return float(self._rng.uniform(x0, x1)), float(self._rng.uniform(y0, y1))

    def _along(self, points: tuple[Place, ...], *, either_way: bool) -> tuple[float, float, float]:
        """A spot on a line of points that the camera sees, and the line's heading there."""
        rng = self._rng
        for _ in range(_TRIES):
            start = int(rng.integers(len(points) - 1))
            (x0, y0), (x1, y1) = points[start], points[start + 1]
            share = float(rng.random())
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            yaw = math.atan2(y1 - y0, x1 - x0) + (math.pi if either_way and rng.random() < 0.5 else 0.0)
            pixels, depth = self._where.camera.project(np.array(((x, y, 0.5),)))
            if depth[0] > 1 and 0 <= pixels[0, 0] <= WIDTH and 0 <= pixels[0, 1] <= HEIGHT:
                break
        return x, y, yaw
