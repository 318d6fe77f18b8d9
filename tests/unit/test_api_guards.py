"""Deny by default, and what an API host must not load."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends

from api.app import PREFIX, ROUTERS
from api.problems import PROBLEMS
from api.routes.page import router as page_router
from api.scope_names import SCOPES
from api.scopes import PUBLIC, EventReader, Needs, check_declared, declared_scope

TREE = Path(__file__).parents[2]
STATIC = TREE / "api" / "static"
HEAVY = {
    "ray",
    "torch",
    "cv2",
    "av",
    "duckdb",
    "deltalake",
    "onnxruntime",
    "ultralytics",
    "pyarrow",
    "pandas",
}


def test_a_route_that_declares_no_scope_or_two_keeps_the_application_from_being_built() -> None:
    for dependencies in ([], [PUBLIC, Depends(Needs("admin"))]):
        router = APIRouter()
        router.add_api_route("/open", lambda: None, dependencies=dependencies)
        with pytest.raises(ValueError, match="/open declares no scope"):
            check_declared([router])
    fine = APIRouter()
    fine.add_api_route("/open", lambda: None, dependencies=[PUBLIC])
    check_declared([fine])


def test_a_scope_that_does_not_exist_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="no scope"):
        Needs("events:write")
    assert EventReader.__metadata__[0].dependency.scope == "events:read"  # type: ignore[attr-defined]


def test_every_scope_is_used_and_only_these_routes_are_public() -> None:
    declared = {
        PREFIX + route.path: declared_scope(route)  # type: ignore[attr-defined]
        for router in ROUTERS
        for route in router.routes
    }
    assert SCOPES.keys() - {"admin"} <= set(declared.values())
    assert {path for path, scope in declared.items() if scope == ""} <= {
        f"{PREFIX}/capabilities",
        f"{PREFIX}/openapi.json",
        f"{PREFIX}/health/live",
        f"{PREFIX}/health/ready",
    }
    assert {declared_scope(route) for route in page_router.routes} == {""}


def test_an_api_process_loads_nothing_heavy() -> None:
    code = "import api.app, api.server, api.stores, api.verbs.serve, sys; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=TREE)
    assert {name.partition(".")[0] for name in ran.stdout.split()} & HEAVY == set()


def test_every_kind_of_problem_is_explained() -> None:
    page = (TREE / "docs" / "api.md").read_text(encoding="utf-8")
    for kind, (status, _) in PROBLEMS.items():
        assert f"| `{kind}` | {status} |" in page, kind


def test_every_scope_and_route_is_explained() -> None:
    page = (TREE / "docs" / "api.md").read_text(encoding="utf-8")
    for scope in SCOPES:
        assert f"`{scope}`" in page
    for router in ROUTERS:
        for route in router.routes:
            assert f"`{route.path}`" in page, route.path  # type: ignore[attr-defined]


# ── the page's files ──


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / "i18n" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def scripts() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(STATIC.rglob("*.js")))


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    english, chinese = words("en"), words("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", chinese[key])), key


def test_every_word_that_the_page_says_is_in_the_dictionary() -> None:
    said = set(re.findall(r"\bt\('([a-z_0-9.]+)'", scripts()))
    assert len(said) > 40
    assert said - words("en").keys() == set()


def test_every_kind_of_event_and_every_reason_has_a_word() -> None:
    from typing import get_args

    from sharp_eyes.catalogue import BUILT, HEALTH
    from sharp_eyes.domain import Ending, Loss
    from sharp_eyes.labels import LABELS

    families = {"type": BUILT + HEALTH, "label": LABELS, "ending": get_args(Ending), "loss": get_args(Loss)}
    wanted = {f"{family}.{name}" for family, names in families.items() for name in names}
    assert wanted - words("en").keys() == set()


def test_the_page_has_nothing_inline_and_names_no_other_host() -> None:
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []
    for file in STATIC.rglob("*.*"):
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn|@import|innerHTML|insertAdjacentHTML|eval\(", text), file
