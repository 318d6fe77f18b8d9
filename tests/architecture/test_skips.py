"""CI accepts only skips that name a known missing part."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("reason", "ci", "passes"),
    [
        ("there is no CUDA device", "true", True),
        ("not today", "true", False),
        ("not today", "", True),
    ],
)
def test_a_skip_without_a_known_reason_fails_ci_and_nobody_else(
    tmp_path: Path, reason: str, ci: str, passes: bool
) -> None:
    for name in ("conftest.py", "known_skips.txt"):
        shutil.copy(TESTS / name, tmp_path)
    (tmp_path / "test_one.py").write_text(
        f"import pytest\n\ndef test_runs():\n    pass\n\ndef test_skips():\n    pytest.skip({reason!r})\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        env={**os.environ, "CI": ci},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode == 0) is passes, ran.stdout
