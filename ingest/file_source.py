"""A video file as a source: its frames in time order, its packets to whoever taps them.

Nothing is trusted: protocols and formats are listed, opening has a time limit, sizes are capped,
and every picture that did not decode is counted, because a decoder conceals most of them.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from ingest.frame import Frame
from ingest.ring import VideoPacket
from sharp_eyes.clock import REPLAY_EPOCH, SECOND, Clock
from sharp_eyes.errors import SourceError
from sharp_eyes.stopwatch import NoStopwatch, Stopwatch

# What a file may be. Not among them: playlists and scripts that name other files, and bare streams
# without a container, which have no times.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ivf,ogg,asf,mjpeg,yuv4mpegpipe,dhav"
OPEN_SECONDS = 10.0  # a header that takes longer has no end
READ_SECONDS = 10.0
PROBE_BYTES = 10_000_000
MAX_PIXELS = 8192 * 4320  # 8K: beyond it a header lies, or means harm
ENDS_EARLY = 1 * SECOND  # how much shorter than announced a video may be

Tap = Callable[[VideoPacket, int], None]  # packet in decode order, and when it is shown


@dataclass(slots=True)
class Damage:
    """What did not decode: how many packets or pictures, and where it began (microseconds from the start)."""

    count: int = 0
    first_at: int | None = None
    text: str = ""

    def add(self, offset: int, text: str) -> None:
        """One more."""
        self.count += 1
        if self.first_at is None:
            self.first_at, self.text = offset, text


class FileSource:
    """The frames of a video file. Use as a context manager, iterate once.

    `start_at` is the time of the first frame shown (microseconds UTC). `duration` is what the file
    announces, in microseconds, or None. `damage` is complete after the iteration.
    """

    def __init__(self, path: Path, start_at: int = REPLAY_EPOCH, stopwatch: Stopwatch | None = None) -> None:
        self._watch = stopwatch or NoStopwatch()
        self.path = path
        self.start_at = start_at
        self.damage = Damage()
        self.frames = 0
        self._container = _open(path)
        try:
            self.stream = _video_stream(path, self._container)
        except SourceError:
            self._container.close()
            raise
        # One camera is one thread of work; more threads only make them fight for the cores.
        self.stream.codec_context.thread_type = "NONE"
        self.duration = _announced(self._container, self.stream)
        base = self.stream.time_base or Fraction(1, SECOND)
        self._ticks, self._per = base.numerator * SECOND, base.denominator  # pts × ticks ÷ per: microseconds
        self._first_pts: int | None = None
        self._last_at: int | None = None
        self._shown_until = start_at
        self._last_mark: int | None = None  # the newest decoding time, in ticks of the stream …
        self._last_step = 0  # … how far it was from the one before …
        self._shift = 0  # … and what is added to the stream's own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def packets(self) -> Iterator[VideoPacket]:
        """The video's packets in decode order, as far as they can be read."""
        demuxed = self._container.demux(self.stream)
        while True:
            try:
                packet = next(demuxed)
            except StopIteration:
                return
            except av.FFmpegError as error:
                self.damage.add(self._offset(), f"reading: {error.strerror}")
                return
            self._watch.lap("read")
            if packet.is_corrupt:
                self.damage.add(self._offset(), "a packet is damaged")
            if packet.size:
                self._unwind(packet)
                yield packet

    def _unwind(self, packet: VideoPacket) -> None:
        """Let time go on where the file's own turns back: two recordings in one file, a restart.

        Decoding times never fall in a sound stream; one that does by more than a second is taken to
        follow the packet before it, and all after it likewise.
        """
        mark = packet.dts if packet.dts is not None else packet.pts
        if mark is None:
            return
        second = self._per * SECOND // self._ticks
        if self._last_mark is not None and mark + self._shift < self._last_mark - second:
            back = (self._last_mark - mark - self._shift) / second
            self.damage.add(self._offset(), f"its time turns back by {back:.1f} s and is taken to go on")
            self._shift = self._last_mark + max(1, self._last_step) - mark
        if self._last_mark is not None:
            self._last_step = mark + self._shift - self._last_mark
        self._last_mark = mark + self._shift
        if self._shift:
            packet.pts = None if packet.pts is None else packet.pts + self._shift
            packet.dts = None if packet.dts is None else packet.dts + self._shift

    def decode(self, packet: VideoPacket | None) -> list[av.VideoFrame]:
        """The pictures that this packet completes, in the order they are shown; None: all that are left."""
        try:
            return list(self.stream.decode(packet))
        except av.EOFError:
            return []
        except av.FFmpegError as error:
            self.damage.add(self._offset(), f"decoding: {error.strerror}")
            return []

    def __iter__(self) -> Iterator[Frame]:
        return self.play()

    def play(self, tap: Tap | None = None) -> Iterator[Frame]:
        """The frames in the order they are shown; `tap` gets each packet before its picture.

        Packets wait for the first picture, whose time is the origin of all. Raises SourceError
        where not one picture decodes.
        """
        waiting: list[VideoPacket] = []
        for packet in itertools.chain(self.packets(), [None]):
            if tap is not None and packet is not None:
                waiting.append(packet)
            pictures = self.decode(packet)
            self._watch.lap("decode")
            for video in pictures:
                frame = self._timed(video)
                if frame is None:
                    continue
                if tap is not None:
                    self._serve(tap, waiting)
                yield frame
            if tap is not None and self._first_pts is not None:
                self._serve(tap, waiting)
        if self.frames == 0:
            why = f" ({self.damage.text})" if self.damage.text else ""
            raise SourceError(f"{self.path}: not one picture decodes{why}; give a video that plays")
        self._check_end()

    def _serve(self, tap: Tap, waiting: list[VideoPacket]) -> None:
        """Hand over what waits; a packet without a time gets that of the last picture."""
        for packet in waiting:
            at = self._last_at or self.start_at
            tap(packet, at if packet.pts is None else self._at(packet.pts))
        waiting.clear()

    def _timed(self, video: av.VideoFrame) -> Frame | None:
        """The frame with its time; None for a picture that cannot follow the one before it."""
        if video.width * video.height > MAX_PIXELS:
            raise SourceError(
                f"{self.path}: pictures of {video.width}×{video.height} are beyond the limit of 8K"
            )
        if video.is_corrupt:
            self.damage.add(self._offset(), "a picture is damaged")
        if self._first_pts is None:
            self._first_pts = video.pts or 0
        at = self._guess() if video.pts is None else self._at(video.pts)
        if self._last_at is not None and at <= self._last_at:
            self.damage.add(self._offset(), "a picture's time does not follow the one before")
            return None
        self._last_at = at
        self._shown_until = at + (video.duration or 0) * self._ticks // self._per
        self.frames += 1
        return Frame(video, at, self.frames - 1)

    def _at(self, pts: int) -> int:
        """When a picture of this timestamp is shown; in whole numbers, rounded to the nearest."""
        passed = (pts - (self._first_pts or 0)) * self._ticks
        return self.start_at + (2 * passed + self._per) // (2 * self._per)

    def _guess(self) -> int:
        """The time of a picture that has none: one period after the last."""
        rate = self.stream.guessed_rate or 25
        return self.start_at if self._last_at is None else self._last_at + round(SECOND / rate)

    def _offset(self) -> int:
        return 0 if self._last_at is None else self._last_at - self.start_at

    def _check_end(self) -> None:
        """A file cut off in the middle ends early and without any error."""
        if self.duration is None:
            return
        shown = self._shown_until - self.start_at
        if self.duration - shown > ENDS_EARLY + self.duration // 50:
            announced = self.duration / SECOND
            self.damage.add(self._offset(), f"it ends at {shown / SECOND:.1f} s of {announced:.1f} s")


def paced(frames: Iterator[Frame], clock: Clock) -> Iterator[Frame]:
    """The same frames no faster than they were recorded: a file that plays like a camera."""
    began: int | None = None
    for frame in frames:
        if began is None:
            began = clock.monotonic() - frame.at
        clock.sleep(began + frame.at - clock.monotonic())
        yield frame


def _open(path: Path) -> InputContainer:
    try:
        there, plain = path.exists(), path.is_file()
    except (OSError, ValueError) as error:
        raise SourceError(f"{str(path)[:80]}: no name of a file: {error}") from error
    if not there:
        raise SourceError(f"{path}: there is no such file")
    if not plain:
        raise SourceError(f"{path}: not a file that can be played")
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "probesize": str(PROBE_BYTES)}
    try:
        # Absolute: a relative name with a colon would be taken for a protocol.
        return av.open(str(path.absolute()), options=options, timeout=(OPEN_SECONDS, READ_SECONDS))
    except av.ExitError as error:
        raise SourceError(f"{path}: its header has no end (gave up after {OPEN_SECONDS:.0f} s)") from error
    except PermissionError as error:
        raise SourceError(f"{path}: no permission to read it") from error
    except av.ArgumentError as error:
        raise SourceError(
            f"{path}: not a video that can be read: its container is none of MP4, MKV, AVI, MPEG-TS, …; "
            "a bare stream can be put into one: ffmpeg -i IN -c copy OUT.mp4"
        ) from error
    except (av.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            f"{path}: not a video that can be read ({reason}); it may be damaged or cut off"
        ) from error


def _announced(container: InputContainer, stream: VideoStream) -> int | None:
    if stream.duration is not None and stream.time_base is not None:
        return round(stream.duration * stream.time_base * SECOND)
    if container.duration is None:
        return None
    begins = max(0, container.start_time or 0)  # some count from zero, not from their start
    return container.duration - begins


def _video_stream(path: Path, container: InputContainer) -> VideoStream:
    if not container.streams.video:
        kinds = ", ".join(sorted({stream.type for stream in container.streams}))
        raise SourceError(f"{path}: no video in it, " + (f"only {kinds}" if kinds else "nor anything else"))
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise SourceError(f"{path}: its codec is not known here; use H.264, HEVC, MPEG-4, MJPEG, VP9 or AV1")
    if stream.width * stream.height > MAX_PIXELS:
        raise SourceError(f"{path}: pictures of {stream.width}×{stream.height} are beyond the limit of 8K")
    return stream
