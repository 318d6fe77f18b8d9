"""Paints the demo clip with its cameras.toml and its truth.

python -m sample_videos.sketch OUT_DIR [--seed N] [--seconds S] [--fps 25] [--camera ID] [--number N]
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import cv2

from sample_videos.sketch.canvas import Picture
from sample_videos.sketch.clip import encode, frames
from sample_videos.sketch.declaration import cameras_toml
from sample_videos.sketch.street import CAMERA
from sample_videos.sketch.truth import Frame, truths

VIDEO = "street.mp4"
SEED = 5


def write_clip(
    folder: Path, seed: int, seconds: float, fps: int, camera: str = CAMERA, number: int | None = None
) -> None:
    """Write street.mp4, cameras.toml, truth.jsonl and boxes.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    shown: list[Frame] = []
    encode(_noted(frames(seed, seconds, fps), shown), folder / VIDEO, fps)
    (folder / "cameras.toml").write_text(cameras_toml(VIDEO, camera, number), encoding="utf-8")
    _write_lines(folder / "boxes.jsonl", (asdict(frame) for frame in shown))
    _write_lines(folder / "truth.jsonl", (replace(truth, camera=camera).row() for truth in truths(shown)))


def _noted(source: Iterable[tuple[Picture, Frame]], into: list[Frame]) -> Iterator[Picture]:
    for picture, frame in source:
        into.append(frame)
        yield picture


def _write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="sample_videos.sketch", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--fps", type=int, default=25)
    parser.add_argument("--camera", default=CAMERA)
    parser.add_argument("--number", type=int, help="written behind the camera's name")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    write_clip(given.folder, given.seed, given.seconds, given.fps, given.camera, given.number)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)  # whoever pressed the keys knows
