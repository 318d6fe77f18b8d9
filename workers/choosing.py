"""Which camera and which model a command is about."""

from pathlib import Path

from models.onnx_detector import OnnxDetector
from sharp_eyes.cameras import Camera
from sharp_eyes.config.checking import check_file
from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.labels import closest
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import ModelCard, installed_cards


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
    camera, card = by_id[camera_id]
    return camera, card, checked.warnings


def detector_for(card: ModelCard) -> OnnxDetector:
    """The detector that runs this card's network."""
    return OnnxDetector(card)
