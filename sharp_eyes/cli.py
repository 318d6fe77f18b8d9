"""`sharp-eyes …`: finds its verbs by entry points, so that the kernel imports no other folder."""

import sys
from importlib.metadata import EntryPoint, entry_points

import click

from sharp_eyes import settings
from sharp_eyes.errors import ConfigError, SharpEyesError

GROUP = "sharp_eyes.verbs"

# What each extra of the package brings, by the names that are imported.
_EXTRAS = {
    "worker": {"av", "cv2", "onnxruntime", "ray", "supervision", "trackers"},
    "yolo": {"lap", "onnx", "torch", "ultralytics"},
    "api": {"fastapi", "uvicorn"},
}

EPILOG = """\b
Examples:
  sharp-eyes demo --once                             the whole way on a sample clip
  sharp-eyes check cameras.toml                      what is wrong in a camera file
  sharp-eyes replay clip.mp4 --cameras cameras.toml  events of a clip as JSON lines
  sharp-eyes models list                             the models that are there

\b
Exit codes: 0 fine, 1 judged and found wanting, 2 configuration or usage,
            3 video, 4 model, 5 store, 130 interrupted."""


class Verbs(click.Group):
    """The verbs that are installed; each is imported only when it is used or described."""

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

    @staticmethod
    def _points() -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=GROUP)}


def _unavailable(name: str, error: ModuleNotFoundError) -> click.Command:
    """Stands in for a verb whose parts are not installed on this host, and says which."""
    needs = _needs(error)

    @click.command(
        name,
        help=f"(not installed here: {needs})",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    )
    def stand_in() -> None:
        raise click.UsageError(f"`{name}` {needs}")

    return stand_in


def _needs(error: ModuleNotFoundError) -> str:
    """Which extra brings the missing module; one of no extra is a bug and goes on as it is."""
    module = (error.name or "").split(".", 1)[0]
    for extra, modules in _EXTRAS.items():
        if module in modules:
            return f"needs {module}: pip install 'sharp-eyes[{extra}]'"
    raise error


@click.group(cls=Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sharp-eyes")
@click.pass_context
def program(context: click.Context) -> None:
    """Watch a city's cameras: video in, incidents and their evidence out."""
    context.obj = settings.load()


def main() -> None:
    """Run the command line; a foreseen error is a message and its exit code, never a traceback."""
    try:
        ending = program(prog_name="sharp-eyes", standalone_mode=False)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"error: {problem}", err=True)
        sys.exit(error.exit_code)
    except SharpEyesError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        click.echo(f"error: this {_needs(error)}", err=True)
        sys.exit(ConfigError.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe went away: nothing to say, and nobody to say it to
        sys.exit(141)
    sys.exit(ending if isinstance(ending, int) else 0)  # click gives back the code of an Exit
