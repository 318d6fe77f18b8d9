"""A frame as a JPEG: the still evidence of an event."""

import cv2

from ingest.frame import Frame
from sharp_eyes.errors import SourceError

QUALITY = 85  # of 100: some 40 kB at 640 × 360


def jpeg(frame: Frame) -> bytes:
    """The frame as it was analysed, its mask painted, at its own size."""
    picture = frame.video.reformat(format="bgr24", threads=1).to_ndarray()
    written, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not written:
        raise SourceError(f"a picture of {frame.width}×{frame.height} could not be written as JPEG")
    return data.tobytes()
