"""The tables of the history and their columns: one row per record, partitions by date and hour.

    events   raised, ended and evidence records; the hour is that of the event's id
    tracks   where objects went; the hour is that of the last point

A column that a record has no word for is null. Moments are integers, microseconds UTC. An event's id
is its 16 bytes. `key` is null where it is the one that `sharp_eyes.store.keys` makes of the rest.
"""

from dataclasses import dataclass

from arro3.core import DataType, Field, Schema

PARTITIONS = ("date", "hour")

_TEXT, _BYTES = DataType.string(), DataType.binary()
_TINY, _SMALL, _LONG, _REAL = DataType.int8(), DataType.int32(), DataType.int64(), DataType.float64()


@dataclass(frozen=True, slots=True)
class LakeTable:
    """One table. `identity` are the columns that tell two records apart, `order` those of a sealed hour.

    `columns` are those of the records; behind them lie the partition's.
    """

    name: str
    columns: tuple[tuple[str, DataType], ...]
    required: frozenset[str]
    identity: tuple[str, ...]
    order: tuple[str, ...]

    @property
    def schema(self) -> Schema:
        """The table in Arrow's words, with the columns of its partitions."""
        partitions = (("date", _TEXT), ("hour", _SMALL))
        return Schema(
            [
                Field(name, kind, nullable=name not in self.required | set(PARTITIONS))
                for name, kind in (*self.columns, *partitions)
            ]
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the records, in order."""
        return tuple(name for name, _ in self.columns)


def _list_of(kind: DataType) -> DataType:
    return DataType.list(Field("element", kind, nullable=True))


EVENTS = LakeTable(
    name="events",
    columns=(
        ("event_id", _BYTES),
        ("record", _TEXT),  # raised, ended, evidence
        ("kind", _TEXT),  # of evidence: clip, snapshot, boxes, reason
        ("camera", _TEXT),
        ("camera_number", _SMALL),
        ("division", _TEXT),
        ("at", _LONG),
        ("visible_at", _LONG),
        ("type", _TEXT),
        ("rule", _TEXT),
        ("rule_revision", _TEXT),
        ("severity", _TINY),
        ("run", _TEXT),
        ("label", _TEXT),
        ("track", _LONG),
        ("confidence", _REAL),
        ("x1", _REAL),
        ("y1", _REAL),
        ("x2", _REAL),
        ("y2", _REAL),
        ("place", _TEXT),
        ("direction", _TEXT),
        ("model", _TEXT),
        ("wish", _TEXT),  # what evidence was to follow
        ("because", _TEXT),  # why the event ended, or why its evidence is lost
        ("state", _TEXT),  # of evidence: stored, lost
        ("key", _TEXT),
        ("sha256", _BYTES),
        ("bytes", _LONG),
        ("first_frame_at", _LONG),
        ("notes", _TEXT),  # JSON: [[name, value], …]
        ("body", _TEXT),  # the record's JSON, only where it does not fit the columns
    ),
    required=frozenset({"event_id", "record", "camera", "camera_number", "division", "at", "visible_at"}),
    identity=("event_id", "record", "kind"),
    order=("camera", "event_id", "record", "kind"),
)

TRACKS = LakeTable(
    name="tracks",
    columns=(
        ("camera", _TEXT),
        ("division", _TEXT),
        ("run", _TEXT),
        ("track", _LONG),
        ("at", _LONG),
        ("visible_at", _LONG),
        ("label", _TEXT),
        ("confidence", _REAL),
        ("point_at", _list_of(_LONG)),
        ("point_x", _list_of(_REAL)),
        ("point_y", _list_of(_REAL)),
    ),
    required=frozenset({"camera", "division", "run", "track", "at", "visible_at"}),
    identity=("camera", "run", "track"),
    order=("camera", "at", "run", "track"),
)

TABLES = (EVENTS, TRACKS)
