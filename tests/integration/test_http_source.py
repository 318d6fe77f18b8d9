"""Cameras by HTTP: a stream in one answer, a playlist of segments; and where they may not lead."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from pydantic import SecretStr

from ingest.credentials import Credential, Credentials
from ingest.live_source import Silent
from ingest.pattern import Recipe, encode
from servers.children import wait_for
from servers.watching import Diary, playing, source_of
from sharp_eyes.clock import SECOND

FPS = 20


class Site:
    """A web server of a folder; `asked` holds every path, `elsewhere` what is redirected."""

    def __init__(self, folder: Path) -> None:
        site = self
        self.asked: list[str] = []
        self.logins: list[str | None] = []
        self.login: str | None = None

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments: object) -> None:
                super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.logins.append(self.headers["Authorization"])
                if site.login is not None and self.headers["Authorization"] != site.login:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                    self.end_headers()
                elif self.path == "/moved.ts":
                    self.send_response(302)
                    self.send_header("Location", "/live.ts")
                    self.end_headers()
                else:
                    super().do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recording as MPEG-TS, and as a playlist that has no end."""
    (tmp_path / "pattern.mkv").write_bytes(encode(Recipe(frames=100, fps=FPS, gop=10)))
    remux(tmp_path / "pattern.mkv", tmp_path / "live.ts", {})
    options = {"hls_time": "0.5", "hls_list_size": "0", "hls_flags": "omit_endlist"}
    remux(tmp_path / "pattern.mkv", tmp_path / "live.m3u8", options)
    return tmp_path


def remux(clip: Path, target: Path, options: dict[str, str]) -> None:
    with av.open(str(clip)) as source, av.open(str(target), "w", options=options) as made:
        stream = made.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = stream
                made.mux(packet)


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    thread = threading.Thread(target=site.server.serve_forever, args=(0.05,))
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


def test_a_stream_in_one_answer_is_played_at_its_own_pace(site: Site) -> None:
    diary = Diary()
    with playing(source_of(site.url("/live.ts")), diary):
        wait_for(lambda: len(diary.frames) >= 30, 10, "pictures")
    assert diary.formats == [(320, 192)]
    assert diary.keys[0]
    assert diary.rises()
    told = (diary.frames[29][1] - diary.frames[0][1]) / SECOND
    assert told == pytest.approx(29 / FPS, abs=0.2)
    assert diary.frames[29][0] - diary.frames[0][0] == pytest.approx(told, abs=0.4)


def test_a_playlist_is_played_segment_by_segment(site: Site) -> None:
    diary = Diary()
    with playing(source_of(site.url("/live.m3u8")), diary):
        wait_for(lambda: len(diary.frames) >= 25, 10, "pictures")
    assert sum(path.endswith(".ts") for path in site.asked) >= 3
    assert diary.rises()
    assert diary.health == []


def test_a_redirect_is_refused(site: Site) -> None:
    source = source_of(site.url("/moved.ts"))
    with playing(source, Silent()):
        wait_for(lambda: "sends elsewhere, which is refused" in source.message, 10, "a refusal")
    assert "/live.ts" not in site.asked


@pytest.mark.parametrize(
    "segment",
    ["http://169.254.169.254/latest", "http://127.0.0.1:{}/secret.ts", "file:///etc/hostname", "concat:a.ts"],
)
def test_a_playlist_leads_nowhere_that_is_not_allowed(folder: Path, site: Site, segment: str) -> None:
    target = segment.format(site.server.server_address[1] + 0).replace("127.0.0.1", "[::1]")
    playlist = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.5,\n{target}\n"
    (folder / "evil.m3u8").write_text(playlist, encoding="ascii")
    source, diary = source_of(site.url("/evil.m3u8")), Diary()
    with playing(source, diary):
        wait_for(lambda: source.reconnects > 0, 15, "a failure")
        assert source.message
    assert diary.frames == []
    assert set(site.asked) == {"/evil.m3u8"}


def test_a_camera_that_asks_for_a_password_gets_it_for_each_segment(site: Site) -> None:
    site.login = "Basic dmlld2VyOnNlY3JldA=="
    credentials = Credentials({"gate": Credential("viewer", SecretStr("secret"))})
    diary = Diary()
    with playing(source_of(site.url("/live.m3u8"), credentials, "gate"), diary):
        wait_for(lambda: len(diary.frames) >= 12, 10, "pictures")
    assert site.login in site.logins
    assert site.logins[0] is None


def test_a_missing_stream_and_one_that_is_no_video_are_told(folder: Path, site: Site) -> None:
    (folder / "page.html").write_text("<html>camera</html>" * 100, encoding="ascii")
    for path, text in (("/none.ts", "it has no such stream"), ("/page.html", "no video that can be read")):
        source = source_of(site.url(path))
        with playing(source, Silent()):
            wait_for(lambda source=source, text=text: text in source.message, 10, text)  # type: ignore[misc]
