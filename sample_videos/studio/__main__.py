"""`python -m sample_videos.studio`: what it can do is told by `commands`, and by --help."""

import signal
import sys
from importlib import import_module


def main() -> None:
    """Run a command; SIGTERM ends it like Ctrl-C, so that nothing half-done is left behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        import_module("sample_videos.studio.commands").main()
    except ModuleNotFoundError as error:
        sys.exit(f"rendering needs {error.name}: pip install 'sharp-eyes[studio]'")
    except KeyboardInterrupt:
        sys.exit(130)  # whoever pressed the keys knows


if __name__ == "__main__":
    main()
