"""Pictures with their objects on disk: shards of at most 256, written whole.

train-003-017.npz        seed 3, the 18th shard; held-out-… are never learned from
  jpegs       (bytes,)   the pictures' JPEG files, one after the other
  ends        (n,)       where each of them ends
  owners      (m,)       for each object the number of its picture
  classes     (m,)       its label's place in LABELS
  boxes       (m, 4)     left, top, right, bottom of what shows of it, in fractions of the picture
  visible     (m,)       the share of it that shows
  conditions  (n,)       "day", "night", …
  layouts     (n,)       "street", "yard", …
"""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.labels import LABELS
from sample_videos.studio.picture.seen import Seen

Picture = NDArray[np.uint8]  # height × width × 3, RGB
Floats = NDArray[np.float32]
Classes = NDArray[np.int16]

TRAIN, HELD_OUT = "train", "held-out"  # how shards' names begin
QUALITY = 92  # of the JPEG: the pictures carry their own damage already
UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


class Example(Protocol):
    """What the studio gives: a picture of 640×360 and what shows in it."""

    @property
    def picture(self) -> Picture:
        """Height × width × 3 bytes, RGB."""
        ...

    @property
    def objects(self) -> Sequence[Seen]:
        """What shows in it."""
        ...

    @property
    def condition(self) -> str:
        """Light and weather."""
        ...

    @property
    def layout(self) -> str:
        """The kind of site."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """One picture as it is kept: a JPEG file's bytes, and its objects as in the shard."""

    jpeg: bytes
    classes: Classes
    boxes: Floats
    visible: Floats
    condition: str
    layout: str

    def picture(self) -> Picture:
        """The picture, decoded. Raises ValueError where the bytes are no picture."""
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        if decoded is None:
            raise ValueError("a picture of a shard cannot be decoded")
        return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def labelled(example: Example) -> Labelled:
    """An example as it is kept."""
    turned = cv2.cvtColor(example.picture, cv2.COLOR_RGB2BGR)
    jpeg = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    seen = example.objects
    return Labelled(
        jpeg.tobytes(),
        np.array([LABELS.index(one.label) for one in seen], np.int16),
        np.array([one.seen_xyxy for one in seen], np.float32).reshape(-1, 4),
        np.array([one.visible for one in seen], np.float32),
        example.condition,
        example.layout,
    )


def write_shard(path: Path, pictures: Iterable[Labelled]) -> None:
    """Write pictures under another name first, so that a shard is there whole or not at all."""
    kept = list(pictures)
    counts = [len(one.classes) for one in kept]
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            jpegs=np.frombuffer(b"".join(one.jpeg for one in kept), np.uint8),
            ends=np.cumsum([len(one.jpeg) for one in kept], dtype=np.int64),
            owners=np.repeat(np.arange(len(kept), dtype=np.int16), counts),
            classes=np.concatenate([one.classes for one in kept]),
            boxes=np.concatenate([one.boxes for one in kept]),
            visible=np.concatenate([one.visible for one in kept]),
            conditions=np.array([one.condition for one in kept]),
            layouts=np.array([one.layout for one in kept]),
        )
    unfinished.replace(path)


def read_shard(path: Path) -> list[Labelled]:
    """The pictures of a shard. Raises one of UNREADABLE for a file that is damaged."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as table:
        shard = {name: table[name] for name in table.files}
    starts = np.concatenate(([0], shard["ends"][:-1]))
    pictures = []
    for number, (start, end) in enumerate(zip(starts, shard["ends"], strict=True)):
        own = shard["owners"] == number
        pictures.append(
            Labelled(
                shard["jpegs"][start:end].tobytes(),
                shard["classes"][own],
                shard["boxes"][own],
                shard["visible"][own],
                str(shard["conditions"][number]),
                str(shard["layouts"][number]),
            )
        )
    return pictures
