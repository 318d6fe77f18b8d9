from pathlib import Path

import pytest
from pydantic import SecretStr

from sharp_eyes.errors import ConfigError
from sharp_eyes.settings import Settings
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.local_blobs import LocalBlobs
from sharp_eyes.store.s3_blobs import S3Blobs

KEYS = {"s3_access_key": SecretStr("access"), "s3_secret_key": SecretStr("hush")}


@pytest.mark.parametrize("address", ["file:{}", "file://{}"])
def test_a_folder_is_made_where_the_address_says(tmp_path: Path, address: str) -> None:
    blobs = open_blobs(Settings(blobs=address.format(tmp_path / "new" / "blobs")))
    assert isinstance(blobs, LocalBlobs)
    blobs.put("a/b", b"body")
    assert (tmp_path / "new" / "blobs" / "a" / "b").read_bytes() == b"body"


def test_a_relative_folder_is_one_of_where_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blobs = open_blobs(Settings(blobs="file:here"))
    monkeypatch.chdir("/")
    blobs.put("a/b", b"body")
    assert (tmp_path / "here" / "a" / "b").exists()


@pytest.mark.parametrize("address", ["s3://10.0.0.1:9000/farm", "s3+http://storage/farm"])
def test_a_server_is_not_asked_when_it_is_opened(address: str) -> None:
    assert isinstance(open_blobs(Settings(blobs=address, **KEYS)), S3Blobs)


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("http://storage/farm", '"http:…" is no object storage'),
        ("blobs", '"blobs:…" is no object storage'),
        ("file:", "names no folder"),
        ("file://host/folder", "names no folder of this machine"),
        ("s3://storage", "names no server and bucket"),
        ("s3://storage/FARM", "names no server and bucket"),
        ("s3://storage/farm/inner", "names no server and bucket"),
        ("s3:///farm", "names no server and bucket"),
        ("s3://storage:port/farm", "names no server and bucket"),
    ],
)
def test_an_address_that_is_none_is_refused_with_what_would_be_right(address: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong) as caught:
        open_blobs(Settings(blobs=address, **KEYS))
    assert "SHARP_EYES_BLOBS" in str(caught.value)
    assert "file:FOLDER" in str(caught.value)


def test_keys_in_the_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="SHARP_EYES_S3_SECRET_KEY") as caught:
        open_blobs(Settings(blobs="s3://access:hush@storage/farm"))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("missing", sorted(KEYS))
def test_a_bucket_without_its_keys_is_refused(missing: str) -> None:
    keys = {name: value for name, value in KEYS.items() if name != missing}
    with pytest.raises(ConfigError, match=f"SHARP_EYES_{missing.upper()}: it is not set"):
        open_blobs(Settings(blobs="s3://storage/farm", **keys))
