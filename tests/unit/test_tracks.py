"""Tracks as MOT text: pixels, frames from 1, classes of the development kit."""

from pathlib import Path

import av
import numpy as np

from ingest.frame import Frame
from models.mot_evaluation import read
from sharp_eyes.domain import Scene, TrackedObject
from workers.tracks import MotWriter


def frame(index: int) -> Frame:
    return Frame(av.VideoFrame.from_ndarray(np.zeros((180, 320), np.uint8), "gray"), 1000 * index, index)


def seen(track: int, label: str = "person") -> TrackedObject:
    return TrackedObject(track, label, 0.875, (0.25, 0.1, 0.5, 0.6))


class Lines:
    def __init__(self) -> None:
        self.taken: list[str] = []

    def line(self, text: str) -> None:
        self.taken.append(text)


def text(scenes: dict[int, tuple[TrackedObject, ...]]) -> str:
    lines = Lines()
    writer = MotWriter(lines)
    for index, objects in scenes.items():
        writer.add(frame(index), Scene(1000 * index, objects))
    return "".join(f"{line}\n" for line in lines.taken)


def test_a_line_has_the_frame_from_one_the_number_and_the_box_in_pixels() -> None:
    assert text({0: (seen(7),)}) == "1,7,80.00,18.00,80.00,90.00,0.8750,1,-1,-1\n"


def test_frames_keep_the_numbers_that_they_have_in_the_source() -> None:
    lines = text({0: (seen(1),), 2: (), 4: (seen(1), seen(2))}).splitlines()
    assert [line.split(",")[:2] for line in lines] == [["1", "1"], ["5", "1"], ["5", "2"]]


def test_the_evaluator_reads_the_people_back_and_leaves_the_rest_out(tmp_path: Path) -> None:
    file = tmp_path / "tracks.txt"
    file.write_text(text({0: (seen(1), seen(2, "car"), seen(3, "bicycle"), seen(4, "bag"), seen(5))}))
    [(first, box), (last, _)] = read(file)[1]
    assert (first, last) == (1, 5)
    assert box.tolist() == [80, 18, 80, 90]
