"""Measures an ONNX detector on held-out scenes, and on a clip with its boxes.

python -m sample_videos.sketch.appraisal sketch.onnx --size 320 192 [--clip OUT_DIR]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.lens import HEIGHT, WIDTH
from sample_videos.sketch.scene import Seen
from sample_videos.sketch.score import OVERLAP, Detector, Figure, held_out, judged

CLIP_CLEAR = 0.8  # on the clip, objects of which less shows are not asked for


def clip_pictures(folder: Path, every: int) -> Iterator[tuple[Picture, list[Seen]]]:
    """Decode every n-th frame of a clip, with what boxes.jsonl says of it."""
    lines = (folder / "boxes.jsonl").read_text(encoding="utf-8").splitlines()
    with av.open(str(folder / "street.mp4")) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % every == 0:
                picture = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                yield picture, _seen(json.loads(lines[number])["objects"])


def _seen(objects: list[dict[str, object]]) -> list[Seen]:
    found = []
    for one in objects:
        left, top, right, bottom = (round(float(part)) for part in _pixels(one["xyxy"]))
        visible = float(str(one["visible"]))
        found.append(Seen(int(str(one["id"])), str(one["label"]), (left, top, right, bottom), visible))
    return found


def _pixels(xyxy: object) -> list[float]:
    return list(np.array(xyxy, np.float64) * (WIDTH, HEIGHT, WIDTH, HEIGHT))


def _show(title: str, figures: list[Figure]) -> None:
    sys.stdout.write(title + "\n")
    for one in figures:
        sys.stdout.write(
            f"  {one.label:7}{one.heights[0]:4}-{one.heights[1]:<4}{one.objects:6} objects"
            f"  AP50 {one.average_precision:.3f}  recall {one.recall:.3f}  precision {one.precision:.3f}\n"
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="sample_videos.sketch.appraisal", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--size", type=int, nargs=2, default=(320, 192), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--scenes", type=int, default=600)
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--overlap", type=float, default=OVERLAP)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    size = (int(given.size[0]), int(given.size[1]))
    if given.scenes:
        _show("held-out scenes", held_out(given.model, size, given.scenes))
    if given.clip is not None:
        detector = Detector(given.model, size, given.overlap)
        _show("clip", judged(detector, clip_pictures(given.clip, 5), CLIP_CLEAR))


if __name__ == "__main__":
    main()
