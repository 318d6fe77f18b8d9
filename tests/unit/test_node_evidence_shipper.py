import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from sharp_eyes.domain import Evidence
from sharp_eyes.errors import StoreError
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.keys import evidence_key
from sharp_eyes.store.rows import Row, evidence_row, record_of
from sharp_eyes.store.spool import Spool
from workers.node import evidence_shipper
from workers.node.counted_log import CountedLog
from workers.node.evidence_shipper import CURSOR, KEPT, EvidenceShipper
from workers.node.load import raised_row
from workers.node.loop import Outcome

AT = 1_800_000_000_000_000


@dataclass
class AtOnce:
    """Commits in the caller's thread; refuses while it is told to."""

    journal: Journal
    refusal: str = ""

    def append(self, rows: Sequence[Row]) -> Future[None]:
        done: Future[None] = Future()
        if self.refusal:
            done.set_exception(StoreError(self.refusal))
            return done
        self.journal.append(rows, AT)
        done.set_result(None)
        return done


@dataclass
class Stage:
    """A shipper with everything around it."""

    journal: Journal
    spool: Spool
    clock: FakeClock = field(default_factory=lambda: FakeClock(AT))
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    def __post_init__(self) -> None:
        self.appends = AtOnce(self.journal)
        self.shipper = self.another()

    def another(self) -> EvidenceShipper:
        log = CountedLog(logging.getLogger("sharp_eyes.node"), self.clock)
        return EvidenceShipper(self.journal, self.appends, self.spool, lambda: self.blobs, self.clock, log)

    def announce(self, number: int, body: bytes | None = None) -> Row:
        """Put a body and its row, as a worker does."""
        raised = raised_row("w1", number, AT + number)
        content = b"body %d" % number if body is None else body
        sha256 = self.spool.put(content)
        key = evidence_key("reason", raised.division, raised.camera, raised.event_id, sha256)
        evidence = Evidence(raised.event_id, "reason", "stored", key, sha256, len(content))
        row = evidence_row(raised, evidence, spooled=True)
        self.journal.append([raised, row], AT)
        return row

    def upload_all(self) -> None:
        while self.shipper.upload() is Outcome.MORE:
            pass

    def evidence(self) -> list[Evidence]:
        rows = self.journal.after(0, 10_000, "evidence")
        return [record for one in rows if isinstance(record := record_of(one.row), Evidence)]

    def age_spool(self) -> None:
        for name in self.spool.names():
            os.utime(self.spool._folder / name, (0, 0))

    def later(self, seconds: int) -> None:
        self.clock.sleep(seconds * SECOND)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Journal(tmp_path / "journal.sqlite") as journal:
        yield Stage(journal, Spool(tmp_path / "spool"))


def test_a_body_is_stored_and_then_said_to_be_stored(stage: Stage) -> None:
    row = stage.announce(1)
    stage.shipper.step()
    assert stage.shipper.pending() == 1
    stage.upload_all()
    (evidence,) = stage.evidence()
    assert evidence == record_of(row)
    assert stage.blobs.get(evidence.key) == b"body 1"
    assert stage.shipper.pending() == 0


def test_the_cursor_waits_for_the_first_body_and_not_for_the_order_in_which_they_are_stored(
    stage: Stage,
) -> None:
    first = stage.announce(1)
    stage.announce(2)
    stage.announce(3)
    refused = record_of(first)
    assert isinstance(refused, Evidence)
    reject_key(stage.blobs, refused.key)
    stage.shipper.step()
    with pytest.raises(StoreError):
        stage.shipper.upload()
    stage.upload_all()
    assert len(stage.evidence()) == 2
    stage.shipper.step()
    assert stage.journal.cursor(CURSOR) == 1  # the raised row before the body that waits
    reject_key(stage.blobs, "")
    stage.later(1)
    stage.upload_all()
    stage.later(1)
    stage.shipper.step()
    assert stage.journal.cursor(CURSOR) == stage.journal.end()


def reject_key(blobs: MemoryBlobs, refused: str) -> None:
    """From now on this key, and no other, is refused."""

    def put(key: str, body: bytes) -> bool:
        if key == refused:
            raise StoreError("forbidden")
        return MemoryBlobs.put(blobs, key, body)

    blobs.put = put  # type: ignore[method-assign]


def test_nothing_is_lost_while_the_storage_is_away_and_all_is_stored_afterwards(stage: Stage) -> None:
    for number in range(5):
        stage.announce(number)
    stage.blobs.refusal = "503"
    stage.shipper.step()
    for _ in range(5):
        with pytest.raises(StoreError, match="503"):
            stage.shipper.upload()
    assert stage.shipper.upload() is Outcome.IDLE  # each waits a little before it is tried again
    stage.blobs.refusal = ""
    stage.later(60)
    stage.upload_all()
    assert len(stage.blobs.bodies) == len(stage.evidence()) == 5


def test_whoever_waits_after_an_outage_hears_of_the_first_body_that_gets_through(stage: Stage) -> None:
    heard: list[str] = []
    stage.shipper.listen(lambda: heard.append("due"), lambda: heard.append("recovered"))
    for number in range(3):
        stage.announce(number)
    stage.shipper.step()
    stage.blobs.refusal = "503"
    with pytest.raises(StoreError):
        stage.shipper.upload()
    assert heard == ["due"] * 3
    stage.blobs.refusal = ""
    stage.upload_all()
    assert heard == ["due"] * 3 + ["recovered"]


def test_a_storage_that_says_well_and_has_nothing_is_not_believed(stage: Stage) -> None:
    stage.announce(1)
    stage.blobs.put = lambda key, body: True  # type: ignore[method-assign]
    stage.shipper.step()
    with pytest.raises(StoreError, match="nothing"):
        stage.shipper.upload()
    assert stage.evidence() == []
    assert stage.shipper.pending() == 1


def test_a_body_stays_until_its_evidence_is_committed(stage: Stage) -> None:
    stage.announce(1)
    stage.age_spool()
    stage.appends.refusal = "the disk is full"
    stage.shipper.step()
    stage.upload_all()
    stage.later(120)
    stage.shipper.step()
    assert len(stage.spool.names()) == 1
    stage.appends.refusal = ""
    stage.upload_all()
    assert len(stage.evidence()) == 1
    stage.later(KEPT // SECOND + 1)
    stage.shipper.step()
    assert stage.spool.names() == []


def test_a_body_that_two_events_share_stays_until_both_have_it(stage: Stage) -> None:
    stage.announce(1, b"shared")
    second = record_of(stage.announce(2, b"shared"))
    assert isinstance(second, Evidence)
    stage.age_spool()
    reject_key(stage.blobs, second.key)
    stage.shipper.step()
    stage.shipper.upload()
    with pytest.raises(StoreError):
        stage.shipper.upload()
    stage.later(KEPT // SECOND + 1)
    stage.shipper.step()
    assert len(stage.spool.names()) == 1
    reject_key(stage.blobs, "")
    stage.upload_all()
    stage.later(KEPT // SECOND + 1)
    stage.shipper.step()
    assert stage.spool.names() == []
    assert len(stage.blobs.bodies) == 2


def test_a_body_that_was_put_again_just_now_is_left_for_the_row_that_follows(stage: Stage) -> None:
    stage.announce(1, b"shared")
    stage.shipper.step()
    stage.upload_all()
    stage.later(KEPT // SECOND + 1)
    name = stage.spool.put(b"shared")
    young = stage.clock.now() / SECOND
    os.utime(stage.spool._folder / name, (young, young))
    stage.shipper.step()
    assert stage.spool.names() == [name]


def test_an_old_body_goes_at_once_when_every_row_was_read(stage: Stage) -> None:
    stage.announce(1)
    stage.age_spool()
    stage.shipper.step()
    stage.upload_all()
    stage.shipper.step()
    assert stage.spool.names() == []


def test_an_old_body_waits_while_a_row_that_was_not_read_yet_may_name_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_shipper, "BATCH", 1)
    monkeypatch.setattr(evidence_shipper, "AT_HAND", 1)
    stage.announce(1, b"shared")
    stage.announce(2)
    stage.announce(3, b"shared")
    stage.age_spool()
    for _ in range(3):
        stage.shipper.step()
        stage.upload_all()
    stage.later(KEPT // SECOND + 1)
    stage.shipper.step()
    assert [one.state for one in stage.evidence()] == ["stored"] * 3
    assert stage.spool.names() == []


def test_a_kill_between_storing_and_saying_so_stores_nothing_twice(stage: Stage) -> None:
    evidence = record_of(stage.announce(1))
    assert isinstance(evidence, Evidence)
    stage.blobs.put(evidence.key, b"body 1")  # and here the node was killed
    stage.shipper.step()
    stage.upload_all()
    assert stage.evidence() == [evidence]
    assert list(stage.blobs.bodies) == [evidence.key]


def test_a_kill_before_the_cursor_moved_and_after_the_body_was_removed_loses_nothing(stage: Stage) -> None:
    stage.announce(1)
    stage.shipper.step()
    stage.upload_all()
    for name in stage.spool.names():
        stage.spool.remove(name)
    assert stage.journal.cursor(CURSOR) < stage.journal.end()
    after = stage.another()
    after.step()
    assert after.pending() == 0
    assert [one.state for one in stage.evidence()] == ["stored"]


def test_evidence_that_was_given_up_stays_given_up_and_its_body_goes(stage: Stage) -> None:
    row = stage.announce(1)
    stage.age_spool()
    lost = Evidence(row.event_id, "reason", "lost", because="worker_died")
    stage.journal.append([evidence_row(row, lost)], AT)
    stage.shipper.step()
    assert stage.shipper.upload() is Outcome.IDLE
    stage.later(KEPT // SECOND + 1)
    stage.shipper.step()
    assert stage.spool.names() == []
    assert stage.evidence() == [lost]


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(b"rot"), lambda file: file.unlink()])
def test_a_damaged_body_is_lost_and_says_so_after_it_was_read_again(
    stage: Stage, damage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    stage.announce(1)
    damage(stage.spool._folder / stage.spool.names()[0])
    stage.shipper.step()
    for _ in range(2):
        with pytest.raises(StoreError):
            stage.shipper.upload()
        stage.later(60)
    stage.upload_all()
    (evidence,) = stage.evidence()
    assert (evidence.state, evidence.because, evidence.key) == ("lost", "damaged", "")
    assert stage.blobs.bodies == {}
    assert "is lost" in caplog.text


@pytest.mark.parametrize(("key", "sha256"), [("../../etc/passwd", None), (None, "not a hash")])
def test_a_row_that_names_no_key_or_no_hash_is_lost_and_stops_nobody(
    stage: Stage, key: str | None, sha256: str | None
) -> None:
    raised = raised_row("w1", 1, AT)
    content = stage.spool.put(b"x")
    evidence = Evidence(raised.event_id, "clip", "stored", key or "clips/a.mp4", sha256 or content, 1)
    stage.journal.append([evidence_row(raised, evidence, spooled=True)], AT)
    stage.announce(2)
    stage.shipper.step()
    stage.upload_all()
    assert [(one.kind, one.state) for one in stage.evidence()] == [("clip", "lost"), ("reason", "stored")]


def test_a_row_that_holds_no_evidence_is_passed_over(stage: Stage) -> None:
    raised = raised_row("w1", 1, AT)
    stage.journal.append([Row("spooled", "a/spooled/clip", "a", "gate", "", AT, '{"x":1}'), raised], AT)
    stage.shipper.step()
    assert stage.shipper.pending() == 0
    assert stage.journal.cursor(CURSOR) == stage.journal.end()


def test_what_waits_in_memory_is_bounded_and_the_rest_waits_in_the_journal(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_shipper, "AT_HAND", 2)
    monkeypatch.setattr(evidence_shipper, "BATCH", 2)
    for number in range(5):
        stage.announce(number)
    stage.shipper.step()
    stage.shipper.step()
    assert stage.shipper.pending() == 2
    assert not stage.shipper.caught_up()
    while not stage.shipper.caught_up() or stage.shipper.pending():
        stage.upload_all()
        stage.shipper.step()
    assert len(stage.blobs.bodies) == 5


def test_several_uploads_are_under_way_at_once(stage: Stage) -> None:
    for number in range(4):
        stage.announce(number)
    meeting = threading.Barrier(4, timeout=5)

    def put(key: str, body: bytes) -> bool:
        meeting.wait()  # nobody goes on before all four are here
        return MemoryBlobs.put(stage.blobs, key, body)

    stage.blobs.put = put  # type: ignore[method-assign]
    stage.shipper.step()
    threads = [threading.Thread(target=stage.shipper.upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stage.evidence()) == 4
