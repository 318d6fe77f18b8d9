"""The recorder hands over each event's clip as soon as its pictures are complete, or says why not."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import av
import pytest

from ingest import pattern
from ingest.masking import Mask
from ingest.pattern import X264, Recipe
from ingest.recorder import ClipRecorder, Recorded
from ingest.ring import CAPACITY_BYTES, VideoPacket
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.geometry import Polygon

ORIGIN = REPLAY_EPOCH
TICK = SECOND // 10
OPEN = "open-gop=1:b-pyramid=2:bframes=7:b-adapt=0:ref=4:keyint=40"
PLAIN = Recipe(frames=360)
STREAMS = {
    "B-frames": PLAIN,
    "open groups": Recipe(frames=360, options=dict(X264) | {"x264-params": OPEN}),
    "no B-frames": Recipe(frames=360, options={"tune": "zerolatency", "threads": "1"}),
}


@cache
def played(name: str = "B-frames") -> pattern.Played:
    return pattern.play(pattern.encode(STREAMS[name]), ORIGIN)


def at(seconds: float) -> int:
    return ORIGIN + round(seconds * SECOND)


def recorder(pre: int = 5, post: int = 3, *, capacity_bytes: int = CAPACITY_BYTES) -> ClipRecorder:
    return ClipRecorder(played().stream_format, pre * SECOND, post * SECOND, capacity_bytes=capacity_bytes)


def feed(
    camera: ClipRecorder, packets: Iterable[tuple[VideoPacket, int]], events: dict[str, float]
) -> list[tuple[float, Recorded]]:
    """Push packets; ask for each event when its picture is there. Gives clips and when they came."""
    waiting, done = dict(events), []
    for packet, time in packets:
        done += [((time - ORIGIN) / SECOND, recorded) for recorded in camera.push(packet, time)]
        for event_id in [event_id for event_id, when in waiting.items() if time >= at(when)]:
            camera.request(event_id, at(waiting.pop(event_id)))
    return done


def numbers(recorded: Recorded) -> list[int]:
    """The numbers of the clip's pictures, each compared with what its time says."""
    assert recorded.clip is not None
    assert recorded.lost is None
    seen = []
    for t, luma in pattern.decode(recorded.clip.data):
        number = pattern.read(luma)
        assert number == round((recorded.clip.first_frame_at + t - ORIGIN) / TICK)
        seen.append(number)
    return seen


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("when", [10.0, 14.3, 15.9, 16.0])
def test_a_clip_is_complete_and_comes_soon_after_its_time_is_over(name: str, when: float) -> None:
    camera = ClipRecorder(played(name).stream_format, 5 * SECOND, 3 * SECOND)
    [(came, recorded)] = feed(camera, played(name).packets, {"e": when})
    assert recorded.event_id == "e"
    seen = numbers(recorded)
    assert seen == list(range(seen[0], seen[-1] + 1))
    # It begins with the key frame before the pre-roll, four seconds earlier at most.
    assert when - 5 - 4 - 0.8 <= seen[0] / 10 <= when - 5
    assert when + 3 <= seen[-1] / 10 <= when + 3 + 0.8
    assert came <= when + 3 + 2.5
    assert recorded.clip is not None
    assert recorded.clip.shortened is None
    assert camera.finish() == []


def test_at_the_end_of_the_stream_pending_clips_end_with_it() -> None:
    camera = recorder()
    assert feed(camera, played().packets, {"e": 35.0}) == []
    [recorded] = camera.finish()
    assert numbers(recorded)[-1] == 359
    assert camera.finish() == []


def test_an_event_at_the_start_of_the_stream_has_a_clip_that_starts_late() -> None:
    [(_, recorded)] = feed(recorder(), played().packets, {"e": 2.0})
    assert numbers(recorded)[0] == 0
    assert recorded.clip is not None
    assert recorded.clip.shortened == "starts_late"


def test_overlapping_events_have_a_clip_each_and_equal_spans_share_one() -> None:
    done = feed(recorder(), played().packets, {"a": 15.0, "b": 16.5, "c": 15.0})
    clips = {recorded.event_id: recorded.clip for _, recorded in done}
    assert clips["a"] is clips["c"]
    assert clips["b"] is not None
    assert clips["a"] is not None
    assert clips["b"].last_frame_at > clips["a"].last_frame_at


def test_the_packets_of_a_pending_clip_are_held_while_the_ring_moves_on() -> None:
    camera = ClipRecorder(played().stream_format, 2 * SECOND, 20 * SECOND)
    [(_, recorded)] = feed(camera, played().packets, {"e": 10.0})
    assert numbers(recorded)[0] == 80
    assert numbers(recorded)[-1] >= 300


def test_after_its_clips_the_ring_is_small_again() -> None:
    camera = ClipRecorder(played().stream_format, 2 * SECOND, 20 * SECOND)
    feed(camera, played().packets, {"e": 10.0})
    assert camera._pending == []
    assert len(camera._ring.since(0).packets) <= 10 * (2 + 2 + 4)


def test_an_event_reported_after_its_clip_is_over_gets_it_with_the_next_packets() -> None:
    camera = recorder(pre=5, post=1)
    done = feed(camera, played().packets[:200], {})
    camera.request("late", at(17))
    done = feed(camera, played().packets[200:], {})
    assert len(done) == 1
    assert numbers(done[0][1])[-1] >= 180


def test_a_beginning_beyond_the_cap_is_named() -> None:
    sizes = [packet.size + 256 for packet, _ in played().packets]
    group = max(sum(sizes[first : first + 40]) for first in range(0, 360, 40))
    camera = ClipRecorder(played().stream_format, 20 * SECOND, 3 * SECOND, capacity_bytes=3 * group)
    [(_, recorded)] = feed(camera, played().packets, {"e": 25.0})
    assert recorded.clip is not None
    assert recorded.clip.shortened == "gop_too_long"
    assert numbers(recorded)[0] > 5 * 10


def test_an_event_whose_whole_span_outgrew_the_cap_is_recorded_as_lost() -> None:
    camera = recorder(capacity_bytes=3000)
    [(_, recorded)] = feed(camera, played().packets, {"e": 18.0})
    assert recorded == Recorded("e", None, "gop_too_long")


def test_without_any_packet_an_event_is_recorded_as_lost() -> None:
    camera = recorder()
    camera.request("e", at(1))
    assert camera.finish() == [Recorded("e", None, "no_packets")]


def test_a_span_that_ended_before_the_first_packet_is_recorded_as_lost() -> None:
    camera = recorder()
    camera.request("e", at(-100))
    [(_, recorded)] = feed(camera, played().packets, {})
    assert recorded == Recorded("e", None, "no_packets")


def test_what_cannot_be_decoded_is_recorded_as_lost() -> None:
    mask = Mask((Polygon(((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))),))
    camera = ClipRecorder(played().stream_format, SECOND, SECOND, mask)
    camera.request("e", at(1))
    done: list[Recorded] = []
    for packet, time in played().packets[:40]:
        noise = av.Packet(bytes([7]) * 50)
        noise.time_base, noise.pts, noise.dts = packet.time_base, packet.pts, packet.dts
        noise.is_keyframe = packet.is_keyframe
        done += camera.push(noise, time)
    assert done == [Recorded("e", None, "undecodable")]


def test_a_masked_camera_has_masked_clips_only() -> None:
    mask = Mask((Polygon(((0.0, 0.9), (1.0, 0.9), (1.0, 1.0), (0.0, 1.0))),))
    camera = ClipRecorder(played().stream_format, 5 * SECOND, 3 * SECOND, mask)
    [(_, recorded)] = feed(camera, played().packets, {"e": 15.0})
    assert recorded.clip is not None
    assert recorded.clip.masked
    assert recorded.clip.transcoded
    assert numbers(recorded)[0] == 100


def test_when_time_goes_back_pending_clips_are_cut_from_what_came_before() -> None:
    camera = recorder()
    feed(camera, played().packets[:170], {"e": 15.0})
    done = feed(camera, [(packet, time - 60 * SECOND) for packet, time in played().packets[200:]], {})
    assert [recorded.event_id for _, recorded in done] == ["e"]
    assert numbers(done[0][1])[-1] >= 165


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_tells_no_decoding_times_still_finishes_its_clips(name: str) -> None:
    packets = []
    for packet, time in pattern.play(pattern.encode(STREAMS[name]), ORIGIN).packets:
        packet.dts = None
        packets.append((packet, time))
    camera = ClipRecorder(played(name).stream_format, 5 * SECOND, 3 * SECOND)
    [(came, recorded)] = feed(camera, packets, {"e": 15.0})
    seen = numbers(recorded)
    assert seen == list(range(seen[0], seen[-1] + 1))
    assert seen[-1] >= 180
    assert came <= 18 + 3


def test_empty_packets_and_packets_without_a_time_do_no_harm() -> None:
    packets = list(
        pattern.play(pattern.encode(replace(PLAIN, options=STREAMS["no B-frames"].options)), ORIGIN).packets
    )
    for index in (130, 131, 177):
        packets[index][0].pts = packets[index][0].dts = None
    for index in range(0, 300, 17):
        packets.insert(index, (av.Packet(), ORIGIN))
    camera = ClipRecorder(played("no B-frames").stream_format, 5 * SECOND, 3 * SECOND)
    [(_, recorded)] = feed(camera, packets, {"e": 15.0})
    assert recorded.clip is not None
    assert len(pattern.decode(recorded.clip.data)) == recorded.clip.frames


def test_a_cut_can_be_left_to_another_thread() -> None:
    camera = recorder()
    orders = []
    for packet, time in played().packets:
        orders += camera.collect(packet, time)
        if time == at(15):
            camera.request("e", time)
    [order] = orders + camera.close()
    [recorded] = order.carry_out()
    assert recorded.event_id == "e"
    assert numbers(recorded)[0] == 80
