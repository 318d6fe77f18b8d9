"""What tests share: the parts that may be missing, our program as a child, and the check of skips in CI."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sample_videos.sample_clips import folder

if TYPE_CHECKING:
    from servers.postgres import PostgresAddress
    from servers.s3 import S3Address

HERE = Path(__file__).parent
REAL_DATA = Path(os.environ.get("SHARP_EYES_REAL_DATA", HERE.parent.parent / "shared" / "real"))

# The sample clips that tests play, by the kind of their rule.
SAMPLES = {
    "intrusion": "intrusion-yard-day",
    "line": "line-street-day",
    "loitering": "loitering-car-park-day",
}

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("yolo") and find_spec("ultralytics") is None:
        pytest.skip("the extra `yolo` is not installed: pip install 'sharp-eyes[yolo]'")
    if item.get_closest_marker("gpu") and not _cuda():
        pytest.skip("there is no CUDA device")


def _cuda() -> bool:
    if find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real clips, weights and truth."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"{REAL_DATA} is missing: SHARP_EYES_REAL_DATA names the folder of the real clips")
    return REAL_DATA


def run_sharp_eyes(
    *arguments: object, models: Path | None = None, cwd: Path | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHARP_EYES_")}
    environment |= {"COLUMNS": "200", "SHARP_EYES_MODELS": str(models or HERE / "no-such-folder")}
    return subprocess.run(
        [sys.executable, "-P", "-c", "from sharp_eyes.cli import main; main()", *map(str, arguments)],
        env=environment,
        cwd=cwd or HERE.parent,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def sharp_eyes() -> SharpEyes:
    """Our program as a child process: `sharp_eyes("replay", clip, models=folder)`."""
    return run_sharp_eyes


@pytest.fixture(scope="session")
def models_folder(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with yolo11n, added by our own verb; for tests marked `yolo` and `real`."""
    folder = tmp_path_factory.mktemp("models")
    weights = real_data / "weights" / "yolo11n_coco_dequant.pt"
    added = run_sharp_eyes("models", "add", weights, "--name", "yolo11n", models=folder)
    assert added.returncode == 0, added.stderr
    return folder


@pytest.fixture(scope="session")
def samples() -> dict[str, Path]:
    """A sample clip's folder for each kind of rule: clip.mp4, cameras.toml, truth.jsonl."""
    return {kind: folder() / name for kind, name in SAMPLES.items()}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[PostgresAddress]":
    """A PostgreSQL for all tests of this run; each takes a `fresh_database()`."""
    from servers.postgres import PostgresMissingError, shared_postgres_server

    with ExitStack() as stack:
        try:
            server = stack.enter_context(shared_postgres_server(_run_folder(tmp_path_factory)))
        except PostgresMissingError as missing:
            pytest.skip(str(missing))
        yield server


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[S3Address]":
    """An S3 server for all tests of this run; each takes a `fresh_bucket()`."""
    from servers.rgw_packages import PackagesMissingError
    from servers.s3 import shared_s3_server

    with ExitStack() as stack:
        try:
            server = stack.enter_context(shared_s3_server(_run_folder(tmp_path_factory)))
        except PackagesMissingError as missing:
            pytest.skip(str(missing))
        yield server


def _run_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this test run share."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


# In CI a test that cannot run must say which known part is missing; anything else is a test that was lost.


def unknown_skips(reasons: list[str]) -> list[str]:
    """The reasons that name none of the parts listed in known_skips.txt."""
    lines = (HERE / "known_skips.txt").read_text(encoding="utf-8").splitlines()
    known = [line for line in lines if line and not line.startswith("#")]
    return [reason for reason in reasons if not any(part in reason for part in known)]


def _skips(config: pytest.Config) -> Iterator[tuple[str, str]]:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    for report in terminal.stats.get("skipped", []) if terminal else []:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        yield report.nodeid, reason


def _lost(config: pytest.Config) -> list[str]:
    """Skips without a known reason: judged where the reports of all workers come together."""
    if not os.environ.get("CI") or hasattr(config, "workerinput"):
        return []
    skips = list(_skips(config))
    unknown = set(unknown_skips([reason for _, reason in skips]))
    return [f"{nodeid}: {reason}" for nodeid, reason in skips if reason in unknown]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _lost(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lost = _lost(config)
    if lost:
        terminalreporter.section("skips that name no known missing part (tests/known_skips.txt)", red=True)
        for line in lost:
            terminalreporter.line(line)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's home for a module of tests; the cache in it is empty at first."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        yield folder
