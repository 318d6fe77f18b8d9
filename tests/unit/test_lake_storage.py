"""Where the history lies, and the copies of it."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from sharp_eyes.errors import ConfigError, StoreError
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs import MemoryBlobs
from sharp_eyes.store.lake.storage import CopiedFiles, FolderFiles, lake_place


def test_in_a_folder_the_history_lies_beside_the_bodies(tmp_path: Path) -> None:
    place = lake_place(Settings(blobs=f"file:{tmp_path}/blobs"))
    assert place.address == f"{tmp_path}/blobs/lake"
    assert place.options == {}
    assert place.files.local(["events/a.parquet"]) == [f"{tmp_path}/blobs/lake/events/a.parquet"]


def test_in_s3_a_commit_is_a_conditional_put_and_keys_stay_secret(tmp_path: Path) -> None:
    settings = Settings(
        blobs="s3+http://store:9000/farm",
        s3_access_key=SecretStr("farm-access"),
        s3_secret_key=SecretStr("farm-secret"),
        node=tmp_path / "node",
    )
    place = lake_place(settings)
    options = place.plain_options()
    assert place.address == "s3://farm/lake"
    assert options["AWS_ENDPOINT_URL"] == "http://store:9000"
    assert options["AWS_CONDITIONAL_PUT"] == "etag"
    assert "farm-secret" in options.values()
    assert "farm-secret" not in repr(place)
    assert place.files.folder == (tmp_path / "lake-copies").absolute()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="BLOBS"):
        lake_place(Settings(blobs="gopher:hole"))


def copies(tmp_path: Path, limit: int = 100) -> tuple[MemoryBlobs, CopiedFiles]:
    blobs = MemoryBlobs()
    for name in "abc":
        blobs.put(f"lake/events/{name}.parquet", name.encode() * 40)
    return blobs, CopiedFiles(blobs, tmp_path / "copies", limit)


def test_a_file_is_copied_once(tmp_path: Path) -> None:
    blobs, files = copies(tmp_path)
    (path,) = files.local(["events/a.parquet"])
    assert Path(path).read_bytes() == b"a" * 40
    blobs.refusal = "away"
    assert files.local(["events/a.parquet"]) == [path]
    with pytest.raises(StoreError, match="away"):
        files.local(["events/b.parquet"])


def test_the_copy_that_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    _, files = copies(tmp_path)
    names = [f"events/{name}.parquet" for name in "abc"]
    for age, name in enumerate(("events/b.parquet", "events/a.parquet")):
        (path,) = files.local([name])
        os.utime(path, (age, age))
    files.local([names[2]])
    left = {path.name for path in (tmp_path / "copies").rglob("*.parquet")}
    assert left == {"a.parquet", "c.parquet"}


def test_what_one_question_needs_is_kept_even_beyond_the_limit(tmp_path: Path) -> None:
    _, files = copies(tmp_path, limit=10)
    paths = files.local([f"events/{name}.parquet" for name in "abc"])
    assert all(Path(path).exists() for path in paths)


def test_a_file_that_is_missing_is_told_when_it_is_to_be_made_durable(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        FolderFiles(tmp_path).settle(["events/none.parquet"])
