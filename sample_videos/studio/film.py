"""Renders a scenario into its folder: the clip, and what shows in every frame of it."""

import shutil
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.camera import HEIGHT, WIDTH
from sample_videos.studio.declaration import boxes_line, write_declaration
from sample_videos.studio.picture.appearance import appearances, shifted
from sample_videos.studio.picture.faults import FaultyCamera
from sample_videos.studio.picture.renderer import Renderer
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.picture.sensor import Sensor
from sample_videos.studio.picture.stage import Stage
from sample_videos.studio.picture.weather import weather_of
from sample_videos.studio.scenario import Scenario

Pixels = NDArray[np.uint8]
CLIP, BOXES = "clip.mp4", "boxes.jsonl"
UNFINISHED = ".rendering-"  # begins the names of folders of clips that are not there yet
FILES = (CLIP, BOXES, "cameras.toml", "truth.jsonl", "scenario.json")
_KEY_FRAME_SECONDS = 4.0
_RATE_FACTOR = "25"  # x264's constant rate factor: what a sub-stream of some 500 kbit/s looks like
_MOST_BITS_PER_SECOND = "600k"  # what a sub-stream is given: noise by night comes out coarse, as it does
_QUALITY = {"easy": 1.0, "medium": 1.25, "hard": 1.6}
_SHAKE_PX = {"easy": 0.0, "medium": 0.4, "hard": 1.0}


def render(renderer: Renderer, scenario: Scenario, folder: Path, camera: str | None = None) -> None:
    """Write the scenario's clip folder; it is there whole or not at all. `camera` overrides its id.

    Raises FileExistsError where the folder holds anything that is no part of a clip: it would be lost.
    """
    _refuse_to_bury(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=UNFINISHED) as name:
        half = Path(name) / "clip"
        half.mkdir()
        with (half / BOXES).open("w", encoding="utf-8") as boxes:

            def told() -> Iterator[Pixels]:
                for number, (picture, objects) in enumerate(frames(renderer, scenario)):
                    boxes.write(boxes_line(number, number / scenario.fps, objects) + "\n")
                    yield picture

            encode(told(), half / CLIP, scenario.fps)
        write_declaration(scenario, half, CLIP, camera)
        if folder.exists():
            shutil.rmtree(folder)
        half.rename(folder)


def render_once(renderer: Renderer, scenario: Scenario, folder: Path) -> None:
    """Write the clip folder unless it is there; of several that do so at once, one stays.

    Whoever reads from the folder is not disturbed: it is never replaced.
    """
    with tempfile.TemporaryDirectory(dir=_made(folder.parent), prefix=UNFINISHED) as name:
        render(renderer, scenario, Path(name) / "clip")
        if folder.exists() and not is_whole(folder):
            shutil.rmtree(folder)
        try:
            (Path(name) / "clip").rename(folder)
        except OSError:
            if not is_whole(folder):
                raise


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_whole(folder: Path) -> bool:
    """Whether a clip folder has all of its files."""
    return all((folder / name).is_file() for name in FILES)


def _refuse_to_bury(folder: Path) -> None:
    if folder.is_dir() and (others := sorted({path.name for path in folder.iterdir()} - set(FILES))):
        raise FileExistsError(f"{folder} holds {others[0]}, which is no part of a clip; name another folder")


def frames(renderer: Renderer, scenario: Scenario) -> Iterator[tuple[Pixels, tuple[Seen, ...]]]:
    """Every picture (360, 640, 3) RGB of the clip, and what can be seen in it."""
    light = weather_of(scenario.condition, scenario.seed, indoors=scenario.site.indoors)
    stage = Stage(renderer, scenario.site, light)
    sensor = Sensor(
        light, scenario.seed, _QUALITY[scenario.difficulty], shake_px=_SHAKE_PX[scenario.difficulty]
    )
    faulty = FaultyCamera(scenario.faults, scenario.seed)
    for number in range(round(scenario.seconds * scenario.fps)):
        at = number / scenario.fps
        stances = ((actor, actor.track.stance(at)) for actor in scenario.actors)
        present = [(actor, stance) for actor, stance in stances if stance is not None]
        shot = stage.shoot(present)
        picture = faulty.pass_on(sensor.expose(shot.picture, at), at)
        shake = sensor.shake(at)
        seen = (shifted(one, shake) for one in appearances(stage, scenario.site.camera, shot, present))
        yield picture, () if faulty.blinds(at) else tuple(one for one in seen if one is not None)


def encode(pictures: Iterator[Pixels], path: Path, fps: int) -> None:
    """Write an MP4 as a camera would: H.264 with B-frames and key frames far apart.

    One thread, so that the same pictures give the same bytes.
    """
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, fps)
        stream.codec_context.gop_size = round(_KEY_FRAME_SECONDS * fps)
        stream.codec_context.thread_count = 1
        stream.options = {
            "preset": "veryfast",
            "crf": _RATE_FACTOR,
            "bf": "2",
            "maxrate": _MOST_BITS_PER_SECOND,
            "bufsize": _MOST_BITS_PER_SECOND,
            "x264-params": "threads=1:scenecut=0:b-adapt=0",
        }
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
