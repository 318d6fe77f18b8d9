"""Evidence on its way to object storage: the body to the node's spool, the row to its journal."""

from collections.abc import Callable, Sequence
from typing import Protocol

from sharp_eyes.domain import Evidence, EvidenceKind, Loss, Raised
from sharp_eyes.errors import StoreError
from sharp_eyes.store.keys import evidence_key
from sharp_eyes.store.rows import Row, evidence_row
from workers.background import Later
from workers.evidence import Body


class BodySpool(Protocol):
    """Takes bodies and gives their SHA-256 once they are on disk."""

    def put(self, body: bytes) -> str:
        """Raises StoreError where there is no room."""
        ...


class SpooledEvidence:
    """Puts bodies into the spool first and then announces them, so that no row is without its body.

    A disk takes its time: `later` is given that work, so that no analysis waits for it.
    """

    def __init__(
        self,
        spool: BodySpool,
        append: Callable[[Sequence[Row]], None],
        later: Later,
    ) -> None:
        self._spool = spool
        self._append = append
        self._later = later

    def keep(self, raised: Raised, body: Body) -> None:
        """Spool and announce, soon; without room on the disk it is lost, and the event stays."""
        if not self._later(lambda: self._keep(raised, body), len(body.content)):
            self.lose(raised, body.kind, "not_written")

    def _keep(self, raised: Raised, body: Body) -> None:
        try:
            sha256 = self._spool.put(body.content)
        except StoreError:
            self.lose(raised, body.kind, "not_written")
            return
        evidence = Evidence(
            event_id=raised.event_id,
            kind=body.kind,
            state="stored",
            key=evidence_key(body.kind, raised.division, raised.camera, raised.event_id, sha256),
            sha256=sha256,
            bytes=len(body.content),
            first_frame_at=body.first_frame_at,
            notes=body.notes,
        )
        self._append([evidence_row(raised, evidence, spooled=True)])

    def lose(self, raised: Raised, kind: EvidenceKind, because: Loss) -> None:
        """Announce that there is no such body."""
        self._append([evidence_row(raised, Evidence(raised.event_id, kind, "lost", because=because))])

    def complete(self, raised: Raised) -> None:
        """Nothing to do: each piece was announced by itself."""
