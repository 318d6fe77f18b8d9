"""The engine runs the rules of one camera, each in its hours, and ends what is open when the run ends."""

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

from sharp_eyes.cameras import Camera
from sharp_eyes.clock import SECOND, from_iso
from sharp_eyes.domain import Ended, EventRecord, Raised, Scene, TrackedObject
from sharp_eyes.geometry import Polygon, Segment
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.engine import RuleEngine
from sharp_eyes.rules.schedule import Schedule, parse_days
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec, StaySettings, Zone

START = from_iso("2026-01-05T21:59:50Z")
YARD = Zone("yard", Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))))
GATE = Line("gate", Segment((0.5, 0.0), (0.5, 1.0)))
NIGHT = Schedule(parse_days("mon-sun"), time(22), time(6), ZoneInfo("UTC"))

STAY = RuleSpec("in-the-yard", "intrusion", StaySettings(YARD, 2.0), frozenset({"person"}), 2, "clip")
LOITER = RuleSpec("loitering", "loitering", StaySettings(YARD, 4.0), frozenset({"person"}), 3, "snapshot")
CROSS = RuleSpec(
    "through-the-gate", "line", LineSettings(GATE, frozenset({"left"})), frozenset({"person"}), 4, "none"
)


def camera(*rules: RuleSpec) -> Camera:
    return Camera(
        id="cam-1",
        name=(("en", "Yard"),),
        division="330802",
        source=None,
        evidence=None,
        analyse_fps=5.0,
        model="default",
        gate=True,
        tier=2,
        location=None,
        pre_roll_seconds=5.0,
        post_roll_seconds=5.0,
        mask=(),
        ignore=(),
        rules=rules,
    )


def engine(*rules: RuleSpec, run: str = "run-1") -> RuleEngine:
    return RuleEngine(camera(*rules), run, HashRegistry())


def walker(seconds: float) -> Scene:
    """Somebody walks to the picture's right, over the middle after 3 s."""
    x = 0.35 + seconds * 0.05
    return Scene(
        START + round(seconds * SECOND), (TrackedObject(1, "person", 0.9, (x - 0.05, 0.2, x + 0.05, 0.6)),)
    )


def stander(seconds: float) -> Scene:
    return Scene(START + round(seconds * SECOND), (TrackedObject(1, "person", 0.9, (0.3, 0.2, 0.4, 0.6)),))


def play(judge: RuleEngine, start: float = 0.0, stop: float = 6.0) -> list[EventRecord]:
    return [
        record for i in range(round((stop - start) * 5) + 1) for record in judge.step(walker(start + i / 5))
    ]


def stand(judge: RuleEngine, start: float, stop: float) -> list[EventRecord]:
    return [
        record for i in range(round((stop - start) * 5) + 1) for record in judge.step(stander(start + i / 5))
    ]


def told(records: list[EventRecord]) -> list[tuple[str, str, float]]:
    return [(record.record, record.rule, (record.at - START) / SECOND) for record in records]


def test_every_rule_of_the_camera_judges_the_same_scenes() -> None:
    assert told(play(engine(STAY, LOITER, CROSS))) == [
        ("raised", "in-the-yard", 2.0),
        ("raised", "through-the-gate", 3.2),
        ("raised", "loitering", 4.0),
    ]


def test_rules_speak_in_the_order_of_their_declaration() -> None:
    twin = replace(STAY, name="twin")
    assert [record.rule for record in play(engine(twin, STAY))] == ["twin", "in-the-yard"]
    assert [record.rule for record in play(engine(STAY, twin))] == ["in-the-yard", "twin"]


def test_a_disabled_rule_is_silent() -> None:
    judge = engine(replace(STAY, enabled=False), CROSS)
    assert {record.rule for record in [*play(judge), *judge.finish()]} == {"through-the-gate"}


def test_a_camera_without_rules_says_nothing() -> None:
    judge = engine()
    assert [*play(judge), *judge.finish()] == []


def test_the_records_carry_camera_division_run_and_revision() -> None:
    (record,) = play(engine(STAY))
    assert isinstance(record, Raised)
    assert (record.camera, record.division, record.run) == ("cam-1", "330802", "run-1")
    assert record.rule_revision == HashRegistry().rule_revision(STAY)


def test_the_end_of_the_run_ends_what_is_open_once() -> None:
    judge = engine(STAY, CROSS)
    (begun, _) = play(judge)
    (over,) = judge.finish()
    assert isinstance(over, Ended)
    assert (over.event_id, over.because, over.at) == (begun.event_id, "run_ended", START + 6 * SECOND)
    assert judge.finish() == []


def test_the_same_scenes_twice_give_equal_records() -> None:
    first, second = engine(STAY, LOITER, CROSS), engine(STAY, LOITER, CROSS)
    assert [*play(first), *first.finish()] == [*play(second), *second.finish()]


def test_another_run_gives_other_ids() -> None:
    ids = {record.event_id for run in ("run-1", "run-2") for record in play(engine(STAY, run=run))}
    assert len(ids) == 2


def test_the_same_rule_under_two_names_gives_two_ids() -> None:
    records = play(engine(STAY, replace(STAY, name="twin")))
    assert len({record.event_id for record in records}) == 2


# ── duty ──


def test_off_schedule_a_rule_is_silent_and_stays_begin_with_its_duty() -> None:
    judge = engine(replace(STAY, schedule=NIGHT))
    assert told(stand(judge, 0, 20)) == [("raised", "in-the-yard", 12.0)]


def test_at_the_end_of_its_duty_a_rule_ends_what_is_open_once() -> None:
    until_ten = replace(NIGHT, start=time(6), end=time(22))
    judge = engine(replace(STAY, schedule=until_ten))
    records = stand(judge, 0, 20)
    assert told(records) == [("raised", "in-the-yard", 2.0), ("ended", "in-the-yard", 9.8)]
    assert isinstance(records[1], Ended)
    assert records[1].because == "off_schedule"
    assert judge.finish() == []


def test_going_off_duty_ends_what_is_open_even_if_nobody_looks() -> None:
    judge = engine(replace(STAY, schedule=replace(NIGHT, start=time(6), end=time(22))))
    stand(judge, 0, 9)
    records = judge.step(Scene(START + 10 * SECOND, looked=False))
    assert told(records) == [("ended", "in-the-yard", 9.0)]


def test_a_rule_forgets_while_it_is_off_duty() -> None:
    # On duty until 22:00:00 and from 22:00:02: the stay before does not count afterwards.
    gap = replace(NIGHT, start=time(22, 0, 2), end=time(22))
    judge = engine(replace(LOITER, schedule=gap))
    assert told(stand(judge, 8, 20)) == [("raised", "loitering", 16.0)]


def test_the_cool_down_is_forgotten_off_duty_too() -> None:
    gap = replace(NIGHT, start=time(22, 0, 2), end=time(22))
    judge = engine(replace(STAY, schedule=gap))
    assert told(stand(judge, 0, 20)) == [
        ("raised", "in-the-yard", 2.0),
        ("ended", "in-the-yard", 9.8),
        ("raised", "in-the-yard", 14.0),
    ]


def test_one_rules_hours_do_not_touch_another_rule() -> None:
    judge = engine(replace(STAY, schedule=NIGHT), replace(STAY, name="always"))
    assert told(stand(judge, 0, 9.8)) == [("raised", "always", 2.0)]
