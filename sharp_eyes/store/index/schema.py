"""The tables of the index, as queries name them; `migrations` makes them.

    record          one row per record of an event: raised, ended, each evidence   30 days hot
    camera_number   which number stands for a camera in event ids, and in which division it was
    hour_count      rollup: raised per hour × township × type × label
    day_count       rollup: raised per UTC day × camera × type
    track           where objects went                                              24 hours hot
    coverage        which stretches of time were watched
    incarnation     one row: the name of this index; a rebuilt one has another

In PostgreSQL `record` is partitioned by day, by ranges of `event_id`.
"""

from sqlalchemy import Column, Double, Integer, MetaData, SmallInteger, String, Table

from sharp_eyes.domain import EvidenceKind
from sharp_eyes.store.index.column_types import MICROSECONDS, PLAIN_TEXT, EventId, TransactionNumber
from sharp_eyes.store.rows import Kind

metadata = MetaData()

# `part` of a record: which of its event's records it is. (event_id, part) is unique.
RAISED, ENDED = 0, 1
PART_OF_EVIDENCE: dict[EvidenceKind, int] = {"clip": 2, "snapshot": 3, "boxes": 4, "reason": 5}


def kind_of_part(part: int) -> Kind:
    """The kind of the row that a part came as."""
    return "raised" if part == RAISED else "ended" if part == ENDED else "evidence"


# `at` is the moment in the id; type, label, severity and confidence are of raised records only. By `seq`
# (SQLite) or `xid` (PostgreSQL: the transaction that inserted it) records are told in order; each
# database has only its own.
record = Table(
    "record",
    metadata,
    Column("event_id", EventId, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Column("camera_number", Integer, nullable=False),
    Column("camera", PLAIN_TEXT, nullable=False),
    Column("division", PLAIN_TEXT, nullable=False),
    Column("type", PLAIN_TEXT),
    Column("label", PLAIN_TEXT),
    Column("severity", SmallInteger),
    Column("confidence", Double),
    Column("at", MICROSECONDS, nullable=False),
    Column("visible_at", MICROSECONDS, nullable=False),
    Column("body", String, nullable=False),
    Column("seq", Integer),
    Column("xid", TransactionNumber),
)

camera_number = Table(
    "camera_number",
    metadata,
    Column("camera", PLAIN_TEXT, nullable=False),
    Column("number", Integer, nullable=False),
    Column("division", PLAIN_TEXT, nullable=False),
)

hour_count = Table(
    "hour_count",
    metadata,
    Column("hour_at", MICROSECONDS, nullable=False),
    Column("division", PLAIN_TEXT, nullable=False),
    Column("type", PLAIN_TEXT, nullable=False),
    Column("label", PLAIN_TEXT, nullable=False),
    Column("count", MICROSECONDS, nullable=False),
)

day_count = Table(
    "day_count",
    metadata,
    Column("day_at", MICROSECONDS, nullable=False),
    Column("camera", PLAIN_TEXT, nullable=False),
    Column("type", PLAIN_TEXT, nullable=False),
    Column("division", PLAIN_TEXT, nullable=False),
    Column("count", MICROSECONDS, nullable=False),
)

# `at` is the moment of the last point.
track = Table(
    "track",
    metadata,
    Column("camera", PLAIN_TEXT, nullable=False),
    Column("run", PLAIN_TEXT, nullable=False),
    Column("track", MICROSECONDS, nullable=False),
    Column("division", PLAIN_TEXT, nullable=False),
    Column("at", MICROSECONDS, nullable=False),
    Column("visible_at", MICROSECONDS, nullable=False),
    Column("body", String, nullable=False),
    Column("seq", Integer),
    Column("xid", TransactionNumber),
)

coverage = Table(
    "coverage",
    metadata,
    Column("camera", PLAIN_TEXT, nullable=False),
    Column("from_at", MICROSECONDS, nullable=False),
    Column("run", PLAIN_TEXT, nullable=False),
    Column("watching", PLAIN_TEXT, nullable=False),
    Column("to_at", MICROSECONDS, nullable=False),
    Column("division", PLAIN_TEXT, nullable=False),
)

incarnation = Table("incarnation", metadata, Column("name", PLAIN_TEXT, nullable=False))
