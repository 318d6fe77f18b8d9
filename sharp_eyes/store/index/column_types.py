"""How event ids, transaction numbers and sortable text lie in either database."""

import re
import uuid
from typing import Any

from sqlalchemy import BigInteger, Dialect, LargeBinary, String, TypeDecorator, Uuid
from sqlalchemy.types import TypeEngine, UserDefinedType

# Compared byte by byte in both databases, so that a prefix is a range.
PLAIN_TEXT = String().with_variant(String(collation="C"), "postgresql")


class EventId(TypeDecorator[str]):
    """An event id: text in Python; 16 bytes in SQLite, `uuid` in PostgreSQL. Both sort by time."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type that the database has for it."""
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """The id as the database takes it."""
        if value is None:
            return None
        as_uuid = uuid.UUID(value)
        return as_uuid if dialect.name == "postgresql" else as_uuid.bytes

    def process_result_value(
        self,
        value: uuid.UUID | bytes | None,
        dialect: Dialect,  # noqa: ARG002 - the interface of SQLAlchemy
    ) -> str | None:
        """The id as text."""
        if value is None:
            return None
        return str(uuid.UUID(bytes=value) if isinstance(value, bytes) else value)


class TransactionNumber(UserDefinedType[str]):
    """PostgreSQL's `xid8`: the number of a transaction, which never comes again; its text in Python."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Its name in PostgreSQL; SQLite has no column of it."""
        return "xid8"


MICROSECONDS = BigInteger()

# PostgreSQL holds no NUL, and neither database a lone surrogate.
_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")


def is_holdable(text: str) -> bool:
    """Whether both databases can hold this text."""
    return _UNHOLDABLE.search(text) is None
