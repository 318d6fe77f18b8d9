"""The studio's commands: render one scenario, or what a suite lacks.

python -m sample_videos.studio scenario OUT_DIR --kind K --layout L --condition C [--seed N] …
python -m sample_videos.studio suite SUITE.toml [--only NAME …] [--jobs N] [--cache DIR]
python -m sample_videos.studio samples SUITE.toml OUT_DIR [--only NAME …]
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sample_videos.studio.cache import default_cache, folder_of, forget_old
from sample_videos.studio.film import BOXES, is_whole
from sample_videos.studio.picture.weather import CONDITIONS
from sample_videos.studio.rendering import render_entry, rendered
from sample_videos.studio.scenario import DIFFICULTIES, LAYOUTS, ScenarioError
from sample_videos.studio.suite import Entry, SuiteError, read_suite

_SAMPLE_CAMERAS = "3308020000131"  # division, industry, camera; the serial number follows


def main() -> None:
    """Read the command line. What is wrong with the input is said in one line, with exit code 2."""
    given = _arguments().parse_args()
    try:
        if given.command == "suite":
            kept_in = (given.cache or default_cache()).resolve()
            _render_suite(given.suite, given.only, given.jobs, kept_in)
        elif given.command == "samples":
            _render_samples(given.suite, given.only, given.folder)
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
    chosen = _chosen(file, only)
    forget_old(kept_in)
    missing = []
    for _, entry in chosen:
        folder = folder_of(entry, kept_in)
        if is_whole(folder):
            _tell(entry, folder, cached=True)
        else:
            missing.append(entry)
    for entry in rendered(missing, jobs, kept_in):
        _tell(entry, folder_of(entry, kept_in), cached=False)


def _render_samples(file: Path, only: Sequence[str], folder: Path) -> None:
    """Render each into a folder of its own; cameras are numbered as the suite lists them."""
    names = [_sample_name(entry) for entry in read_suite(file)]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise SuiteError(f"{file}: two samples would be named {doubled}; give one another light or layout")
    for number, entry in _chosen(file, only):
        into = folder / _sample_name(entry)
        render_entry(entry, into, camera=f"{_SAMPLE_CAMERAS}{number:07d}")
        (into / BOXES).unlink()  # larger than the rest without the video, and no part of the demo
        _tell(entry, into, cached=False)


def _sample_name(entry: Entry) -> str:
    return f"{entry.kind}-{entry.layout}-{entry.condition}".replace("_", "-")


def _chosen(file: Path, only: Sequence[str]) -> list[tuple[int, Entry]]:
    """The entries of a suite by their place in it, from 1; all, or those that are named."""
    every = read_suite(file)
    if unknown := sorted(set(only) - {entry.name for entry in every}):
        raise SuiteError(f"{file}: there is no scenario {unknown[0]} in it")
    return [(place, entry) for place, entry in enumerate(every, 1) if not only or entry.name in only]


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
    suite.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1)
    suite.add_argument("--cache", type=Path, help="default: SHARP_EYES_CACHE or ~/.cache/sharp-eyes")
    samples = commands.add_parser("samples", help="render the clips that come with the farm")
    samples.add_argument("suite", type=Path)
    samples.add_argument("folder", type=Path)
    samples.add_argument("--only", nargs="*", default=[], metavar="NAME")
    one = commands.add_parser("scenario", help="render one scenario into a folder")
    one.add_argument("folder", type=Path)
    one.add_argument("--kind", required=True)
    one.add_argument("--layout", choices=LAYOUTS, required=True)
    one.add_argument("--condition", choices=CONDITIONS, required=True)
    one.add_argument("--difficulty", choices=DIFFICULTIES, default="easy")
    one.add_argument("--seed", type=_natural, default=0)
    one.add_argument("--seconds", type=float, default=15.0)
    one.add_argument("--fps", type=int, default=5)
    one.add_argument("--camera", help="the camera's 20-digit code instead of one made of the name")
    return parser


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 on")
    return int(text)


def _positive(text: str) -> int:
    if _natural(text) == 0:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return int(text)
