from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from sharp_eyes.clock import SECOND, FakeClock
from sharp_eyes.domain import Evidence, EvidenceKind, EvidenceWish, Raised
from sharp_eyes.event_id import mint
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.rows import Row, evidence_row, record_of, row_of
from workers.node.loop import Outcome
from workers.node.lost_evidence import BATCH, CURSOR, CURSOR_STEP, GRACE, PATIENCE, LostEvidence
from workers.node.roll_call import RollCall

AT = 1_800_000_000_000_000


class AtOnce:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def append(self, rows: Sequence[Row]) -> Future[None]:
        self.journal.append(rows, AT)
        done: Future[None] = Future()
        done.set_result(None)
        return done


class Claims:
    """Runs that nobody claims, and for how long."""

    def __init__(self) -> None:
        self.unclaimed: dict[str, int] = {}

    def unclaimed_for(self, run: str, since: int) -> int:
        return self.unclaimed.get(run, 0)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite") as journal:
        yield journal


@pytest.fixture
def claims() -> Claims:
    return Claims()


def raised(wish: EvidenceWish, number: int = 1, run: str = "r1") -> Raised:
    event_id = mint(AT + number, 1, rule_revision="x", run=run, track=number, zone="")
    return Raised(
        event_id=event_id,
        camera="gate",
        division="3308",
        rule="yard",
        rule_revision="x",
        type="intrusion",
        at=AT + number,
        severity=1,
        run=run,
        evidence=wish,
    )


def piece(event: Raised, kind: EvidenceKind, *, spooled: bool = True) -> Row:
    return evidence_row(event, Evidence(event.event_id, kind, "stored", "k", "0" * 64, 1), spooled=spooled)


def lost(journal: Journal) -> list[tuple[str, str, str | None]]:
    records = [record_of(one.row) for one in journal.after(0, 10_000, "evidence")]
    return [
        (one.event_id, one.kind, one.because)
        for one in records
        if isinstance(one, Evidence) and one.state == "lost"
    ]


def watcher(journal: Journal, claims: Claims, clock: FakeClock | None = None) -> LostEvidence:
    return LostEvidence(journal, AtOnce(journal), claims, clock or FakeClock(AT))


@pytest.mark.parametrize(("wish", "kind"), [("clip", "clip"), ("snapshot", "snapshot")])
def test_what_a_dead_worker_promised_is_lost_after_the_grace_and_not_before(
    journal: Journal, claims: Claims, wish: EvidenceWish, kind: str
) -> None:
    event = raised(wish)
    journal.append([row_of(event)], AT)
    watching = watcher(journal, claims)
    claims.unclaimed["r1"] = GRACE - 1
    watching.step()
    assert lost(journal) == []
    claims.unclaimed["r1"] = GRACE
    watching.step()
    watching.step()
    assert lost(journal) == [
        (event.event_id, "boxes", "worker_died"),
        (event.event_id, kind, "worker_died"),
    ]
    assert watching.settled == journal.end()


def test_of_a_run_that_is_alive_nothing_is_given_up(journal: Journal, claims: Claims) -> None:
    journal.append([row_of(raised("clip"))], AT)
    claims.unclaimed["r2"] = GRACE
    watcher(journal, claims).step()
    assert lost(journal) == []


def test_an_event_that_promised_nothing_loses_nothing(journal: Journal, claims: Claims) -> None:
    journal.append([row_of(raised("none"))], AT)
    claims.unclaimed["r1"] = GRACE
    watching = watcher(journal, claims)
    watching.step()
    assert lost(journal) == []
    assert watching.settled == 1


def test_what_is_spooled_or_said_to_be_lost_already_is_not_given_up(journal: Journal, claims: Claims) -> None:
    first, second = raised("clip", 1), raised("clip", 2)
    gone = evidence_row(second, Evidence(second.event_id, "clip", "lost", because="gop_too_long"))
    journal.append([row_of(first), row_of(second), piece(first, "clip"), piece(first, "reason"), gone], AT)
    claims.unclaimed["r1"] = GRACE
    watcher(journal, claims).step()
    assert lost(journal) == [
        (second.event_id, "clip", "gop_too_long"),
        (first.event_id, "boxes", "worker_died"),
        (second.event_id, "boxes", "worker_died"),
    ]


def test_a_new_start_reads_again_only_from_the_oldest_open_promise(journal: Journal, claims: Claims) -> None:
    clock = FakeClock(AT)
    kept, open_ = raised("clip", 1), raised("clip", 2, run="r2")
    journal.append([row_of(kept), piece(kept, "clip"), piece(kept, "boxes"), row_of(open_)], AT)
    watcher(journal, claims, clock).step()
    assert journal.cursor(CURSOR) == 3
    claims.unclaimed["r2"] = GRACE
    watcher(journal, claims, clock).step()
    assert {event_id for event_id, _, _ in lost(journal)} == {open_.event_id}


def test_the_cursor_follows_when_everything_is_there(journal: Journal, claims: Claims) -> None:
    clock = FakeClock(AT)
    event = raised("snapshot")
    journal.append([row_of(event)], AT)
    watching = watcher(journal, claims, clock)
    watching.step()
    assert journal.cursor(CURSOR) == 0
    journal.append([piece(event, "snapshot"), piece(event, "boxes", spooled=False)], AT)
    clock.sleep(CURSOR_STEP)
    watching.step()
    assert journal.cursor(CURSOR) == journal.end() == 3


def test_a_promise_that_a_living_worker_never_keeps_does_not_hold_the_journal_for_ever(
    journal: Journal, claims: Claims
) -> None:
    clock = FakeClock(AT)
    event = raised("clip")
    journal.append([row_of(event)], AT)
    watching = watcher(journal, claims, clock)
    watching.step()
    clock.sleep(PATIENCE)
    watching.step()
    assert lost(journal) == [
        (event.event_id, "boxes", "no_packets"),
        (event.event_id, "clip", "no_packets"),
    ]


def test_nothing_is_given_up_before_the_journal_is_read_to_its_end(journal: Journal, claims: Claims) -> None:
    event = raised("snapshot", 0)
    others = [row_of(raised("none", number)) for number in range(1, BATCH)]
    journal.append([row_of(event), *others, piece(event, "snapshot"), piece(event, "boxes")], AT)
    claims.unclaimed["r1"] = GRACE
    watching = watcher(journal, claims)
    assert watching.step() is Outcome.MORE
    watching.step()
    assert lost(journal) == []


def test_a_row_that_holds_no_event_is_left_to_the_index(journal: Journal, claims: Claims) -> None:
    journal.append([Row("raised", "x/raised", "x", "gate", "", AT, "{}")], AT)
    claims.unclaimed["r1"] = GRACE
    watching = watcher(journal, claims)
    watching.step()
    assert watching.settled == 1


def test_a_worker_that_is_dead_for_half_a_minute_is_the_measure() -> None:
    assert GRACE == 30 * SECOND


def test_an_event_of_a_run_that_nobody_claimed_yet_has_the_full_grace_however_old_the_node_is(
    journal: Journal,
) -> None:
    clock = FakeClock(AT)
    watching = LostEvidence(journal, AtOnce(journal), RollCall(clock), clock)
    clock.sleep(3600 * SECOND)
    journal.append([row_of(raised("clip"))], AT)
    watching.step()
    clock.sleep(GRACE - 1)
    watching.step()
    assert lost(journal) == []
    clock.sleep(1)
    watching.step()
    assert {because for _, _, because in lost(journal)} == {"worker_died"}
