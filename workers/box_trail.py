"""The scenes of the last minutes of one camera: the boxes that are drawn over its evidence."""

from collections import deque
from collections.abc import Iterable

from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Scene

# Scenes older than this are no longer needed by any clip: longest roll, key frame distance and lag.
TRAIL = 300 * SECOND


class BoxTrail:
    """Remembers scenes as long as a clip may want them."""

    def __init__(self) -> None:
        self._scenes: deque[Scene] = deque()

    def add(self, scene: Scene) -> None:
        """Remember a scene and forget what is too old for any clip."""
        self._scenes.append(scene)
        while scene.at - self._scenes[0].at > TRAIL:
            self._scenes.popleft()

    def scenes(self) -> tuple[Scene, ...]:
        """What is remembered, oldest first, for whoever goes on in another thread."""
        return tuple(self._scenes)


def boxes_document(scenes: Iterable[Scene], first_at: int, last_at: int, fps: float) -> dict[str, object]:
    """The boxes of a stretch; `t` in seconds from its first presented frame.

    `coasted` boxes were not seen at that moment: nothing moved, and the object is where it was.
    """
    items = [
        {
            "t": round((scene.at - first_at) / SECOND, 6),
            "track": seen.track,
            "label": seen.label,
            "confidence": seen.confidence,
            "xyxy": list(seen.xyxy),
            "coasted": not scene.looked,
        }
        for scene in scenes
        if first_at <= scene.at <= last_at
        for seen in scene.objects
    ]
    return {"clip_first_frame_at": first_at, "fps": fps, "items": items}
