"""Clips in a real browser: they play, they seek, and their pictures are where the boxes will be drawn.

A box is drawn at the place that its object had at `first_frame_at` + currentTime. The fake camera's
square stands for the object; what is read off the screen must be the number of that very moment.
"""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import pytest

from ingest import pattern
from ingest.clip import Clip, cut
from ingest.masking import Mask
from ingest.pattern import X264, Recipe
from ingest.recorder import ClipRecorder
from ingest.ring import EncodedPacket, StreamFormat
from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.geometry import Polygon

pytestmark = pytest.mark.browser

ORIGIN = REPLAY_EPOCH
TICK = SECOND // 10
BOTTOM = Mask((Polygon(((0.0, 0.9), (1.0, 0.9), (1.0, 1.0), (0.0, 1.0))),))

PAGE = b"""<!doctype html><title>clip</title>
<video id=v muted playsinline preload=auto></video><canvas id=c></canvas>
<script>
  const v = document.getElementById("v"), c = document.getElementById("c");
  const within = (seconds, what, promise) => Promise.race([promise, new Promise((_, no) =>
    setTimeout(() => no(new Error(`${what}: not in ${seconds} s, ready ${v.readyState}`)), seconds * 1000))]);
</script>"""

OPEN = """async (name) => {
  const ready = new Promise((yes, no) => {
    v.oncanplay = yes;
    v.onerror = () => no(new Error(v.error.message));
  });
  v.src = name;
  await within(20, "open", ready);
  return {duration: v.duration, width: v.videoWidth, height: v.videoHeight, time: v.currentTime};
}"""

PLAY = """async (seconds) => {
  const before = v.currentTime;
  await within(20, "play", v.play());
  await new Promise(done => setTimeout(done, seconds * 1000));
  v.pause();
  return {advanced: v.currentTime - before, ready: v.readyState, error: v.error && v.error.message};
}"""

# Where the bright square is, as an average over its pixels; what is drawn is what the viewer sees.
SEEK = """async (time) => {
  const shown = new Promise(done => v.requestVideoFrameCallback((_, frame) => done(frame.mediaTime)));
  const sought = new Promise(done => { v.onseeked = done; });
  v.currentTime = time;
  await within(20, `seek ${time}`, sought);
  const mediaTime = await within(20, "show", shown);
  c.width = v.videoWidth; c.height = v.videoHeight;
  const g = c.getContext("2d", {willReadFrequently: true});
  g.drawImage(v, 0, 0);
  const p = g.getImageData(0, 0, c.width, c.height).data;
  let n = 0, x = 0, y = 0, bottom = 0;
  for (let i = 0; i < c.width * c.height; i++) {
    const row = Math.floor(i / c.width);
    if (p[4 * i + 1] > 180) { n++; x += i % c.width; y += row; }
    if (row > 0.9 * c.height) bottom = Math.max(bottom, p[4 * i + 1]);
  }
  return {mediaTime, n, x: x / n, y: y / n, bottom, ready: v.readyState};
}"""


@dataclass
class Site:
    """A small server that knows ranges, as a browser needs them to seek."""

    files: dict[str, bytes] = field(default_factory=dict)
    partial: int = 0
    url: str = ""


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = site.files.get(self.path, b"" if self.path == "/favicon.ico" else PAGE)
            span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first = int(span[1]) if span else 0
            last = min(int(span[2]) if span and span[2] else len(data), len(data) - 1)
            self.send_response(206 if span else 200)
            self.send_header("Content-Type", "video/mp4" if self.path.endswith(".mp4") else "text/html")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(last - first + 1))
            if span:
                site.partial += 1
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
            self.end_headers()
            self.wfile.write(data[first : last + 1])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
            pass

    return Handler


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    served = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(served))
    served.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no chromium in PATH")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, site: Site) -> Iterator[Any]:
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.goto(site.url)
    yield opened
    opened.close()
    assert errors == []


def clip_of(recipe: Recipe, start: float, end: float, mask: Mask | None) -> Clip:
    played = pattern.play(pattern.encode(recipe), ORIGIN)
    packets = [EncodedPacket.of(packet, at) for packet, at in played.packets if packet.size]
    first = ORIGIN + recipe.first * SECOND
    return cut(
        played.stream_format, packets, first + round(start * SECOND), first + round(end * SECOND), mask
    )


OPEN_GROUPS = dict(X264) | {"x264-params": "open-gop=1:b-pyramid=2:bframes=7:b-adapt=0:ref=4:keyint=40"}
CASES = {
    "B-frames": (Recipe(frames=300), None, False),
    "no B-frames": (Recipe(frames=300, options={"tune": "zerolatency"}), None, False),
    "a start that is not zero": (Recipe(frames=300, first=7), None, False),
    "open groups of pictures": (Recipe(frames=300, options=OPEN_GROUPS), None, False),
    "masked": (Recipe(frames=300), BOTTOM, True),
    "MPEG-4": (Recipe(frames=300, codec="mpeg4", options={}, container="avi"), None, True),
    "MJPEG": (Recipe(frames=300, codec="mjpeg", options={}, container="avi", pixels="yuvj420p"), None, True),
}


@pytest.mark.parametrize("name", CASES)
def test_a_clip_plays_seeks_and_shows_the_object_where_its_box_is(name: str, page: Any, site: Site) -> None:
    recipe, mask, transcoded = CASES[name]
    clip = clip_of(recipe, 9.05, 24.03, mask)
    assert clip.transcoded == transcoded
    site.files["/clip.mp4"] = clip.data
    site.partial = 0

    opened = page.evaluate(OPEN, "/clip.mp4")
    assert (opened["width"], opened["height"]) == (pattern.WIDTH, pattern.HEIGHT)
    assert opened["time"] == 0
    length = (clip.last_frame_at - clip.first_frame_at) / SECOND
    assert length <= opened["duration"] <= length + 0.2

    went = page.evaluate(PLAY, 1.5)
    assert went["error"] is None
    assert went["ready"] >= 2
    assert went["advanced"] > 0.5

    for picture in (100, 3, 0, 57, 41, 120, clip.frames - 1):
        seen = page.evaluate(SEEK, picture / recipe.fps + 0.05)
        assert seen["ready"] >= 2
        assert abs(seen["mediaTime"] - picture / recipe.fps) < 0.002
        expected = number_at(clip, recipe, seen["mediaTime"])
        x, y = pattern.corner(expected)
        middle = (pattern.SQUARE - 1) / 2
        assert abs(seen["x"] - (x + middle)) < 1.5
        assert abs(seen["y"] - (y + middle)) < 1.5
        assert mask is None or seen["bottom"] < 12
    assert site.partial > 0


def test_a_damaged_clip_encoded_anew_plays_through_where_its_own_packets_stop(page: Any, site: Site) -> None:
    played = pattern.play(pattern.encode(Recipe(frames=300, container="mpegts")), ORIGIN)
    packets = [EncodedPacket.of(packet, at) for packet, at in played.packets if packet.size]
    lossy = [packet for index, packet in enumerate(packets) if index not in {60, 61, 75, 76, 77, 90, 95}]
    span = (ORIGIN + 5 * SECOND, ORIGIN + 20 * SECOND)
    site.files["/anew.mp4"] = cut(played.stream_format, lossy, *span, None, anew=True).data
    page.evaluate(OPEN, "/anew.mp4")
    page.evaluate("() => { v.playbackRate = 4; }")
    went = page.evaluate(PLAY, 3)
    assert went["error"] is None
    assert went["advanced"] > 6
    assert page.evaluate(SEEK, 12.05)["ready"] >= 2


def number_at(clip: Clip, recipe: Recipe, time: float) -> int:
    return round((clip.first_frame_at - ORIGIN + time * SECOND) / TICK) - recipe.first * recipe.fps


@pytest.mark.real
@pytest.mark.parametrize(
    "name",
    [
        "pets09_s2l1_view001_480x360_10fps.mp4",
        "intel_bottle_removed_640x360.mp4",
        "aboda_video4_bag_left_street_720x480.avi",
    ],
)
def test_clips_of_real_video_play_and_seek(name: str, page: Any, site: Site) -> None:
    clip = real_clip(name)
    site.files["/real.mp4"] = clip.data
    opened = page.evaluate(OPEN, "/real.mp4")
    assert opened["duration"] > 9
    went = page.evaluate(PLAY, 1)
    assert went["advanced"] > 0.3
    for time in (6.0, 1.0, 9.0):
        seen = page.evaluate(SEEK, time)
        assert seen["ready"] >= 2
        assert time - 0.2 < seen["mediaTime"] <= time + 0.001


def real_clip(name: str) -> Clip:
    default = Path(__file__).parents[2].parent / "shared" / "real"
    path = Path(os.environ.get("SHARP_EYES_REAL_DATA", default)) / "videos" / name
    if not path.exists():
        pytest.skip(f"{path} is missing: SHARP_EYES_REAL_DATA names the folder of the real clips")
    with av.open(str(path), "r") as container:
        stream = container.streams.video[0]
        recorder = ClipRecorder(StreamFormat.from_stream(stream), 5 * SECOND, 5 * SECOND)
        recorder.request("e", ORIGIN + 14 * SECOND)
        for packet in container.demux(stream):
            at = ORIGIN + round((packet.pts or 0) * (packet.time_base or 0) * SECOND)
            for recorded in recorder.push(packet, at):
                assert recorded.clip is not None
                return recorded.clip
    pytest.fail("the clip never came")
