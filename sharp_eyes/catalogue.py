"""The catalogue of what may happen: the kinds of rule that are built, and those to come."""

BUILT = ("intrusion", "line", "loitering")

TO_COME = (
    "wrong_way",
    "stopped",
    "abandoned",
    "removed",
    "crowd",
    "gathering",
    "running",
    "speeding",
    "occupancy",
    "fall",
    "fire_smoke",
)
