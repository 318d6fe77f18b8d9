"""The OpenAPI document: every route with its scope, its parameters, its answers and its problems."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.principal import COOKIE
from api.problems import MEDIA_TYPE, PROBLEMS
from api.schemas.feed import Heartbeat, Missed, News
from api.schemas.problem import Problem
from api.scope_names import SCOPES
from api.scopes import SESSION, declared_scope

DESCRIPTION = """\
Events that a farm of cameras noticed, their evidence, and how much was watched.

Refusals are problem details (RFC 9457). Times are ISO 8601 with a zone. Parameters that a route does
not know are refused. What lies outside of your divisions does not exist for you.
"""

# OpenAPI cannot describe a WebSocket; its messages are described here for whoever reads them.
_FEED = TypeAdapter(News | Missed | Heartbeat)


def document(app: FastAPI, routers: Iterable[APIRouter], prefix: str) -> dict[str, Any]:
    """The document of this application: JSON as OpenAPI 3.1 has it."""
    built = get_openapi(
        title="Sharp Eyes",
        version=version("sharp-eyes"),
        description=DESCRIPTION,
        routes=app.routes,
    )
    components = built.setdefault("components", {})
    components["securitySchemes"] = _schemes()
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    feed = _FEED.json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas |= feed.pop("$defs")
    schemas["FeedMessage"] = feed
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                _declare(built["paths"][prefix + route.path], route)
    return built


def _schemes() -> dict[str, Any]:
    return {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "POST /api/v1/session. What changes something also needs the header X-CSRF.",
        },
        "token": {"type": "http", "scheme": "bearer", "description": "a machine's token"},
    }


def _declare(methods: dict[str, Any], route: APIRoute) -> None:
    scope = declared_scope(route) or ""
    for method in {method.lower() for method in route.methods or ()} & methods.keys():
        operation = methods[method]
        operation["x-scope"] = scope or "public"
        scopes = [scope] if scope in SCOPES else []
        operation["security"] = [{"session": scopes}, {"token": scopes}] if scope else []
        operation["responses"].pop("422", None)
        operation["responses"]["4XX"] = {
            "description": "a problem: " + ", ".join(_kinds(scope)),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _kinds(scope: str) -> list[str]:
    """The kinds of problem that a route of this scope may have, beside those of its own things."""
    signed = {"not-signed-in", "forbidden", "cross-site"} if scope else set()
    if scope == SESSION:
        signed.discard("forbidden")
    common = {kind for kind, (status, _) in PROBLEMS.items() if 400 <= status < 500}
    return sorted(common - ({"not-signed-in", "forbidden", "cross-site"} - signed))
