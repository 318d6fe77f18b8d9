"""A clip as a camera's 640×360 sub-stream would show it: H.264, a key frame every two seconds.

python -m sample_videos.substream VIDEO OUT.mp4
"""

import sys
from fractions import Fraction
from pathlib import Path

import av

WIDTH, HEIGHT = 640, 360
QUALITY = "20"  # x264's constant rate factor: hardly visible losses


def main(source: Path, target: Path) -> None:
    """Scale and encode again; times stay."""
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        video = given.streams.video[0]
        rate = video.average_rate or Fraction(25)
        stream = made.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": QUALITY, "preset": "fast", "g": str(round(2 * rate))}
        for frame in given.decode(video):
            small = frame.reformat(width=WIDTH, height=HEIGHT, format="yuv420p")
            small.pts, small.time_base = frame.pts, frame.time_base
            made.mux(stream.encode(small))
        made.mux(stream.encode(None))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
