"""Many clips judged together, and sliced by what their tags say: condition, kind, layout, difficulty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sharp_eyes.scoring.height import tall_enough, tallest_first
from sharp_eyes.scoring.matching import EventLine, Score, Watched, joined, score
from sharp_eyes.scoring.truth import TruthEntry


@dataclass(frozen=True, slots=True)
class Clip:
    """What was said about a clip, and what is true of it.

    `observed_seconds` is how long each of its cameras was observed, None where nobody knows; `tags`
    say of which sort it is (`{"condition": "night"}`); `evidence` is the folder in which a replay left
    the snapshots and clips of these events; `watched` is of what the truth is complete, so that an
    event of which it says nothing is extra.
    """

    name: str
    events: Sequence[EventLine]
    truth: Sequence[TruthEntry]
    observed_seconds: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    evidence: Path | None = None
    watched: frozenset[Watched] = frozenset()


@dataclass(frozen=True, slots=True)
class JudgedClip:
    """A clip, its score, and the tolerance in seconds (None: the truth's own) that it was judged with."""

    clip: Clip
    score: Score
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The judgement of clips; two of them add up to the judgement of all their clips."""

    judged: tuple[JudgedClip, ...] = ()

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(self.judged + other.judged)

    @property
    def score(self) -> Score:
        """All clips together."""
        return joined([one.score for one in self.judged])

    def by(self, tag: str) -> dict[str, "Summary"]:
        """A summary per value of this tag, in order; clips without it are left out."""
        values = sorted({one.clip.tags[tag] for one in self.judged if tag in one.clip.tags})
        return {value: self.only(tag, value) for value in values}

    def only(self, tag: str, value: str) -> "Summary":
        """The clips with this value of the tag."""
        return Summary(tuple(one for one in self.judged if one.clip.tags.get(tag) == value))


def summarise(
    clips: Iterable[Clip], tolerance: float | None = None, min_height: float | None = None
) -> Summary:
    """Judge clips, each by its own truth; `tolerance` (seconds) overrides the truth's own.

    With `min_height`, a fraction of the picture's, only by what is as tall as that.
    """
    return Summary(tuple(judge(clip, tolerance, min_height) for clip in clips))


def judge(clip: Clip, tolerance: float | None = None, min_height: float | None = None) -> JudgedClip:
    """Judge one clip; with `min_height`, a fraction of the picture's, only by what is as tall as that."""
    truth = clip.truth if min_height is None else tallest_first(clip.truth)
    judged = score(clip.events, truth, tolerance, clip.observed_seconds, clip.watched)
    narrowed = judged if min_height is None else tall_enough(judged, min_height)
    return JudgedClip(clip, narrowed, tolerance)
