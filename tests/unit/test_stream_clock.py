"""From a stream's timestamps to UTC."""

from itertools import pairwise

import pytest

from ingest.stream_clock import ClockStep, HostLine, StreamClock
from sharp_eyes.clock import REPLAY_EPOCH, SECOND

PERIOD = 40_000  # 25 pictures a second
TICKS = 3_600  # the same at 90 kHz
T0 = REPLAY_EPOCH


class Stream:
    """A camera that sends in time, and what the clock made of it."""

    def __init__(self, pts: int = 0) -> None:
        self.clock = StreamClock()
        self.clock.connected(1, 90_000)
        self.pts = pts
        self.arrived = T0
        self.times: list[int] = []
        self.steps: list[ClockStep] = []

    def send(self, count: int = 1, *, ticks: int = TICKS, passes: int = PERIOD) -> None:
        for _ in range(count):
            _, step = self.clock.packet(self.pts, self.arrived)
            self.times.append(self.clock.frame(self.pts, self.arrived))
            self.steps += [step] if step else []
            self.pts += ticks
            self.arrived += passes

    @property
    def behind(self) -> int:
        """How much later than its time the newest picture came."""
        return self.arrived - PERIOD - self.times[-1]


def rises(times: list[int]) -> bool:
    return all(one < next_one for one, next_one in pairwise(times))


def test_the_first_picture_is_shown_when_it_arrives_and_the_others_as_the_stream_says() -> None:
    stream = Stream(pts=123_456)
    stream.send(3, passes=47_000)
    assert stream.times == [T0, T0 + PERIOD, T0 + 2 * PERIOD]
    assert stream.steps == []


def test_pictures_out_of_order_have_the_times_of_their_packets() -> None:
    clock = StreamClock()
    clock.connected(1, 90_000)
    order = [0, 3, 1, 2]
    shown = {n: clock.packet(n * TICKS, T0 + index * PERIOD)[0] for index, n in enumerate(order)}
    times = [clock.frame(n * TICKS, T0 + 4 * PERIOD) for n in range(4)]
    assert times == [shown[n] for n in range(4)] == [T0 + n * PERIOD for n in range(4)]


@pytest.mark.parametrize("bits", [32, 33])
def test_a_counter_that_wraps_is_no_step(bits: int) -> None:
    stream = Stream(pts=2**bits - 10 * TICKS)
    stream.send(10)
    stream.pts -= 2**bits
    stream.send(10)
    assert stream.steps == []
    assert stream.times == [T0 + n * PERIOD for n in range(20)]


def test_a_counter_that_wraps_among_reordered_pictures_wraps_back_and_forth() -> None:
    clock = StreamClock()
    clock.connected(1, 90_000)
    marks = [2**33 - TICKS, TICKS, 0, 2 * TICKS]
    late_one = 2**33 - TICKS // 2
    got = [clock.packet(pts % 2**33, T0)[0] - T0 for pts in [*marks, late_one]]
    assert got == [0, 2 * PERIOD, PERIOD, 3 * PERIOD, PERIOD // 2]


@pytest.mark.parametrize("seconds", [30, -30, 3, -3, 100_000])
def test_a_jump_is_said_once_and_time_goes_on(seconds: int) -> None:
    stream = Stream(pts=10**10)
    stream.send(50)
    stream.pts += seconds * 90_000
    stream.send(50)
    assert [step.why for step in stream.steps] == ["jumped"]
    assert abs(stream.steps[0].by - seconds * SECOND) <= PERIOD
    assert rises(stream.times)
    assert abs(stream.behind) < PERIOD


def test_a_jump_leaves_the_pictures_before_it_their_own_times() -> None:
    clock = StreamClock()
    clock.connected(1, 90_000)
    clock.packet(0, T0)
    before, _ = clock.packet(TICKS, T0 + PERIOD)
    after, step = clock.packet(TICKS + 30 * 90_000, T0 + 2 * PERIOD)
    assert step is not None
    clock.frame(0, T0 + 2 * PERIOD)
    assert clock.frame(TICKS, T0 + 2 * PERIOD) == before
    assert clock.frame(TICKS + 30 * 90_000, T0 + 2 * PERIOD) == after == T0 + 2 * PERIOD


def test_time_that_stands_still_is_said_once_and_ours_goes_on() -> None:
    stream = Stream()
    stream.send(50)
    stream.send(200, ticks=0)
    assert [step.why for step in stream.steps] == ["stood"]
    assert rises(stream.times)
    assert stream.behind == 0
    stream.pts += TICKS
    stream.send(200)
    assert [step.why for step in stream.steps] == ["stood"]
    assert abs(stream.behind) <= PERIOD
    assert rises(stream.times)


def test_a_repeated_timestamp_within_one_picture_is_nothing() -> None:
    stream = Stream()
    for _ in range(100):  # four slices to a picture
        stream.send(3, ticks=0, passes=1_000)
        stream.send(1, passes=PERIOD - 3_000)
    assert stream.steps == []


def test_a_network_that_holds_up_packets_for_three_seconds_changes_no_time() -> None:
    stream = Stream()
    stream.send(100)
    stream.arrived += 3 * SECOND
    stream.send(75, passes=0)  # all at once
    stream.send(500)
    assert stream.steps == []
    assert stream.times[:175] == [T0 + n * PERIOD for n in range(175)]


def test_packets_that_stay_late_are_a_step() -> None:
    stream = Stream()
    stream.send(100)
    stream.arrived += 3 * SECOND
    stream.send(200)
    assert [step.why for step in stream.steps] == ["late"]
    assert rises(stream.times)
    assert abs(stream.behind) <= SECOND // 4 + PERIOD


@pytest.mark.parametrize("passes", [PERIOD + 40, PERIOD - 40])  # a camera's clock wrong by 0.1 %
def test_a_clock_that_runs_a_little_wrong_is_followed_without_a_step(passes: int) -> None:
    stream = Stream()
    stream.send(90_000, passes=passes)  # an hour: 3.6 s
    assert stream.steps == []
    assert rises(stream.times)
    assert abs(stream.behind) < SECOND * 35 // 100


def test_what_a_server_kept_and_sends_at_once_makes_up_for_itself() -> None:
    stream = Stream()
    stream.send(75, passes=0)
    stream.send(3_000)
    assert stream.steps == []
    assert rises(stream.times)
    assert abs(stream.behind) < SECOND * 35 // 100


def test_pictures_without_a_timestamp_have_the_time_of_their_arrival() -> None:
    clock = StreamClock()
    clock.connected(1, 90_000)
    times = []
    for n in range(5):
        at, step = clock.packet(None, T0 + n * PERIOD)
        assert step is None
        times.append(clock.frame(None, T0 + n * PERIOD))
        assert times[-1] == at
    assert times == [T0 + n * PERIOD for n in range(5)]


def test_each_connection_begins_anew_and_never_before_the_last_picture() -> None:
    stream = Stream(pts=10**9)
    stream.send(75, passes=0)  # its times are three seconds ahead
    last = stream.times[-1]
    stream.clock.connected(1, 12_800)
    stream.pts = 5
    stream.send(1, ticks=512)
    assert stream.times[-1] == last + 1
    stream.arrived = last + 10 * SECOND
    stream.clock.connected(1, 90_000)
    stream.send(1)
    assert stream.times[-1] == last + 10 * SECOND


def test_nothing_is_remembered_of_pictures_that_are_never_shown() -> None:
    stream = Stream()
    for n in range(10_000):
        stream.clock.packet(n * TICKS, T0 + n * PERIOD)
        stream.clock.packet(None, T0 + n * PERIOD)
    assert len(stream.clock._times) <= 64
    assert len(stream.clock._timeless) <= 64


def test_our_own_clock_set_ahead_takes_the_stream_with_it() -> None:
    stream = Stream()
    stream.send(50)
    stream.clock.host_stepped(3_600 * SECOND)
    stream.arrived += 3_600 * SECOND
    stream.send(500)
    assert stream.steps == []
    assert stream.behind == 0


class Host:
    def __init__(self) -> None:
        self.line = HostLine()
        self.monotonic = 10**9
        self.ahead = T0

    def passes(self, duration: int) -> tuple[int, int]:
        self.monotonic += duration
        return self.line.at(self.monotonic + self.ahead, self.monotonic)


def test_the_hosts_line_is_the_wall_clock_while_that_behaves() -> None:
    host = Host()
    assert host.passes(0) == (host.monotonic + T0, 0)
    assert host.passes(SECOND) == (host.monotonic + T0, 0)


def test_a_wall_clock_set_ahead_is_followed_at_once() -> None:
    host = Host()
    host.passes(0)
    host.ahead += 3_600 * SECOND
    assert host.passes(SECOND) == (host.monotonic + host.ahead, 3_600 * SECOND)
    assert host.passes(SECOND)[1] == 0


def test_a_wall_clock_set_back_never_turns_time_back() -> None:
    host = Host()
    times = [host.passes(PERIOD)[0] for _ in range(10)]
    host.ahead -= 10 * SECOND
    at, stepped = host.passes(PERIOD)
    assert stepped == -10 * SECOND
    times += [at, *(host.passes(PERIOD)[0] for _ in range(6_000))]
    assert rises(times)
    assert times[-1] == host.monotonic + host.ahead
