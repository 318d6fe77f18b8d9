"""The picture of the README: frames of a kept demo, with what was seen and said.

sharp-eyes demo --once --keep FOLDER && python -m sample_videos.picture FOLDER OUT.jpg
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import tomli
from numpy.typing import NDArray

from sample_videos.sample_clips import folder as sample_clips

Pixels = NDArray[np.uint8]

FONT = cv2.FONT_HERSHEY_DUPLEX
INK, ZONE, BOX, ALARM = (240, 240, 240), (233, 180, 86), (200, 200, 200), (43, 90, 255)  # blue, green, red
SHADE = (20, 20, 20)
TYPES = ("intrusion", "line", "loitering")


def main(folder: Path, out: Path) -> None:
    """One panel per kind of rule, side by side."""
    cameras = {camera["id"]: camera for camera in _cameras()}
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    raised = [event for event in events if event["record"] == "raised"]
    chosen = [next(event for event in raised if event["type"] == kind) for kind in TYPES]
    cv2.imwrite(
        str(out),
        np.hstack([_panel(folder, cameras[event["camera"]], event) for event in chosen]),
        [cv2.IMWRITE_JPEG_QUALITY, 82],
    )


def _cameras() -> Iterator[dict[str, Any]]:
    """The cameras of the sample clips, as their files have them."""
    for file in sample_clips().glob("*/cameras.toml"):
        yield from tomli.loads(file.read_text(encoding="utf-8"))["camera"]


def _panel(folder: Path, camera: dict[str, Any], event: dict[str, Any]) -> Pixels:
    evidence = folder / "evidence" / event["event_id"]
    boxes: dict[str, Any] = json.loads(evidence.with_suffix(".boxes.json").read_text(encoding="utf-8"))
    moment = (event["at"] - boxes["clip_first_frame_at"]) / 1e6
    picture = _frame(evidence.with_suffix(".mp4"), moment)
    height, width = picture.shape[:2]
    scale = np.array([width, height])
    for zone in camera.get("zone", []):
        corners = np.rint(np.array(zone["points"]) * scale).astype(np.int32)
        cv2.polylines(picture, [corners], isClosed=True, color=ZONE, thickness=1, lineType=cv2.LINE_AA)
        _write(picture, zone["name"], (int(corners[0][0]) + 4, int(corners[0][1]) + 14), ZONE)
    for line in camera.get("line", []):
        a, b = np.rint(np.array(line["points"]) * scale).astype(int).tolist()
        cv2.arrowedLine(picture, a, b, ZONE, 1, cv2.LINE_AA, tipLength=0.05)
    for item in boxes["items"]:
        if abs(item["t"] - moment) < 1e-3:
            x1, y1, x2, y2 = np.rint(np.array(item["xyxy"]) * [*scale, *scale]).astype(int).tolist()
            colour = ALARM if item["track"] == event["track"] else BOX
            cv2.rectangle(picture, (x1, y1), (x2, y2), colour, 2 if colour == ALARM else 1)
            _write(picture, f"{item['label']} {item['track']}", (x1, max(10, y1 - 4)), colour)
    towards = f" to the {event['direction']}" if "direction" in event else ""
    _write(
        picture,
        f"{event['type']}{towards}: {event['rule']}, {event['offset_seconds']:.1f} s",
        (8, height - 10),
        INK,
    )
    return picture


def _frame(clip: Path, moment: float) -> Pixels:
    """The clip's frame at `moment` seconds after its first one."""
    with av.open(str(clip)) as container:
        first: float | None = None
        for frame in container.decode(video=0):
            first = frame.time if first is None else first
            if frame.time - first >= moment - 1e-3:
                return np.ascontiguousarray(frame.to_ndarray(format="bgr24"))
    raise SystemExit(f"{clip} ends before {moment:.2f} s")


def _write(picture: Pixels, text: str, place: tuple[int, int], colour: tuple[int, int, int]) -> None:
    x, y = place
    for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1)):  # a thicker font would be wider, too
        cv2.putText(picture, text, (x + dx, y + dy), FONT, 0.42, SHADE, 1, cv2.LINE_AA)
    cv2.putText(picture, text, place, FONT, 0.42, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
