"""How long what is kept where, and when: the clerk's numbers, all of them. Microseconds."""

from sharp_eyes.clock import SECOND

DAY = 86_400 * SECOND

HOT_RECORDS = 30 * DAY  # of the index, whole UTC days; the history answers for older ones
HOT_TRACKS = DAY

# Of evidence in object storage, by the folder and the day in its key. Reasons outlive the pictures: they
# are small, and whoever doubts an event a year later can still recompute it.
EVIDENCE = {
    "clips": 90 * DAY,
    "boxes": 90 * DAY,
    "snapshots": 30 * DAY,
    "reasons": 365 * DAY,
}

FLUSH_EVERY = 60 * SECOND
SEAL_EVERY = 600 * SECOND  # a late record's hour is sealed again at most so often
CHECKPOINT_EVERY = 30 * SECOND
RETENTION_EVERY = 3600 * SECOND
TIDY_EVERY = DAY
