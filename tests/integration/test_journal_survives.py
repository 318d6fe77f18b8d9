"""What was acknowledged is there, whatever happened to the writer or its disk."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharp_eyes.errors import StoreError
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.rows import Row
from sharp_eyes.store.spool import Spool

KILLS = 12

# Appends batches of 1 to 40 rows as fast as it can and says which are acknowledged; an error of the
# disk is told, and the same batch tried again, as a worker does.
WRITER = """
import sys
from pathlib import Path
from sharp_eyes.errors import StoreError
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.rows import Row

file, start, batches = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
journal, number = Journal(file), start
print("begun", flush=True)
for batch in range(batches):
    rows = [Row("raised", f"{n}/raised", str(n), "gate", "33", n, "x" * 400)
            for n in range(number, number + 1 + batch % 40)]
    for attempt in range(5):
        try:
            journal.append(rows, batch)
        except StoreError as error:
            print("failed", error, flush=True)
            continue
        number += len(rows)
        print("done", number, flush=True)
        if batch % 50 == 49:
            journal.move_cursor("records", journal.end() - 1000)
            journal.purge(journal.end() - 1000)
        break
"""


def writer(file: Path, start: int = 0, batches: int = 1_000_000, prefix: tuple[str, ...] = ()) -> list[str]:
    return [*prefix, sys.executable, "-c", WRITER, str(file), str(start), str(batches)]


def acknowledged(said: str, start: int) -> int:
    """The first number that was not acknowledged; a line that was cut short counts for nothing."""
    whole = said[: said.rfind("\n") + 1].splitlines()
    done = [line.split()[1] for line in whole if line.startswith("done ")]
    return int(done[-1]) if done else start


def numbers_in(file: Path) -> list[int]:
    with Journal(file) as journal:
        return [one.row.at for one in journal.after(0, 10_000_000)]


def killed_writer(file: Path, start: int, after_seconds: float) -> str:
    """What a writer said before it was killed."""
    with subprocess.Popen(writer(file, start), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(after_seconds)
        child.send_signal(signal.SIGKILL)
        return child.stdout.read()


def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    file, dice, next_number = tmp_path / "journal.sqlite", random.Random(7), 0
    for _ in range(KILLS):
        said = killed_writer(file, next_number, dice.uniform(0, 0.08))
        there = numbers_in(file)
        assert there == list(range(there[0], there[-1] + 1)) if there else next_number == 0
        next_number = there[-1] + 1 if there else 0
        assert next_number >= acknowledged(said, 0)
    assert next_number > KILLS, "the writers were killed before they wrote"


@pytest.mark.parametrize("call", ["fdatasync", "pwrite64"])
def test_a_disk_that_fails_is_told_and_what_was_acknowledged_survives(tmp_path: Path, call: str) -> None:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace in PATH")
    file, faults = tmp_path / "journal.sqlite", f"inject={call}:error=EIO:when=40+37"
    tracer = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", faults)
    ran = subprocess.run(
        writer(file, batches=60, prefix=tracer), capture_output=True, text=True, check=False, timeout=60
    )
    if "Operation not permitted" in ran.stderr:
        pytest.skip("strace may not trace here")
    assert ran.returncode == 0, ran.stderr
    assert "the disk failed (SQLITE_IOERR" in ran.stdout
    assert numbers_in(file) == list(range(acknowledged(ran.stdout, 0)))
    assert len(numbers_in(file)) == sum(1 + batch % 40 for batch in range(60))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=False, capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("a small tmpfs needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def row(number: int) -> Row:
    return Row("raised", f"{number}/raised", str(number), "gate", "33", number, "x" * 4000)


def fill(journal: Journal) -> int:
    """Append until the disk is full; how many rows were acknowledged."""
    for number in range(10_000):
        try:
            journal.append([row(number)], number)
        except StoreError as error:
            assert "the disk is full" in str(error)  # noqa: PT017 # the fill ends by it
            return number
    raise AssertionError("the disk never filled")


def test_a_full_disk_refuses_and_takes_the_same_row_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    with Journal(small_disk / "journal.sqlite") as journal:
        full = fill(journal)
        assert [one.row.at for one in journal.after(0, 10_000)] == list(range(full))
        ballast.unlink()
        assert journal.append([row(full)], full) == 1
    assert numbers_in(small_disk / "journal.sqlite") == list(range(full + 1))


def test_a_full_disk_refuses_a_body_and_keeps_no_part_of_it(small_disk: Path) -> None:
    spool = Spool(small_disk / "spool")
    kept = spool.put(bytes(1_000_000))
    with pytest.raises(StoreError, match="kept for records"):
        spool.put(b"x" * 1_500_000)
    assert [file.name for file in (small_disk / "spool").iterdir()] == [kept]
    assert spool.get(kept) == bytes(1_000_000)
