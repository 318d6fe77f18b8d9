"""Everything that is refused, as RFC 9457 problem details: what is wrong, where, what would be right."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from api.security_headers import SECURITY_HEADERS
from sharp_eyes.errors import StoreError
from sharp_eyes.store.index.queries import WrongQueryError

MEDIA_TYPE = "application/problem+json"

# kind → (status, title). The type of a problem is `/problems/{kind}`; docs/api.md explains each.
PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "wrong-host": (400, "This host name is not served here"),
    "not-signed-in": (401, "Nobody is signed in"),
    "wrong-password": (401, "User name or password is wrong"),
    "forbidden": (403, "This needs a scope that you do not have"),
    "cross-site": (403, "The request does not come from this site's own page"),
    "not-found": (404, "There is no such thing"),
    "evidence-none": (404, "This event has no such evidence"),
    "evidence-lost": (404, "This evidence is lost"),
    "wrong-method": (405, "This address does not know the method"),
    "evidence-pending": (409, "This evidence is still on its way"),
    "too-large": (413, "The body is too large"),
    "wrong-range": (416, "The body has no such range"),
    "wrong-parameter": (422, "A parameter is wrong"),
    "wrong-body": (422, "The body is wrong"),
    "too-many-logins": (429, "Too many failed logins"),
    "internal": (500, "The farm made a mistake"),
    "store-unavailable": (503, "A store does not answer"),
}

_OF_STATUS = {404: "not-found", 405: "wrong-method", 413: "too-large"}


class ProblemError(HTTPException):
    """An answer that refuses: a kind of `PROBLEMS`, and what there is to say about this one.

    `facts` become members of the problem's JSON object.
    """

    def __init__(
        self, kind: str, detail: str, *, headers: Mapping[str, str] | None = None, **facts: object
    ) -> None:
        status, _ = PROBLEMS[kind]
        super().__init__(status, detail, dict(headers) if headers else None)
        self.kind = kind
        self.facts = facts


def wrong_parameter(name: str, message: str, hint: str = "") -> ProblemError:
    """The problem of one parameter of the query or the path."""
    return wrong_parameters([{"parameter": name, "message": message, "hint": hint}])


def wrong_parameters(errors: Sequence[Mapping[str, str]]) -> ProblemError:
    """The problem of several: each with `parameter`, `message` and `hint`."""
    said = "; ".join(f"{e['parameter']}: {e['message']}" for e in errors)
    return ProblemError("wrong-parameter", said, errors=list(errors))


def not_found(what: str) -> ProblemError:
    """The problem of what is not there, or is not yours to see: nobody can tell the two apart."""
    return ProblemError("not-found", f"there is no {what}")


def problem_response(error: ProblemError) -> JSONResponse:
    """The answer that says so."""
    status, title = PROBLEMS[error.kind]
    body: dict[str, object] = {"type": f"/problems/{error.kind}", "title": title, "status": status}
    body |= {"detail": error.detail} | error.facts
    return JSONResponse(body, status, headers=error.headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every refusal of this application a problem, whoever raises it."""
    answer = cast("Any", _answered)  # Starlette's types know handlers of requests or of sockets, not of both
    for foreseen in (HTTPException, RequestValidationError, WrongQueryError, StoreError):
        app.add_exception_handler(foreseen, answer)
    app.add_exception_handler(Exception, _mistaken)


async def _answered(connection: HTTPConnection, error: Exception) -> JSONResponse | None:
    response = problem_response(problem_of(error))
    if isinstance(connection, WebSocket):
        await connection.send_denial_response(response)
        return None
    return response


def problem_of(error: Exception) -> ProblemError:
    """What an error means to the one who asked. Raises the error itself where it means nothing to them."""
    match error:
        case ProblemError():
            return error
        case HTTPException():
            return _refused(error)
        case RequestValidationError():
            return _invalid(error)
        case WrongQueryError():
            return wrong_parameters(
                [{"parameter": p.path, "message": p.message, "hint": p.hint} for p in error.problems]
            )
        case StoreError():  # it names files and hosts: for the log of the store, not for the world
            said = "the index, the registry or the object storage cannot be reached; try again in a moment"
            return ProblemError("store-unavailable", said, headers={"Retry-After": "2"})
    raise error


def _refused(error: HTTPException) -> ProblemError:
    kind = _OF_STATUS.get(error.status_code, "wrong-body")
    known = "; /api/v1/openapi.json lists what there is" if kind in {"not-found", "wrong-method"} else ""
    return ProblemError(kind, f"{error.detail}{known}", headers=error.headers)


def _invalid(error: RequestValidationError) -> ProblemError:
    found = error.errors()
    if any(one["loc"][0] == "body" for one in found):
        errors = [{"field": _where(one), "message": _message(one)} for one in found]
        said = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
        return ProblemError("wrong-body", said, errors=errors)
    return wrong_parameters(
        [{"parameter": _where(one), "message": _message(one), "hint": ""} for one in found]
    )


def _where(error: Mapping[str, Any]) -> str:  # pydantic's own form of an error
    return ".".join(str(part) for part in error["loc"][1:] if not isinstance(part, int)) or "body"


def _message(error: Mapping[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _mistaken(_: Request, __: Exception) -> JSONResponse:
    """The last resort; it lies outside of everything that sets headers. The log has the traceback."""
    error = ProblemError("internal", "an error that nobody foresaw; the log of the API says more")
    error.headers = dict(SECURITY_HEADERS)
    return problem_response(error)
