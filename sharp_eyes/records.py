"""Event records as JSON lines: the fields that `replay` prints and `score` reads."""

import json

from sharp_eyes.clock import SECOND, to_iso
from sharp_eyes.domain import EventRecord, Raised


def record_line(record: EventRecord, origin: int) -> str:
    """One record as a line of JSON; `origin` is the time of the clip's first frame.

    The keys stand in a fixed order, so that the same records are the same bytes.
    """
    fields: dict[str, object] = {
        "event_id": record.event_id,
        "record": record.record,
        "camera": record.camera,
        "division": record.division,
        "rule": record.rule,
        "type": record.type,
        "at": record.at,
        "time": to_iso(record.at),
        "offset_seconds": round((record.at - origin) / SECOND, 6),
        "label": record.label,
        "track": record.track,
        "xyxy": None if record.xyxy is None else list(record.xyxy),
    }
    if isinstance(record, Raised):
        if record.direction is not None:
            fields["direction"] = record.direction
        fields |= {"place": record.place, "confidence": record.confidence, "model": record.model}
    else:
        fields["because"] = record.because
    fields |= {"severity": record.severity, "rule_revision": record.rule_revision, "run": record.run}
    return json.dumps(fields, ensure_ascii=False)
