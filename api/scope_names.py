"""The names of what one may be allowed to do here."""

from typing import Final

# scope → what it allows. `admin` allows everything.
SCOPES: Final[dict[str, str]] = {
    "events:read": "events, their reasons and boxes, counts, the live feed",
    "media:read": "clips and snapshots",
    "cameras:read": "cameras, divisions, coverage",
    "farm:read": "nodes, workers and how far behind they are",
    "admin": "everything",
}
