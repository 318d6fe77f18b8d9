"""The log of a run comes back as it was written, even if its end is torn."""

import os
import time
from pathlib import Path

import av
import numpy as np
import pytest

from ingest.frame import Frame
from sharp_eyes.errors import SourceError
from workers.run_log import RunHeader, RunLog, fingerprint, read_run, remove_old

HEADER = RunHeader("run1", "gate", 7, 3, "yolo@1+abc")


def write(folder: Path) -> None:
    log = RunLog(folder, HEADER)
    log.add(1_000_000, 17)
    log.add(1_200_000, 18)
    log.close()


def test_a_log_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path / "runs")
    recorded = read_run(tmp_path / "runs", "run1")
    assert (recorded.header, recorded.frames) == (HEADER, ((1_000_000, 17), (1_200_000, 18)))


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / "run1.jsonl").open("a") as file:
        file.write("[14000")
    assert len(read_run(tmp_path, "run1").frames) == 2


def test_a_run_that_nobody_logged_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"run9.*24 hours"):
        read_run(tmp_path, "run9")


def test_another_file_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "run1.jsonl").write_text("hello\n")
    with pytest.raises(SourceError, match="not the log of a run"):
        read_run(tmp_path, "run1")


def test_a_disk_that_refuses_the_log_stops_no_run(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("in the way")
    write(tmp_path / "runs")


def test_logs_go_a_day_after_their_last_line(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "old.jsonl").write_text("")
    os.utime(tmp_path / "old.jsonl", (time.time() - 25 * 3600,) * 2)
    remove_old(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["run1.jsonl"]


def test_frames_are_told_apart_by_their_brightness_alone() -> None:
    def frame(level: int) -> Frame:
        luma = np.full((18, 34), level, np.uint8)
        return Frame(av.VideoFrame.from_ndarray(luma, "gray").reformat(format="yuv420p", threads=1), 0, 0)

    assert fingerprint(frame(90)) == fingerprint(frame(90)) != fingerprint(frame(91))
