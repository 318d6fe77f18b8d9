"""The studio's commands: render one scenario, or what a suite lacks.

python -m sample_videos.studio scenario OUT_DIR --kind K --layout L --condition C [--seed N] …
python -m sample_videos.studio suite SUITE.toml [--only NAME …] [--jobs N] [--cache DIR]
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sample_videos.studio.cache import default_cache, folder_of
from sample_videos.studio.rendering import render_entry, rendered
from sample_videos.studio.scenario import DIFFICULTIES, LAYOUTS, ScenarioError
from sample_videos.studio.suite import Entry, SuiteError, read_suite
from sample_videos.studio.weather import CONDITIONS


def main() -> None:
    """Read the command line. What is wrong with the input is said in one line, with exit code 2."""
    given = _arguments().parse_args()
    try:
        if given.command == "suite":
            _render_suite(given.suite, given.only, given.jobs, given.cache or default_cache())
        else:
            entry = Entry(
                given.kind,
                given.layout,
                given.condition,
                given.seed,
                given.seconds,
                given.fps,
                given.difficulty,
            )
            render_entry(entry, given.folder, given.camera)
    except (SuiteError, ScenarioError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def _render_suite(file: Path, only: Sequence[str], jobs: int, kept_in: Path) -> None:
    """Print a line for every scenario as soon as its folder is there, first those that are."""
    entries = [entry for entry in read_suite(file) if not only or entry.name in only]
    missing = []
    for entry in entries:
        folder = folder_of(entry, kept_in)
        if folder.is_dir():
            _tell(entry, folder, cached=True)
        else:
            missing.append(entry)
    for entry in rendered(missing, jobs, kept_in):
        _tell(entry, folder_of(entry, kept_in), cached=False)


def _tell(entry: Entry, folder: Path, *, cached: bool) -> None:
    sys.stdout.write(json.dumps({"name": entry.name, "folder": str(folder), "cached": cached}) + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sample_videos.studio", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    suite = commands.add_parser("suite", help="render what a suite lacks; a JSON line for every scenario")
    suite.add_argument("suite", type=Path)
    suite.add_argument("--only", nargs="*", default=[], metavar="NAME")
    suite.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    suite.add_argument("--cache", type=Path, help="default: SHARP_EYES_CACHE or ~/.cache/sharp-eyes")
    one = commands.add_parser("scenario", help="render one scenario into a folder")
    one.add_argument("folder", type=Path)
    one.add_argument("--kind", required=True)
    one.add_argument("--layout", choices=LAYOUTS, required=True)
    one.add_argument("--condition", choices=CONDITIONS, required=True)
    one.add_argument("--difficulty", choices=DIFFICULTIES, default="easy")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--seconds", type=float, default=15.0)
    one.add_argument("--fps", type=int, default=5)
    one.add_argument("--camera", help="the camera's 20-digit code instead of one made of the name")
    return parser


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)  # whoever pressed the keys knows
