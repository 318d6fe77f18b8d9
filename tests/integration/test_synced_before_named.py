"""What a power cut could undo is seen in the order of system calls: content, then name, then folder."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CALLS = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir,mkdirat"

SPOOLING = """
import sys
from pathlib import Path
from sharp_eyes.store.spool import Spool
Spool(Path(sys.argv[1])).put(b"body")
"""
STORING = """
import sys
from pathlib import Path
from sharp_eyes.store.local_blobs import LocalBlobs
LocalBlobs(Path(sys.argv[1])).put("a/b/c", b"body")
"""
APPENDING = """
import os, sys
from pathlib import Path
from sharp_eyes.store.journal import Journal
from sharp_eyes.store.rows import Row
folder = Path(sys.argv[1])
journal = Journal(folder / "journal.sqlite")
for n in range(3):
    os.mkdir(folder / f"before-{n}")
    journal.append([Row("raised", f"{n}", "", "", "", n, "")], n)
os.mkdir(folder / "after")
"""


def calls_of(program: str, folder: Path) -> list[str]:
    """The calls that a program makes in a folder, each with the names it is about, below that folder."""
    if shutil.which("strace") is None:
        pytest.skip("there is no strace in PATH")
    traced = folder.parent / "calls"
    tracer = ["strace", "-f", "-y", "-qq", "-s", "300", "-e", f"trace={CALLS}", "-o", str(traced)]
    ran = subprocess.run(
        [*tracer, sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if "Operation not permitted" in ran.stderr:
        pytest.skip("strace may not trace here")
    assert ran.returncode == 0, ran.stderr
    lines = [line for line in traced.read_text().splitlines() if str(folder) in line and " = 0" in line]
    return [" ".join([_call(line), *_names(line, folder)]) for line in lines]


def _call(line: str) -> str:
    name = line.split(maxsplit=1)[1].partition("(")[0]
    return {"fdatasync": "sync", "fsync": "sync"}.get(name, re.sub("at2?$", "", name))


def _names(line: str, folder: Path) -> list[str]:
    found = re.findall(rf'[<"]{re.escape(str(folder))}/?([^>"]*)[>"]', line)
    return [re.sub("[0-9a-f]{32,}", "HASH", name) or "." for name in found]


def test_a_spooled_body_is_on_the_disk_before_it_has_its_name(tmp_path: Path) -> None:
    calls = calls_of(SPOOLING, tmp_path / "spool")
    assert calls[-3:] == ["sync HASH.part", "rename HASH.part HASH", "sync ."]


def test_a_stored_body_is_on_the_disk_before_it_has_its_name(tmp_path: Path) -> None:
    calls = calls_of(STORING, tmp_path / "blobs")
    assert calls[-7:] == [
        "sync .incoming/HASH",
        "mkdir a",
        "sync .",
        "mkdir a/b",
        "sync a",
        "link .incoming/HASH a/b/c",
        "sync a/b",
    ]


def test_every_append_is_synced_before_it_is_acknowledged(tmp_path: Path) -> None:
    calls = calls_of(APPENDING, tmp_path / "node")
    told = " ".join(call for call in calls if call == "sync journal.sqlite-wal" or call.startswith("mkdir"))
    appended = r"( sync journal\.sqlite-wal)+"
    assert re.search(
        f"mkdir before-0{appended} mkdir before-1{appended} mkdir before-2{appended} mkdir after", told
    )
