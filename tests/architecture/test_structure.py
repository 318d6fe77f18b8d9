"""What the layout of the code promises, and import-linter cannot say."""

import ast
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
PACKAGES = ("sharp_eyes", "ingest", "models", "workers", "api", "sample_videos")
MODULES = [file for package in PACKAGES for file in sorted((TREE / package).rglob("*.py"))]
HEAVY = {"av", "cv2", "onnxruntime", "torch", "ultralytics", "trackers", "supervision", "ray", "fastapi"}


def name_of(file: Path) -> str:
    return str(file.relative_to(TREE))


def loaded_after(code: str) -> set[str]:
    report = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=TREE)
    return set(ran.stdout.split())


def test_the_command_line_describes_itself_without_any_heavy_library() -> None:
    code = (
        "from click.testing import CliRunner\n"
        "from sharp_eyes.cli import program\n"
        "assert 'replay' in CliRunner().invoke(program, ['--help']).output"
    )
    assert loaded_after(code) & HEAVY == set()


def test_checking_and_scoring_need_no_pictures() -> None:
    code = "import sharp_eyes.verbs.check, sharp_eyes.verbs.score, sharp_eyes.verbs.demo, models.verbs"
    assert loaded_after(code) & HEAVY == set()


def test_an_api_host_needs_neither_ray_nor_torch_nor_pictures() -> None:
    assert loaded_after("import api") & (HEAVY - {"fastapi"}) == set()


def test_a_worker_watches_without_torch() -> None:
    assert loaded_after("import workers.replay, workers.choosing") & {"torch", "ultralytics", "ray"} == set()


@pytest.mark.parametrize("file", [f for f in MODULES if f.name == "__init__.py"], ids=name_of)
def test_a_package_file_holds_a_docstring_and_nothing_else(file: Path) -> None:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_module_says_what_it_owns_and_fits_the_head(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= 400
    assert file.stem not in {"utils", "util", "helpers", "common", "base", "manager", "core", "misc"}


def test_no_other_distribution_claims_our_import_names() -> None:
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["sharp-eyes"])) <= {"sharp-eyes"}


def test_tests_are_no_packages() -> None:
    assert list((TREE / "tests").rglob("__init__.py")) == []
    assert {folder.name for folder in (TREE / "tests").iterdir() if folder.is_dir()} & set(PACKAGES) == set()
