"""The demo clip: its frames one by one, and its H.264 file."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.cast import cast, on_stage
from sample_videos.sketch.lens import HEIGHT, WIDTH
from sample_videos.sketch.scene import paint
from sample_videos.sketch.sensor import grain
from sample_videos.sketch.street import LENS, street
from sample_videos.sketch.truth import Frame, Shown

CLIP_BRANCH = 4242  # another branch of the random numbers than the scenes to train on
LEAST_VISIBLE = 0.2
KEY_FRAME_EVERY = 100
_GRAIN = 1.6
_DRIFT = 0.035
_DRIFT_SECONDS = 23.0


def frames(seed: int, seconds: float, fps: int) -> Iterator[tuple[Picture, Frame]]:
    """Paint the pictures of a clip and tell what shows in each."""
    rng = np.random.default_rng((CLIP_BRANCH, seed))
    scene, actors = street(rng), cast(rng, seconds)
    sheet = grain(rng, _GRAIN)
    for number in range(round(seconds * fps)):
        at = number / fps
        things, identities = on_stage(actors, at)
        picture, seen = paint(LENS, scene.scenery, scene.sun, [*scene.props, *things])
        gain = 1.0 + _DRIFT * float(np.sin(2 * np.pi * at / _DRIFT_SECONDS))
        shown = tuple(
            Shown(identities[one.number], one.label, fractions(one.xyxy), round(one.visible, 3))
            for one in seen
            if one.visible >= LEAST_VISIBLE
        )
        yield sheet.on(picture, gain, rng), Frame(number, round(at, 4), shown)


def fractions(xyxy: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """Pixels as fractions of the picture."""
    left, top, right, bottom = xyxy
    return (
        round(left / WIDTH, 5),
        round(top / HEIGHT, 5),
        round(right / WIDTH, 5),
        round(bottom / HEIGHT, 5),
    )


def encode(pictures: Iterable[Picture], path: Path, fps: int) -> None:
    """Write an MP4 as a camera would: H.264 with B-frames and key frames far apart.

    One thread, so that the same pictures give the same bytes.
    """
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, fps)
        stream.codec_context.gop_size = KEY_FRAME_EVERY
        stream.codec_context.thread_count = 1
        stream.options = {
            "preset": "medium",
            "crf": "23",
            "bf": "2",
            "x264-params": f"threads=1:keyint={KEY_FRAME_EVERY}:scenecut=0:b-adapt=0",
        }
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
