"""Sample clips: cameras with their video and its truth, found by entry points as models are.

FOLDER/                      from an entry point of the group `sharp_eyes.sample_clips`
  intrusion-yard-day/        clip.mp4  cameras.toml  truth.jsonl
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from itertools import zip_longest
from pathlib import Path

from sharp_eyes.config.reading import load_cameras


@dataclass(frozen=True, slots=True)
class SampleClip:
    """A clip in a folder of its own."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's."""
        return self.folder.name

    @property
    def cameras(self) -> Path:
        """The file of the camera that plays it."""
        return self.folder / "cameras.toml"

    @property
    def truth(self) -> Path:
        """What is to be noticed in it."""
        return self.folder / "truth.jsonl"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its camera's rules. Raises ConfigError where the camera file is wrong."""
        return tuple(sorted({rule.kind for camera in load_cameras(self.cameras) for rule in camera.rules}))


def installed_clips() -> list[SampleClip]:
    """Every clip that installed packages bring along, by name."""
    folders = [point.load()() for point in entry_points(group="sharp_eyes.sample_clips")]
    return sorted(
        (SampleClip(file.parent) for folder in folders for file in folder.glob("*/cameras.toml")),
        key=lambda clip: clip.name,
    )


def assorted(clips: Iterable[SampleClip], most: int) -> list[SampleClip]:
    """So many of these clips, in their order, and of as many kinds as so many can be."""
    of_kinds: dict[tuple[str, ...], list[SampleClip]] = {}
    clips = list(clips)
    for clip in clips:
        of_kinds.setdefault(clip.kinds, []).append(clip)
    turns: Sequence[tuple[SampleClip | None, ...]] = list(zip_longest(*of_kinds.values()))
    chosen = [clip for turn in turns for clip in turn if clip is not None][:most]
    return [clip for clip in clips if clip in chosen]
