"""Groups of verbs, found by entry points, so that the kernel imports no other folder."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

# What each extra of the package brings, by the names that are imported.
_EXTRAS = {
    "worker": {"av", "cv2", "onnxruntime", "ray", "supervision", "trackers"},
    "studio": {"moderngl"},
    "yolo": {"lap", "onnx", "torch", "ultralytics"},
    "api": {"argon2", "arro3", "deltalake", "duckdb", "fastapi", "starlette", "uvicorn"},
    "store": {"alembic", "minio", "obstore", "psycopg", "sqlalchemy", "stamina"},
}


class VerbGroup(click.Group):
    """The verbs that installed packages enter in one group of entry points.

    Each is imported only when it is used or described.
    """

    def __init__(self, points: str, **more: Any) -> None:  # what click's groups take
        super().__init__(**more)
        self._group = points

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the interface of click
        """Their names, in alphabetical order."""
        return sorted(self._points())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb, or None where there is none of that name."""
        point = self._points().get(cmd_name)
        if point is None:
            return None
        try:
            command = point.load()
        except ModuleNotFoundError as error:
            return _unavailable(cmd_name, error)
        if not isinstance(command, click.Command):
            raise TypeError(f"the entry point {point.value} of the verb {cmd_name} is no click command")
        return command

    def _points(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=self._group)}


def _unavailable(name: str, error: ModuleNotFoundError) -> click.Command:
    """Stands in for a verb whose parts are not installed on this host, and says which."""
    missing = needs(error)

    @click.command(
        name,
        help=f"(not here: {missing})",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    )
    def stand_in() -> None:
        raise click.UsageError(f"`{name}` {missing}")

    return stand_in


def needs(error: ModuleNotFoundError) -> str:
    """Which extra brings the missing module; one of no extra is a bug and goes on as it is."""
    module = (error.name or "").split(".", 1)[0]
    for extra, modules in _EXTRAS.items():
        if module in modules:
            return f"needs {module}: pip install 'sharp-eyes[{extra}]'"
    raise error
