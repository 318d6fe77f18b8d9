"""Parameters of the query, read strictly: what is unknown, repeated or malformed is refused."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from fastapi.routing import APIRoute, APIWebSocketRoute
from pydantic import AfterValidator, BaseModel, PlainSerializer, WithJsonSchema
from starlette.requests import HTTPConnection

from api.problems import wrong_parameter, wrong_parameters
from sharp_eyes.clock import from_iso, to_iso
from sharp_eyes.labels import closest

LONGEST_RANGE_DAYS = 366


def refuse_unknown(connection: HTTPConnection) -> None:
    """Raises ProblemError for parameters that the route does not know, or takes once and got twice."""
    route = connection.scope.get("route")
    if not isinstance(route, APIRoute | APIWebSocketRoute):
        return
    known = dict(_known(route))
    asked = Counter(name for name, _ in connection.query_params.multi_items())
    errors = [
        {"parameter": name, "message": "no such parameter", "hint": _nearest(name, known)}
        for name in asked
        if name not in known
    ]
    errors += [
        {"parameter": name, "message": f"given {count} times", "hint": "give it once"}
        for name, count in asked.items()
        if count > 1 and not known.get(name, True)
    ]
    if errors:
        raise wrong_parameters(errors)


def _nearest(name: str, known: dict[str, bool]) -> str:
    return closest(name, known) if known else "there are no parameters here"


def _known(route: APIRoute | APIWebSocketRoute) -> Iterator[tuple[str, bool]]:
    """Each parameter's name, and whether it may be given several times."""
    for field in route.dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for name, inner in model.model_fields.items():
                yield inner.alias or name, "list[" in str(inner.annotation)
        else:
            yield field.alias, "list[" in str(model)


def _moment(text: str) -> str:
    """Checks a time; pydantic keeps the text, `moment` reads it."""
    moment(text)
    return text


def moment(text: str) -> int:
    """A time of the query as microseconds UTC. Raises ValueError that says how to write one."""
    if " " in text:
        raise ValueError("a + in an address is a blank: write %2B, or Z for UTC")
    try:
        return from_iso(text)
    except ValueError as error:
        if "write for example" in str(error):
            raise
        raise ValueError(f"{text[:40]!r} is no time; write for example 2026-01-01T08:00:00Z") from error


MomentText = Annotated[
    str, AfterValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]

# How a time is answered: microseconds UTC as ISO text.
Moment = Annotated[
    int,
    PlainSerializer(to_iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def checked_range(from_at: int, to_at: int) -> None:
    """Raises ProblemError for a stretch of time that is empty, turned round, or longer than a year."""
    if from_at >= to_at:
        raise wrong_parameter("from", "not before `to`", f"`to` is {to_iso(to_at)}")
    if to_at - from_at > LONGEST_RANGE_DAYS * 86_400_000_000:
        raise wrong_parameter("from", f"more than {LONGEST_RANGE_DAYS} days before `to`", "ask in parts")
