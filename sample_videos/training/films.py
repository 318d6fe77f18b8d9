"""Endless pictures out of composed scenes, coded as their camera codes them: what the product will see.

Crowds scattered at random (`wild`) teach every size, side and light; these teach what is usual: few
people, much floor with nobody on it, and what a sub-stream's coding leaves of them.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.film import encode, frames
from sample_videos.studio.picture.renderer import Renderer, shared_renderer
from sample_videos.studio.picture.seen import Seen
from sample_videos.studio.scenario import DIFFICULTIES, Scenario, ScenarioError
from sample_videos.studio.scenarios.composition import compose
from sample_videos.studio.scenarios.plays import PLAYS
from sample_videos.studio.suite import SEEDS
from sample_videos.training.wild import Example

KINDS = tuple(kind for kind in PLAYS if kind != "health")  # a damaged picture shows nobody
SECONDS = 15.0
_LOOKS_PER_SECOND = 1  # a second later people stand elsewhere; sooner a picture teaches little new
_CODED_FPS = 5  # a picture is given the bits that it has in a clip of this rate
_BEYOND_SEEDS = 2**31  # of scenarios; suites' end where these begin


def examples(seed: int, composed: Callable[..., Scenario] = compose) -> Iterator[Example]:
    """Pictures for ever; the same seed gives the same scenes. One at a time: streams share a renderer."""
    renderer = shared_renderer()
    rng = np.random.default_rng((7772, seed))
    while True:
        kind = str(rng.choice(KINDS))
        play = PLAYS[kind]
        layout, condition, difficulty = (
            str(rng.choice(words)) for words in (play.layouts, play.conditions, DIFFICULTIES)
        )
        number = int(rng.integers(SEEDS, _BEYOND_SEEDS))
        try:
            scenario = composed(kind, layout, condition, number, SECONDS, _LOOKS_PER_SECOND, difficulty)
        except ScenarioError:  # no room for it on any of its sites
            continue
        yield from _of(renderer, replace(scenario, faults=()), seed)


def _of(renderer: Renderer, scenario: Scenario, seed: int) -> Iterator[Example]:
    shown: list[tuple[Seen, ...]] = []

    def told() -> Iterator[NDArray[np.uint8]]:
        for picture, objects in frames(renderer, scenario):
            shown.append(objects)
            yield picture

    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        encode(told(), clip, _CODED_FPS)
        with av.open(str(clip)) as container:
            pictures = [
                np.asarray(one.to_ndarray(format="rgb24"), np.uint8) for one in container.decode(video=0)
            ]
    for picture, objects in zip(pictures, shown, strict=True):
        yield Example(picture, objects, scenario.condition, scenario.layout, seed)
