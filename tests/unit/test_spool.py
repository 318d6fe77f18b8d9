import hashlib
import os
import re
from pathlib import Path

import pytest

from sharp_eyes.clock import SECOND, SystemClock
from sharp_eyes.errors import StoreError
from sharp_eyes.store.spool import Spool

BODY = b"\0clip" * 1000
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "node" / "spool")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "node" / "spool"


def put_long_ago(spool: Spool, folder: Path, body: bytes) -> str:
    sha256 = spool.put(body)
    os.utime(folder / sha256, (1, 1))
    return sha256


def test_a_body_is_kept_under_its_hash(spool: Spool, folder: Path) -> None:
    assert spool.put(BODY) == SHA
    assert spool.get(SHA) == BODY
    assert spool.names() == [SHA]
    assert [file.name for file in folder.iterdir()] == [SHA]


def test_the_same_body_twice_is_one(spool: Spool) -> None:
    assert spool.put(BODY) == spool.put(BODY)
    assert spool.names() == [SHA]


def test_what_is_removed_is_gone_and_may_be_removed_again(spool: Spool, folder: Path) -> None:
    spool.put(BODY)
    spool.remove(SHA)
    spool.remove(SHA)
    assert spool.names() == []
    assert list(folder.iterdir()) == []


def test_a_body_is_there_after_a_restart(spool: Spool, folder: Path) -> None:
    spool.put(BODY)
    assert Spool(folder).get(SHA) == BODY


def test_a_missing_body_is_told_by_its_file(spool: Spool, folder: Path) -> None:
    with pytest.raises(StoreError, match=re.escape(f"{folder / SHA}: No such file")):
        spool.get(SHA)


@pytest.mark.parametrize("damaged", [b"", BODY[:-1], b"X" + BODY[1:]])
def test_a_damaged_body_is_never_given(spool: Spool, folder: Path, damaged: bytes) -> None:
    spool.put(BODY)
    (folder / SHA).write_bytes(damaged)
    with pytest.raises(StoreError, match="is damaged"):
        spool.get(SHA)


def test_putting_a_damaged_body_again_mends_it(spool: Spool, folder: Path) -> None:
    spool.put(BODY)
    (folder / SHA).write_bytes(b"rot")
    spool.put(BODY)
    assert spool.get(SHA) == BODY


def test_a_body_put_again_just_now_is_not_removed_as_an_old_one(spool: Spool, folder: Path) -> None:
    put_long_ago(spool, folder, BODY)
    a_minute_ago = SystemClock().now() - 60 * SECOND
    spool.put(BODY)  # by a worker that has not announced it yet
    spool.remove(SHA, put_before=a_minute_ago)
    assert spool.get(SHA) == BODY


def test_a_body_put_long_ago_is_removed(spool: Spool, folder: Path) -> None:
    put_long_ago(spool, folder, BODY)
    spool.remove(SHA, put_before=SystemClock().now() - 60 * SECOND)
    assert spool.names() == []


def test_a_dead_writers_unfinished_file_is_no_body_and_is_swept_when_old(spool: Spool, folder: Path) -> None:
    old, young = folder / "1.part", folder / "2.part"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (1, 1))
    kept = put_long_ago(spool, folder, BODY)
    assert spool.names() == [kept]
    assert spool.sweep(SystemClock().now() - 60 * SECOND) == 1
    assert sorted(file.name for file in folder.iterdir()) == sorted([young.name, kept])


def test_what_is_no_hash_is_no_file_name(spool: Spool) -> None:
    for use in (spool.get, spool.remove):
        with pytest.raises(ValueError, match="no SHA-256"):
            use("../journal.sqlite")


def test_a_full_disk_is_an_error_of_the_store_and_leaves_nothing(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        spool.put(BODY)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        Spool(tmp_path / "file" / "spool")
