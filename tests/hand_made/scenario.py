"""One person who walks through a small picture, as folders of scenarios: clip, boxes, truth and card."""

import json
import subprocess
from pathlib import Path
from typing import Any

import av
import numpy as np

Object = dict[str, Any]  # as JSON has them

FPS, SECONDS, WIDTH, HEIGHT = 5, 4, 320, 180
CAMERA = "33080200001310000001"

# A person walks from left to right, his feet at x = 0.1 + 0.2 t: in the zone from 1 s to 3 s, over the
# line at 2 s, and so due for the dwell of a second at 2 s too.
CAMERAS = f"""
[[camera]]
id = "{CAMERA}"
source = {{ file = "clip.mp4" }}

[[camera.zone]]
name = "yard"
points = [[0.29, 0.5], [0.71, 0.5], [0.71, 1.0], [0.29, 1.0]]

[[camera.line]]
name = "gate"
points = [[0.5, 0.0], [0.5, 1.0]]

[[camera.rule]]
name = "in-the-yard"
kind = "intrusion"
zone = "yard"
labels = ["person"]
dwell_seconds = 1
evidence = "none"

[[camera.rule]]
name = "through-the-gate"
kind = "line"
line = "gate"
labels = ["person"]
directions = ["left", "right"]
evidence = "none"
"""


def person(number: int, *, visible: float = 1.0) -> Object:
    foot = 0.1 + 0.2 * number / FPS
    box = [round(foot - 0.06, 4), 0.4, round(foot + 0.06, 4), 0.8]
    return {
        "id": 7,
        "label": "person",
        "xyxy": box,
        "seen_xyxy": box,
        "visible": visible,
        "floor": [1.0, 2.0],
    }


def lines(file: Path, *objects: Object) -> Path:
    file.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return file


def due(kind: str, start: float, **other: object) -> Object:
    return {"camera": CAMERA, "type": kind, "start": start, "tolerance_seconds": 0.6, "objects": [7], **other}


def video(file: Path) -> None:
    """A dark box on a plain ground, where the person's is."""
    with av.open(str(file), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FPS * SECONDS):
            picture = np.full((HEIGHT, WIDTH, 3), 190, np.uint8)
            left, top, right, bottom = person(number)["xyxy"]
            picture[
                round(top * HEIGHT) : round(bottom * HEIGHT), round(left * WIDTH) : round(right * WIDTH)
            ] = 40
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)


def scenario(parent: Path, name: str, truth: list[Object], *, visible: float = 1.0, **card: object) -> Path:
    folder = parent / name
    folder.mkdir(parents=True)
    video(folder / "clip.mp4")
    (folder / "cameras.toml").write_text(CAMERAS, encoding="utf-8")
    lines(folder / "truth.jsonl", *truth)
    frames = [
        {"frame": n, "seconds": n / FPS, "objects": [person(n, visible=visible)]}
        for n in range(FPS * SECONDS)
    ]
    lines(folder / "boxes.jsonl", *frames)
    facts = {
        "name": name, "kind": "intrusion", "layout": "yard", "condition": "day", "seed": 1, "fps": FPS,
        "seconds": float(SECONDS), "difficulty": "easy", "passages": 1, "near_misses": 0,
        "camera": CAMERA, "rules": [],
    }  # fmt: skip
    (folder / "scenario.json").write_text(json.dumps(facts | card), encoding="utf-8")
    return folder


CROSSING = [due("intrusion", 2.0, label="person"), due("line", 2.0, direction="left")]


def evaluated(done: subprocess.CompletedProcess[str], code: int = 0) -> Object:
    assert done.returncode == code, done.stderr
    document: Object = json.loads(done.stdout)
    return document
