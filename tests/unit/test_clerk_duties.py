"""The clerk's loop, its lock, and what it lets go."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from api.clerk import keeping
from api.clerk.clerk import Clerk, Duty
from api.clerk.leadership import FileLeadership, Mandate, MandateEndedError
from api.clerk.retention import ExpireEvidence
from sharp_eyes.clock import SECOND, FakeClock, SystemClock
from sharp_eyes.domain import EvidenceKind
from sharp_eyes.errors import StoreError
from sharp_eyes.event_id import mint
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.keys import evidence_key

DAY = 86_400 * SECOND
KINDS: tuple[EvidenceKind, ...] = ("clip", "snapshot", "boxes", "reason")


class Lead:
    """A leadership that says what it is told."""

    def __init__(self) -> None:
        self.leads, self.broken, self.released = True, False, False

    def take(self) -> bool:
        if self.broken:
            raise StoreError("the database is gone")
        return self.leads

    def release(self) -> None:
        self.released = True


def clerk_of(lead: Lead, *duties: Duty) -> tuple[Clerk, Mandate]:
    mandate = Mandate(lead, threading.Event())
    return Clerk(mandate, duties, SystemClock()), mandate


def broken() -> str:
    raise StoreError("no room\nleft")


def test_one_failed_duty_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    clerk, _ = clerk_of(
        Lead(),
        Duty("first", SECOND, broken),
        Duty("bug", SECOND, lambda: str(1 // 0)),
        Duty("last", SECOND, lambda: done.append("last") or ""),
    )
    with pytest.raises(StoreError, match="first, bug"):
        clerk.run_once()
    assert done == ["last"]
    assert "first failed: no room" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_duty_that_goes_on_failing_is_not_told_each_time(caplog: pytest.LogCaptureFixture) -> None:
    clerk, _ = clerk_of(Lead(), Duty("first", SECOND, broken))
    for _ in range(12):
        with pytest.raises(StoreError):
            clerk.run_once()
    assert len(caplog.records) == 2
    assert "11 times in a row" in caplog.text


def test_who_does_not_lead_does_nothing() -> None:
    done: list[str] = []
    lead = Lead()
    lead.leads = False
    clerk, mandate = clerk_of(lead, Duty("flush", 0, lambda: done.append("flush") or ""))
    assert not clerk.run_once()
    threading.Timer(0.2, mandate.stopping.set).start()
    clerk.run()
    assert done == []


def test_duties_run_in_their_rhythm_side_by_side_until_the_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    done: list[str] = []
    held = threading.Event()
    clerk, mandate = clerk_of(
        Lead(),
        Duty("slow", 0, lambda: str(held.wait(10)) and ""),
        Duty("quick", 3600 * SECOND, lambda: done.append("quick") or "one row"),
    )
    worker = threading.Thread(target=clerk.run)
    worker.start()
    while not done:
        held.wait(0.01)
    mandate.stopping.set()
    assert worker.is_alive()  # what is under way is ended first
    held.set()
    worker.join(10)
    assert done == ["quick"]
    assert "quick: one row in" in caplog.text


def test_a_mandate_ends_with_the_lead_and_with_the_process() -> None:
    lead = Lead()
    mandate = Mandate(lead, threading.Event())
    mandate.still()
    lead.leads = False
    with pytest.raises(MandateEndedError, match="another clerk"):
        mandate.still()
    lead.leads, lead.broken = True, True
    with pytest.raises(StoreError, match="gone"):
        mandate.still()
    lead.broken = False
    mandate.stopping.set()
    with pytest.raises(MandateEndedError, match="ends"):
        mandate.still()
    mandate.end()
    assert lead.released


def test_a_database_that_is_gone_is_told_and_nothing_is_begun(caplog: pytest.LogCaptureFixture) -> None:
    lead = Lead()
    lead.broken = True
    clerk, mandate = clerk_of(lead, Duty("flush", 0, broken))
    threading.Timer(0.1, mandate.stopping.set).start()
    clerk.run()
    assert "leading failed: the database is gone" in caplog.text
    assert "flush" not in caplog.text


def test_a_file_is_locked_by_one_until_it_lets_go(tmp_path: Path) -> None:
    one, other = FileLeadership(tmp_path / "x/lock"), FileLeadership(tmp_path / "x/lock")
    assert one.take()
    assert one.take()
    assert not other.take()
    one.release()
    assert other.take()
    assert not one.take()
    other.release()


def test_a_lock_whose_file_was_removed_is_no_lock(tmp_path: Path) -> None:
    one, other = FileLeadership(tmp_path / "lock"), FileLeadership(tmp_path / "lock")
    assert one.take()
    (tmp_path / "lock").unlink()
    assert other.take()
    assert not one.take()
    other.release()


def put(blobs: MemoryBlobs, kind: EvidenceKind, camera: str, at: int, division: str = "330802") -> str:
    event_id = mint(at, 1, rule_revision="1", run="r", track=1, zone="")
    key = evidence_key(kind, division, camera, event_id, "ab" * 32)
    blobs.put(key, b"x")
    return key


def test_evidence_is_deleted_when_its_time_is_over_camera_by_camera() -> None:
    clock, blobs = FakeClock(), MemoryBlobs()
    gone, left = set(), set()
    for kind, folder in zip(KINDS, ("clips", "snapshots", "boxes", "reasons"), strict=True):
        kept = keeping.EVIDENCE[folder]
        for camera in ("a", "b", "z"):
            for age in (kept + DAY, kept + 400 * DAY):
                gone.add(put(blobs, kind, camera, clock.now() - age))
            for age in (0, kept):
                left.add(put(blobs, kind, camera, clock.now() - age, division="" if camera == "z" else "33"))
    assert ExpireEvidence(blobs, clock, lambda: None)().startswith("6 of clips deleted, 6 of boxes")
    assert {stat.key for stat in blobs.list("")} == left
    assert ExpireEvidence(blobs, clock, lambda: None)() == ""
    assert len(gone) == 24


def test_what_is_no_evidence_of_ours_is_left_alone_and_far_days_end_the_search() -> None:
    clock, blobs = FakeClock(), MemoryBlobs()
    for key in ("clips/readme.txt", "clips/1/a/old/2001/01/01/x.mp4", "lake/events/2001/01/01/x"):
        blobs.put(key, b"x")
    far = put(blobs, "clip", "a", 253_370_764_800 * SECOND)  # the year 9999
    old = put(blobs, "clip", "b", clock.now() - 400 * DAY)
    ExpireEvidence(blobs, clock, lambda: None)()
    left = {stat.key for stat in blobs.list("")}
    assert far in left
    assert old not in left
    assert len(left) == 4


def test_every_kind_of_evidence_has_its_time() -> None:
    event_id = mint(0, 1, rule_revision="1", run="r", track=1, zone="")
    folders = {evidence_key(kind, "", "a", event_id, "ab" * 32).split("/")[0] for kind in KINDS}
    assert folders == set(keeping.EVIDENCE)


def test_who_asks_only_where_the_hot_window_begins_loads_no_lake_library() -> None:
    code = (
        "import sys, sharp_eyes.store.lake.hot_window; "
        "print(sorted({'deltalake', 'duckdb', 'arro3'} & sys.modules.keys()))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout == "[]\n"
