"""The packet ring keeps what clips will ask for, and no more than its cap."""

from fractions import Fraction

import av
import pytest

from ingest import pattern
from ingest.ring import PacketRing, VideoPacket
from sharp_eyes.clock import REPLAY_EPOCH, SECOND

START = REPLAY_EPOCH
GOP = 4  # seconds


def made(*, size: int = 1000, key: bool = False, pts: int | None = 0) -> VideoPacket:
    packet = av.Packet(bytes(size))
    packet.time_base = Fraction(1, SECOND)
    packet.pts, packet.is_keyframe = pts, key
    return packet


def fill(ring: PacketRing, seconds: int, *, size: int = 1000, start: int = 0) -> None:
    """Ten packets a second, a key frame every four seconds."""
    for number in range(start * 10, seconds * 10):
        ring.push(made(size=size, key=number % (GOP * 10) == 0), START + number * SECOND // 10)


def begins(ring: PacketRing, asked: float) -> float:
    first = ring.since(START + round(asked * SECOND)).packets[0]
    assert first.key
    assert first.at is not None
    return (first.at - START) / SECOND


def test_what_is_asked_for_begins_at_the_key_frame_before() -> None:
    ring = PacketRing(keep=30 * SECOND)
    fill(ring, 20)
    assert [begins(ring, asked) for asked in (0, 3.9, 4, 11.99, 17)] == [0, 0, 4, 8, 16]


def test_packets_older_than_the_key_frame_before_the_pre_roll_are_let_go() -> None:
    ring = PacketRing(keep=5 * SECOND)
    fill(ring, 60)
    assert begins(ring, 0) == 52  # the newest is 59.9 s: five seconds earlier lies behind this one
    fill(ring, 3600, start=60)
    assert len(ring.since(START).packets) <= (5 + GOP) * 10
    assert ring.size_bytes < (5 + GOP) * 10 * 1300


def test_a_held_beginning_stays_however_old_until_it_is_let_go() -> None:
    ring = PacketRing(keep=5 * SECOND)
    fill(ring, 10)
    ring.hold(START + 5 * SECOND)
    fill(ring, 60, start=10)
    assert begins(ring, 5) == 4
    ring.hold(None)
    fill(ring, 61, start=60)
    assert begins(ring, 5) == 52


def test_the_oldest_groups_go_whole_when_the_cap_is_reached_and_it_is_said() -> None:
    ring = PacketRing(keep=60 * SECOND, capacity_bytes=100_000)
    largest = 0
    for second in range(30):
        fill(ring, second + 1, start=second)
        largest = max(largest, ring.size_bytes)
    assert largest <= 100_000
    assert begins(ring, 3) == 24
    assert ring.since(START + 3 * SECOND).gop_too_long
    assert not ring.since(START + 25 * SECOND).gop_too_long


def test_a_group_larger_than_the_cap_is_dropped_up_to_the_next_key_frame_and_it_is_said() -> None:
    ring = PacketRing(keep=60 * SECOND, capacity_bytes=20_000)
    fill(ring, 4)
    stretch = ring.since(START)
    assert stretch.packets == ()
    assert stretch.gop_too_long
    assert ring.size_bytes == 0
    ring.push(made(key=True), START + 4 * SECOND)
    assert begins(ring, 1) == 4
    assert ring.since(START + SECOND).gop_too_long
    assert not ring.since(START + 4 * SECOND).gop_too_long


def test_tiny_packets_cannot_outgrow_the_cap_by_their_number() -> None:
    ring = PacketRing(keep=3600 * SECOND, capacity_bytes=1_000_000)
    for number in range(20_000):
        ring.push(made(size=1, key=number % 100 == 0), START + number * 1000)
    assert len(ring.since(START).packets) < 5000


def test_a_stream_joined_in_the_middle_is_kept_from_its_first_key_frame() -> None:
    ring = PacketRing(keep=30 * SECOND)
    fill(ring, 6, start=1)
    assert begins(ring, 1) == 4
    assert not ring.since(START).gop_too_long


def test_when_time_goes_back_what_came_before_is_forgotten() -> None:
    ring = PacketRing(keep=30 * SECOND)
    fill(ring, 10)
    ring.push(made(key=True), START - 30 * SECOND)
    stretch = ring.since(START)
    assert [packet.at for packet in stretch.packets] == [START - 30 * SECOND]
    assert ring.size_bytes < 2000


def test_when_time_jumps_ahead_the_last_group_is_kept() -> None:
    ring = PacketRing(keep=5 * SECOND)
    fill(ring, 10)
    ring.push(made(), START + 3600 * SECOND)
    assert begins(ring, 3600) == 8


def test_an_empty_packet_is_no_picture() -> None:
    ring = PacketRing(keep=5 * SECOND)
    assert ring.push(av.Packet(), START) is None
    assert ring.since(START).packets == ()


def test_a_packet_without_a_time_is_kept_in_its_place_and_bounds_nothing() -> None:
    ring = PacketRing(keep=5 * SECOND)
    ring.push(made(key=True), START)
    ring.push(made(pts=None), START + 900 * SECOND)
    ring.push(made(pts=None, key=True), START + 901 * SECOND)
    ring.push(made(), START + SECOND)
    assert [packet.at for packet in ring.since(START).packets] == [START, None, None, START + SECOND]
    assert ring.newest_at == START + SECOND


def test_packets_in_decode_order_tell_when_they_are_decoded() -> None:
    ring = PacketRing(keep=60 * SECOND)
    played = pattern.play(pattern.encode(pattern.Recipe(frames=20)), START)
    for packet, at in played.packets:
        ring.push(packet, at)
    packets = ring.since(START).packets
    assert len(packets) == 20
    decoded = [packet.decode_at for packet in packets if packet.decode_at is not None]
    assert decoded == sorted(decoded)
    assert all(packet.decode_at <= packet.at for packet in packets if packet.decode_at and packet.at)
    assert [packet.at for packet in packets] != sorted(packet.at or 0 for packet in packets)  # B-frames


def test_what_is_kept_outlives_the_connection_it_came_from() -> None:
    played = pattern.play(pattern.encode(pattern.Recipe(frames=20, container="mp4")), START)
    assert played.stream_format.codec == "h264"
    assert (played.stream_format.width, played.stream_format.height) == (pattern.WIDTH, pattern.HEIGHT)
    assert played.stream_format.extradata[0] == 1  # the form that MP4 uses, as it came
    assert played.stream_format.header


@pytest.mark.parametrize("keep", [0, 5 * SECOND])
def test_a_stream_of_key_frames_alone_is_kept_to_the_picture(keep: int) -> None:
    ring = PacketRing(keep=keep)
    for number in range(200):
        ring.push(made(key=True), START + number * SECOND // 10)
    assert len(ring.since(START).packets) == keep // (SECOND // 10) + 1
