"""Camera files: what they say becomes cameras; everything wrong in them is told at once, with its place."""

from pathlib import Path

import pytest

from sharp_eyes.cameras import Camera
from sharp_eyes.clock import from_iso
from sharp_eyes.config.reading import load_cameras, read_cameras
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.rules.spec import LineSettings, StaySettings

CODE = "33080200001310000001"
HEAD = f'[[camera]]\nid = "{CODE}"\n'
ZONE = '[[camera.zone]]\nname = "yard"\npoints = [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0], [0.1, 1.0]]\n'
LINE = '[[camera.line]]\nname = "gate"\npoints = [[0.5, 0.2], [0.5, 0.8]]\n'
RULE = '[[camera.rule]]\nname = "stay"\nkind = "intrusion"\nzone = "yard"\nlabels = ["person"]\n'
CROSSING = '[[camera.rule]]\nname = "cross"\nkind = "line"\nline = "gate"\nlabels = ["person"]\n'
CAMERA = HEAD + ZONE + LINE + RULE + CROSSING
PROFILE = (
    '[[profile]]\nname = "street"\nanalyse_fps = 8\ntier = 1\n'
    "mask = [[[0.0, 0.0], [0.2, 0.0], [0.2, 0.1]]]\n"
    + ZONE.replace("camera.", "profile.")
    + RULE.replace("camera.", "profile.")
)
WHO = f' (camera "{CODE}")'


def file_of(folder: Path, text: str) -> Path:
    file = folder / "cameras.toml"
    file.write_text(text, encoding="utf-8")
    return file


def camera(folder: Path, text: str) -> Camera:
    (only,) = load_cameras(file_of(folder, text))
    return only


def problems(folder: Path, text: str) -> list[Problem]:
    return read_cameras(file_of(folder, text)).problems


def problem(folder: Path, text: str) -> tuple[str, str, str]:
    """The one problem: its path without the camera's id, its message and its hint."""
    (only,) = problems(folder, text)
    return only.path.removesuffix(WHO), only.message, only.hint


def with_rule(*lines: str) -> str:
    return CAMERA.replace('kind = "intrusion"\n', 'kind = "intrusion"\n' + "\n".join(lines) + "\n")


# ── what a file says ──


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    text = f"""
[[profile]]
name = "street"
analyse_fps = 5
model = "default"

[[camera]]
id = "{CODE}"
name = {{ en = "North gate", zh = "北门" }}
division = "330802001"
profile = "street"
source = {{ url = "rtsp://10.0.0.5/stream2", credential = "north-gate" }}
evidence = {{ url = "rtsp://10.0.0.5/stream1", credential = "north-gate" }}
location = {{ lon = 118.87, lat = 28.94 }}
tier = 1
mask = [[[0.0, 0.0], [0.2, 0.0], [0.2, 0.1], [0.0, 0.1]]]
ignore = [[[0.7, 0.0], [1.0, 0.0], [1.0, 0.05], [0.7, 0.05]]]
{ZONE}{LINE}
[[camera.rule]]
name = "yard-at-night"
kind = "intrusion"
zone = "yard"
labels = ["person"]
dwell_seconds = 2
severity = 2
evidence = "clip"
schedule = {{ days = "mon-sun", from = "22:00", to = "06:00", timezone = "Asia/Shanghai" }}

[[camera.rule]]
name = "through-the-gate"
kind = "line"
line = "gate"
directions = ["left", "right"]
labels = ["person", "car"]
severity = 4
"""
    one = camera(tmp_path, text)
    assert (one.id, one.division, one.tier, one.analyse_fps, one.model) == (
        CODE,
        "330802001",
        1,
        5.0,
        "default",
    )
    assert dict(one.name) == {"en": "North gate", "zh": "北门"}
    assert one.location == (118.87, 28.94)
    assert one.source is not None
    assert (one.source.url, one.source.credential) == ("rtsp://10.0.0.5/stream2", "north-gate")
    assert one.evidence is not None
    assert (len(one.mask), len(one.ignore)) == (1, 1)
    night, gate = one.rules
    assert isinstance(night.settings, StaySettings)
    assert (night.settings.dwell_seconds, night.severity, night.place) == (2.0, 2, "yard")
    assert night.schedule is not None
    assert night.schedule.active(from_iso("2026-01-01T23:00:00+08:00"))
    assert not night.schedule.active(from_iso("2026-01-01T12:00:00+08:00"))
    assert isinstance(gate.settings, LineSettings)
    assert (gate.settings.directions, gate.labels, gate.place) == (
        {"left", "right"},
        {"person", "car"},
        "gate",
    )


def test_the_defaults_are_those_of_the_catalogue(tmp_path: Path) -> None:
    loitering = RULE.replace("intrusion", "loitering").replace('"stay"', '"loiter"')
    one = camera(tmp_path, CAMERA + loitering)
    stay, cross, loiter = one.rules
    assert isinstance(stay.settings, StaySettings)
    assert isinstance(loiter.settings, StaySettings)
    assert isinstance(cross.settings, LineSettings)
    waits = (stay.settings.dwell_seconds, stay.settings.exit_grace_seconds, stay.settings.lost_seconds)
    assert (waits, stay.cooldown_seconds) == ((2.0, 3.0, 6.0), 60.0)
    assert loiter.settings.dwell_seconds == 60.0
    assert (cross.settings.directions, cross.settings.settle_seconds) == ({"left", "right"}, 0.4)
    assert (stay.min_confidence, stay.min_height, stay.schedule, stay.enabled) == (0, 0, None, True)
    assert (one.analyse_fps, one.tier, one.gate, one.model) == (5.0, 2, True, "default")
    assert (one.pre_roll_seconds, one.post_roll_seconds) == (5.0, 5.0)
    assert (one.source, one.location, one.mask) == (None, None, ())


@pytest.mark.parametrize(("severity", "evidence"), [(1, "clip"), (2, "clip"), (3, "snapshot"), (4, "none")])
def test_the_evidence_is_by_severity_unless_the_rule_says(
    tmp_path: Path, severity: int, evidence: str
) -> None:
    assert camera(tmp_path, with_rule(f"severity = {severity}")).rules[0].evidence == evidence
    said = with_rule(f"severity = {severity}", 'evidence = "snapshot"')
    assert camera(tmp_path, said).rules[0].evidence == "snapshot"


@pytest.mark.parametrize(
    ("identity", "division"), [(CODE, "33080200"), ("cam-1", "00"), ("3308020000131000000", "00")]
)
def test_a_code_of_20_digits_tells_its_division(tmp_path: Path, identity: str, division: str) -> None:
    assert camera(tmp_path, f'[[camera]]\nid = "{identity}"\n').division == division


@pytest.mark.parametrize(("line", "name"), [('name = "Gate"', "Gate"), ("", CODE)])
def test_a_plain_name_is_english_and_the_id_stands_in_for_it(tmp_path: Path, line: str, name: str) -> None:
    assert camera(tmp_path, HEAD + line).name == (("en", name),)


def test_a_relative_file_begins_in_the_camera_files_folder(tmp_path: Path) -> None:
    one = camera(tmp_path, HEAD + 'source = { file = "clips/a.mp4" }\nevidence = { file = "/srv/b.mp4" }')
    assert one.source is not None
    assert one.evidence is not None
    assert one.source.file == str(tmp_path / "clips" / "a.mp4")
    assert one.evidence.file == "/srv/b.mp4"


# ── profiles ──


def test_a_camera_takes_over_its_profile(tmp_path: Path) -> None:
    one = camera(tmp_path, PROFILE + HEAD + 'profile = "street"')
    assert (one.analyse_fps, one.tier, len(one.mask)) == (8.0, 1, 1)
    assert [rule.name for rule in one.rules] == ["stay"]
    assert one.name == (("en", CODE),)


def test_a_camera_overrides_its_profile_by_key(tmp_path: Path) -> None:
    one = camera(tmp_path, PROFILE + HEAD + 'profile = "street"\ntier = 9')
    assert (one.analyse_fps, one.tier) == (8.0, 9)


def test_zones_lines_and_rules_override_by_name_and_the_others_stay(tmp_path: Path) -> None:
    own = RULE.replace("labels", "severity = 1\nlabels") + RULE.replace('"stay"', '"stay-2"')
    one = camera(tmp_path, PROFILE + HEAD + 'profile = "street"\n' + own)
    assert [(rule.name, rule.severity) for rule in one.rules] == [("stay", 1), ("stay-2", 3)]


def test_a_profiles_rule_may_use_a_zone_that_the_camera_redraws(tmp_path: Path) -> None:
    own = '[[camera.zone]]\nname = "yard"\npoints = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1]]\n'
    (rule,) = camera(tmp_path, PROFILE + HEAD + 'profile = "street"\n' + own).rules
    assert isinstance(rule.settings, StaySettings)
    assert rule.settings.zone.polygon.points == ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1))


def test_masks_add_up(tmp_path: Path) -> None:
    own = "mask = [[[0.5, 0.5], [0.6, 0.5], [0.6, 0.6]]]\n"
    assert len(camera(tmp_path, PROFILE + HEAD + 'profile = "street"\n' + own).mask) == 2


def test_a_wrong_profile_is_told_once_and_not_for_each_of_its_cameras(tmp_path: Path) -> None:
    cameras = "".join(f'[[camera]]\nid = "cam-{n}"\nprofile = "street"\n' for n in range(3))
    found = problems(tmp_path, PROFILE.replace("tier = 1", "tier = 10") + cameras)
    assert [one.path for one in found] == ["profile[0].tier"]


def test_a_name_that_is_twice_in_a_profile_is_told_once(tmp_path: Path) -> None:
    cameras = "".join(f'[[camera]]\nid = "cam-{n}"\nprofile = "street"\n' for n in range(3))
    found = problems(tmp_path, PROFILE + ZONE.replace("camera.", "profile.") + cameras)
    assert [(one.path, one.message) for one in found] == [
        ("profile[0].zone[1].name", 'there is another zone "yard"')
    ]


def test_two_profiles_of_one_name_are_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, PROFILE + PROFILE + HEAD)
    assert [(one.path, one.message) for one in found] == [
        ("profile[1].name", 'there is another profile "street"')
    ]


def test_an_unknown_profile_is_refused_with_a_suggestion_beside_the_cameras_other_errors(
    tmp_path: Path,
) -> None:
    found = problems(tmp_path, PROFILE + HEAD + 'profile = "streat"\ntier = 0\n')
    assert [one.path.removesuffix(WHO) for one in found] == ["camera[0].profile", "camera[0].tier"]
    assert found[0].hint == 'did you mean "street"?'


def test_a_wrong_own_rule_beside_a_profiles_is_found_at_its_own_place(tmp_path: Path) -> None:
    own = RULE.replace('"stay"', '"own"')
    for wrong in (own.replace('"yard"', '"yrad"'), own + "severity = 7\n", own + "sverity = 1\n"):
        path, _, _ = problem(tmp_path, PROFILE + HEAD + 'profile = "street"\n' + wrong)
        assert path.startswith("camera[0].rule[0].")


def test_a_profiles_rule_without_its_zone_is_told_by_name(tmp_path: Path) -> None:
    bare = PROFILE.replace('"yard"\npoints', '"court"\npoints')
    path, message, hint = problem(tmp_path, bare + HEAD + 'profile = "street"\n')
    assert (path, message) == (
        "camera[0].profile",
        'rule "stay" of the profile: this camera has no zone "yard"',
    )
    assert "[[camera.zone]]" in hint


# ── what is wrong ──


@pytest.mark.parametrize(
    ("text", "path", "message", "hint"),
    [
        (HEAD + "teir = 1", "camera[0].teir", 'unknown key "teir"', 'did you mean "tier"?'),
        (
            with_rule("sverity = 2"),
            "camera[0].rule[0].sverity",
            'unknown key "sverity"',
            'did you mean "severity"?',
        ),
        (
            CAMERA + 'direction = ["left"]\n',
            "camera[0].rule[1].direction",
            'unknown key "direction"',
            'did you mean "directions"?',
        ),
        (
            CAMERA + 'zone = "yard"\n',
            "camera[0].rule[1].zone",
            'unknown key "zone"',
            "known here: cooldown_seconds, directions,",
        ),
        (
            CAMERA.replace("points", "pionts", 1),
            None,
            None,
            None,
        ),
        (
            with_rule('schedule = { form = "22:00" }'),
            "camera[0].rule[0].schedule.form",
            'unknown key "form"',
            'did you mean "from"?',
        ),
        (
            HEAD + "location = { lon = 1, latt = 2, lat = 2 }",
            "camera[0].location.latt",
            'unknown key "latt"',
            "lat",
        ),
        ("[[camra]]\nid = 1\n" + CAMERA, "camra", 'unknown table "camra"', 'did you mean "camera"?'),
        (
            CAMERA.replace('"intrusion"', '"intruson"'),
            "camera[0].rule[0].kind",
            'there is no kind of rule "intruson"',
            'did you mean "intrusion"?',
        ),
        (
            CAMERA.replace('"intrusion"', '"abandoned"'),
            "camera[0].rule[0].kind",
            '"abandoned" is not built yet',
            "one of: intrusion, line, loitering",
        ),
        (
            CAMERA.replace('kind = "intrusion"\n', ""),
            "camera[0].rule[0].kind",
            "is missing",
            "one of: intrusion",
        ),
        (
            CAMERA.replace('labels = ["person"]\n', "", 1),
            "camera[0].rule[0].labels",
            "is missing",
            "no default",
        ),
        (CAMERA.replace('zone = "yard"\n', ""), "camera[0].rule[0].zone", "is missing", "no default"),
        (CAMERA.replace('line = "gate"\n', ""), "camera[0].rule[1].line", "is missing", "no default"),
        ('[[camera]]\nname = "x"\n', "camera[0].id", "is missing", "no default"),
        (
            with_rule('severity = "2"'),
            "camera[0].rule[0].severity",
            "'2' does not do",
            "it should be a valid integer",
        ),
        (
            with_rule("enabled = 1"),
            "camera[0].rule[0].enabled",
            "1 does not do",
            "it should be a valid boolean",
        ),
        (with_rule("severity = 5"), "camera[0].rule[0].severity", "5 does not do", "less than or equal to 4"),
        (
            with_rule("dwell_seconds = -1"),
            "camera[0].rule[0].dwell_seconds",
            "-1 does not do",
            "greater than or",
        ),
        (
            with_rule("dwell_seconds = inf"),
            "camera[0].rule[0].dwell_seconds",
            "inf does not do",
            "finite number",
        ),
        (
            with_rule("min_confidence = 1.1"),
            "camera[0].rule[0].min_confidence",
            "1.1 does not do",
            "equal to 1",
        ),
        (with_rule("min_height = nan"), "camera[0].rule[0].min_height", "nan does not do", "it should be"),
        (HEAD + "analyse_fps = 0", "camera[0].analyse_fps", "0 does not do", "greater than or equal to 0.1"),
        (HEAD + "tier = 10", "camera[0].tier", "10 does not do", "less than or equal to 9"),
        (HEAD + 'division = "Kecheng"', "camera[0].division", "'Kecheng' does not do", "pattern"),
        (HEAD + "location = { lon = 181, lat = 0 }", "camera[0].location.lon", "181 does not do", "180"),
        (
            CAMERA.replace("[0.9, 1.0]", "[0.9, 1.1]"),
            "camera[0].zone[0].points[2][1]",
            "1.1 does not do",
            "equal to 1",
        ),
        (
            CAMERA.replace("[0.9, 1.0]", "[0.9]"),
            "camera[0].zone[0].points[2]",
            "[0.9] does not do",
            "at least 2",
        ),
        (
            CAMERA.replace("[0.9, 1.0], [0.1, 1.0]", "[0.1, 1.0], [0.9, 1.0]"),
            "camera[0].zone[0].points",
            "the polygon is not simple: Self-intersection[0.5 0.75]",
            "",
        ),
        (
            CAMERA.replace(", [0.9, 1.0], [0.1, 1.0]", ""),
            "camera[0].zone[0].points",
            "a polygon needs three different points, this has 2",
            "",
        ),
        (
            HEAD + "mask = [[[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]]",
            "camera[0].mask",
            "the polygon is not simple: Self-intersection[0.5 0.5]",
            "",
        ),
        (
            CAMERA.replace("[0.5, 0.8]", "[0.5, 0.2]"),
            "camera[0].line[0].points",
            "a line needs two different points",
            "",
        ),
        (
            CAMERA.replace("[0.5, 0.8]", "[0.5, 0.8], [0.6, 0.8]"),
            "camera[0].line[0].points",
            None,
            "at most 2",
        ),
        (
            CAMERA.replace('zone = "yard"', 'zone = "yrad"'),
            "camera[0].rule[0].zone",
            'this camera has no zone "yrad"',
            'did you mean "yard"?',
        ),
        (
            HEAD + LINE + CROSSING.replace('line = "gate"', 'line = "gaet"'),
            "camera[0].rule[0].line",
            'this camera has no line "gaet"',
            'did you mean "gate"?',
        ),
        (HEAD + RULE, "camera[0].rule[0].zone", 'this camera has no zone "yard"', "none is known here"),
        (CAMERA + ZONE, "camera[0].zone[1].name", 'there is another zone "yard"', "once per camera"),
        (CAMERA + LINE, "camera[0].line[1].name", 'there is another line "gate"', "once per camera"),
        (CAMERA + RULE, "camera[0].rule[2].name", 'there is another rule "stay"', "once per camera"),
        (
            CAMERA + HEAD,
            "camera[1].id",
            f'camera[0] has the id "{CODE}" too',
            "an id belongs to one camera",
        ),
        (
            HEAD + 'source = { url = "rtsp://admin:secret@10.0.0.5/stream" }',
            "camera[0].source",
            'credentials do not belong into a URL; name one with "credential"',
            "",
        ),
        (
            HEAD + 'source = { file = "a.mp4", url = "rtsp://10.0.0.5/stream" }',
            "camera[0].source",
            'a source has either "file" or "url"',
            "",
        ),
        (
            HEAD + 'source = { credential = "x" }',
            "camera[0].source",
            'a source has either "file" or "url"',
            "",
        ),
        (
            f'[camera]\nid = "{CODE}"\n',
            "camera",
            "a single [camera] table",
            "write [[camera]] with two brackets",
        ),
        ('camera = ["a"]\n', "camera[0]", "not a table", "begin it with [[camera]]"),
        (with_rule('schedule = { days = "monday" }'), "camera[0].rule[0].schedule.days", None, ""),
        (
            with_rule('schedule = { from = "25:00" }'),
            "camera[0].rule[0].schedule.from",
            '"25:00" is no time of day; write for example "22:00"',
            "",
        ),
        (
            with_rule('schedule = { to = "06:00+08:00" }'),
            "camera[0].rule[0].schedule.to",
            '"06:00+08:00" names a zone; write for example "22:00", and the zone as "timezone"',
            "",
        ),
        (
            with_rule('schedule = { timezone = "Asia/Shangai" }'),
            "camera[0].rule[0].schedule.timezone",
            '"Asia/Shangai" is no time zone; did you mean "Asia/Shanghai"?',
            "",
        ),
        ("", "", "no camera in it", "begin one with a [[camera]] table"),
        (PROFILE, "", "no camera in it", "begin one with a [[camera]] table"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_would_be_right(
    tmp_path: Path, text: str, path: str | None, message: str | None, hint: str | None
) -> None:
    if path is None or hint is None:
        found = {one.path.removesuffix(WHO) for one in problems(tmp_path, text)}
        assert found == {"camera[0].zone[0].points", "camera[0].zone[0].pionts"}
        return
    told_path, told_message, told_hint = problem(tmp_path, text)
    assert told_path == path
    assert message is None or told_message == message
    assert hint in told_hint


@pytest.mark.parametrize("source", ['{ url = "%s" }', '"%s"', '{ url = ["%s"] }', '{ file = { x = "%s" } }'])
def test_a_secret_in_a_url_is_not_repeated_in_the_message(tmp_path: Path, source: str) -> None:
    found = problems(tmp_path, HEAD + "source = " + source % "rtsp://admin:secret@10.0.0.5/stream")
    assert found
    assert "secret" not in "".join(one.path + one.message + one.hint for one in found)


def test_an_at_sign_in_the_path_of_a_url_is_written_in_hexadecimal(tmp_path: Path) -> None:
    one = camera(tmp_path, HEAD + 'source = { url = "rtsp://10.0.0.5/user%40site/stream" }')
    assert one.source is not None


@pytest.mark.parametrize("identity", ["", "a b", "北门", "-a", "a/b", "x" * 65])
def test_ids_that_do_not_fit_into_paths_are_refused(tmp_path: Path, identity: str) -> None:
    (only,) = problems(tmp_path, f'[[camera]]\nid = "{identity}"\n')
    assert only.path.startswith("camera[0].id")


def test_everything_that_is_wrong_in_a_file_is_told(tmp_path: Path) -> None:
    first = with_rule("severity = 9", "colour = 1").replace("[0.5, 0.8]", "[0.5, 0.2]")
    second = '[[camera]]\nid = "two"\ntier = 0\nsource = { file = "a", url = "b" }\n'
    third = '[[camera]]\nid = "three"\n' + ZONE + ZONE + RULE.replace('"yard"', '"court"') + CROSSING
    found = problems(tmp_path, "colour = 2\n" + first + second + third)
    assert sorted(one.path.split(" ")[0] for one in found) == sorted(
        [
            "colour",
            "camera[0].line[0].points",
            "camera[0].rule[0].severity",
            "camera[0].rule[0].colour",
            "camera[1].tier",
            "camera[1].source",
            "camera[2].zone[1].name",
            "camera[2].rule[0].zone",
            "camera[2].rule[1].line",
        ]
    )


def test_the_good_cameras_of_a_bad_file_are_read(tmp_path: Path) -> None:
    reading = read_cameras(file_of(tmp_path, CAMERA + '[[camera]]\nid = "two"\ntier = 0\n'))
    assert [one.id for one in reading.cameras] == [CODE]


def test_a_problem_names_file_path_and_camera(tmp_path: Path) -> None:
    (only,) = problems(tmp_path, HEAD + "tier = 0")
    assert only.file == str(tmp_path / "cameras.toml")
    assert str(only).startswith(
        f'{tmp_path}/cameras.toml: camera[0].tier (camera "{CODE}"): 0 does not do — it'
    )


def test_loading_raises_with_every_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_cameras(file_of(tmp_path, HEAD + "tier = 0\nanalyse_fps = 0\n"))
    assert len(caught.value.problems) == 2
    assert len(str(caught.value).splitlines()) == 2


def test_malformed_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    path, message, _ = problem(tmp_path, HEAD + "tier = = 1\n")
    assert path == ""
    assert message.startswith("not TOML: ")
    assert "line 3" in message


def test_text_that_is_not_utf_8_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_bytes(b'name = "\xb1\xb1\xc3\xc5"')  # GBK
    (only,) = read_cameras(file).problems
    assert (only.path, only.message, only.hint) == ("byte 8", "not UTF-8 text", "save it as UTF-8")


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        (only,) = read_cameras(path).problems
        assert only.file == str(path)
        assert only.message.startswith("cannot be read: ")


# ── what is hostile ──


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://user:pa/ss@host/x",
        "rtsp://user:123/ss@host/x",
        "rtsp://user@host/x",
        "rtsp://host/user@site",
        "rtsp://h/p?user=admin&password=hunter",
        "rtsp://h/p?channel=1&Access_Token=hunter",
        "rtsp://h/p?p%77d=hunter",
        "file:///etc/passwd",
        "/dev/video0",
        "rtsp:host/x",
        "rtsp://",
        "rtsp://[::1/x",
        "rtsp://host:port/x",
        "rtsp://host/a\\u0000b",
    ],
)
def test_a_url_that_is_no_cameras_or_carries_a_secret_is_refused_and_not_shown(
    tmp_path: Path, url: str
) -> None:
    path, message, hint = problem(tmp_path, HEAD + f'source = {{ url = "{url}" }}')
    assert path == "camera[0].source"
    assert "hunter" not in message + hint
    assert "ss@" not in message + hint


@pytest.mark.parametrize("url", ["rtsps://h:554/a?channel=1&keyframe=2", "https://h/a", "http://[::1]:80/a"])
def test_a_plain_url_is_taken(tmp_path: Path, url: str) -> None:
    one = camera(tmp_path, HEAD + f'source = {{ url = "{url}" }}')
    assert one.source is not None
    assert one.source.url == url


@pytest.mark.parametrize(
    "url", ["rtsp://user:hun/ter@host/x", "rtsp://h/p?user=a&password=hunter", "user:hunter@host"]
)
def test_a_secret_in_the_wrong_place_is_not_shown(tmp_path: Path, url: str) -> None:
    (only,) = problems(tmp_path, HEAD + f'source = "{url}"')
    assert "hun" not in str(only)


@pytest.mark.parametrize("file", ["a\\u0000b", "a\\u001bb", "a\\u202eb"])
def test_a_file_with_control_characters_is_refused(tmp_path: Path, file: str) -> None:
    assert problem(tmp_path, HEAD + f'source = {{ file = "{file}" }}')[0] == "camera[0].source"


@pytest.mark.parametrize("character", ["001b", "007f", "0085", "2028", "202e", "2066"])
def test_a_name_holds_no_control_characters_and_its_complaint_neither(tmp_path: Path, character: str) -> None:
    (only,) = problems(tmp_path, CAMERA.replace('name = "gate"', f'name = "ga\\u{character}te"'))[:1]
    assert only.path.startswith("camera[0].line[0].name")
    assert str(only).isprintable()


@pytest.mark.parametrize("text", ["x = " + "[" * 5_000, ".".join("x" * 5_000) + " = 1"])
def test_what_is_nested_too_deep_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (only,) = problems(tmp_path, text)
    assert "nested too deep" in only.message


def test_an_inline_table_may_go_over_several_lines(tmp_path: Path) -> None:
    assert problems(tmp_path, HEAD + "source = {\n    file = 'a.mp4',  # as of TOML 1.1\n}\n") == []


@pytest.mark.parametrize("number", ["9" * 5_000, "0x" + "f" * 5_000])
@pytest.mark.parametrize("line", ["tier = {}", "name = {}", "analyse_fps = {}", "rule = [{{ kind = {} }}]"])
def test_a_number_of_thousands_of_digits_is_refused_in_words(tmp_path: Path, line: str, number: str) -> None:
    (only,) = problems(tmp_path, HEAD + line.format(number))[:1]
    assert len(str(only)) < 400


@pytest.mark.parametrize("name", ['["q"]', "{ q = 1 }", "7"])
def test_a_name_that_is_no_text_does_not_end_the_reading(tmp_path: Path, name: str) -> None:
    own = f"[[camera.zone]]\nname = {name}\npoints = []\n"
    found = problems(tmp_path, PROFILE + HEAD + 'profile = "street"\n' + own)
    assert any(one.path.startswith("camera[0].zone[0].name") for one in found)
    assert problems(tmp_path, f"[[profile]]\nname = {name}\n" + CAMERA)[0].path == "profile[0].name"
