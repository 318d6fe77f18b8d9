"""Which source plays a camera: by its URL or its file."""

from pathlib import Path

from ingest.address import Networks, parse_address
from ingest.credentials import Credentials
from ingest.live_source import WatchedSource
from ingest.looped_file_source import LoopedFileSource
from ingest.rtsp_source import RtspSource
from sharp_eyes.cameras import Camera, Source
from sharp_eyes.clock import Clock
from sharp_eyes.errors import SourceError


def source_for(camera: Camera, credentials: Credentials, networks: Networks, clock: Clock) -> WatchedSource:
    """What the camera shows, decoded. Raises SourceError where it has no source, or no proper address."""
    if camera.source is None:
        raise SourceError(f'camera "{camera.id}" has no source; give it a "url" or a "file"')
    return _source(camera.source, credentials, networks, clock, decoding=True)


def evidence_source_for(
    camera: Camera, credentials: Credentials, networks: Networks, clock: Clock
) -> WatchedSource | None:
    """The stream that the camera's clips are cut from: received, never decoded; None where it has none."""
    if camera.evidence is None:
        return None
    return _source(camera.evidence, credentials, networks, clock, decoding=False)


def _source(
    source: Source, credentials: Credentials, networks: Networks, clock: Clock, *, decoding: bool
) -> WatchedSource:
    if source.url is not None:
        address = parse_address(source.url, source.credential)
        return RtspSource(address, credentials, networks, clock, decoding=decoding)
    return LoopedFileSource(Path(source.file or ""), clock, decoding=decoding)
