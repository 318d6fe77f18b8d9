"""We notice incidents; we never identify people. No code path, no dependency, not even as an option."""

import io
import re
import tokenize
from pathlib import Path

import pytest
import tomli

TREE = Path(__file__).parents[2]
SOURCES = [  # not the sample world: a painter draws faces of cars, and detects nothing
    file
    for package in ("sharp_eyes", "ingest", "models", "workers", "api")
    for file in sorted((TREE / package).rglob("*.py"))
]
NEVER = {
    "face", "faces", "facial", "reid", "reidentify", "reidentification", "emotion", "emotions", "gait",
    "ethnic", "ethnicity", "race", "gender", "biometric", "biometrics",
}  # fmt: skip
LIBRARIES = {
    "face-recognition",
    "insightface",
    "deepface",
    "facenet-pytorch",
    "torchreid",
    "fastreid",
    "mediapipe",
    "dlib",
}


def words(text: str) -> set[str]:
    """The words of every name in a program: snake_case and CamelCase taken apart."""
    names = [
        t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.NAME
    ]
    return {word.lower() for name in names for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(TREE)))
def test_no_name_in_the_code_is_about_who_somebody_is(file: Path) -> None:
    assert words(file.read_text(encoding="utf-8")) & NEVER == set()


def test_the_word_list_would_notice() -> None:
    assert words("def find_faces(): FaceMatcher()") & NEVER == {"faces", "face"}


def test_no_dependency_identifies_people() -> None:
    project = tomli.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [
        d for extra in project["optional-dependencies"].values() for d in extra
    ]
    names = {re.split(r"[<>=\[;!~ ]", requirement, maxsplit=1)[0].lower() for requirement in wanted}
    assert names & LIBRARIES == set()
    assert "ultralytics" in names
