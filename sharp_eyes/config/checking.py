"""The whole check of a camera file: what it says, and whether its models can do what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sharp_eyes.cameras import Camera
from sharp_eyes.config.model_labels import judge, vocabulary
from sharp_eyes.config.reading import Reading, read_cameras
from sharp_eyes.errors import ModelError, Problem
from sharp_eyes.store.model_cards import ModelCard, ModelCards, find_card


@dataclass(slots=True)
class Checked:
    """What a check found: usable cameras with their models, errors and warnings."""

    cameras: list[tuple[Camera, ModelCard]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def check_file(file: Path, cards: ModelCards, model: str | None = None) -> Checked:
    """Check a camera file against the models; `model` stands in for every camera's own."""
    return check_reading(read_cameras(file), file, cards, model)


def check_reading(reading: Reading, file: Path, cards: ModelCards, model: str | None = None) -> Checked:
    """The same for a file that is read already."""
    checked = Checked(problems=list(reading.problems))
    known = vocabulary(cards.all())
    found: dict[str, ModelCard | str] = {}
    without: dict[str, list[str]] = {}  # complaint → the cameras that it is about
    for camera in reading.cameras:
        wanted = model or camera.model
        if wanted not in found:
            found[wanted] = _card_or_complaint(cards, wanted)
        card = found[wanted]
        path = f'camera "{camera.id}"'
        if isinstance(card, str):
            without.setdefault(card, []).append(camera.id)
            continue
        errors, warnings = judge(camera, card, known)
        checked.problems += [Problem(str(file), path, text) for text in errors]
        checked.warnings += [Problem(str(file), path, text) for text in warnings]
        checked.cameras.append((camera, card))
    for complaint, ids in without.items():
        others = f" and {len(ids) - 1} more cameras" if len(ids) > 1 else ""
        checked.problems.append(Problem(str(file), f'camera "{ids[0]}"{others}, model', complaint))
    return checked


def note_shared_ids(results: Mapping[Path, Checked]) -> None:
    """An id belongs to one camera, in all the files together; else the later file has a problem."""
    owners: dict[str, Path] = {}
    for file, checked in results.items():
        for camera, _ in checked.cameras:
            owner = owners.setdefault(camera.id, file)
            if owner != file:
                text = f"{owner} has a camera of this id too"
                checked.problems.append(
                    Problem(str(file), f'camera "{camera.id}"', text, "an id belongs to one camera")
                )


def _card_or_complaint(cards: ModelCards, wanted: str) -> ModelCard | str:
    try:
        return find_card(cards, wanted)
    except ModelError as error:
        return str(error)
