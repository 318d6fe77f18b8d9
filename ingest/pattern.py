"""A shipped fake camera: every picture carries its own number, as the place of a bright square.

number = row · 36 + column          0   1   2 …                 35
                                    36  37 …            ■ moves on by 8 pixels a picture
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt

from ingest.ring import StreamFormat, VideoPacket
from sharp_eyes.clock import SECOND

Luma = npt.NDArray[np.uint8]  # height by width

WIDTH, HEIGHT = 320, 192
SQUARE = 32
COLUMNS, ROWS = 36, 10
_ACROSS, _DOWN = 8, 16  # pixels from one column, one row, to the next
_BRIGHT = 235

# Two B-frames between references, key frames far apart, as in real streams.
X264: Mapping[str, str] = {"preset": "veryfast", "bf": "2", "b-adapt": "0", "scenecut": "0", "threads": "1"}


def corner(number: int) -> tuple[int, int]:
    """Tell where picture `number` has the top left corner of its square (x, y in pixels)."""
    return number % COLUMNS * _ACROSS, number // COLUMNS % ROWS * _DOWN


def draw(number: int) -> Luma:
    """Draw picture `number`: a bright square on a dim ramp."""
    picture = np.tile(np.linspace(40, 120, WIDTH, dtype=np.uint8), (HEIGHT, 1))
    x, y = corner(number)
    picture[y : y + SQUARE, x : x + SQUARE] = _BRIGHT
    return picture


def read(luma: Luma) -> int | None:
    """Read the number off a picture; None where no whole square is to be seen."""
    rows, columns = np.nonzero(luma > 180)
    if not SQUARE * SQUARE * 0.8 < rows.size < SQUARE * SQUARE * 1.2:
        return None
    x, y = (values.mean() - (SQUARE - 1) / 2 for values in (columns, rows))
    return int(round(y / _DOWN) * COLUMNS + round(x / _ACROSS))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the fake camera encodes; `first` is the time of its first picture, in seconds."""

    frames: int = 120
    fps: int = 10
    codec: str = "libx264"
    options: Mapping[str, str] | None = None
    gop: int = 40
    container: str = "matroska"
    first: int = 0
    pixels: str = "yuv420p"


def encode(recipe: Recipe) -> bytes:
    """Record the pictures 0, 1, 2 … into a file of the recipe's kind."""
    file = io.BytesIO()
    with av.open(file, "w", format=recipe.container) as container:
        options = dict(X264 if recipe.options is None else recipe.options)
        stream = container.add_stream(recipe.codec, rate=Fraction(recipe.fps), options=options)
        if not isinstance(stream, av.VideoStream):
            raise TypeError(f"{recipe.codec} encodes no pictures")
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, recipe.pixels
        stream.codec_context.gop_size = recipe.gop
        for number in range(recipe.frames):
            frame = av.VideoFrame.from_ndarray(draw(number), "gray").reformat(format=recipe.pixels)
            frame.pts = recipe.first * recipe.fps + number
            frame.time_base = Fraction(1, recipe.fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Played:
    """A file as a source serves it: its format, and its packets with their times."""

    stream_format: StreamFormat
    packets: tuple[tuple[VideoPacket, int], ...]


def play(data: bytes, origin: int) -> Played:
    """Read a file's video; its time 0 is `origin` (microseconds UTC)."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        return Played(StreamFormat.from_stream(stream), tuple(_timed(container.demux(stream), origin)))


def _timed(packets: Iterator[VideoPacket], origin: int) -> Iterator[tuple[VideoPacket, int]]:
    at = origin
    for packet in packets:
        if packet.pts is not None and packet.time_base:
            at = origin + round(packet.pts * packet.time_base * SECOND)
        yield packet, at


def decode(data: bytes) -> list[tuple[int, Luma]]:
    """Decode a file's pictures: their times (microseconds from the file's time 0) and brightness."""
    with av.open(io.BytesIO(data), "r") as container:
        return [(_offset(frame), _luma(frame)) for frame in container.decode(video=0)]


def _offset(frame: av.VideoFrame) -> int:
    return round(Fraction(frame.pts or 0) * (frame.time_base or 0) * SECOND)


def _luma(frame: av.VideoFrame) -> Luma:
    return np.asarray(frame.to_ndarray(format="gray"), np.uint8)
