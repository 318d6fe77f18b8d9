"""Renders the entries of a suite, over several processes, each with a graphics context of its own."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import cv2

from sample_videos.studio.cache import folder_of
from sample_videos.studio.film import render, render_once
from sample_videos.studio.picture.renderer import shared_renderer
from sample_videos.studio.suite import Entry


def rendered(entries: Sequence[Entry], jobs: int, kept_in: Path) -> Iterator[Entry]:
    """Render each into its folder of the cache; yields every entry as soon as it is there."""
    os.environ["LP_NUM_THREADS"] = "0"  # Mesa's driver would start a thread per core in each process
    if jobs == 1 or len(entries) <= 1:
        for entry in entries:
            _cache_entry(entry, folder_of(entry, kept_in))
            yield entry
        return
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(entries)), mp_context=spawned) as pool:
        waiting = {pool.submit(_cache_entry, entry, folder_of(entry, kept_in)): entry for entry in entries}
        for done in as_completed(waiting):
            done.result()
            yield waiting[done]


def render_entry(entry: Entry, folder: Path, camera: str | None = None) -> None:
    """Compose and render one entry into this folder, whatever clip is there. Raises ScenarioError."""
    cv2.setNumThreads(1)
    render(shared_renderer(), entry.compose(), folder, camera)


def _cache_entry(entry: Entry, folder: Path) -> None:
    """The same for a folder that others may be reading, or rendering just now."""
    cv2.setNumThreads(1)
    render_once(shared_renderer(), entry.compose(), folder)
