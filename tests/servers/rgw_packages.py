"""Ceph's programs from Debian's packages, unpacked into a cache: nothing is installed."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGES = ("ceph-mon", "ceph-osd", "radosgw")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sharp-eyes"


class PackagesMissingError(Exception):
    """Debian's packages of Ceph cannot be had on this machine."""


def ceph() -> Path:
    """The folder that Ceph is unpacked in: `/` where it is installed, else the cache, filled once.

    Raises PackagesMissingError where there is no Debian, or none of its mirrors answers.
    """
    if all(map(shutil.which, PACKAGES)):
        return Path("/")
    version = _candidate()
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / f"rgw-{version}"
    with (CACHE / "rgw.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _unpack(folder)
    return folder


def _candidate() -> str:
    version = _version()
    if version is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update", "-qq"])
        version = _version()
    if version is None:
        raise PackagesMissingError("Ceph's packages cannot be had: apt knows no package radosgw")
    return version.replace(":", "_")


def _version() -> str | None:
    if not shutil.which("apt-cache"):
        return None
    for line in _run(["apt-cache", "policy", "radosgw"]).splitlines():
        name, _, value = line.strip().partition(": ")
        if name == "Candidate" and value != "(none)":
            return value
    return None


def _unpack(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        archives, tree = Path(scratch) / "archives", Path(scratch) / "tree"
        (archives / "partial").mkdir(parents=True)
        tree.mkdir()
        _run([
            "apt-get", "install", "-y", "-qq", "--no-install-recommends", "--download-only",
            "-o", f"Dir::Cache::archives={archives}", "-o", "Debug::NoLocking=true",
            "-o", "APT::Sandbox::User=", *PACKAGES,
        ])  # fmt: skip
        for package in sorted(archives.glob("*.deb")):
            _run(["dpkg", "-x", str(package), str(tree)])
        tree.rename(folder)


def _run(command: list[str]) -> str:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    except subprocess.CalledProcessError as error:
        raise PackagesMissingError(
            f"{' '.join(command[:2])} failed: {error.stderr.strip()[-300:]}"
        ) from error
    return ran.stdout
