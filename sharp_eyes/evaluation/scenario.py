"""A scenario on disk: its clip, its truth, and the card that says what it is.

FOLDER/
  clip.mp4  cameras.toml  truth.jsonl  boxes.jsonl  scenario.json
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sharp_eyes.config.reading import load_cameras
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.scoring.card import CARD, ScenarioCard, read_card
from sharp_eyes.scoring.jsonl import read_lines
from sharp_eyes.scoring.matching import Watched
from sharp_eyes.scoring.truth import TruthEntry

BOXES = "boxes.jsonl"
FILES = ("clip.mp4", "cameras.toml", "truth.jsonl", BOXES, CARD)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario that can be replayed and judged.

    `watched` is what its camera has rules for; `model` is its camera's.
    """

    folder: Path
    card: ScenarioCard
    truth: tuple[TruthEntry, ...]
    watched: frozenset[Watched]
    model: str

    @property
    def name(self) -> str:
        """Unique in its suite."""
        return self.card.name

    @property
    def frames(self) -> int:
        """How many its clip has."""
        return round(self.card.fps * self.card.seconds)


def read_scenario(folder: Path) -> Scenario:
    """The scenario in this folder. Raises ConfigError with what is missing or wrong."""
    card = card_of(folder)
    truth = read_lines(folder / "truth.jsonl", TruthEntry)
    cameras = load_cameras(folder / "cameras.toml")
    if len(cameras) != 1:
        text = f"holds {len(cameras)} cameras"
        raise ConfigError([Problem(str(folder / "cameras.toml"), "", text, "a scenario has one")])
    (camera,) = cameras
    _refuse_strangers(folder / "truth.jsonl", truth, camera.id)
    watched = frozenset((camera.id, spec.kind) for spec in camera.rules if spec.enabled)
    scenario = Scenario(folder, card, tuple(truth), watched, camera.model)
    _refuse_another_length(scenario)
    return scenario


def card_of(folder: Path) -> ScenarioCard:
    """What the scenario in this folder is. Raises ConfigError for a card or a folder that is not in order."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        hint = f"a scenario's folder holds {', '.join(FILES)}"
        raise ConfigError([Problem(str(folder), "", f"there is no {', '.join(missing)}", hint)])
    return read_card(folder / CARD)


def _refuse_another_length(scenario: Scenario) -> None:
    """False events per day are counted by the card's seconds: they have to be those of the boxes."""
    file = scenario.folder / BOXES
    try:
        with file.open("rb") as lines:
            frames = sum(1 for line in lines if line.strip())
    except OSError as error:
        raise ConfigError([Problem(str(file), "", f"cannot be read: {error.strerror}")]) from error
    if frames != scenario.frames:
        text = f"{scenario.card.seconds:g} s at {scenario.card.fps:g} fps, and {BOXES} has {frames} frames"
        hint = "give the card and the boxes of this very clip"
        raise ConfigError([Problem(str(scenario.folder / CARD), "seconds", text, hint)])


def _refuse_strangers(file: Path, truth: Sequence[TruthEntry], camera: str) -> None:
    """A truth about another camera would count as missed, whatever is seen."""
    strangers = sorted({entry.camera for entry in truth} - {camera})
    if strangers:
        text = f'speaks of the camera "{strangers[0]}"'
        raise ConfigError([Problem(str(file), "", text, f'the camera of the clip is "{camera}"')])
