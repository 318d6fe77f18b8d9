"""Which camera and which model a command is about."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from models.onnx_detector import OnnxDetector
from sharp_eyes.cameras import Camera
from sharp_eyes.config.checking import check_file
from sharp_eyes.config.reading import load_cameras
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.labels import closest
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import ModelCard, installed_cards

Chosen = TypeVar("Chosen")


def choose_camera(
    settings: Settings, file: Path, wanted: str | None, model: str | None
) -> tuple[Camera, ModelCard, list[Problem]]:
    """The camera of a file, its model's card, and what to warn of.

    Without `wanted` the file must hold just one. Raises ConfigError with everything that is wrong.
    """
    checked = check_file(file, installed_cards(settings.models), model)
    if checked.problems:
        raise ConfigError(checked.problems)
    by_id = {camera.id: (camera, card) for camera, card in checked.cameras}
    camera, card = _chosen(file, by_id, wanted)
    return camera, card, checked.warnings


def only_camera(file: Path, wanted: str | None) -> Camera:
    """The camera of a file, whatever models are installed; otherwise as `choose_camera`."""
    return _chosen(file, {camera.id: camera for camera in load_cameras(file)}, wanted)


def _chosen(file: Path, by_id: Mapping[str, Chosen], wanted: str | None) -> Chosen:
    if wanted is None and len(by_id) > 1:
        names = ", ".join(list(by_id)[:5])
        raise ConfigError(
            [Problem(str(file), "", f"holds {len(by_id)} cameras", f"choose one with --camera: {names}")]
        )
    camera_id = wanted if wanted is not None else next(iter(by_id))
    if camera_id not in by_id:
        raise ConfigError(
            [Problem(str(file), "", f'there is no camera "{camera_id}"', closest(camera_id, by_id))]
        )
    return by_id[camera_id]


def detector_for(card: ModelCard) -> OnnxDetector:
    """The detector that runs this card's network."""
    return OnnxDetector(card)
