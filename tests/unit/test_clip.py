"""A clip shows the pictures of its time, and says to the picture what that time is."""

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from ingest import pattern
from ingest.clip import Clip, cut
from ingest.masking import Mask
from ingest.pattern import X264, Recipe
from ingest.ring import EncodedPacket, StreamFormat
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.errors import SourceError
from sharp_eyes.geometry import Polygon

ORIGIN = REPLAY_EPOCH
TICK = SECOND // 10

OPEN = "open-gop=1:b-pyramid=2:bframes=7:b-adapt=0:ref=4:keyint=40"
X265: Mapping[str, str] = {"x265-params": "open-gop=1:bframes=5:keyint=40:log-level=0:pools=1"}
BOTTOM = Mask((Polygon(((0.0, 0.8), (1.0, 0.8), (1.0, 1.0), (0.0, 1.0))),))

REMUXED = {
    "B-frames": Recipe(),
    "no B-frames": Recipe(options={"tune": "zerolatency", "threads": "1"}),
    "a start that is not zero": Recipe(first=7),
    "open groups of pictures": Recipe(options=dict(X264) | {"x264-params": OPEN}),
    "MP4's form of H.264": Recipe(container="mp4"),
    "HEVC with open groups": Recipe(codec="libx265", options=X265),
    "one group only": Recipe(gop=1000),
}
TRANSCODED = {
    "MPEG-4": Recipe(codec="mpeg4", options={"bf": "2"}, container="mov"),
    "MPEG-4 in AVI": Recipe(codec="mpeg4", options={}, container="avi"),
    "MJPEG in full range": Recipe(codec="mjpeg", options={}, container="avi", pixels="yuvj420p"),
}


@cache
def source(name: str) -> tuple[Recipe, StreamFormat, tuple[EncodedPacket, ...], dict[int, pattern.Luma]]:
    recipe = (REMUXED | TRANSCODED)[name]
    data = pattern.encode(recipe)
    played = pattern.play(data, ORIGIN)
    packets = tuple(EncodedPacket.of(packet, at) for packet, at in played.packets if packet.size)
    # Matroska counts in milliseconds, and so may any other: times are compared on the grid of frames.
    return recipe, played.stream_format, packets, {frame(at): luma for at, luma in pattern.decode(data)}


def frame(offset: int) -> int:
    return round(offset / TICK)


def at(seconds: float) -> int:
    return ORIGIN + round(seconds * SECOND)


def shown(clip: Clip) -> list[tuple[int, pattern.Luma]]:
    """The clip's pictures by the number that their time in the clip says."""
    return [(frame(clip.first_frame_at - ORIGIN + t), luma) for t, luma in pattern.decode(clip.data)]


def numbers(clip: Clip, recipe: Recipe) -> list[int]:
    """The numbers read off the pictures; each must be the one that its time says."""
    pictures = shown(clip)
    for due, luma in pictures:
        assert pattern.read(luma) == due - recipe.first * recipe.fps
    assert len(pictures) == clip.frames
    assert frame(clip.last_frame_at - ORIGIN) == pictures[-1][0]
    return [due - recipe.first * recipe.fps for due, _ in pictures]


def decodable(clip: Clip) -> int:
    """How many pictures a player gets that goes on after each error."""
    pictures = 0
    with av.open(io.BytesIO(clip.data), "r") as container:
        for packet in container.demux(video=0):
            with suppress(av.FFmpegError):
                pictures += len(packet.decode())
    return pictures


def hand_made(times: Sequence[int | None]) -> tuple[EncodedPacket, ...]:
    """The usual packets with other times."""
    packets = source("no B-frames")[2]
    return tuple(replace(p, at=time, decode_at=None) for p, time in zip(packets, times, strict=False))


@pytest.mark.parametrize("name", REMUXED)
def test_a_remuxed_clip_begins_at_the_key_frame_before_and_shows_the_very_pictures(name: str) -> None:
    recipe, stream_format, packets, truth = source(name)
    key = 0 if name == "one group only" else 40
    clip = cut(stream_format, packets, at(recipe.first + 5.05), at(recipe.first + 9.03), None)
    assert not clip.transcoded
    assert not clip.masked
    assert clip.shortened is None
    seen = numbers(clip, recipe)
    assert seen == list(range(key, seen[-1] + 1))  # not one is missing
    assert 90 <= seen[-1] < 98  # what the last one refers to comes along
    for due, luma in shown(clip):
        assert (luma == truth[due]).all()


def test_the_open_groups_here_are_really_open() -> None:
    for name in ("open groups of pictures", "HEVC with open groups"):
        packets = source(name)[2]
        second_key = [index for index, packet in enumerate(packets) if packet.key][1]
        assert (packets[second_key + 1].at or 0) < (packets[second_key].at or 0)


@pytest.mark.parametrize("name", TRANSCODED)
def test_a_codec_that_browsers_do_not_play_becomes_h264_from_the_first_picture_asked_for(name: str) -> None:
    recipe, stream_format, packets, truth = source(name)
    clip = cut(stream_format, packets, at(5.05), at(9.03), None)
    assert clip.transcoded
    assert not clip.masked
    assert clip.shortened is None
    assert numbers(clip, recipe) == list(range(51, 91))
    for due, luma in shown(clip):
        assert np.abs(luma.astype(int) - truth[due]).mean() < 3
    with av.open(io.BytesIO(clip.data), "r") as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"


@pytest.mark.parametrize("name", ["B-frames", "open groups of pictures", "HEVC with open groups"])
def test_a_masked_clip_shows_no_pixel_under_its_mask(name: str) -> None:
    recipe, stream_format, packets, _ = source(name)
    clip = cut(stream_format, packets, at(5.05), at(9.03), BOTTOM)
    assert clip.transcoded
    assert clip.masked
    assert numbers(clip, recipe) == list(range(51, 91))
    for _, luma in shown(clip):
        assert luma[round(0.8 * pattern.HEIGHT) :].max() < 24  # black is 16, and encoding blurs


def test_the_moving_square_vanishes_under_the_mask() -> None:
    recipe, stream_format, packets, _ = source("B-frames")
    top = Mask((Polygon(((0.0, 0.0), (1.0, 0.0), (1.0, 0.6), (0.0, 0.6))),))
    clip = cut(stream_format, packets, at(0), at(11.9), top)
    assert clip.frames == recipe.frames
    for _, luma in shown(clip):
        assert luma[: round(0.6 * pattern.HEIGHT)].max() < 24


def test_a_mask_without_polygons_costs_nothing() -> None:
    _, stream_format, packets, _ = source("B-frames")
    clip = cut(stream_format, packets, at(5), at(9), Mask(()))
    assert not clip.transcoded
    assert not clip.masked


def test_a_transcoded_clip_has_a_key_frame_at_least_every_second() -> None:
    _, stream_format, packets, _ = source("B-frames")
    clip = cut(stream_format, packets, at(0), at(11), BOTTOM)
    with av.open(io.BytesIO(clip.data), "r") as container:
        stream = container.streams.video[0]
        keys = sorted(
            float(packet.pts * packet.time_base)
            for packet in container.demux(stream)
            if packet.is_keyframe and packet.pts is not None
        )
    assert keys[0] == 0
    assert all(after - before <= 1.0001 for before, after in pairwise(keys))


@pytest.mark.parametrize("mask", [None, BOTTOM])
def test_a_clip_can_start_to_play_before_it_is_loaded(mask: Mask | None) -> None:
    _, stream_format, packets, _ = source("B-frames")
    data = cut(stream_format, packets, at(5), at(9), mask).data
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("mask", [None, BOTTOM])
def test_nothing_is_written_to_any_file(mask: Mask | None) -> None:
    counters = Path("/proc/self/io")
    if not counters.exists():
        pytest.skip("only Linux counts what a process writes")

    def written() -> int:
        return int(counters.read_text().split()[3])

    _, stream_format, packets, _ = source("B-frames")
    before = written()
    clip = cut(stream_format, packets, at(0), at(11), mask)
    assert written() - before < len(clip.data) // 10


def test_the_same_packets_give_the_same_bytes() -> None:
    _, stream_format, packets, _ = source("B-frames")
    for mask in (None, BOTTOM):
        one, two = (cut(stream_format, packets, at(5), at(9), mask) for _ in range(2))
        assert one == two
        assert one.sha256 == two.sha256


def test_sound_is_dropped_and_only_pictures_remain() -> None:
    _, stream_format, packets, _ = source("MP4's form of H.264")
    with av.open(io.BytesIO(cut(stream_format, packets, at(5), at(9), None).data), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]


@pytest.mark.parametrize("mask", [None, BOTTOM])
def test_a_stream_that_begins_later_than_asked_says_so(mask: Mask | None) -> None:
    recipe, stream_format, packets, _ = source("B-frames")
    clip = cut(stream_format, packets, at(-3), at(3.03), mask)
    assert clip.shortened == "starts_late"
    assert numbers(clip, recipe)[0] == 0
    assert cut(stream_format, packets, at(-3), at(3), mask, gop_too_long=True).shortened == "gop_too_long"
    assert cut(stream_format, packets, at(0), at(3), mask, gop_too_long=True).shortened is None


@pytest.mark.parametrize("mask", [None, BOTTOM])
def test_a_stream_joined_in_the_middle_of_an_open_group_shows_no_damaged_picture(mask: Mask | None) -> None:
    recipe, stream_format, packets, truth = source("open groups of pictures")
    clip = cut(stream_format, packets[7:], at(1), at(9), mask)
    assert clip.shortened == "starts_late"
    first = numbers(clip, recipe)[0]
    assert first == next(frame((p.at or 0) - ORIGIN) for p in packets[7:] if p.key)
    for due, luma in shown(clip):
        assert np.abs(luma.astype(int) - truth[due])[: pattern.HEIGHT // 2].mean() < 3


def test_a_clip_of_which_nothing_can_be_seen_is_refused() -> None:
    _, stream_format, packets, _ = source("B-frames")
    for nothing in ((), [p for p in packets if not p.key], [p for p in packets if p.at and p.at > at(8)]):
        with pytest.raises(SourceError):
            cut(stream_format, nothing, at(5), at(6), None)


@pytest.mark.parametrize("mask", [None, BOTTOM])
def test_a_picture_without_a_time_stays_where_it_was_and_breaks_none(mask: Mask | None) -> None:
    recipe, stream_format, packets, _ = source("no B-frames")
    holed = [replace(p, at=None, decode_at=None) if i in (53, 54, 60) else p for i, p in enumerate(packets)]
    clip = cut(stream_format, holed, at(5), at(9.03), mask)
    read = [pattern.read(luma) for _, luma in pattern.decode(clip.data)]
    if mask is None:
        assert read == list(range(40, 91))  # all are there, for others refer to them
    else:
        assert read == [number for number in range(50, 91) if number not in (53, 54, 60)]
    assert frame(clip.first_frame_at - ORIGIN) == read[0]
    assert recipe.frames == 120


def test_times_that_stand_still_still_make_a_clip() -> None:
    _, stream_format, _, _ = source("no B-frames")
    clip = cut(stream_format, hand_made([at(0)] * 40), at(0), at(1), None)
    assert clip.frames == 40
    assert [pattern.read(luma) for _, luma in pattern.decode(clip.data)] == list(range(40))


def test_times_that_run_back_and_forth_are_decoded_and_put_in_order() -> None:
    _, stream_format, _, _ = source("no B-frames")
    times: list[int | None] = [at(second / 10) for second in [*range(35), *range(10, 15), *range(40, 60)]]
    clip = cut(stream_format, hand_made(times), at(0), at(6), None)
    assert clip.transcoded
    offsets = [offset for offset, _ in pattern.decode(clip.data)]
    assert offsets == sorted(set(offsets))


@pytest.mark.parametrize("mask", [None, BOTTOM])
@pytest.mark.parametrize("damage", ["flipped", "cut short", "one byte", "lost"])
def test_damaged_packets_do_not_stop_a_clip(mask: Mask | None, damage: str) -> None:
    _, stream_format, packets, _ = source("B-frames")
    rng = np.random.default_rng(3)

    def broken(packet: EncodedPacket) -> list[EncodedPacket]:
        if packet.key or rng.random() > 0.3:
            return [packet]
        if damage == "lost":
            return []
        data = bytearray(packet.data)
        if damage == "flipped":
            data[rng.integers(len(data))] ^= 0xFF
        return [replace(packet, data=bytes(data[: {"cut short": len(data) // 2, "one byte": 1}.get(damage)]))]

    stream = [piece for packet in packets for piece in broken(packet)]
    clip = cut(stream_format, stream, at(5), at(9), mask)
    assert decodable(clip) > 20
    assert frame(clip.first_frame_at - ORIGIN) in (40, 50, 51, 52)


def test_packets_known_to_be_damaged_are_decoded_since_browsers_stop_at_them() -> None:
    _, stream_format, packets, _ = source("B-frames")
    stream = [replace(p, data=p.data[:9], corrupt=True) if i == 70 else p for i, p in enumerate(packets)]
    assert cut(stream_format, stream, at(5), at(9), None).transcoded
    assert not cut(stream_format, stream, at(9), at(11), None).transcoded  # no part of this one


def test_any_clip_can_be_encoded_anew_for_a_player_that_needs_it() -> None:
    recipe, stream_format, packets, _ = source("HEVC with open groups")
    clip = cut(stream_format, packets, at(5.05), at(9.03), None, anew=True)
    assert clip.transcoded
    assert not clip.masked
    assert numbers(clip, recipe) == list(range(51, 91))


@pytest.mark.parametrize(
    ("name", "entries"),
    [("B-frames", [0, 40, 80]), ("open groups of pictures", [40]), ("HEVC with open groups", [40])],
)
def test_a_player_may_enter_only_where_nothing_earlier_is_shown_later(name: str, entries: list[int]) -> None:
    _, stream_format, packets, _ = source(name)
    first = entries[0]
    clip = cut(stream_format, packets, at(first / 10), at(11.9), None)
    with av.open(io.BytesIO(clip.data), "r") as container:
        stream = container.streams.video[0]
        found = [
            first
            + frame(round((entry.timestamp - stream.index_entries[0].timestamp) * stream.time_base * SECOND))
            for entry in stream.index_entries  # the file's own list: a demuxer looks for key frames itself
            if entry.is_keyframe and stream.time_base
        ]
    assert found == entries


def test_packets_of_noise_alone_are_refused() -> None:
    _, stream_format, packets, _ = source("B-frames")
    noise = [replace(packet, data=bytes([7]) * 50) for packet in packets]
    with pytest.raises(SourceError):
        cut(stream_format, noise, at(5), at(9), BOTTOM)


def test_h264_without_its_parameters_in_hand_is_decoded_instead() -> None:
    recipe = Recipe(container="h264")
    played = pattern.play(pattern.encode(replace(recipe, container="mpegts")), ORIGIN)
    packets = [EncodedPacket.of(packet, time) for packet, time in played.packets if packet.size]
    clip = cut(replace(played.stream_format, extradata=b""), packets, at(5), at(9), None)
    assert clip.transcoded
    assert clip.frames > 30


def test_odd_sizes_are_encoded_as_even_ones() -> None:
    _, stream_format, packets, _ = source("B-frames")
    odd = replace(stream_format, width=pattern.WIDTH - 1, height=pattern.HEIGHT - 1)
    clip = cut(odd, packets, at(5), at(9), BOTTOM)
    with av.open(io.BytesIO(clip.data), "r") as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (318, 190)


def test_an_unknown_codec_is_the_sources_fault() -> None:
    _, stream_format, packets, _ = source("B-frames")
    for codec in ("nonsense", "aac"):
        with pytest.raises(SourceError):
            cut(replace(stream_format, codec=codec), packets, at(5), at(9), None)
