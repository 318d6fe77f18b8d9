"""The guard that every route declares: deny by default."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection

from api.parameters import refuse_unknown
from api.principal import Principal, principal_of
from api.problems import ProblemError
from api.scope_names import SCOPES

SESSION: Final = "session"  # no scope of its own: whoever is signed in


class Public:
    """The guard of a route that anybody may ask; unless it is told otherwise, it knows its parameters."""

    scope = ""

    def __init__(self, *, strict: bool = True) -> None:
        self._strict = strict

    async def __call__(self, connection: HTTPConnection) -> None:
        """Let everybody through. Raises ProblemError 422 for unknown parameters."""
        if self._strict:
            refuse_unknown(connection)


class Needs:
    """The guard of a route that asks for a scope; gives the principal who has it."""

    def __init__(self, scope: str) -> None:
        if scope not in SCOPES and scope != SESSION:
            raise ValueError(f'"{scope}" is no scope')
        self.scope = scope

    async def __call__(self, connection: HTTPConnection) -> Principal:
        """Let those through who may. Raises ProblemError 401 or 403."""
        principal = await principal_of(connection)
        if self.scope != SESSION and not principal.may(self.scope):
            yours = ", ".join(sorted(principal.scopes)) or "none"
            said = f'this needs the scope "{self.scope}"; yours: {yours}'
            raise ProblemError("forbidden", said, scope=self.scope)
        refuse_unknown(connection)
        return principal


PUBLIC = Depends(Public())
PUBLIC_PAGE = Depends(Public(strict=False))  # what stands behind its question mark is the page's own
SignedIn = Annotated[Principal, Depends(Needs(SESSION))]
EventReader = Annotated[Principal, Depends(Needs("events:read"))]
MediaReader = Annotated[Principal, Depends(Needs("media:read"))]
CameraReader = Annotated[Principal, Depends(Needs("cameras:read"))]
FarmReader = Annotated[Principal, Depends(Needs("farm:read"))]


def declared_scope(route: object) -> str | None:
    """The scope that a route asks for, "" of a public one; None where it declares nothing."""
    if not isinstance(route, APIRoute | APIWebSocketRoute):
        return None
    guards = [call for call in _calls(route.dependant) if isinstance(call, Public | Needs)]
    return guards[0].scope if len(guards) == 1 else None


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def check_declared(routers: Iterable[APIRouter]) -> None:
    """Raises ValueError unless every route of these declares one scope: the application is not built."""
    for router in routers:
        for route in router.routes:
            if declared_scope(route) is None:
                raise ValueError(f"{getattr(route, 'path', route)} declares no scope, or more than one")
