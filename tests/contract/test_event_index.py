"""Every event index keeps to the same: in memory, in SQLite, in PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from servers.postgres import PostgresAddress
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.domain import CoverageSpan, Ended, Evidence, EvidenceKind, Raised, TrackPath
from sharp_eyes.errors import ConfigError, StoreError
from sharp_eyes.event_id import mint
from sharp_eyes.store.index.entries import RowRefusedError
from sharp_eyes.store.index.memory import MemoryIndex
from sharp_eyes.store.index.opening import open_index
from sharp_eyes.store.index.port import EventIndex
from sharp_eyes.store.index.queries import (
    EVERYWHERE,
    Count,
    CountQuery,
    CoverageQuery,
    EventQuery,
    Span,
    WrongCursorError,
    WrongPositionError,
    WrongQueryError,
)
from sharp_eyes.store.rows import Row, evidence_row, row_of

MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
NOW = REPLAY_EPOCH + 30 * DAY + 10 * HOUR + 25 * MINUTE
NO_EVENT = "54241228-5568-4e28-94a4-7af930b3b0b6"  # a UUID, but of version 4
NUMBERS = {"north": 1, "south": 2, "far": 0xFFFFFF}


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventIndex]:
    if request.param == "memory":
        yield MemoryIndex()
        return
    with closing(open_index(url_of(request.param, request, tmp_path))) as opened:
        yield opened


def url_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'index.sqlite'}"
    server: PostgresAddress = request.getfixturevalue("postgres")
    return server.fresh_database()


def raised(at: int = NOW, camera: str = "north", **fields: Any) -> Raised:
    track = fields.get("track", 1)
    known: dict[str, Any] = {
        "event_id": mint(at, NUMBERS.get(camera, 9), rule_revision="1", run="r", track=track or 0, zone=""),
        "camera": camera,
        "division": "330802001002",
        "rule": "yard",
        "rule_revision": "1",
        "type": "intrusion",
        "at": at,
        "severity": 2,
        "run": "r",
        "label": "person",
        "track": track,
        "confidence": 0.75,
        "xyxy": (0.1, 0.2, 0.3, 0.4),
        "place": "yard",
        "model": "yolo11n@1+12345678",
        "evidence": "clip",
    }
    return Raised(**{**known, **fields})


def ended(event: Raised, after: int = 5 * SECOND) -> Ended:
    return Ended(
        event_id=event.event_id,
        camera=event.camera,
        division=event.division,
        rule=event.rule,
        rule_revision="1",
        type=event.type,
        at=event.at + after,
        severity=event.severity,
        run=event.run,
        because="left",
    )


def stored(event: Raised, kind: EvidenceKind = "clip") -> Row:
    clip = Evidence(event.event_id, kind, "stored", key=f"{kind}s/k", sha256="ab", bytes=9, first_frame_at=7)
    return evidence_row(event, clip)


def fill(index: EventIndex, *events: Raised) -> None:
    assert index.insert([row_of(event) for event in events], NOW) == len(events)


def ask(**fields: Any) -> EventQuery:
    return EventQuery(**{"from_at": NOW - 29 * DAY, "to_at": NOW + DAY, **fields})


def found(index: EventIndex, **fields: Any) -> list[str]:
    return [event.event_id for event in index.events(ask(**fields)).events]


def ids(*events: Raised) -> list[str]:
    return [event.event_id for event in events]


def test_what_was_raised_is_shown_as_it_was(index: EventIndex) -> None:
    event = raised(direction="left", notes=(("gap_seconds", 5.5), ("flapping", True)))
    assert index.insert([row_of(event)], NOW + 3) == 1
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    for name in ("event_id", "camera", "division", "rule", "rule_revision", "type", "at", "severity", "run"):
        assert getattr(view, name) == getattr(event, name)
    for name in ("label", "track", "confidence", "xyxy", "place", "direction", "model", "notes"):
        assert getattr(view, name) == getattr(event, name)
    assert (view.visible_at, view.ended_at, view.ended_because) == (NOW + 3, None, None)


def test_a_row_delivered_twice_is_one_row(index: EventIndex) -> None:
    event = raised()
    rows = [row_of(event), row_of(ended(event)), stored(event), row_of(event)]
    assert index.insert(rows, NOW) == 3
    assert index.insert(rows, NOW + SECOND) == 0
    assert found(index) == ids(event)
    assert sum(one.count for one in index.counts(CountQuery(NOW, NOW + 1, "hour"))) == 1
    assert len(index.changes("", 10).items) == 3
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    assert view.visible_at == NOW


def test_an_empty_batch_is_nothing_new(index: EventIndex) -> None:
    assert index.insert([], NOW) == 0


def test_evidence_that_waits_to_be_stored_is_not_taken(index: EventIndex) -> None:
    event = raised()
    waiting = evidence_row(event, Evidence(event.event_id, "clip", "stored"), spooled=True)
    assert index.insert([row_of(event), waiting], NOW) == 1


def test_the_end_is_folded_in_whichever_comes_first(index: EventIndex) -> None:
    event = raised()
    assert index.insert([row_of(ended(event))], NOW) == 1
    assert index.event(event.event_id, EVERYWHERE) is None
    assert found(index) == []
    fill(index, event)
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    assert (view.ended_at, view.ended_because) == (NOW + 5 * SECOND, "left")


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"evidence": "clip"}, ["clip", "boxes", "reason"]),
        ({"evidence": "snapshot"}, ["snapshot", "boxes", "reason"]),
        ({"evidence": "none"}, ["reason"]),
        ({"type": "video_lost", "evidence": "none", "label": "", "track": None}, []),
    ],
)
def test_evidence_is_pending_as_the_event_wished_for_it(
    index: EventIndex, fields: dict[str, Any], kinds: list[str]
) -> None:
    event = raised(**fields)
    fill(index, event)
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    assert [(one.kind, one.state) for one in view.evidence] == [(kind, "pending") for kind in kinds]


def test_evidence_is_shown_once_it_is_there_or_lost(index: EventIndex) -> None:
    event = raised()
    lost = evidence_row(event, Evidence(event.event_id, "boxes", "lost", because="not_written"))
    index.insert([row_of(event), stored(event), lost, stored(event, "snapshot")], NOW)
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    clip, snapshot, boxes, reason = view.evidence
    assert (clip.kind, clip.state, clip.key, clip.sha256, clip.bytes, clip.first_frame_at) == (
        "clip",
        "stored",
        "clips/k",
        "ab",
        9,
        7,
    )
    assert (boxes.kind, boxes.state, boxes.because) == ("boxes", "lost", "not_written")
    assert (snapshot.state, reason.state) == ("stored", "pending")


def test_the_newest_come_first_and_pages_join_without_gaps(index: EventIndex) -> None:
    # Minutes, hours and days apart: over every rung of the ladder, and two at the same moment.
    ages = [0, 0, 1, MINUTE, 9 * MINUTE, HOUR, 3 * HOUR, 23 * HOUR, 2 * DAY, 9 * DAY, 10 * DAY, 25 * DAY]
    events = [raised(NOW - age, track=number) for number, age in enumerate(ages)]
    fill(index, *events)
    newest_first = sorted(ids(*events), reverse=True)
    pages, before = [], None
    while True:
        page = index.events(ask(limit=5, before=before))
        pages.append([event.event_id for event in page.events])
        before = page.next_before
        if before is None:
            break
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [one for page in pages for one in page] == newest_first


def test_a_page_that_just_fits_has_no_next(index: EventIndex) -> None:
    fill(index, raised(), raised(NOW - 1))
    assert index.events(ask(limit=2)).next_before is None
    assert index.events(ask(limit=1)).next_before == raised().event_id


def test_a_question_begins_and_ends_where_it_says(index: EventIndex) -> None:
    first, second, third = raised(NOW), raised(NOW + 1), raised(NOW + 2)
    fill(index, first, second, third)
    assert found(index, from_at=NOW + 1, to_at=NOW + 2) == ids(second)
    assert found(index, from_at=NOW + 1, to_at=NOW + 1) == []
    assert found(index, from_at=NOW + 2, to_at=NOW) == []
    assert found(index, from_at=-5, to_at=1 << 60) == ids(third, second, first)


def test_filters_choose_together(index: EventIndex) -> None:
    person, car = raised(), raised(NOW - 1, label="car", severity=4, confidence=0.5)
    south = raised(NOW - 2, camera="south", type="line", division="330803007")
    health = raised(
        NOW - 3, type="video_lost", label="", track=None, confidence=None, xyxy=None, evidence="none"
    )
    fill(index, person, car, south, health)
    assert found(index, cameras=("south",)) == ids(south)
    assert found(index, cameras=("south", "north", "nobody")) == ids(person, car, south, health)
    assert found(index, cameras=()) == []
    assert found(index, cameras=("nobody", "\0", "\ud800")) == []
    assert found(index, types=("line",)) == ids(south)
    assert found(index, types=("line", "video_lost", "nonsense")) == ids(south, health)
    assert found(index, types=(*map(str, range(20)), "line", "intrusion")) == ids(person, car, south)
    assert found(index, types=("line",), cameras=("north",)) == []
    assert found(index, types=("intrusion",), cameras=("north", "south")) == ids(person, car)
    assert found(index, types=("\0",)) == []
    assert found(index, labels=("car", "\ud800")) == ids(car)
    assert found(index, severities=(4, 1, 1 << 70)) == ids(car)
    assert found(index, severities=(2,), labels=("person",)) == ids(person, south)
    assert found(index, min_confidence=0.6) == ids(person, south)
    assert found(index, min_confidence=float("nan")) == []


def test_two_cameras_with_one_number_are_two_cameras(index: EventIndex) -> None:
    first, second = raised(camera="one"), raised(NOW - 1, camera="two")
    fill(index, first, second)
    assert found(index, cameras=("two",)) == ids(second)
    query = CountQuery(NOW, NOW + 1, "hour", cameras=("two",))
    assert [one.count for one in index.counts(query)] == [1]


def test_many_cameras_may_be_asked_for_at_once(index: EventIndex) -> None:
    many = tuple(f"camera-{number}" for number in range(2_000))
    events = [
        raised(
            NOW - n,
            camera=camera,
            event_id=mint(NOW - n, n, rule_revision="1", run="r", track=1, zone=""),
        )
        for n, camera in enumerate(many)
    ]
    fill(index, *events, raised())
    assert found(index, cameras=many, limit=1000) == ids(*events)[:1000]
    assert found(index, cameras=many[:200], types=("intrusion",), limit=1000) == ids(*events[:200])


@pytest.mark.parametrize(
    ("divisions", "asked", "seen"),
    [
        (("",), "", ["330802", "330803", "33", "44"]),
        (("",), "3308", ["330802", "330803"]),
        (("3308",), "", ["330802", "330803"]),
        (("330802", "44"), "", ["330802", "44"]),
        (("330802", "44"), "33", ["330802"]),
        (("330802", "44"), "330803", []),
        (("3308", "330802"), "", ["330802", "330803"]),
        (("9", "339"), "", []),
        ((), "", []),
        ((), "33", []),
    ],
)
def test_one_sees_the_divisions_that_are_allowed_and_asked_for(
    index: EventIndex, divisions: tuple[str, ...], asked: str, seen: list[str]
) -> None:
    events = {div: raised(NOW - n, division=div) for n, div in enumerate(["330802", "330803", "33", "44"])}
    fill(index, *events.values())
    assert found(index, divisions=divisions, division=asked) == ids(*(events[div] for div in seen))
    counted = index.counts(CountQuery(NOW - HOUR, NOW, "hour", divisions=divisions, division=asked))
    assert sorted(one.division or "" for one in counted) == sorted(seen)
    by_day = index.counts(CountQuery(NOW - HOUR, NOW, "day", divisions=divisions, division=asked))
    assert sum(one.count for one in by_day) == len(seen)


def test_an_event_of_a_division_that_one_may_not_see_is_not_there(index: EventIndex) -> None:
    event, other = raised(division="330802"), raised(NOW - 1, division="330803")
    fill(index, event, other)
    assert index.event(event.event_id, ("330803",)) is None
    assert index.event(event.event_id, ()) is None
    assert index.event(event.event_id, ("9", "330802")) is not None
    seen = index.views(ids(event, other), ("330803",))
    assert [view.event_id for view in seen] == ids(other)


def test_views_come_in_the_order_in_which_they_are_asked_for(index: EventIndex) -> None:
    events = [raised(NOW - n) for n in range(3)]
    fill(index, *events)
    wanted = [events[1].event_id, events[2].event_id, "nonsense", NO_EVENT, events[0].event_id]
    views = index.views(wanted, EVERYWHERE)
    assert [view.event_id for view in views] == ids(events[1], events[2], events[0])
    assert index.views([], EVERYWHERE) == []


@pytest.mark.parametrize("event_id", ["", "nonsense", NO_EVENT, "\0", "\ud800"])
def test_what_is_no_event_is_not_there(index: EventIndex, event_id: str) -> None:
    assert index.event(event_id, EVERYWHERE) is None


@pytest.mark.parametrize("prefix", ["33%", "3308_", "'", "٣", "x", "33\0"])
def test_a_division_that_is_not_of_digits_is_refused(index: EventIndex, prefix: str) -> None:
    with pytest.raises(WrongQueryError, match="not of digits"):
        index.events(ask(division=prefix))
    with pytest.raises(WrongQueryError, match="not of digits"):
        index.event(raised().event_id, (prefix,))
    with pytest.raises(WrongQueryError, match="not of digits"):
        index.counts(CountQuery(0, 1, "hour", divisions=(prefix,)))


@pytest.mark.parametrize("cursor", ["", "nonsense", NO_EVENT, "\0"])
def test_a_cursor_that_is_no_event_id_is_refused(index: EventIndex, cursor: str) -> None:
    with pytest.raises(WrongCursorError, match="no event id") as refusal:
        index.events(ask(before=cursor))
    assert isinstance(refusal.value, ConfigError | ValueError)


@pytest.mark.parametrize("limit", [0, -1, 1_001])
def test_a_page_of_no_or_too_many_events_is_refused(index: EventIndex, limit: int) -> None:
    with pytest.raises(WrongQueryError, match="ask for 1 to 1000"):
        index.events(ask(limit=limit))


def test_counts_by_hour_are_of_townships_types_and_labels(index: EventIndex) -> None:
    fill(
        index,
        raised(NOW),
        raised(NOW - 1, division="330802001999"),
        raised(NOW - 2, label="car"),
        raised(NOW - 3, type="line", division="3308"),
        raised(NOW - HOUR),
    )
    hour = NOW - NOW % HOUR
    whole = [
        Count(hour - HOUR, "330802001", None, "intrusion", "person", 1),
        Count(hour, "3308", None, "line", "person", 1),
        Count(hour, "330802001", None, "intrusion", "car", 1),
        Count(hour, "330802001", None, "intrusion", "person", 2),
    ]
    assert index.counts(CountQuery(NOW - HOUR, NOW, "hour")) == whole
    assert index.counts(CountQuery(hour, hour + 1, "hour")) == whole[1:]
    assert index.counts(CountQuery(hour - 1, hour, "hour")) == whole[:1]
    assert index.counts(CountQuery(NOW, NOW, "hour")) == []
    assert index.counts(CountQuery(0, NOW, "hour", types=("line",))) == [whole[1]]
    assert index.counts(CountQuery(0, NOW, "hour", labels=("car", "dog"))) == [whole[2]]
    assert index.counts(CountQuery(0, NOW, "hour", division="330802")) == [whole[0], *whole[2:]]


def test_counts_by_day_are_of_cameras_and_types(index: EventIndex) -> None:
    fill(
        index,
        raised(NOW),
        raised(NOW - 1, division="330803"),  # the camera moved
        raised(NOW - 2, camera="south"),
        raised(NOW - DAY, type="line"),
    )
    day = NOW - NOW % DAY
    whole = [
        Count(day - DAY, None, "north", "line", None, 1),
        Count(day, None, "north", "intrusion", None, 2),
        Count(day, None, "south", "intrusion", None, 1),
    ]
    assert index.counts(CountQuery(NOW - DAY, NOW, "day")) == whole
    assert index.counts(CountQuery(0, NOW, "day", cameras=("south", "\0"))) == whole[2:]
    assert index.counts(CountQuery(0, NOW, "day", division="330803")) == [replace(whole[1], count=1)]


def test_what_no_rollup_knows_is_scanned_for_a_day_at_most(index: EventIndex) -> None:
    fill(index, raised(NOW), raised(NOW - 1, camera="south"), raised(NOW - 2, label="car"))
    hour, day = NOW - NOW % HOUR, NOW - NOW % DAY
    of_camera = CountQuery(NOW - DAY, NOW, "hour", cameras=("south",))
    assert index.counts(of_camera) == [Count(hour, "330802001", None, "intrusion", "person", 1)]
    of_village = CountQuery(NOW - HOUR, NOW, "hour", division="330802001002", types=("intrusion",))
    assert sum(one.count for one in index.counts(of_village)) == 3
    of_label = CountQuery(NOW - HOUR, NOW, "day", labels=("car",))
    assert index.counts(of_label) == [Count(day, None, "north", "intrusion", None, 1)]
    for query in (of_camera, of_village, of_label):
        with pytest.raises(ConfigError, match="24 hours at most"):
            index.counts(replace(query, from_at=NOW - DAY - 1))


def test_only_raised_records_are_counted(index: EventIndex) -> None:
    event = raised()
    index.insert([row_of(event), row_of(ended(event)), stored(event)], NOW)
    assert [one.count for one in index.counts(CountQuery(NOW, NOW + 1, "hour"))] == [1]
    assert [one.count for one in index.counts(CountQuery(NOW, NOW + 1, "day"))] == [1]


def test_changes_tell_every_record_in_order_and_once(index: EventIndex) -> None:
    first, second = raised(), raised(NOW + 5, camera="south", division="44")
    start = index.position()
    fill(index, first)
    between = index.position()
    index.insert([row_of(ended(first)), row_of(second), stored(first), stored(first, "boxes")], NOW)
    told = index.changes(start, 100)
    assert [(one.kind, one.event_id) for one in told.items] == [
        ("raised", first.event_id),
        ("ended", first.event_id),
        ("evidence", first.event_id),
        ("evidence", first.event_id),
        ("raised", second.event_id),
    ]
    assert (told.items[4].camera, told.items[4].division) == ("south", "44")
    assert told.position == told.items[-1].position
    assert index.changes(between, 100).items == told.items[1:]
    assert index.changes("", 100).items == told.items
    assert index.changes(told.items[2].position, 1).items == told.items[3:4]
    assert index.changes(told.position, 100).items == ()
    assert index.changes(index.position(), 100).items == ()


@pytest.mark.parametrize("position", ["x", "7", "abc-5", "\0", "-", "5-", "0" * 500])
def test_a_position_that_is_none_is_refused(index: EventIndex, position: str) -> None:
    with pytest.raises(WrongPositionError, match="no position in this index"):
        index.changes(position, 10)
    with pytest.raises(ValueError, match="no position"):
        index.changes(position, 10)


def test_a_position_of_another_index_or_of_the_future_is_refused(index: EventIndex) -> None:
    fill(index, raised())
    position = index.position()
    name, _, place = position.partition("-")
    assert name == index.incarnation
    with pytest.raises(WrongPositionError):
        index.changes(f"{'0' if name != '0' else '1'}-{place}", 10)
    order, dash, rest = place.partition("-")
    with pytest.raises(WrongPositionError):
        index.changes(f"{name}-{int(order) + 100_000}{dash}{rest}", 10)


def test_tracks_are_taken_once(index: EventIndex) -> None:
    path = TrackPath(
        camera="north",
        division="33",
        run="r",
        track=1 << 40,
        label="person",
        confidence=0.9,
        points=((NOW, 0.5, 0.6),),
    )
    assert index.insert([row_of(path), row_of(replace(path, track=2)), row_of(path)], NOW) == 2
    assert index.insert([row_of(path)], NOW) == 0
    assert index.changes("", 10).items == ()


def span(low: int, high: int, *, run: str = "r", watching: Any = "analysed", camera: str = "north") -> Row:
    return row_of(
        CoverageSpan(
            camera=camera, division="33", run=run, from_at=NOW + low, to_at=NOW + high, watching=watching
        )
    )


def covered(index: EventIndex, low: int, high: int) -> list[tuple[int, int, str]]:
    spans = index.coverage(CoverageQuery(NOW + low, NOW + high, ("north",)))["north"]
    return [(one.from_at - NOW, one.to_at - NOW, one.watching) for one in spans]


def test_spans_that_touch_become_one_in_whatever_order_they_come(index: EventIndex) -> None:
    assert index.insert([span(0, 60), span(120, 180)], NOW) == 2
    assert index.insert([span(60, 120)], NOW) == 1
    assert index.insert([span(-60, 0), span(-60, 0), span(10, 20)], NOW) == 1
    assert covered(index, -1000, 1000) == [(-60, 180, "analysed")]
    assert covered(index, 100, 150) == [(100, 150, "analysed")]
    assert covered(index, 180, 1000) == []
    assert covered(index, -1000, -60) == []


def test_where_one_run_sheds_and_another_analyses_it_is_analysed(index: EventIndex) -> None:
    index.insert([span(0, 60), span(200, 260, run="s"), span(20, 230, run="t", watching="shed")], NOW)
    assert covered(index, 0, 1000) == [(0, 60, "analysed"), (60, 200, "shed"), (200, 260, "analysed")]


def test_every_camera_asked_for_is_answered(index: EventIndex) -> None:
    index.insert([span(0, 60)], NOW)
    answer = index.coverage(CoverageQuery(NOW, NOW + 60, ("south", "north", "\0")))
    assert answer == {"south": (), "north": (Span(NOW, NOW + 60, "analysed"),), "\0": ()}


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        (lambda: replace(row_of(raised()), event_id="nonsense"), "badly formed"),
        (lambda: replace(row_of(raised()), event_id=raised(NOW + 1).event_id), "another event"),
        (lambda: replace(row_of(raised()), body="{}"), "holds no raised"),
        (lambda: replace(row_of(raised()), body="\0"), "NUL"),
        (lambda: replace(row_of(raised()), camera="a\0b"), "NUL"),
        (lambda: replace(row_of(raised()), camera="\ud800"), "NUL"),
        (lambda: replace(row_of(raised()), camera="south"), "another camera"),
        (lambda: row_of(raised(label="a\0b")), "NUL"),
        (lambda: row_of(raised(label="字" * 500)), "longer than 400 bytes"),
        (lambda: row_of(raised(rule="r" * (1 << 20))), "longer than 1048576 bytes"),
        (lambda: row_of(raised(severity=5)), "severities are 1 to 4"),
        (lambda: row_of(raised(event_id=raised().event_id.upper())), "not written"),
        (lambda: row_of(raised(event_id=raised(NOW - 1).event_id)), "but its id says"),
        (lambda: span(60, 60), "no stretch"),
        (lambda: span(0, 15 * HOUR), "within one UTC day"),
        (lambda: span(0, 60, run="r\0"), "NUL"),
    ],
)
def test_a_row_that_will_never_fit_is_refused_by_name_and_nothing_is_taken(
    index: EventIndex, wrong: Any, because: str
) -> None:
    good, poison = row_of(raised(NOW + 9)), wrong()
    with pytest.raises(RowRefusedError, match=because) as refusal:
        index.insert([good, poison], NOW)
    assert refusal.value.row == poison
    assert isinstance(refusal.value, StoreError)
    assert found(index) == []
    assert index.insert([good], NOW) == 1


def test_a_confidence_that_is_no_number_hides_no_event(index: EventIndex) -> None:
    event = raised(confidence=float("nan"))
    broken = replace(row_of(event), body=row_of(raised(confidence=0.5)).body.replace("0.5", "NaN", 1))
    assert index.insert([broken], NOW) == 1
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    assert view.confidence is None
    assert found(index, min_confidence=0.0) == []


def test_text_of_any_language_comes_back(index: EventIndex) -> None:
    event = raised(label="行人 \U0001f6b6\u200f\t", place="'; DROP TABLE record; --", model="%s")
    fill(index, event)
    view = index.event(event.event_id, EVERYWHERE)
    assert view is not None
    assert (view.label, view.place, view.model) == (event.label, event.place, event.model)
    assert found(index, labels=(event.label,)) == ids(event)


def test_an_event_of_a_clock_that_is_years_off_is_found_too(index: EventIndex) -> None:
    first, last = raised(5 * DAY), raised(NOW + 9_000 * DAY)
    fill(index, first, last, raised())
    assert found(index, from_at=0, to_at=NOW + 10_000 * DAY) == ids(last, raised(), first)
    assert len(index.changes("", 10).items) == 3


def test_it_answers_until_it_is_closed(index: EventIndex) -> None:
    index.ping()
