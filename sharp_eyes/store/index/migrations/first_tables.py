"""The first form of the tables; their meaning is told in the index's `schema`."""

import secrets

from alembic import op
from sqlalchemy import text

revision = "0001"
down_revision = None

# What the two databases call the same. Text is compared byte by byte in both.
_WORDS = {
    "sqlite": {
        "id": "BLOB",
        "text": "TEXT",
        "order": "seq INTEGER PRIMARY KEY AUTOINCREMENT,",
        "float": "REAL",
        "partitioned": "",
    },
    "postgresql": {
        "id": "uuid",
        "text": 'text COLLATE "C"',
        "order": "xid xid8 NOT NULL DEFAULT pg_current_xact_id(),",
        "float": "double precision",
        "partitioned": "PARTITION BY RANGE (event_id)",
    },
}

# What is searched lies in the indexes themselves, so that a filter is judged without reading the rows;
# `part`, which is always 0 there, because SQLite would read the row to see it.
_TABLES = """
CREATE TABLE record (
    {order}
    event_id {id} NOT NULL,
    part smallint NOT NULL,
    camera_number integer NOT NULL,
    camera {text} NOT NULL,
    division {text} NOT NULL,
    type {text},
    label {text},
    severity smallint,
    confidence {float},
    at bigint NOT NULL,
    visible_at bigint NOT NULL,
    body text NOT NULL,
    UNIQUE (event_id, part)
) {partitioned};
CREATE INDEX record_by_time ON record
    (event_id, division, type, severity, label, confidence, camera_number, at, part) WHERE part = 0;
CREATE INDEX record_by_camera ON record
    (camera_number, event_id, division, type, severity, label, confidence, part) WHERE part = 0;
CREATE INDEX record_by_type ON record
    (type, event_id, division, severity, label, confidence, part) WHERE part = 0;

CREATE TABLE camera_number (
    camera {text} NOT NULL,
    number integer NOT NULL,
    division {text} NOT NULL,
    PRIMARY KEY (camera, number, division)
);
CREATE INDEX camera_number_by_number ON camera_number (number);
CREATE INDEX camera_number_by_division ON camera_number (division, number);
CREATE TABLE hour_count (
    hour_at bigint NOT NULL,
    division {text} NOT NULL,
    type {text} NOT NULL,
    label {text} NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (hour_at, division, type, label)
);
CREATE TABLE day_count (
    day_at bigint NOT NULL,
    camera {text} NOT NULL,
    type {text} NOT NULL,
    division {text} NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (day_at, camera, type, division)
);

CREATE TABLE track (
    {order}
    camera {text} NOT NULL,
    run {text} NOT NULL,
    track bigint NOT NULL,
    division {text} NOT NULL,
    at bigint NOT NULL,
    visible_at bigint NOT NULL,
    body text NOT NULL,
    UNIQUE (camera, run, track)
);
CREATE INDEX track_by_time ON track (at);

CREATE TABLE coverage (
    camera {text} NOT NULL,
    from_at bigint NOT NULL,
    run {text} NOT NULL,
    watching {text} NOT NULL,
    to_at bigint NOT NULL,
    division {text} NOT NULL,
    PRIMARY KEY (camera, from_at, run, watching)
);

CREATE TABLE incarnation (name {text} NOT NULL PRIMARY KEY)
"""

# Rows that belong to no day's partition wait in the last one; each day's is made when it is needed.
_POSTGRES_ALONE = """
CREATE TABLE record_elsewhere PARTITION OF record DEFAULT;
CREATE INDEX record_by_transaction ON record (xid, event_id, part);
CREATE INDEX track_by_transaction ON track (xid);
ALTER TABLE hour_count SET (fillfactor = 70);
ALTER TABLE day_count SET (fillfactor = 70)
"""


def upgrade() -> None:
    """Make them."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    script = _TABLES.format(**_WORDS[dialect])
    if dialect == "postgresql":
        script += ";" + _POSTGRES_ALONE
    for statement in script.split(";"):
        op.execute(statement)
    name = text("INSERT INTO incarnation (name) VALUES (:name)")
    connection.execute(name, {"name": secrets.token_hex(6)})
