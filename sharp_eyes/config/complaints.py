"""Says what the parser found wrong in the words of the file's author."""

from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sharp_eyes import catalogue
from sharp_eyes.config.addresses import without_secrets
from sharp_eyes.config.entries import CrossingEntry, IntrusionEntry, LoiteringEntry
from sharp_eyes.errors import Problem
from sharp_eyes.labels import closest

_KINDS: dict[str, type[BaseModel]] = {
    "intrusion": IntrusionEntry,
    "line": CrossingEntry,
    "loitering": LoiteringEntry,
}


def explain(error: ValidationError, kind: type[BaseModel]) -> list[Problem]:
    """Every error as a problem; its path is relative to the table."""
    return [_problem(detail, kind) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, kind: type[BaseModel]) -> Problem:
    location, value = detail["loc"], detail["input"]
    path = _path(location)
    match detail["type"]:
        case "extra_forbidden":
            key = str(location[-1])
            return Problem(
                "", path, f'unknown key "{key}"', closest(key, _keys(_model_at(kind, location[:-1])))
            )
        case "missing":
            return Problem("", path, "is missing", "it has no default")
        case "union_tag_not_found":
            return Problem("", f"{path}.kind", "is missing", "one of: " + ", ".join(_KINDS))
        case "union_tag_invalid":
            return _unknown_kind(path, value)
        case "value_error":
            return Problem("", path, detail["msg"].removeprefix("Value error, "))
        case _:
            return Problem(
                "", path, f"{_shown(value)} does not do", detail["msg"].replace("Input should", "it should")
            )


def _unknown_kind(path: str, value: object) -> Problem:
    kind = value.get("kind") if isinstance(value, dict) else value
    if kind in catalogue.TO_COME:
        return Problem("", f"{path}.kind", f'"{kind}" is not built yet', "one of: " + ", ".join(_KINDS))
    word = kind if isinstance(kind, str) else _shown(kind)
    return Problem("", f"{path}.kind", f'there is no kind of rule "{word}"', closest(word, _KINDS))


def _path(location: tuple[int | str, ...]) -> str:
    """`('rule', 0, 'intrusion', 'labels', 1)` as `rule[0].labels[1]`: the kind is no key of the file."""
    text = ""
    after_index = False
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not (after_index and part in _KINDS):
            text += f".{part}" if text else part
        after_index = isinstance(part, int)
    return text


def _shown(value: object) -> str:
    try:
        text = without_secrets(repr(value))
    except ValueError:  # Python refuses to write out a whole number of thousands of digits
        text = "a number of that many digits"
    except RecursionError:
        text = "a list that deep"
    return text if len(text) <= 60 else text[:57] + "…"


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_at(kind: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The entry class that stands at this place of a table."""
    model: type[BaseModel] | None = kind
    for part in location:
        if isinstance(part, int) or model is None:
            continue
        if part in _KINDS and part not in model.model_fields:
            model = _KINDS[part]
        elif part in model.model_fields:
            model = _entry_in(model.model_fields[part].annotation) or model
    return model


def _entry_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {list, Annotated, Union, UnionType}:
        found = [_entry_in(argument) for argument in get_args(annotation)]
        return next((model for model in found if model), None)
    return None
