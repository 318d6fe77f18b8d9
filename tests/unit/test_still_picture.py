"""Whether a camera shows the same picture for ever."""

import io
from collections.abc import Callable, Iterator
from fractions import Fraction

import av
import numpy as np
import pytest

from ingest.frame import Frame
from ingest.pattern import Recipe, draw, encode
from ingest.still_picture import FROZEN_AFTER, Look, StillWatch, look
from sharp_eyes.clock import SECOND

SCENE = draw(100)
NOISE = np.random.default_rng(1)
FPS = 5


def living(_: int) -> np.ndarray:
    """An empty street: nothing moves, and the sensor is never quite still."""
    return np.clip(SCENE + NOISE.normal(0, 1.5, SCENE.shape), 0, 255).astype(np.uint8)


def frozen(_: int) -> np.ndarray:
    return SCENE


def filmed(picture: Callable[[int], np.ndarray], seconds: int, gop: int) -> Iterator[tuple[Frame, int]]:
    """As a camera films it: H.264 with a bit rate that leaves little of the noise; and when it comes."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = SCENE.shape
    encoder.pix_fmt, encoder.gop_size = "yuv420p", gop
    encoder.time_base, encoder.framerate = Fraction(1, FPS), FPS
    encoder.options = {"preset": "veryfast", "crf": "30", "scenecut": "0", "threads": "1"}
    decoder = av.CodecContext.create("h264", "r")
    packets = []
    for n in range(seconds * FPS):
        frame = av.VideoFrame.from_ndarray(picture(n), "gray").reformat(format="yuv420p")
        frame.pts = n
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    pictures = [video for packet in [*packets, None] for video in decoder.decode(packet)]
    for n, video in enumerate(pictures):
        yield Frame(video, n, n), n * SECOND // FPS


def states(frames: Iterator[tuple[Frame, int]]) -> list[tuple[str, int]]:
    watch, said = StillWatch(), []
    for frame, now in frames:
        if watch.wants(now, key=bool(frame.video.key_frame)):
            said += [(change.state, now // SECOND) for change in watch.see(look(frame), now)]
    return said


@pytest.mark.parametrize("gop", [1, 10, 40])
def test_an_empty_street_is_not_frozen(gop: int) -> None:
    assert states(filmed(living, 70, gop)) == []


@pytest.mark.parametrize("gop", [1, 10, 40])
def test_a_frozen_sensor_is_noticed_within_a_minute(gop: int) -> None:
    ((state, second),) = states(filmed(frozen, 60, gop))
    assert state == "begun"
    assert FROZEN_AFTER // SECOND <= second <= 60


def test_a_scene_that_repeats_itself_is_not_frozen() -> None:
    """A clip in a loop: its key frames are the same each time, what is between moves."""
    container = av.open(io.BytesIO(encode(Recipe(frames=40, fps=FPS, gop=40))))
    with container:
        loop = list(container.decode(video=0))
    frames = (loop[n % 40] for n in range(100 * FPS))
    assert states((Frame(video, n, n), n * SECOND // FPS) for n, video in enumerate(frames)) == []


def test_a_picture_that_moves_again_ends_it() -> None:
    watch = StillWatch()
    grid = np.zeros((4, 4), np.uint8)
    said = []
    for second in range(40):
        said += watch.see(Look(grid, key_sum=7), second * SECOND)
    said += watch.see(Look(grid + 100, None), 40 * SECOND)
    assert [change.state for change in said] == ["begun", "over"]


def test_without_key_frames_only_identical_pictures_of_almost_a_minute_are_frozen() -> None:
    watch = StillWatch()
    grid = np.zeros((4, 4), np.uint8)
    watch.see(Look(grid, key_sum=7), 0)
    seconds = [s for s in range(1, 80) if watch.see(Look(grid, None), s * SECOND)]
    assert seconds == [55]


def test_identical_pictures_between_two_different_key_frames_are_a_quiet_scene() -> None:
    """What an encoder makes of a clean scene: nothing but repetitions for 42 seconds."""
    watch = StillWatch()
    grid = np.zeros((4, 4), np.uint8)
    said = []
    for second in range(210):
        key = second // 42 if second % 42 == 0 else None
        said += watch.see(Look(grid + second // 42, key), second * SECOND)
    assert said == []


def test_a_lost_stream_is_not_frozen_any_more() -> None:
    watch = StillWatch()
    for second in range(40):
        watch.see(Look(np.zeros((4, 4), np.uint8), key_sum=7), second * SECOND)
    assert [change.state for change in watch.lost()] == ["over"]
    assert watch.see(Look(np.zeros((4, 4), np.uint8), key_sum=7), 41 * SECOND) == []


def test_it_looks_twice_a_second_and_at_a_key_frame_once() -> None:
    watch = StillWatch()
    looks = 0
    for n in range(250):  # ten seconds of key frames
        now = n * SECOND // 25
        if watch.wants(now, key=True):
            looks += 1
            watch.see(Look(np.full((2, 2), n, np.uint8), n), now)
    assert looks <= 11
