"""Endless RTSP cameras on 127.0.0.1, each playing an H.264 clip: run by Debian's own python3.

    /usr/bin/python3 rtsp_camera.py [--once] [--port NUMBER] [--login USER:PASSWORD] NAME=UNITS NAME=UNITS …

UNITS is a file of `access_units.py`. Prints `port NUMBER` when it listens, and `started NAME MICROSECONDS`
(UTC) whenever a camera begins to play: when somebody connects to it who is the first. A clip plays in a
loop; timestamps go on. With --once it plays a single time, whoever comes and goes, and then holds: its
last picture stands still.
"""

import argparse
import json
import struct
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

HEADER = struct.Struct(">qqI")
MICRO = 1_000  # nanoseconds
AHEAD = 20_000  # how much sooner than due a picture may leave, microseconds
STILLS = 200_000  # from one still to the next, microseconds
PIPELINE = (
    "( appsrc name=camera is-live=true format=time do-timestamp=false max-bytes=0 "
    "caps=video/x-h264,stream-format=byte-stream,alignment=au "
    "! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


@dataclass
class Clip:
    duration: int
    units: list
    still: bytes


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def read(path):
    line, _, body = Path(path).read_bytes().partition(b"\n")
    head = json.loads(line)
    units, place = [], 0
    while place < len(body):
        pts, dts, length = HEADER.unpack_from(body, place)
        place += HEADER.size
        units.append((pts, dts, body[place : place + length]))
        place += length
    *played, (_, _, still) = units
    return Clip(head["duration"], played, still)


def unit_at(clip, number, once):
    """The access unit that is sent as this number: presentation and decoding time, bytes."""
    loop, index = divmod(number, len(clip.units))
    if once and loop:
        at = clip.duration + (number - len(clip.units)) * STILLS
        return at, at, clip.still
    pts, dts, data = clip.units[index]
    return pts + loop * clip.duration, dts + loop * clip.duration, data


class Camera(GstRtspServer.RTSPMediaFactory):
    def __init__(self, name, clip, once):
        super().__init__()
        self.name, self.clip, self.once = name, clip, once
        self.played_since = None
        self.set_shared(True)

    def do_create_element(self, _url):
        return Gst.parse_launch(PIPELINE)

    def do_configure(self, media):
        source = media.get_element().get_by_name("camera")
        gone = threading.Event()
        media.connect("unprepared", lambda *_: gone.set())
        threading.Thread(target=self.play, args=(source, gone), daemon=True).start()

    def first(self):
        """The number to begin with: a clip that plays once goes on where it would be."""
        now = time.monotonic_ns() // 1000
        if self.once and self.played_since is not None:
            passed = now - self.played_since
            numbers = range(len(self.clip.units) + 1)
            return next((n for n in numbers if unit_at(self.clip, n, True)[1] >= passed), numbers[-1])
        self.played_since = now
        say("started", self.name, time.time_ns() // 1000)
        return 0

    def play(self, source, gone):
        number = self.first()
        origin = unit_at(self.clip, number, self.once)[1]
        began = time.monotonic_ns() // 1000
        while not gone.is_set():
            pts, dts, data = unit_at(self.clip, number, self.once)
            wait = began + dts - origin - AHEAD - time.monotonic_ns() // 1000
            if wait > 0 and gone.wait(wait / 1e6):
                return
            buffer = Gst.Buffer.new_wrapped(data)
            lead = max(0, -self.clip.units[0][1])  # decoding begins before the first picture is shown
            buffer.pts = (pts - origin + lead) * MICRO
            buffer.dts = (dts - origin + lead) * MICRO
            if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                return
            number += 1


def doorkeeper(user, password):
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(user, password, token)
    return auth


def for_viewers():
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    return permissions


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--port", default="0", help="0: any that is free")
    parser.add_argument("--login", help="USER:PASSWORD, asked for by Digest")
    parser.add_argument("cameras", nargs="+")
    arguments = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(arguments.port)
    if arguments.login:
        server.set_auth(doorkeeper(*arguments.login.split(":", 1)))
    for camera in arguments.cameras:
        name, _, units = camera.partition("=")
        factory = Camera(name, read(units), arguments.once)
        if arguments.login:
            factory.set_permissions(for_viewers())
        server.get_mount_points().add_factory(f"/{name}", factory)
    server.attach(None)
    say("port", server.get_bound_port())
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
