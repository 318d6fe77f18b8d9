"""Splits H.264 clips into access units with their times, for a camera program that cannot decode.

    python access_units.py TARGET CLIP CLIP …       the clips one after the other

File: one line of JSON ({"duration": microseconds}), then for each unit a header (presentation and
decoding time in microseconds from the start, length) and its bytes in Annex B form. The last unit is a
still of the last picture, for cameras that hold after playing once.
"""

import json
import struct
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av

SECOND = 1_000_000
HEADER = struct.Struct(">qqI")

Unit = tuple[int, int, bytes]


def split(target: Path, clips: list[Path]) -> None:
    """Write the access units of the clips' H.264 video to `target`."""
    units: list[Unit] = []
    duration = 0
    for clip in clips:
        own, lasts = _split(clip)
        units += [(pts + duration, dts + duration, data) for pts, dts, data in own]
        duration += lasts
    with target.open("wb") as file:
        file.write(json.dumps({"duration": duration}).encode() + b"\n")
        for pts, dts, data in [*units, (duration, duration, _still(clips[-1]))]:
            file.write(HEADER.pack(pts, dts, len(data)) + data)


def _split(clip: Path) -> tuple[list[Unit], int]:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        units = list(_units(container, stream))
        period = round(SECOND / (stream.guessed_rate or 25))
    first = min(pts for pts, _, _ in units)
    duration = max(pts for pts, _, _ in units) - first + period
    return [(pts - first, dts - first, data) for pts, dts, data in units], duration


def _units(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[Unit]:
    annex_b = av.BitStreamFilterContext("h264_mp4toannexb", stream)
    scale = Fraction(stream.time_base or 1) * SECOND
    for packet in container.demux(stream):
        for unit in annex_b.filter(packet if packet.size else None):
            if unit.pts is not None and unit.size:
                dts = unit.pts if unit.dts is None else unit.dts
                yield round(unit.pts * scale), round(dts * scale), bytes(unit)


def _still(clip: Path) -> bytes:
    """The clip's last picture as one key frame."""
    with av.open(str(clip)) as container:
        *_, last = container.decode(video=0)
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = last.width, last.height, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"preset": "veryfast", "tune": "zerolatency"}
    last.pts, last.pict_type = 0, 0
    picture = last.reformat(format="yuv420p")
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])


if __name__ == "__main__":
    split(Path(sys.argv[1]), [Path(clip) for clip in sys.argv[2:]])
