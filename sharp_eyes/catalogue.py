"""The catalogue of what may happen: the kinds of rule that are built, those to come, and camera faults."""

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

# What a camera's own health may raise. A fault has a beginning and an end, or is a moment.
HEALTH = ("video_lost", "slow_stream", "frozen", "clock_step", "format_changed", "corrupt_stream")
