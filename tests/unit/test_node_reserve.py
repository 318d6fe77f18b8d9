import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from sharp_eyes.errors import StoreError
from workers.node import reserve as reserve_module
from workers.node.loop import Outcome
from workers.node.reserve import AMPLE, SHARE, Reserve

TOTAL = 1 << 20
SIZE = TOTAL // SHARE


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A disk whose free room is said here."""
    disk = {"free": TOTAL}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(TOTAL, 0, disk["free"]))
    return disk


def test_room_is_held_while_there_is_plenty_and_given_back_when_the_journal_needs_it(
    disk: dict[str, int], tmp_path: Path
) -> None:
    file = tmp_path / "reserve"
    reserve = Reserve(file)
    assert reserve.step() is Outcome.DONE
    assert file.stat().st_blocks * 512 >= SIZE  # really taken up, not only said
    assert reserve.step() is Outcome.IDLE
    reserve.release()
    reserve.release()
    assert not file.exists()


def test_room_is_not_taken_from_a_disk_that_is_nearly_full(disk: dict[str, int], tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve")
    disk["free"] = AMPLE * SIZE - 1
    assert reserve.step() is Outcome.IDLE
    disk["free"] = AMPLE * SIZE
    assert reserve.step() is Outcome.DONE


def test_a_disk_that_says_nothing_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        Reserve(tmp_path / "missing" / "reserve").step()


def test_on_a_large_disk_the_reserve_has_a_bound() -> None:
    assert reserve_module.SIZE == 64 << 20
