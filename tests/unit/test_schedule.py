"""A rule is on duty on its days, from its start until just before its end, by the wall clock of its zone."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes.clock import REPLAY_EPOCH, SECOND, from_iso
from sharp_eyes.rules.schedule import DAYS, Schedule, parse_days

SHANGHAI = "Asia/Shanghai"
MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
# 2026-01-05 is a Monday.
MON, TUE, FRI, SAT, SUN = "2026-01-05", "2026-01-06", "2026-01-09", "2026-01-10", "2026-01-11"


def schedule(days: str, start: str, end: str, zone: str = "UTC") -> Schedule:
    return Schedule(parse_days(days), time.fromisoformat(start), time.fromisoformat(end), ZoneInfo(zone))


def moment(day: str, clock_time: str, zone: str = "UTC", *, fold: int = 0) -> int:
    local = datetime.fromisoformat(f"{day}T{clock_time}").replace(tzinfo=ZoneInfo(zone), fold=fold)
    return from_iso(local.isoformat())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("mon-sun", set(range(7))),
        ("sat,sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("sun-sat", set(range(7))),
        ("mon-wed,fri", {0, 1, 2, 4}),
        ("wed-wed", {2}),
        (" Mon - Wed , SUN ", {0, 1, 2, 6}),
    ],
)
def test_days_are_named_singly_and_in_ranges_that_may_pass_the_weeks_end(
    text: str, numbers: set[int]
) -> None:
    assert parse_days(text) == numbers


@pytest.mark.parametrize("text", ["", "monday", "mon-", "-fri", "mon;tue", "mon-fri-sun", "mon,,tue", "1-5"])
def test_what_is_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='write for example "mon-fri"'):
        parse_days(text)


@given(st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_a_range_holds_both_its_ends_and_no_gap(first: str, last: str) -> None:
    days = parse_days(f"{first}-{last}")
    length = (DAYS.index(last) - DAYS.index(first)) % 7 + 1
    assert days == {(DAYS.index(first) + step) % 7 for step in range(length)}


def test_the_start_is_on_duty_and_the_end_is_not() -> None:
    office = schedule("mon-fri", "08:00", "17:00")
    assert not office.active(moment(MON, "08:00") - 1)
    assert office.active(moment(MON, "08:00"))
    assert office.active(moment(MON, "17:00") - 1)
    assert not office.active(moment(MON, "17:00"))


def test_other_days_are_off_duty() -> None:
    office = schedule("mon-fri", "08:00", "17:00")
    assert office.active(moment(FRI, "12:00"))
    assert not office.active(moment(SAT, "12:00"))


def test_a_night_belongs_to_the_day_it_began_on() -> None:
    friday_night = schedule("fri", "22:00", "06:00")
    assert not friday_night.active(moment(FRI, "05:00"))  # Thursday's night
    assert not friday_night.active(moment(FRI, "21:59:59.999999"))
    assert friday_night.active(moment(FRI, "22:00"))
    assert friday_night.active(moment(SAT, "05:59:59.999999"))
    assert not friday_night.active(moment(SAT, "06:00"))
    assert not friday_night.active(moment(SAT, "23:00"))


def test_a_night_passes_the_weeks_end() -> None:
    sunday_night = schedule("sun", "22:00", "06:00")
    assert sunday_night.active(moment(SUN, "23:00"))
    assert sunday_night.active(moment("2026-01-12", "03:00"))  # the Monday after
    assert not sunday_night.active(moment(MON, "23:00"))


def test_from_midnight_to_midnight_is_the_whole_day() -> None:
    saturday = schedule("sat", "00:00", "00:00")
    assert [saturday.active(moment(SAT, t)) for t in ("00:00", "12:00", "23:59:59.999999")] == [True] * 3
    assert not saturday.active(moment(SAT, "00:00") - 1)
    assert not saturday.active(moment(SUN, "00:00"))


@given(st.integers(REPLAY_EPOCH, REPLAY_EPOCH + 400 * 24 * HOUR))
def test_all_days_from_midnight_to_midnight_is_always(at: int) -> None:
    assert schedule("mon-sun", "00:00", "00:00", SHANGHAI).active(at)


@given(st.integers(REPLAY_EPOCH, REPLAY_EPOCH + 14 * 24 * HOUR))
def test_a_night_and_its_day_share_the_time_between_them(at: int) -> None:
    night, day = (schedule("mon-sun", *hours, SHANGHAI) for hours in (("22:00", "06:00"), ("06:00", "22:00")))
    assert night.active(at) != day.active(at)


def test_the_wall_clock_is_that_of_the_cameras_zone() -> None:
    night = schedule("mon", "22:00", "06:00", SHANGHAI)
    assert night.active(from_iso("2026-01-05T14:00:00Z"))  # 22:00 on Monday in Shanghai
    assert not night.active(from_iso("2026-01-05T22:00:00Z"))  # 06:00 on Tuesday there
    assert not night.active(from_iso("2026-01-04T23:00:00Z"))  # 07:00 on Monday there


def test_the_day_is_that_of_the_cameras_zone() -> None:
    mondays = schedule("mon", "00:00", "00:00", SHANGHAI)
    assert mondays.active(from_iso("2026-01-04T16:00:00Z"))  # still Sunday in UTC
    assert not mondays.active(from_iso("2026-01-05T16:00:00Z"))  # already Tuesday in Shanghai


def test_duty_keeps_to_the_wall_clock_across_the_change_to_summer_time() -> None:
    morning = schedule("mon-sun", "08:00", "09:00", "Europe/Berlin")
    assert morning.active(from_iso("2026-03-28T07:00:00Z"))
    assert not morning.active(from_iso("2026-03-28T06:00:00Z"))
    assert morning.active(from_iso("2026-03-29T06:00:00Z"))  # one hour earlier from this day on
    assert not morning.active(from_iso("2026-03-29T07:00:00Z"))


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-01", 8)],
    ids=["spring", "autumn", "June"],
)
def test_the_night_of_the_change_is_an_hour_shorter_or_longer(day: str, hours: int) -> None:
    night = schedule("mon-sun", "22:00", "06:00", "Europe/Berlin")
    evening = moment(day, "20:00", "Europe/Berlin")
    on_duty = [night.active(evening + minute * MINUTE) for minute in range(14 * 60)]
    assert on_duty.count(True) == hours * 60


def test_the_hour_that_comes_twice_is_on_duty_twice() -> None:
    small_hours = schedule("sun", "02:00", "03:00", "Europe/Berlin")
    for fold in (0, 1):
        assert small_hours.active(moment("2026-10-25", "02:30", "Europe/Berlin", fold=fold))
