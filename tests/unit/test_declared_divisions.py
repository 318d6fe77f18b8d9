"""Divisions that a camera file names: strictly read, each code once."""

from pathlib import Path

import pytest

from sharp_eyes.config.entries import DivisionEntry
from sharp_eyes.config.reading import Reading, read_cameras

QUZHOU = '[[division]]\ncode = "3308"\nname = { en = "Quzhou", zh = "衢州市" }\n'
CAMERA = '[[camera]]\nid = "a"\n'


def read(folder: Path, text: str) -> Reading:
    file = folder / "cameras.toml"
    file.write_text(text, encoding="utf-8")
    return read_cameras(file)


@pytest.mark.parametrize("others", ["", CAMERA], ids=["alone", "with a camera"])
def test_a_division_is_named(tmp_path: Path, others: str) -> None:
    reading = read(tmp_path, QUZHOU + others)
    assert reading.problems == []
    assert reading.divisions == [DivisionEntry(code="3308", name={"en": "Quzhou", "zh": "衢州市"})]


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (QUZHOU.replace("3308", "33x8"), "division[0].code", "'33x8' does not do"),
        (QUZHOU.replace("code", "cod"), "division[0].code", "is missing"),
        ('[[division]]\ncode = "3308"\n', "division[0].name", "is missing"),
        ('[[division]]\ncode = "3308"\nname = {}\n', "division[0].name", "{} does not do"),
        ('[[division]]\ncode = "3308"\nname = "Quzhou"\n', "division[0].name", "'Quzhou' does not do"),
        (QUZHOU + QUZHOU, "division[1].code", 'there is another division "3308"'),
        (QUZHOU.replace("[[division]]", "[division]"), "division", "a single [division] table"),
    ],
)
def test_what_is_wrong_with_a_division_is_told(tmp_path: Path, text: str, path: str, message: str) -> None:
    assert (path, message) in [(one.path, one.message) for one in read(tmp_path, text).problems]


def test_a_file_of_profiles_alone_is_still_without_cameras(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, '[[profile]]\nname = "street"\n').problems
    assert problem.message == "no camera in it"
