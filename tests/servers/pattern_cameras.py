"""The clips that test cameras play, and the cameras themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av

from ingest.pattern import Recipe, encode
from servers.rtsp import RtspCameras, rtsp_cameras

LONG_GOP = Recipe(frames=250, fps=25, gop=125, container="mp4")  # five seconds, with B-frames
ALL_KEYS = Recipe(frames=100, fps=25, gop=1, container="mp4")


@contextmanager
def pattern_cameras(folder: Path) -> Iterator[RtspCameras]:
    """`gate` with key frames far apart, `keys` of key frames only, `changing` from one size to another."""
    gate, keys, small = (folder / f"{name}.mp4" for name in ("gate", "keys", "small"))
    gate.write_bytes(encode(LONG_GOP))
    keys.write_bytes(encode(ALL_KEYS))
    shrink(keys, small)
    with rtsp_cameras(folder, {"gate": gate, "keys": keys, "changing": [keys, small]}) as cameras:
        yield cameras


def shrink(clip: Path, target: Path) -> None:
    """The same clip at half its size."""
    with av.open(str(clip)) as source, av.open(str(target), "w") as made:
        stream = made.add_stream("libx264", rate=25, options={"g": "25"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for frame in source.decode(video=0):
            made.mux(stream.encode(frame.reformat(width=160, height=96)))
        made.mux(stream.encode(None))
