"""A body's measures: how long its parts are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Physique:
    """Lengths and heights of joints in metres, of a body that stands upright.

    Shares of the height after Drillis and Contini (1966), shoes included; a child's head is larger
    and its legs are shorter.
    """

    height: float
    thigh: float
    shin: float
    ankle: float  # above the floor
    hip_half: float  # from the middle to a hip joint
    waist: float  # above the floor, like the next two
    shoulder: float
    neck: float
    shoulder_half: float
    upper_arm: float
    forearm: float
    head: float  # from chin to crown

    @property
    def hip(self) -> float:
        """Height of the hip joints above the floor when the knees are straight."""
        return self.thigh + self.shin + self.ankle

    @property
    def leg(self) -> float:
        """From hip joint to ankle."""
        return self.thigh + self.shin

    @property
    def chin(self) -> float:
        """Height of the chin above the floor."""
        return self.height - self.head


def physique(height_m: float, shoulders: float = 1.0, child: bool = False) -> Physique:
    """The measures that go with a height; `shoulders` is their width as a share of the usual."""
    head = (0.163 if child else 0.134) * height_m
    legs = (0.93 if child else 1.0) * height_m
    hip = 0.526 * legs
    neck = height_m - head - 0.034 * height_m
    return Physique(
        height=height_m,
        thigh=0.245 * legs,
        shin=0.238 * legs,
        ankle=0.043 * legs,
        hip_half=0.047 * height_m,
        waist=hip + 0.3 * (neck - hip),
        shoulder=neck - 0.03 * height_m,
        neck=neck,
        shoulder_half=0.103 * height_m * shoulders,
        upper_arm=0.18 * height_m,
        forearm=0.146 * height_m,
        head=head,
    )
