"""The registry's tables, one form for SQLite and PostgreSQL (there in the schema `registry`).

    state ──────────── the last revision, the last camera number          (one row)
    camera ─────────── each camera as it is now, or as it was removed
    camera_revision ── each camera as it was at each revision
    rule_revision ──── what each revision of a rule says
    division ───────── names of places
    node_status ────── what each node says of itself
    desired_order ──── what the farm is told to do, and whether it has
    account, login_session, machine_token ── who may ask

All times are microseconds UTC; JSON is stored as text.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA = "registry"

metadata = MetaData()

state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("last_number", Integer, nullable=False),
)

camera = Table(
    "camera",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("entry", Text, nullable=False),
    Column("revision", BigInteger, nullable=False, unique=True),
    Column("division", String(20), nullable=False),
    Column("edited_by", Text, nullable=False),
    Column("edited_at", BigInteger, nullable=False),
    Column("through", String(16), nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

camera_revision = Table(
    "camera_revision",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("camera", String(64), nullable=False),
    Column("entry", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("through", String(16), nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Index("camera_revision_of_camera", "camera", "revision"),
)

rule_revision = Table(
    "rule_revision",
    metadata,
    Column("revision", String(16), primary_key=True),
    Column("camera", String(64), nullable=False),
    Column("spec", Text, nullable=False),
    Column("first_seen_at", BigInteger, nullable=False),
)

division = Table(
    "division",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("edited_by", Text, nullable=False),
    Column("edited_at", BigInteger, nullable=False),
)

node_status = Table(
    "node_status",
    metadata,
    Column("node", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

desired_order = Table(
    "desired_order",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_at", BigInteger, nullable=False),
    Column("acknowledged_revision", BigInteger),
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("divisions", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

login_session = Table(
    "login_session",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("account", String(64), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("login_session_of_account", "account"),
)

machine_token = Table(
    "machine_token",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("divisions", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
)
