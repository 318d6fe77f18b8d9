"""What every object storage must do: memory, a folder, a real S3 server, and MinIO where one is named."""

import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from servers.s3 import S3Address, s3_server
from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.errors import StoreError
from sharp_eyes.settings import Settings
from sharp_eyes.store import s3_blobs
from sharp_eyes.store.blobs import BlobMissingError, Blobs, MemoryBlobs, put_verified
from sharp_eyes.store.blobs_of import open_blobs
from sharp_eyes.store.local_blobs import LocalBlobs

KEY = "clips/330802/gate/2026/01/01/0190-aa.mp4"


def bucket(endpoint: str, access_key: str, secret_key: str) -> Blobs:
    address = f"s3+http://{endpoint}/t-{uuid.uuid4().hex[:12]}"
    return open_blobs(
        Settings(blobs=address, s3_access_key=SecretStr(access_key), s3_secret_key=SecretStr(secret_key))
    )


@pytest.fixture(
    params=[
        "memory",
        "local",
        pytest.param("s3", marks=pytest.mark.s3),
        pytest.param("minio", marks=pytest.mark.minio),
    ]
)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "memory":
        fake = MemoryBlobs()
        fake.at = SystemClock().now()
        return fake
    if request.param == "local":
        return LocalBlobs(tmp_path / "blobs")
    if request.param == "s3":
        server = request.getfixturevalue("s3")
        return bucket(server.endpoint, server.access_key, server.secret_key)
    url = urlsplit(os.environ.get("TEST_MINIO_URL", ""))
    if not (url.hostname and url.username and url.password):
        pytest.skip("TEST_MINIO_URL names no MinIO server (http://user:password@host:port)")
    return bucket(f"{url.hostname}:{url.port or 9000}", url.username, url.password)


def test_what_is_put_is_got_back_byte_for_byte(blobs: Blobs) -> None:
    body = bytes(range(256)) * 4096
    assert blobs.put(KEY, body) is True
    assert blobs.get(KEY) == body


def test_an_empty_body_is_a_body(blobs: Blobs) -> None:
    assert blobs.put(KEY, b"") is True
    assert blobs.get(KEY) == b""
    assert blobs.get_range(KEY, 0, 10) == b""


def test_a_key_that_is_taken_keeps_its_first_body(blobs: Blobs) -> None:
    blobs.put(KEY, b"first")
    assert blobs.put(KEY, b"second") is False
    assert blobs.get(KEY) == b"first"


def test_of_many_who_put_at_once_one_wins_and_its_body_stays(blobs: Blobs) -> None:
    bodies = [bytes([n]) * 50_000 for n in range(8)]
    together = threading.Barrier(len(bodies))

    def put(body: bytes) -> bool:
        together.wait()
        return blobs.put(KEY, body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        won = list(pool.map(put, bodies))
    assert won.count(True) == 1
    assert blobs.get(KEY) == bodies[won.index(True)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 1, b"0"), (2, 5, b"234"), (7, 100, b"789"), (10, 11, b""), (500, 600, b"")],
)
def test_a_range_ends_before_its_end_and_with_the_body(
    blobs: Blobs, start: int, end: int, expected: bytes
) -> None:
    blobs.put(KEY, b"0123456789")
    assert blobs.get_range(KEY, start, end) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_what_is_no_range_is_refused(blobs: Blobs, start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no range"):
        blobs.get_range(KEY, start, end)


def test_what_is_not_there_is_missing(blobs: Blobs) -> None:
    with pytest.raises(BlobMissingError, match=KEY):
        blobs.get(KEY)
    with pytest.raises(BlobMissingError, match=KEY):
        blobs.get_range(KEY, 0, 10)
    assert blobs.stat(KEY) is None


def test_a_stat_tells_size_and_time(blobs: Blobs) -> None:
    now = SystemClock().now()
    blobs.put(KEY, b"12345")
    found = blobs.stat(KEY)
    assert found is not None
    assert (found.key, found.size) == (KEY, 5)
    assert abs(found.modified_at - now) < 60 * SECOND


def test_what_is_deleted_is_gone_and_may_be_put_again(blobs: Blobs) -> None:
    blobs.put(KEY, b"old")
    blobs.delete(KEY)
    assert blobs.stat(KEY) is None
    assert blobs.put(KEY, b"new") is True
    assert blobs.get(KEY) == b"new"


def test_deleting_what_is_not_there_is_no_error(blobs: Blobs) -> None:
    blobs.delete(KEY)


def test_a_list_is_in_the_order_of_the_keys_and_knows_prefixes_that_end_anywhere(blobs: Blobs) -> None:
    keys = ["a/b-c.x", "a/b.x", "a/b/1.x", "a/b/2.x", "a/b0.x", "a/c/1.x", "b.x", "hour=3/x.parquet"]
    for key in reversed(keys):
        blobs.put(key, key.encode())
    assert [found.key for found in blobs.list("")] == keys
    assert [found.key for found in blobs.list("a/b")] == keys[:5]
    assert [found.key for found in blobs.list("a/b/")] == keys[2:4]
    assert [found.key for found in blobs.list("hour=")] == keys[7:]
    assert [(found.key, found.size) for found in blobs.list("b")] == [("b.x", 3)]
    assert list(blobs.list("z/nothing")) == []


def test_a_list_goes_on_after_any_key_whether_there_or_not(blobs: Blobs) -> None:
    keys = ["a/b-c.x", "a/b.x", "a/b/1.x", "a/b/2.x", "a/c/1.x"]
    for key in keys:
        blobs.put(key, b"")
    for after in [*keys, "a/b/0", "a/b/19", "a/b0", "a", "0"]:
        assert [found.key for found in blobs.list("a/", after)] == [key for key in keys if key > after]


def test_a_listed_body_has_the_time_and_size_of_its_stat(blobs: Blobs) -> None:
    blobs.put(KEY, b"12345")
    (listed,) = blobs.list("clips/")
    found = blobs.stat(KEY)
    assert found is not None
    assert (listed.key, listed.size) == (found.key, found.size)
    assert abs(listed.modified_at - found.modified_at) < 2 * SECOND  # S3's headers tell whole seconds


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a/.b", "a b", "a#1", "a\n", "北门", "a" * 600]
)
def test_a_key_that_some_storage_would_change_is_refused_everywhere(blobs: Blobs, key: str) -> None:
    for use in (blobs.get, blobs.stat, blobs.delete, lambda key: blobs.put(key, b"")):
        with pytest.raises(ValueError, match="is no key"):
            use(key)


def test_a_verified_put_leaves_the_body_there(blobs: Blobs) -> None:
    put_verified(blobs, KEY, b"body")
    put_verified(blobs, KEY, b"body")
    assert blobs.get(KEY) == b"body"


@pytest.mark.parametrize("damaged", [b"bo", b"BODY"])
def test_a_verified_put_replaces_what_is_damaged(blobs: Blobs, damaged: bytes) -> None:
    blobs.put(KEY, damaged)
    put_verified(blobs, KEY, b"body")
    assert blobs.get(KEY) == b"body"


class ForgetfulBlobs(MemoryBlobs):
    """Answers well, and has nothing afterwards."""

    def put(self, key: str, body: bytes) -> bool:
        return True


def test_a_storage_that_says_yes_and_has_nothing_is_found_out() -> None:
    with pytest.raises(StoreError, match="4 bytes were stored, and nothing found"):
        put_verified(ForgetfulBlobs(), KEY, b"body")


@pytest.mark.s3
def test_a_list_longer_than_a_page_is_whole(s3: S3Address) -> None:
    blobs = bucket(s3.endpoint, s3.access_key, s3.secret_key)
    keys = [f"many/{n:05d}.json" for n in range(1003)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: blobs.put(key, b"x"), keys))
    assert [one.key for one in blobs.list("many/")] == keys
    assert [one.key for one in blobs.list("many/", keys[999])] == keys[1000:]
    assert [one.key for one in blobs.list("many/", keys[2])] == keys[3:]


@pytest.mark.s3
def test_wrong_keys_are_told_without_telling_them(s3: S3Address) -> None:
    blobs = bucket(s3.endpoint, s3.access_key, "wrong-secret")
    with pytest.raises(StoreError, match=f"{s3.endpoint}.*SignatureDoesNotMatch") as caught:
        blobs.get(KEY)
    assert "wrong-secret" not in str(caught.value)
    assert s3.access_key not in str(caught.value)


@pytest.mark.s3
def test_a_body_that_is_damaged_on_its_way_is_refused(s3: S3Address, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = bucket(s3.endpoint, s3.access_key, s3.secret_key)
    honest = s3_blobs._condition
    monkeypatch.setattr(s3_blobs, "_condition", lambda body: honest(body + b"bit"))
    with pytest.raises(StoreError, match="400 BadDigest"):
        blobs.put(KEY, b"body")
    assert blobs.stat(KEY) is None


@pytest.mark.s3
def test_what_was_stored_is_there_after_the_server_was_killed_and_an_outage_is_an_error(
    tmp_path: Path,
) -> None:
    with s3_server(tmp_path / "s3") as server:
        blobs = bucket(server.endpoint, server.access_key, server.secret_key)
        blobs.put(KEY, b"body")
        server.stop()
        with pytest.raises(StoreError, match=f"{server.endpoint}.*no connection"):
            blobs.get(KEY)
        with pytest.raises(StoreError, match=f"{server.endpoint}.*no connection"):
            blobs.put("a/b", b"later")
        server.start()
        assert blobs.get(KEY) == b"body"
        assert blobs.put("a/b", b"later") is True


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "blobs"
    yield folder
    assert list((folder / ".incoming").iterdir()) == []  # nothing is left half-done


def test_a_folder_refuses_a_key_below_another(folder: Path) -> None:
    blobs = LocalBlobs(folder)
    blobs.put("a/b", b"")
    blobs.put("c/d", b"")
    with pytest.raises(StoreError, match=r"File exists|Not a directory"):
        blobs.put("a/b/c", b"")
    with pytest.raises(StoreError, match="folder is in the way"):
        blobs.put("c", b"")


def test_a_folder_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        LocalBlobs(tmp_path / "file" / "blobs")
