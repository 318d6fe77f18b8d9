"""The documentation names what there is, and what it shows works."""

import re
from pathlib import Path
from typing import get_args

import click
import pytest
import tomli

from sharp_eyes.cli import program
from sharp_eyes.config.complaints import _KINDS
from sharp_eyes.config.reading import read_cameras
from sharp_eyes.settings import PREFIX, Settings
from sharp_eyes.store.model_cards import Family

TREE = Path(__file__).parents[2]
PAGES = sorted([*TREE.glob("*.md"), *(TREE / "docs").rglob("*.md")])
OPERATIONS = (TREE / "docs/operations.md").read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(TREE))


def examples(language: str) -> list[tuple[Path, str]]:
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(page, block) for page in PAGES for block in fence.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_meaning(field: str) -> None:
    assert f"`{PREFIX}{field.upper()}`" in OPERATIONS
    assert Settings.model_fields[field].description in OPERATIONS  # type: ignore[operator] # None would fail, rightly


def test_every_verb_is_documented_and_has_examples() -> None:
    context = click.Context(program)
    for verb in program.list_commands(context):
        command = program.get_command(context, verb)
        assert command is not None
        assert f"`{verb}" in OPERATIONS, verb
        leaves = list(command.commands.values()) if isinstance(command, click.Group) else [command]
        assert all(leaf.help for leaf in leaves), verb
        assert any("Examples" in (c.epilog or "") for c in [command, *leaves]), verb


@pytest.mark.parametrize("kind", sorted(_KINDS))
def test_every_kind_of_rule_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in (TREE / "docs/design/rules.md").read_text(encoding="utf-8")


def test_every_family_of_models_is_documented() -> None:
    page = (TREE / "docs/design/models.md").read_text(encoding="utf-8")
    for family in get_args(Family):
        assert re.search(
            rf"\b{family.removeprefix('yolov').removeprefix('yolo')}\b", page.replace("YOLOv8", "8")
        )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize(
    ("page", "text"), examples("toml"), ids=lambda value: name_of(value) if isinstance(value, Path) else ""
)
def test_every_camera_file_shown_is_in_order(page: Path, text: str, tmp_path: Path) -> None:
    assert "camera" in tomli.loads(text), page
    file = tmp_path / "cameras.toml"
    file.write_text(text, encoding="utf-8")
    assert read_cameras(file).problems == []


def test_there_are_examples_of_camera_files_to_check() -> None:
    assert len(examples("toml")) >= 2


def test_readme_promises_the_two_commands_that_the_menu_has() -> None:
    menu = (TREE / "Makefile").read_text(encoding="utf-8")
    readme = (TREE / "README.md").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", menu, re.MULTILINE)


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name == "design"], ids=name_of)
def test_every_design_page_has_its_parts(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for part in ("Status", "Objective", "Overview", "Detail", "Alternatives considered"):
        assert part in text, part
    assert re.search(r"[Nn]on-goals", text) or page.stem in {"camera-files", "models", "replay-and-score"}
