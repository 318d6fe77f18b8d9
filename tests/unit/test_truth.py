"""The truth about a clip: strict lines, each wrong one named; times as seconds or as moments."""

import json
from pathlib import Path

import pytest

from sharp_eyes.clock import from_iso, to_iso
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.matching import EventLine
from sharp_eyes.scoring.truth import TruthEntry

LINE = {"camera": "gate", "type": "line", "start": 12.4}
EVENT = {
    "event_id": "e1", "record": "raised", "camera": "gate", "rule": "r", "type": "line", "at": 1,
    "label": "person",
}  # fmt: skip


def file_of(folder: Path, *lines: dict[str, object] | str) -> Path:
    file = folder / "lines.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file


def truth(folder: Path, *lines: dict[str, object] | str) -> list[TruthEntry]:
    return read_lines(file_of(folder, *lines), TruthEntry)


def problems(folder: Path, *lines: dict[str, object] | str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        truth(folder, *lines)
    return caught.value.problems


def test_the_shortest_line_binds_nothing_but_camera_type_and_time(tmp_path: Path) -> None:
    (entry,) = truth(tmp_path, LINE)
    assert (entry.camera, entry.type, entry.starts_at, entry.ends_at) == ("gate", "line", 12.4, 12.4)
    assert (entry.rule, entry.direction, entry.label, entry.objects, entry.tolerance_seconds) == (None,) * 5
    assert not entry.must_be_silent
    assert not entry.absolute


def test_a_full_line_is_read_as_it_is_documented(tmp_path: Path) -> None:
    full = LINE | {
        "rule": None, "end": None, "tolerance_seconds": 1, "direction": "right", "label": "person",
        "objects": [4, "bag-2"], "must_be_silent": False,
    }  # fmt: skip
    (entry,) = truth(tmp_path, full)
    assert (entry.direction, entry.label, entry.objects, entry.tolerance_seconds) == (
        "right",
        "person",
        [4, "bag-2"],
        1,
    )


def test_moments_are_utc_whatever_their_zone(tmp_path: Path) -> None:
    line = LINE | {"start": "2026-01-01T08:00:00.25+08:00", "end": "2026-01-01T00:00:01Z"}
    (entry,) = truth(tmp_path, line)
    assert entry.absolute
    assert entry.starts_at == from_iso("2026-01-01T00:00:00.25Z") / 1e6
    assert entry.ends_at - entry.starts_at == 0.75


def test_empty_lines_are_passed_over_and_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert truth(tmp_path) == []
    assert len(truth(tmp_path, "", LINE, "   ", LINE, "")) == 2


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes((json.dumps(LINE) + "\r\n").encode() * 2)
    assert len(read_lines(file, TruthEntry)) == 2


@pytest.mark.parametrize("separator", ["\u2028", "\x85"], ids=["U+2028", "U+0085"])
def test_only_a_newline_ends_a_line(tmp_path: Path, separator: str) -> None:
    (entry,) = truth(tmp_path, LINE | {"camera": f"a{separator}b"})
    assert entry.camera == f"a{separator}b"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"start": -1}, "start"),
        ({"start": True}, "start"),
        ({"start": "12.4"}, "start"),
        ({"start": "2026-01-01T08:00:00"}, "start"),
        ({"start": "2026-01-01+08:00"}, "start"),
        ({"start": None}, "start"),
        ({"end": "soon"}, "end"),
        ({"tolerance_seconds": -0.1}, "tolerance_seconds"),
        ({"tolerance_seconds": "1"}, "tolerance_seconds"),
        ({"direction": "up"}, "direction"),
        ({"objects": 4}, "objects"),
        ({"must_be_silent": "yes"}, "must_be_silent"),
        ({"rule": 3}, "rule"),
        ({"colour": "red"}, "colour"),
    ],
    ids=str,
)
def test_a_wrong_value_is_refused_with_its_line_and_key(
    tmp_path: Path, wrong: dict[str, object], key: str
) -> None:
    found = problems(tmp_path, LINE, "", LINE | wrong)
    assert all(problem.path.startswith(f"line 3, {key}") for problem in found)
    assert found[0].file == str(tmp_path / "lines.jsonl")


@pytest.mark.parametrize("text", ['{"camera": "gate", "type": "line", "start": NaN}', '{"start": Infinity}'])
def test_a_time_that_is_no_number_is_refused(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.path == "line 1"
    assert problem.message.endswith(" is no number")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"end": 12.3}, "it ends before it starts"),
        ({"end": "2026-01-01T00:00:00Z"}, "start and end are of one sort: both numbers or both text"),
        ({"must_be_silent": True}, "a stretch of silence needs its end"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(
    tmp_path: Path, wrong: dict[str, object], message: str
) -> None:
    (problem,) = problems(tmp_path, LINE | wrong)
    assert (problem.path, problem.message) == ("line 1", message)


def test_every_malformed_line_is_named_with_its_number(tmp_path: Path) -> None:
    found = problems(tmp_path, LINE, "not json", "", "[1]", '"text"', LINE | {"colour": 1}, LINE, "{")
    assert [problem.path for problem in found] == ["line 2", "line 4", "line 5", "line 6, colour", "line 8"]
    assert "not JSON" in found[0].message
    assert "column 1" in found[0].message


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, "{}")
    assert [problem.path for problem in found] == ["line 1, camera", "line 1, type", "line 1, start"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(ConfigError, match=f"{path}: cannot be read"):
            read_lines(path, TruthEntry)


def test_text_that_is_not_utf_8_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b'{"camera": "\xff"}')
    with pytest.raises(ConfigError, match="byte 12: not UTF-8 text"):
        read_lines(file, TruthEntry)


def test_events_may_carry_keys_that_scoring_does_not_read(tmp_path: Path) -> None:
    (event,) = read_lines(file_of(tmp_path, EVENT | {"xyxy": [0, 0, 1, 1], "reason": {}}), EventLine)
    assert event.event_id == "e1"


@pytest.mark.parametrize("wrong", [{"at": "1"}, {"at": 1.5}, {"label": None}, {"event_id": 3}], ids=str)
def test_events_are_read_strictly(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=f"line 1, {next(iter(wrong))}"):
        read_lines(file_of(tmp_path, EVENT | wrong), EventLine)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "too deep"),
        ('{"at": ' + "9" * 5_000 + "}", "a number of 5000 digits"),
        ('{"camera": "\\ud800"}', "half a character"),
    ],
    ids=["deep", "digits", "surrogate"],
)
def test_what_no_parser_can_hold_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (problem,) = problems(tmp_path, LINE, text)
    assert problem.path == "line 2"
    assert message in problem.message


def test_both_halves_of_a_character_are_one(tmp_path: Path) -> None:
    (entry,) = truth(tmp_path, '{"camera": "\\ud83d\\ude00", "type": "line", "start": 1}')
    assert entry.camera == "\U0001f600"


@pytest.mark.parametrize("wrong", [{"at": -1}, {"at": 2**53}, {"offset_seconds": "x"}], ids=str)
def test_times_of_events_are_bounded(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=f"line 1, {next(iter(wrong))}"):
        read_lines(file_of(tmp_path, EVENT | wrong), EventLine)


def test_an_offset_beyond_all_numbers_is_refused(tmp_path: Path) -> None:
    text = json.dumps(EVENT)[:-1] + ', "offset_seconds": 1e400}'
    with pytest.raises(ConfigError, match="line 1, offset_seconds"):
        read_lines(file_of(tmp_path, text), EventLine)


def test_a_type_that_nobody_knows_is_refused_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, LINE | {"type": "loitring"})
    assert problem.path == "line 1, type"
    assert 'did you mean "loitering"?' in problem.message


def test_a_type_that_is_to_come_may_stand_in_the_truth(tmp_path: Path) -> None:
    (entry,) = truth(tmp_path, LINE | {"type": "wrong_way"})
    assert entry.type == "wrong_way"


@pytest.mark.parametrize(
    "text", ["9999-12-31T00:00:00Z", "9999-12-31T23:00:00-12:00", "0001-01-01T00:00:00+08:00"]
)
def test_a_time_at_the_ends_of_the_calendar_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="out of the calendar"):
        from_iso(text)


def test_the_last_time_there_is_can_be_written_again() -> None:
    assert to_iso(from_iso("9999-12-30T23:59:59-23:59")) == "9999-12-31T23:58:59.000000Z"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"camera": 7}, "camera"),
        ({"camera": None}, "camera"),
        ({"type": ["line"]}, "type"),
        ({"start": [1]}, "start"),
        ({"end": {}}, "end"),
        ({"label": 1}, "label"),
        ({"direction": 1}, "direction"),
        ({"objects": [4.5]}, "objects"),
        ({"must_be_silent": 1}, "must_be_silent"),
        ({"must_be_silent": None}, "must_be_silent"),
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_line(
    tmp_path: Path, wrong: dict[str, object], key: str
) -> None:
    found = problems(tmp_path, LINE, LINE | wrong)
    assert found
    assert all(problem.path.startswith(f"line 2, {key}") for problem in found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"camera": 7},
        {"record": None},
        {"rule": ["r"]},
        {"type": 1},
        {"at": True},
        {"direction": 2},
        {"xyxy": "0,0,1,1"},
        {"xyxy": [0, 0, 1]},
        {"xyxy": [0, 0, 1, "1"]},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_in_an_event_is_refused_with_its_line(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(ConfigError, match=f"line 2, {next(iter(wrong))}"):
        read_lines(file_of(tmp_path, EVENT, EVENT | wrong), EventLine)


def test_an_event_may_have_no_box(tmp_path: Path) -> None:
    without, null = read_lines(file_of(tmp_path, EVENT, EVENT | {"xyxy": None}), EventLine)
    assert without.xyxy is None
    assert null.xyxy is None
