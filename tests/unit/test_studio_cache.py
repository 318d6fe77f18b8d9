"""The cache: one folder for each scenario, length and version of the studio."""

import shutil
from pathlib import Path

import pytest

from sample_videos.studio import cache
from sample_videos.studio.cache import default_cache, folder_of, hash_of, studio_hash
from sample_videos.studio.suite import Entry

ENTRY = Entry("intrusion", "street", "day", 3)
STUDIO = Path(cache.__file__).parent


def test_the_environment_names_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHARP_EYES_CACHE", str(tmp_path))
    assert default_cache() == tmp_path / "studio"


def test_without_a_word_it_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SHARP_EYES_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "sharp-eyes" / "studio"


def test_scenarios_of_another_length_rate_or_seed_are_kept_apart(tmp_path: Path) -> None:
    entries = [
        ENTRY,
        Entry("intrusion", "street", "day", 3, seconds=12.5),
        Entry("intrusion", "street", "day", 3, fps=25),
        Entry("intrusion", "street", "day", 4),
    ]
    assert len({folder_of(entry, tmp_path) for entry in entries}) == len(entries)
    assert folder_of(ENTRY, tmp_path) == tmp_path / studio_hash() / "intrusion-street-day-easy-3-15s"


@pytest.mark.parametrize("changed", ["stage.py", "sky.frag", "light.glsl", "line.py"])
def test_another_studio_has_another_hash(tmp_path: Path, changed: str) -> None:
    copy = tmp_path / "studio"
    shutil.copytree(STUDIO, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert hash_of(copy) == studio_hash()
    (source,) = copy.rglob(changed)
    with source.open("a", encoding="utf-8") as file:
        file.write("\n")
    assert hash_of(copy) != studio_hash()


def test_what_makes_no_picture_leaves_the_hash(tmp_path: Path) -> None:
    copy = tmp_path / "studio"
    shutil.copytree(STUDIO, copy)
    (copy / "__pycache__").mkdir(exist_ok=True)
    (copy / "__pycache__" / "stage.pyc").write_bytes(b"compiled")
    (copy / "notes.txt").write_text("read me", encoding="utf-8")
    assert hash_of(copy) == studio_hash()
