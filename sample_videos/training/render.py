"""Renders pictures to learn from, or held-out ones to measure with, into shards in a folder.

    python -m sample_videos.training.render PICTURES --count 10000 --seed 0
    python -m sample_videos.training.render PICTURES --count 10000 --seed 1 --films
    python -m sample_videos.training.render PICTURES --count 1024 --seed 0 --held-out

Processes with other seeds may write into the same folder. What was begun is gone on with: shards
that are there are left alone, and each has random numbers of its own.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from sample_videos.training import films, wild
from sample_videos.training.shard import HELD_OUT, TRAIN, Example, labelled, write_shard

SHARD_PICTURES = 256
MOST_SHARDS = 1000  # of one seed
MOST_SEEDS = wild.HELD_OUT // MOST_SHARDS

Source = Callable[[int], Iterator[Example]]


def stream(seed: int, number: int, *, held_out: bool) -> int:
    """The seed of one shard. No two shards share one, and no held-out shard one with a learned one.

    Raises ValueError beyond 1000 shards of a seed, which are 256 000 pictures, or 1000 seeds.
    """
    if not (0 <= number < MOST_SHARDS and 0 <= seed < MOST_SEEDS):
        raise ValueError(
            f"seed {seed}, shard {number}: seeds end at {MOST_SEEDS - 1}, shards at {MOST_SHARDS - 1}"
        )
    return seed * MOST_SHARDS + number + (wild.HELD_OUT if held_out else 0)


def render(
    folder: Path, source: Source, *, count: int, seed: int, held_out: bool, sort: str = ""
) -> Iterator[Path]:
    """Write at least `count` pictures, whole shards of them; yields each shard that was missing.

    `sort` tells shards of another source apart from those of the same seed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join(filter(None, (HELD_OUT if held_out else TRAIN, sort, f"{seed:03d}")))
    for number in range(-(-count // SHARD_PICTURES)):
        path = folder / f"{name}-{number:03d}.npz"
        if path.exists():
            continue
        examples = islice(source(stream(seed, number, held_out=held_out)), SHARD_PICTURES)
        write_shard(path, map(labelled, examples))
        yield path


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="sample_videos.training.render",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, required=True, help="pictures of this seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--films", action="store_true", help="composed scenes, coded as clips are")
    parser.add_argument("--held-out", action="store_true", help="pictures to measure with")
    given = parser.parse_args()
    source, sort = (films.examples, "films") if given.films else (wild.examples, "")
    begun = time.monotonic()
    for path in render(
        given.folder, source, count=given.count, seed=given.seed, held_out=given.held_out, sort=sort
    ):
        seconds, begun = time.monotonic() - begun, time.monotonic()
        sys.stdout.write(f"{path.name}: {SHARD_PICTURES / seconds:.1f} pictures per second\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
