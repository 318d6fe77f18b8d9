"""Real RTSP cameras for tests: GStreamer's server in a process of Debian's own Python.

with rtsp_cameras(folder, {"gate": clip}) as cameras:
    cameras.urls["gate"]                     rtsp://127.0.0.1:PORT/gate
    cameras.started("gate")                  when it began to play, microseconds UTC
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.children import end, run, spawn, wait_for

HERE = Path(__file__).parent
DEBIAN_PYTHON = Path("/usr/bin/python3")
PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
    "gstreamer1.0-plugins-bad"
)
_PROBE = """
import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(Gst.ElementFactory.find(name) for name in ("appsrc", "h264parse", "rtph264pay"))
"""


class RtspServerMissingError(Exception):
    """GStreamer's RTSP server is not installed."""


@dataclass(frozen=True, slots=True)
class RtspCameras:
    """Cameras that play: their URLs by name, and the process that plays them."""

    urls: Mapping[str, str]
    port: int
    output: Path
    process: subprocess.Popen[bytes]

    def started(self, name: str) -> int | None:
        """When the camera last began to play its clip from the start (microseconds UTC); None: not yet."""
        found = re.findall(rf"^started {re.escape(name)} (\d+)$", self.output.read_text(), re.MULTILINE)
        return int(found[-1]) if found else None

    def wait_until_started(self, name: str, seconds: float = 20) -> int:
        """The same, waiting for somebody to connect."""
        wait_for(lambda: self.started(name) is not None, seconds, f"camera {name} plays")
        return self.started(name) or 0


@contextmanager
def rtsp_cameras(
    folder: Path,
    clips: Mapping[str, Path | Sequence[Path]],
    *,
    once: bool = False,
    port: int = 0,
    login: str = "",
) -> Iterator[RtspCameras]:
    """Cameras by name, each playing its H.264 clip, or several one after the other.

    With `once` a single time, then a still; `login` is `user:password`, asked for by Digest.

    Raises RtspServerMissingError where the server's packages are not installed.
    """
    check_rtsp_server()
    output = folder / f"rtsp-cameras-{time.monotonic_ns()}.log"
    words = [f"{name}={units_of(clip, folder)}" for name, clip in clips.items()]
    options = ["--once"] * once + ["--login", login] * bool(login) + ["--port", str(port)]
    command = [DEBIAN_PYTHON, HERE / "rtsp_camera.py", *options, *words]
    child = spawn(command, output, environment=_environment())
    try:
        wait_for(lambda: "port " in output.read_text() or child.poll() is not None, 30, "RTSP cameras")
        found = re.search(r"^port (\d+)$", output.read_text(), re.MULTILINE)
        if found is None:
            raise RuntimeError(f"the RTSP cameras do not start: {output.read_text()[-500:]}")
        number = int(found[1])
        urls = {name: f"rtsp://127.0.0.1:{number}/{name}" for name in clips}
        yield RtspCameras(urls, number, output, child)
    finally:
        end(child)


def units_of(clips: Path | Sequence[Path], folder: Path) -> Path:
    """The clips' access units, split once."""
    clips = [clips] if isinstance(clips, Path) else clips
    units = folder / ("-".join(clip.stem for clip in clips) + ".units")
    if not units.exists():
        run([sys.executable, HERE / "access_units.py", units, *clips], environment=dict(os.environ))
    return units


def check_rtsp_server() -> None:
    """Raises RtspServerMissingError where the server cannot run here."""
    if not DEBIAN_PYTHON.exists():
        raise RtspServerMissingError(f"{DEBIAN_PYTHON} is missing: GStreamer's RTSP server runs under it")
    try:
        run([DEBIAN_PYTHON, "-c", _PROBE], environment=_environment())
    except RuntimeError as error:
        raise RtspServerMissingError(f"GStreamer's RTSP server is not installed: {PACKAGES}") from error


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/tmp")}  # noqa: S108 # GStreamer's cache
