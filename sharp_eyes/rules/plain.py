"""A rule as plain JSON: for its revision, and for the reasons that must outlive its configuration."""

import dataclasses


def as_plain(value: object) -> object:
    """The value as JSON can say it: sets in order, nouns by their compared fields, the rest as text.

    Optional fields that still have their default are left out: a field that is added later does not
    give every rule another revision.
    """
    if dataclasses.is_dataclass(value):
        fields = [f for f in dataclasses.fields(value) if f.compare and getattr(value, f.name) != f.default]
        return {f.name: as_plain(getattr(value, f.name)) for f in sorted(fields, key=lambda f: f.name)}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple):
        return [as_plain(item) for item in value]
    return value if isinstance(value, str | int | float | None) else str(value)
