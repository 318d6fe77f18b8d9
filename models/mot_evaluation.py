"""How good tracks are: CLEAR MOT and identity metrics against MOT ground truth.

The figures are computed by the evaluator of the library `trackers`, which follows TrackEval; this
module reads the files and lines up their frames.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from trackers.eval import box_iou, compute_clear_metrics, compute_identity_metrics

from sharp_eyes.errors import ConfigError, Problem

MATCH_IOU = 0.5

_FEWEST = 6  # columns of a line: frame, identity, box
_CLASS = 7  # the column of the class, where there is one
_PEOPLE = frozenset({1.0, -1.0})

Boxes = dict[int, list[tuple[int, NDArray[np.float64]]]]  # frame → (identity, x y width height)


def evaluate(truth: Path, tracks: Path, every: int = 1) -> dict[str, float]:
    """MOTA, IDF1, recall and precision in percent, and the number of identity switches.

    Both files are MOT text (frame, id, x, y, width, height, …), frames from 1. With `every` = n
    only the frames 1, n + 1, 2n + 1 … of the truth count: those that were analysed.
    Raises ConfigError for a malformed line.
    """
    wanted, given = read(truth), read(tracks)
    frames = [f for f in sorted({*wanted, *given}) if (f - 1) % every == 0]
    truth_ids, track_ids = _numbered(wanted), _numbered(given)
    rows = [_line_up(wanted.get(f, []), given.get(f, []), truth_ids, track_ids) for f in frames]
    ids, own, similarity = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    clear = compute_clear_metrics(ids, own, similarity, threshold=MATCH_IOU)
    identity = compute_identity_metrics(ids, own, similarity, threshold=MATCH_IOU)
    return {
        "mota": 100 * float(clear["MOTA"]),
        "idf1": 100 * float(identity["IDF1"]),
        "recall": 100 * float(clear["CLR_Re"]),
        "precision": 100 * float(clear["CLR_Pr"]),
        "switches": int(clear["IDSW"]),
    }


def read(file: Path) -> Boxes:
    """The people's boxes of a MOT text file. Raises ConfigError naming the line that is wrong.

    Where the eighth column holds classes (whole numbers, as from MOT16 on; before, it was a place
    in the world) only class 1, the pedestrian, and -1, not told, are people.
    """
    rows = _rows(file)
    has_classes = all(len(row) > _CLASS and row[_CLASS].is_integer() for row in rows)
    boxes: Boxes = {}
    for row in rows:
        if not has_classes or row[_CLASS] in _PEOPLE:
            boxes.setdefault(int(row[0]), []).append((int(row[1]), np.array(row[2:6])))
    return boxes


def _rows(file: Path) -> list[list[float]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [Problem(str(file), "", f"cannot be read: {error}", "give a MOT text file")]
        ) from error
    rows: list[list[float]] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            rows.append(_row(file, number, line))
    return rows


def _row(file: Path, number: int, line: str) -> list[float]:
    hint = "frame (from 1), id, x, y, width, height, …: six numbers or more, separated by commas"
    try:
        row = [float(field) for field in line.split(",")]
    except ValueError:
        row = []
    if len(row) < _FEWEST or not all(map(math.isfinite, row)) or row[0] < 1 or not row[0].is_integer():
        raise ConfigError([Problem(str(file), f"line {number}", f"not MOT text: {line[:60]!r}", hint)])
    return row


def _numbered(boxes: Boxes) -> dict[int, int]:
    """Identities as numbers without gaps, as the evaluator wants them."""
    return {identity: i for i, identity in enumerate(sorted({i for rows in boxes.values() for i, _ in rows}))}


def _line_up(
    wanted: list[tuple[int, NDArray[np.float64]]],
    given: list[tuple[int, NDArray[np.float64]]],
    truth_ids: dict[int, int],
    track_ids: dict[int, int],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    ids = np.array([truth_ids[i] for i, _ in wanted], np.intp)
    own = np.array([track_ids[i] for i, _ in given], np.intp)
    if not len(ids) or not len(own):
        return ids, own, np.zeros((len(ids), len(own)))
    overlap = box_iou(np.array([b for _, b in wanted]), np.array([b for _, b in given]), box_format="xywh")
    return ids, own, overlap
