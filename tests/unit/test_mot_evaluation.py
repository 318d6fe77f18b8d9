"""Tracks are judged as the field judges them; a file that is no MOT text is refused with its line."""

from pathlib import Path

import pytest

from models.mot_evaluation import evaluate, read
from sharp_eyes.errors import ConfigError


def mot(rows: list[tuple[float, ...]]) -> str:
    return "".join(",".join(str(value) for value in row) + "\n" for row in rows)


def walk(track: int, frames: range, y: float = 100.0) -> list[tuple[float, ...]]:
    return [(frame, track, 10.0 * frame, y, 40, 90, 1, 1, 1) for frame in frames]


def judged(
    folder: Path, truth: list[tuple[float, ...]], tracks: list[tuple[float, ...]], every: int = 1
) -> dict[str, float]:
    (folder / "gt.txt").write_text(mot(truth))
    (folder / "tracks.txt").write_text(mot(tracks))
    return evaluate(folder / "gt.txt", folder / "tracks.txt", every)


@pytest.mark.real
@pytest.mark.parametrize(("scene", "mota", "idf1"), [("Campus", 52.6, 55.8), ("Stadtmitte", 56.4, 64.5)])
def test_the_figures_are_those_of_py_motmetrics(
    scene: str, mota: float, idf1: float, real_data: Path
) -> None:
    folder = real_data / "truth" / "tud_text_only"
    figures = evaluate(folder / f"TUD-{scene}_gt.txt", folder / f"TUD-{scene}_test.txt")
    assert round(figures["mota"], 1) == mota
    assert round(figures["idf1"], 1) == idf1


@pytest.mark.real
def test_the_baseline_of_the_real_clip_has_the_figures_of_its_readme(real_data: Path) -> None:
    folder = real_data / "truth" / "pets09_s2l1"
    figures = evaluate(folder / "gt_480x360.txt", folder / "baseline_yolo11n_bytetrack.txt")
    assert {name: round(figures[name], 1) for name in ("idf1", "recall", "precision")} == {
        "idf1": 71.0,
        "recall": 90.8,
        "precision": 92.8,
    }
    assert figures["mota"] == pytest.approx(83.2, abs=0.2)  # four switches more than by py-motmetrics


def test_tracks_that_are_the_truth_are_perfect_under_any_numbers(tmp_path: Path) -> None:
    truth = walk(1, range(1, 21)) + walk(2, range(5, 30), y=300)
    tracks = [(row[0], row[1] + 900, *row[2:]) for row in truth]
    assert judged(tmp_path, truth, tracks) == {
        "mota": 100,
        "idf1": 100,
        "recall": 100,
        "precision": 100,
        "switches": 0,
    }


def test_a_change_of_number_is_a_switch_and_halves_the_identity(tmp_path: Path) -> None:
    truth = walk(1, range(1, 21))
    figures = judged(tmp_path, truth, walk(7, range(1, 11)) + walk(8, range(11, 21)))
    assert figures["switches"] == 1
    assert figures["mota"] == pytest.approx(95)
    assert figures["idf1"] == pytest.approx(50)


def test_what_is_missed_lowers_recall_and_what_is_invented_precision(tmp_path: Path) -> None:
    truth = walk(1, range(1, 21))
    figures = judged(tmp_path, truth, walk(1, range(1, 11)) + walk(2, range(1, 11), y=500))
    assert figures["recall"] == pytest.approx(50)
    assert figures["precision"] == pytest.approx(50)
    assert figures["mota"] == pytest.approx(0)


def test_frames_of_which_one_side_says_nothing_count(tmp_path: Path) -> None:
    figures = judged(tmp_path, walk(1, range(1, 11)), walk(1, range(11, 21)))
    assert figures["recall"] == 0
    assert figures["mota"] == pytest.approx(-100)


def test_with_every_only_the_analysed_frames_of_the_truth_count(tmp_path: Path) -> None:
    truth = walk(1, range(1, 31))
    tracks = [row for row in truth if (row[0] - 1) % 3 == 0]
    assert judged(tmp_path, truth, tracks, every=3)["recall"] == 100
    assert judged(tmp_path, truth, tracks)["recall"] == pytest.approx(100 / 3)


def test_where_nothing_was_tracked_the_figures_are_zero(tmp_path: Path) -> None:
    figures = judged(tmp_path, walk(1, range(1, 11)), [])
    assert (figures["recall"], figures["idf1"], figures["mota"]) == (0, 0, 0)


def test_classes_other_than_people_are_left_out_where_the_file_has_classes(tmp_path: Path) -> None:
    file = tmp_path / "tracks.txt"
    file.write_text("1,1,0,0,9,9,1,1,-1,-1\n1,2,0,0,9,9,1,3,-1,-1\n1,3,0,0,9,9,1,-1,-1,-1\n")
    assert [identity for identity, _ in read(file)[1]] == [1, 3]


def test_places_in_the_world_in_the_eighth_column_are_no_classes(tmp_path: Path) -> None:
    file = tmp_path / "gt.txt"
    file.write_text("1,1,0,0,9,9,1,3.25,5.5,0\n1,2,0,0,9,9,1,3,5.5,0\n")
    assert len(read(file)[1]) == 2


def test_empty_lines_and_spaces_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "gt.txt"
    file.write_text("\n1, 1, 0, 0, 9, 9\n\n  \n2,1,0,0,9,9\n")
    assert sorted(read(file)) == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        *["", "1,2,3", "1,2,3,4,5", "a,1,0,0,9,9", "1;1;0;0;9;9", '{"a": 1}', "nan,1,0,0,9,9"],
        *["1,nan,0,0,9,9", "1,1,nan,0,9,9", "1,1,0,0,inf,9", "0,1,0,0,9,9", "-3,1,0,0,9,9"],
        *["1.5,1,0,0,9,9", "inf,1,0,0,9,9"],
    ],
)
def test_a_malformed_line_is_refused_with_its_number(line: str, tmp_path: Path) -> None:
    file = tmp_path / "tracks.txt"
    file.write_text(f"1,1,0,0,9,9,1\n\n{line or '??'}\n2,1,0,0,9,9,1\n")
    with pytest.raises(ConfigError) as refused:
        read(file)
    [problem] = refused.value.problems
    assert problem.path == "line 3"
    assert problem.file == str(file)
    assert "not MOT text" in problem.message
    assert "six numbers" in problem.hint


def test_a_frame_number_without_bounds_costs_no_memory(tmp_path: Path) -> None:
    figures = judged(tmp_path, [(10**12, 1, 0, 0, 9, 9)], [(10**12, 4, 0, 0, 9, 9)])
    assert figures["mota"] == 100


def test_a_missing_or_binary_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("gone", "binary"):
        with pytest.raises(ConfigError, match=f"{name}: cannot be read"):
            read(tmp_path / name)
