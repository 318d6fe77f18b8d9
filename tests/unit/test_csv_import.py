"""Cameras from a spreadsheet's CSV: the same cameras as from TOML, and every error with line and column."""

from pathlib import Path

import pytest

from sharp_eyes.config.csv_import import COLUMNS, read_csv
from sharp_eyes.config.entries import CameraEntry
from sharp_eyes.config.reading import Profiles, Reading, read_cameras, read_profiles
from sharp_eyes.config.stored import declared_in
from sharp_eyes.errors import Problem

PROFILE = """
[[profile]]
name = "street"
tier = 3

[[profile.zone]]
name = "yard"
points = [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0]]

[[profile.rule]]
name = "stay"
kind = "intrusion"
zone = "yard"
labels = ["person"]
"""


def read(folder: Path, text: str, profiles: str | None = None) -> Reading:
    file = folder / "cameras.csv"
    file.write_text(text, encoding="utf-8")
    return read_csv(file, profiles_of(folder, profiles) if profiles else None)


def profiles_of(folder: Path, text: str) -> Profiles:
    file = folder / "profiles.toml"
    file.write_text(text, encoding="utf-8")
    return read_profiles(file)


def entry(folder: Path, text: str, profiles: str | None = None) -> CameraEntry:
    reading = read(folder, text, profiles)
    assert reading.problems == []
    (only,) = reading.entries
    return only


def problems(folder: Path, text: str, profiles: str | None = None) -> list[Problem]:
    return read(folder, text, profiles).problems


def told(folder: Path, text: str) -> list[tuple[str, str]]:
    """Where each problem is, and what it is."""
    return [(problem.path, problem.message) for problem in problems(folder, text)]


# ── what a table says ──


def test_a_row_is_the_same_camera_as_its_toml(tmp_path: Path) -> None:
    columns = (
        "id,name,name_zh,division,url,credential,evidence_url,evidence_credential,profile,lon,lat,tier,"
        "model,analyse_fps,gate,pre_roll_seconds,post_roll_seconds\n"
    )
    row = (
        "33080200001310000001,North gate,北门,330802001,rtsp://10.0.0.5/stream2,north,"
        "rtsp://10.0.0.5/stream1,north,street,118.87,28.94,1,yolo11n,8,false,2.5,10\n"
    )
    toml = """
[[camera]]
id = "33080200001310000001"
name = { en = "North gate", zh = "北门" }
division = "330802001"
profile = "street"
source = { url = "rtsp://10.0.0.5/stream2", credential = "north" }
evidence = { url = "rtsp://10.0.0.5/stream1", credential = "north" }
location = { lon = 118.87, lat = 28.94 }
tier = 1
model = "yolo11n"
analyse_fps = 8
gate = false
pre_roll_seconds = 2.5
post_roll_seconds = 10
"""
    from_csv = read(tmp_path, columns + row, PROFILE)
    (tmp_path / "cameras.toml").write_text(PROFILE + toml, encoding="utf-8")
    from_toml = read_cameras(tmp_path / "cameras.toml")
    assert from_csv.problems == from_toml.problems == []
    assert declared_in(from_csv, tmp_path) == declared_in(from_toml, tmp_path)


def test_an_empty_cell_leaves_it_to_the_profile_or_the_default(tmp_path: Path) -> None:
    both = "id,tier,profile,lon,lat\na,,street,,\nb,1,,,\n"
    first, second = read(tmp_path, both, PROFILE).entries
    assert (first.tier, first.location, len(first.rule)) == (3, None, 1)
    assert (second.tier, second.rule) == (1, [])


def test_a_name_in_one_language_is_enough(tmp_path: Path) -> None:
    assert entry(tmp_path, "id,name\na,North gate\n").name == "North gate"
    assert entry(tmp_path, "id,name_zh\na,北门\n").name == {"zh": "北门"}
    assert entry(tmp_path, "id,name,name_zh\na,,\n").name is None


def test_a_file_source_lies_beside_the_table(tmp_path: Path) -> None:
    (camera,) = read(tmp_path, "id,file\na,clip.mp4\n").cameras
    assert camera.source is not None
    assert camera.source.file == str(tmp_path / "clip.mp4")


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK(evil)", "+49 north", "-gate", "@SUM(A1)", "<script>", "'quoted"]
)
def test_what_a_spreadsheet_would_compute_is_only_text(tmp_path: Path, text: str) -> None:
    assert entry(tmp_path, f"id,name\na,{text}\n").name == text


def test_quoted_cells_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    assert entry(tmp_path, 'id,name\na,"North, the ""old""\ngate"\n').name == 'North, the "old"\ngate'


def test_a_byte_order_mark_windows_line_ends_blank_lines_and_spaces_do_no_harm(tmp_path: Path) -> None:
    reading = read(tmp_path, "\ufeffid , name\r\n a , North \r\n\r\n,\r\nb,South\r\n")
    assert reading.problems == []
    assert [(one.id, one.name) for one in reading.entries] == [("a", "North"), ("b", "South")]


def test_every_column_is_one_that_a_camera_has(tmp_path: Path) -> None:
    row = {
        "id": "a", "division": "3308", "url": "rtsp://h/1", "evidence_url": "rtsp://h/2", "profile": "street",
        "lon": "1", "lat": "2", "tier": "1", "analyse_fps": "1", "gate": "TRUE",
        "pre_roll_seconds": "1", "post_roll_seconds": "1",
    }  # fmt: skip
    columns = [column for column in COLUMNS if column not in {"file", "evidence_file"}]
    text = ",".join(columns) + "\n" + ",".join(row.get(column, "x") for column in columns) + "\n"
    dumped = entry(tmp_path, text, PROFILE).model_dump()
    for column in columns:
        found: object = dumped
        for key in COLUMNS[column].path:
            assert isinstance(found, dict)
            found = found[key]
        assert found is not None, column


# ── what is wrong in it ──


def test_every_error_of_a_file_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = (
        "id,division,url,lon,lat,tier,gate\n"
        "a,3308,rtsp://h/,118.87,28.94,1,true\n"
        "b b,33x,rtsp://h/,east,28.94,first,yes\n"
        'c,3308,"rtsp://h/\n",118.87,,12,true\n'
        "d,3308,rtsp://me:secret@h/,500,28.94,1,true\n"
    )
    found = problems(tmp_path, text)
    assert [one.path for one in found] == [
        'line 3, column "lon"',
        'line 3, column "tier"',
        'line 3, column "gate"',
        'line 3, column "id"',
        'line 3, column "division"',
        'line 4, column "tier"',
        'line 4, column "lat"',
        'line 6, column "url"',
        'line 6, column "lon"',
    ]
    assert all(one.file == str(tmp_path / "cameras.csv") for one in found)
    assert "secret" not in str(found)


def test_a_correct_row_is_read_also_among_wrong_ones(tmp_path: Path) -> None:
    reading = read(tmp_path, "id,tier\na,x\nb,1\n")
    assert [camera.id for camera in reading.cameras] == ["b"]
    assert len(reading.problems) == 1


def test_an_unknown_column_is_refused_with_the_nearest(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "id,divison\na,3308\n")
    assert (found.path, found.message) == ("line 1", 'unknown column "divison"')
    assert found.hint == 'did you mean "division"?'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'there is no column "id"'),
        ("name\nNorth\n", 'there is no column "id"'),
        ("id,tier,tier\na,1,1\n", 'the column "tier" is there twice'),
        ("id,\na,\n", 'unknown column ""'),
    ],
)
def test_a_wrong_header_is_told_and_nothing_else(tmp_path: Path, text: str, message: str) -> None:
    assert told(tmp_path, text) == [("line 1", message)]


def test_semicolons_are_recognised(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "id;name\na;North\n")
    assert "semicolons" in found.hint


def test_a_row_with_too_many_or_too_few_cells_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path, "id,name\na\nb,North,gate\nc,South\n") == [
        ("line 2", "1 cells below 2 columns"),
        ("line 3", "3 cells below 2 columns"),
    ]


def test_an_id_that_is_there_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    assert told(tmp_path, 'id,name\na,"one\ntwo"\nb,\na,\n') == [
        ('line 5, column "id"', 'line 2 has the id "a" too')
    ]


def test_a_code_that_the_spreadsheet_rounded_is_recognised(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "id\n3.30802E+19\n")
    assert (found.path, "format the column as text" in found.hint) == ('line 2, column "id"', True)


@pytest.mark.parametrize("cell", ["nan", "inf", "1e3", "1_0", "٣", "1.2.3", "0x10", "1" * 5000])
@pytest.mark.parametrize("column", ["analyse_fps", "tier"])
def test_only_plain_numbers_are_numbers(tmp_path: Path, column: str, cell: str) -> None:
    paths = [path for path, _ in told(tmp_path, f"id,{column}\na,{cell}\n")]
    assert paths == [f'line 2, column "{column}"']


def test_a_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "id,profile\na,stret\n", PROFILE)
    assert (found.path, found.message) == ('line 2, column "profile"', 'there is no profile "stret"')
    assert found.hint == 'did you mean "street"?'


def test_cameras_of_a_wrong_profile_stay_silent_and_the_profile_tells_what_is_wrong(tmp_path: Path) -> None:
    profiles = profiles_of(tmp_path, PROFILE.replace("tier = 3", "tier = 30"))
    (tmp_path / "cameras.csv").write_text("id,profile\na,street\n")
    assert read_csv(tmp_path / "cameras.csv", profiles).problems == []
    (found,) = profiles.problems
    assert found.path == "profile[0].tier"


def test_an_unknown_table_beside_the_profiles_is_told(tmp_path: Path) -> None:
    (found,) = profiles_of(tmp_path, PROFILE + "[[profle]]\n").problems
    assert (found.path, found.hint) == ("profle", 'did you mean "profile"?')


@pytest.mark.parametrize("text", ["id\n", "id,name\n,\n\n"])
def test_a_table_without_cameras_is_told(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == [("", "no camera in it")]


@pytest.mark.parametrize("text", ['id,name\na,"North\n', 'id,name\na,"North"gate\n'])
def test_what_is_no_csv_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    (found,) = problems(tmp_path, text)
    assert (found.path, found.message.startswith("not CSV: ")) == ("line 2", True)


def test_a_huge_cell_is_told_not_swallowed(tmp_path: Path) -> None:
    assert [path for path, _ in told(tmp_path, f"id,name\na,{'x' * 20_000}\n")] == ['line 2, column "name"']
    assert [path for path, _ in told(tmp_path, f"id,name\na,{'x' * 200_000}\n")] == ["line 2"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (missing,) = read_csv(tmp_path / "nowhere.csv").problems
    assert "cannot be read" in missing.message
    (tmp_path / "gbk.csv").write_bytes("id,name\na,北门\n".encode("gbk"))
    (foreign,) = read_csv(tmp_path / "gbk.csv").problems
    assert foreign.message == "not UTF-8 text"


@pytest.mark.parametrize("name", ["a\x1b[31m", "a\u202e"])
def test_control_characters_are_told_harmlessly(tmp_path: Path, name: str) -> None:
    (found,) = problems(tmp_path, f"id\n{name}\n")
    assert "\x1b" not in str(found)
    assert "\u202e" not in str(found)
