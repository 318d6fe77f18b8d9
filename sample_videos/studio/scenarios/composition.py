"""Composes scenarios: draws a site, lets a kind's play run on it, and keeps what is beyond doubt."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sample_videos.studio.picture.weather import CONDITIONS
from sample_videos.studio.scenario import (
    DIFFICULTIES,
    LAYOUTS,
    Incident,
    Line,
    NearMiss,
    Scenario,
    ScenarioError,
    Zone,
    name_of,
)
from sample_videos.studio.scenarios.cast import Cast
from sample_videos.studio.scenarios.draft import Draft
from sample_videos.studio.scenarios.ground import NoRoomError, Walks, WrongSiteError
from sample_videos.studio.scenarios.plays import PLAYS
from sample_videos.studio.scenarios.studio_cast import StudioCast
from sample_videos.studio.truth.incidents import nearness
from sample_videos.studio.truth.sizes import sized
from sample_videos.studio.truth.trail import Trail, exact
from sample_videos.studio.truth.verdicts import DoubtError, truth_of

_MATTERS_M = 2.5  # from a place
_SITES, _TAKES = 10, 5
SHORTEST, LONGEST = 10.0, 120.0  # seconds


def compose(
    kind: str,
    layout: str,
    condition: str,
    seed: int,
    seconds: float = 15.0,
    fps: int = 5,
    difficulty: str = "easy",
    cast: Cast | None = None,
) -> Scenario:
    """The scenario of these parameters: always the same one, whatever its `fps`.

    Raises ScenarioError for what is unknown or does not go together; the text says what would be right.
    """
    _check(kind, layout, condition, difficulty, seconds, fps)
    cast = cast or StudioCast()
    root = zlib.crc32(name_of(kind, layout, condition, difficulty, seed).encode())
    reason: Exception | None = None
    for site_number in range(_SITES):
        site = cast.site(layout, np.random.default_rng((root, site_number)))
        walks = Walks.of(site)
        for take in range(_TAKES):
            rng = np.random.default_rng((root, site_number, 1 + take))
            draft = Draft(site, cast, seconds, difficulty, condition, rng, seed, walks)
            try:
                PLAYS[kind].run(draft)
                incidents, near_misses = _truth(draft)
            except WrongSiteError as error:
                reason = error
                break
            except (NoRoomError, DoubtError) as error:
                reason = error
                continue
            return Scenario(
                name=name_of(kind, layout, condition, difficulty, seed, fps),
                kind=kind,
                layout=layout,
                condition=condition,
                seed=seed,
                seconds=seconds,
                fps=fps,
                difficulty=difficulty,
                site=site,
                actors=tuple(draft.actors),
                zones=tuple(draft.zones),
                lines=tuple(draft.lines),
                rules=tuple(draft.rules),
                incidents=incidents,
                near_misses=near_misses,
                faults=tuple(draft.faults),
            )
    raise ScenarioError(
        f"{kind} finds no room in {_SITES} sites of layout {layout} ({reason}); choose another seed"
    ) from reason


def _truth(draft: Draft) -> tuple[tuple[Incident, ...], tuple[NearMiss, ...]]:
    """The truth by exact boxes. Raises NoRoomError where it is in doubt, or nothing happens."""
    camera = draft.site.camera
    places: list[Zone | Line] = [*draft.zones, *draft.lines]
    trails = [
        exact(plain, actor, camera, _matters(places, plain, actor.figure.size[0]))
        for actor, plain in zip(draft.actors, draft.trails, strict=True)
    ]
    incidents: list[Incident] = []
    near_misses: list[NearMiss] = []
    for rule in draft.rules:
        due, nearly = truth_of(rule, draft.place_of(rule), trails, draft.reasons, draft.seconds)
        incidents += due
        near_misses += nearly
    if draft.rules and not incidents:
        raise NoRoomError("nothing happens")
    return tuple(sized(incidents, trails)), tuple(sized(near_misses, trails))


def _matters(places: Sequence[Zone | Line], plain: Trail, length: float) -> NDArray[np.bool_]:
    """At which moments an actor's exact box may matter to any of the places."""
    close = np.zeros(len(plain.seconds), np.bool_)
    for place in places:
        close |= nearness(place, plain) < _MATTERS_M + length / 2
    return close


def _check(kind: str, layout: str, condition: str, difficulty: str, seconds: float, fps: int) -> None:
    for word, value, known in (
        ("kind", kind, tuple(PLAYS)),
        ("layout", layout, LAYOUTS),
        ("condition", condition, CONDITIONS),
        ("difficulty", difficulty, DIFFICULTIES),
    ):
        if value not in known:
            raise ScenarioError(f'there is no {word} "{value}"; there are {", ".join(known)}')
    if misfit := PLAYS[kind].misfit(layout, condition):
        raise ScenarioError(f"{kind} {misfit[1]}")
    if not SHORTEST <= seconds <= LONGEST:
        raise ScenarioError(f"a clip lasts {SHORTEST:g} to {LONGEST:g} seconds, not {seconds:g}")
    if fps not in range(1, 61):
        raise ScenarioError(f"a clip has 1 to 60 frames per second, not {fps}")
