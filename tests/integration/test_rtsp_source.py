"""Cameras on a real RTSP server: their pictures, connections, passwords, certificates."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingest.address import parse_address
from ingest.credentials import Credential, Credentials
from ingest.file_source import FileSource
from ingest.frame import Frame
from ingest.live_source import Silent
from ingest.pattern import encode
from ingest.recorder import ClipRecorder, Recorded
from ingest.ring import StreamFormat, VideoPacket
from ingest.rtsp_source import RtspSource
from servers.children import end, free_ports, wait_for
from servers.faults import Fault, faulty_link
from servers.pattern_cameras import ALL_KEYS, LONG_GOP, pattern_cameras
from servers.rtsp import RtspCameras, RtspServerMissingError, rtsp_cameras
from servers.watching import NETWORKS, Diary, checksum, playing, source_of, watch
from sharp_eyes.clock import SECOND, SystemClock

pytestmark = pytest.mark.rtsp


@pytest.fixture(scope="module")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspCameras]:
    with ExitStack() as stack:
        try:
            yield stack.enter_context(pattern_cameras(tmp_path_factory.mktemp("cameras")))
        except RtspServerMissingError as missing:
            pytest.skip(str(missing))


# --- pictures ---------------------------------------------------------------------------------------


def test_pictures_are_bit_for_bit_those_of_the_clip(cameras: RtspCameras, tmp_path: Path) -> None:
    clip = tmp_path / "gate.mp4"
    clip.write_bytes(encode(LONG_GOP))
    with FileSource(clip) as source:
        wanted = [checksum(frame) for frame in source]
    diary = watch(cameras.urls["gate"], lambda diary: len(diary.sums) >= 150, summing=True)
    first = wanted.index(diary.sums[0])
    assert diary.sums == [wanted[(first + n) % len(wanted)] for n in range(len(diary.sums))]


@pytest.mark.real
def test_pictures_of_a_real_camera_are_bit_for_bit_those_of_the_clip(real_data: Path, tmp_path: Path) -> None:
    clip = real_data / "videos" / "intel_bottle_removed_640x360.mp4"
    with FileSource(clip) as source:
        wanted = [checksum(frame) for frame, _ in zip(source, range(400), strict=False)]
    with rtsp_cameras(tmp_path, {"bottle": clip}) as cameras:
        diary = watch(cameras.urls["bottle"], lambda diary: len(diary.sums) >= 120, summing=True)
    first = wanted.index(diary.sums[0])
    assert diary.sums == wanted[first : first + len(diary.sums)]
    assert diary.health == []


def test_who_joins_late_begins_with_the_next_key_frame(cameras: RtspCameras) -> None:
    with playing(source_of(cameras.urls["gate"]), Silent()):
        time.sleep(1.0)
        diary = watch(cameras.urls["gate"], lambda diary: len(diary.frames) >= 20)
    assert diary.keys[0]
    assert set(diary.said()) <= {("video_lost", "begun"), ("video_lost", "over")}  # five seconds to wait


def test_a_change_of_resolution_is_said_before_what_is_encoded_so(cameras: RtspCameras) -> None:
    sizes: list[tuple[int, int]] = []

    class Sizes(Diary):
        def on_frame(self, frame: Frame) -> None:
            super().on_frame(frame)
            if sizes[-1:] != [(frame.width, frame.height)]:
                sizes.append((frame.width, frame.height))

    diary = Sizes()
    with playing(source_of(cameras.urls["changing"]), diary):
        wait_for(lambda: len(sizes) >= 3, 20, "both sizes")
    assert sizes[:3] == [(320, 192), (160, 96), (320, 192)]
    assert diary.formats[:3] == sizes[:3]
    _, notes = diary.first("format_changed", "moment")
    assert notes == {"before": "h264 320×192", "now": "h264 160×96"}
    assert diary.rises()


def test_clips_are_cut_from_what_a_camera_sends(cameras: RtspCameras) -> None:
    done: list[Recorded] = []

    class Recording(Diary):
        recorder: ClipRecorder
        asked = 0

        def on_format(self, stream_format: StreamFormat) -> None:
            self.recorder = ClipRecorder(stream_format, SECOND, SECOND)

        def on_packet(self, packet: VideoPacket, at: int) -> None:
            done.extend(self.recorder.push(packet, at))

        def on_frame(self, frame: Frame) -> None:
            if frame.index == 60:
                self.asked = frame.at
                self.recorder.request("event", frame.at)

    diary = Recording()
    with playing(source_of(cameras.urls["gate"]), diary):
        wait_for(lambda: bool(done), 20, "a clip")
    (recorded,) = done
    assert recorded.lost is None
    assert recorded.clip is not None
    assert recorded.clip.first_frame_at <= diary.asked - SECOND


# --- connections ------------------------------------------------------------------------------------


def test_a_redirect_is_refused_and_nobody_else_is_contacted(cameras: RtspCameras) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        target = f"rtsp://127.0.0.1:{elsewhere.getsockname()[1]}/gate"
        with faulty_link(cameras.port, Fault("redirect", target=target)) as link:
            source = source_of(link.url("gate"))
            with playing(source, Silent()):
                wait_for(lambda: "sends elsewhere, which is refused" in source.message, 10, "a refusal")
        elsewhere.settimeout(0.2)
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_a_camera_in_a_forbidden_network_is_not_even_connected_to(cameras: RtspCameras) -> None:
    with faulty_link(cameras.port, Fault()) as link:
        source = RtspSource(parse_address(link.url("gate")), Credentials(), (), SystemClock())
        with playing(source, Silent()):
            wait_for(lambda: "the host itself" in source.message, 10, "a refusal")
        assert link.connections == 0


def test_a_camera_that_restarts_is_back_within_seconds(tmp_path: Path, cameras: RtspCameras) -> None:
    clip = tmp_path / "keys.mp4"
    clip.write_bytes(encode(ALL_KEYS))
    (port,) = free_ports(1)
    diary = Diary()
    source = source_of(f"rtsp://127.0.0.1:{port}/keys")
    with playing(source, diary):
        with rtsp_cameras(tmp_path, {"keys": clip}, port=port) as first:
            wait_for(lambda: len(diary.frames) > 10, 20, "pictures")
            end(first.process)
        before = len(diary.frames)
        wait_for(lambda: "Connection refused" in source.message, 10, "its absence")
        with rtsp_cameras(tmp_path, {"keys": clip}, port=port):
            up = diary.passed()
            wait_for(lambda: len(diary.frames) > before, 20, "pictures again")
    assert diary.frames[before][0] - up < 5
    assert diary.rises()


def test_a_silent_camera_is_left_within_a_second() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopping = threading.Event()
        source = source_of(f"rtsp://127.0.0.1:{server.getsockname()[1]}/x")
        thread = threading.Thread(target=source.run, args=(Silent(), stopping))
        thread.start()
        time.sleep(0.7)
        stopping.set()
        began = time.monotonic()
        thread.join(10)
        assert time.monotonic() - began < 1


def test_packets_alone_are_handed_on_where_nobody_looks_at_pictures(cameras: RtspCameras) -> None:
    diary = Diary()
    source = RtspSource(
        parse_address(cameras.urls["keys"]), Credentials(), NETWORKS, SystemClock(), decoding=False
    )
    with playing(source, diary):
        wait_for(lambda: len(diary.keys) > 150, 20, "six seconds of packets")
    assert diary.frames == []
    assert diary.health == []


# --- names and passwords ----------------------------------------------------------------------------

PASSWORD = "hunter 2"  # noqa: S105 # of a camera that lives for one test


@pytest.fixture
def locked(tmp_path: Path, cameras: RtspCameras) -> Iterator[str]:
    clip = tmp_path / "keys.mp4"
    clip.write_bytes(encode(ALL_KEYS))
    with rtsp_cameras(tmp_path, {"keys": clip}, login=f"viewer:{PASSWORD}") as locked:
        yield locked.urls["keys"]


def test_a_camera_that_asks_for_a_password_gets_it(locked: str) -> None:
    credentials = Credentials({"gate": Credential("viewer", SecretStr(PASSWORD))})
    diary = Diary()
    with playing(source_of(locked, credentials, "gate"), diary):
        wait_for(lambda: len(diary.frames) > 10, 20, "pictures")


def test_a_wrong_password_is_said_and_shown_nowhere(locked: str) -> None:
    credentials = Credentials({"gate": Credential("viewer", SecretStr("wrong"))})
    source, diary = source_of(locked, credentials, "gate"), Diary()
    with playing(source, diary):
        wait_for(lambda: bool(diary.health), 20, "a loss")
    _, notes = diary.first("video_lost", "begun")
    assert "it refuses the name and password" in str(notes["message"])
    assert "wrong" not in str(notes)
    assert "viewer" not in str(notes)


def test_a_credential_that_is_not_there_is_named(locked: str) -> None:
    source = source_of(locked, None, "gate")
    with playing(source, Silent()):
        wait_for(lambda: 'there is no credential "gate"' in source.message, 10, "an error")


# --- TLS --------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    certificate, key = tmp_path / "camera.pem", tmp_path / "camera.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=camera",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@contextmanager
def encrypted(port: int, certificate: tuple[Path, Path]) -> Iterator[int]:
    """A TLS end in front of a port; gives its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)

        def pump(one: socket.socket, other: socket.socket) -> None:
            with suppress(OSError):
                while data := one.recv(65_536):
                    other.sendall(data)
            for end_of in (one, other):
                with suppress(OSError):
                    end_of.shutdown(socket.SHUT_RDWR)

        def link(client: socket.socket) -> None:
            with suppress(OSError), client:
                wrapped = context.wrap_socket(client, server_side=True)
                with wrapped, socket.create_connection(("127.0.0.1", port)) as camera:
                    upward = threading.Thread(target=pump, args=(wrapped, camera))
                    upward.start()
                    pump(camera, wrapped)
                    upward.join()

        def serve() -> None:
            links = []
            while not closing.is_set():
                with suppress(TimeoutError):
                    client, _ = listening.accept()
                    client.settimeout(None)
                    links.append(threading.Thread(target=link, args=(client,)))
                    links[-1].start()
            for one in links:
                one.join()

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield listening.getsockname()[1]
        finally:
            closing.set()
            serving.join()


def test_an_encrypted_camera_is_played_where_its_certificate_is_trusted(
    cameras: RtspCameras, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with encrypted(cameras.port, certificate) as port:
        diary = watch(f"rtsps://127.0.0.1:{port}/keys", lambda diary: len(diary.frames) > 10)
    assert diary.health == []


def test_an_encrypted_camera_that_nobody_vouches_for_is_refused(
    cameras: RtspCameras, certificate: tuple[Path, Path]
) -> None:
    with encrypted(cameras.port, certificate) as port:
        source = source_of(f"rtsps://127.0.0.1:{port}/keys")
        with playing(source, Silent()):
            wait_for(lambda: "its certificate is not trusted" in source.message, 10, "a refusal")
