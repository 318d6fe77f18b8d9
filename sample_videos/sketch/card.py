"""The card beside a trained file: what the product needs to run it, and how it came about."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sample_videos.sketch.scene import LABELS
from sample_videos.sketch.score import CONFIDENCE, OVERLAP, Figure


@dataclass(frozen=True, slots=True)
class Course:
    """How a file was trained; what came before is empty for one trained from nothing."""

    minutes: float
    seed: int
    steps: int
    minutes_before: float = 0.0
    start_sha256: str = ""


def digest(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def minutes_of(path: Path) -> float:
    """Give the minutes that an exported file was trained in all; 0 where no card tells."""
    card = path.with_suffix(".toml")
    if not card.exists():
        return 0.0
    training = tomllib.loads(card.read_text(encoding="utf-8"))["training"]
    return float(training["minutes"]) + float(training["minutes_before"])


def write_card(path: Path, *, size: tuple[int, int], course: Course, figures: list[Figure]) -> None:
    """Write the TOML card of an ONNX file beside it."""
    names = ", ".join(f'"{label}"' for label in LABELS)
    lines = [
        f'name = "{path.stem}"',
        'version = "1"',
        'family = "yolo11"',
        f'file = "{path.name}"',
        f'sha256 = "{digest(path)}"',
        'license = "AGPL-3.0-or-later"',
        'channel = "default"',
        f"input_width = {size[0]}",
        f"input_height = {size[1]}",
        f"confidence = {CONFIDENCE}",
        f"iou = {OVERLAP}",
        f"native_labels = [{names}]",
        "",
        "[labels]",
        *(f'{label} = "{label}"' for label in LABELS),
        "",
        "# Painted scenes only. The figures are of held-out scenes, by height in pixels of 640x360.",
        "[training]",
        'script = "python -m sample_videos.sketch.train"',
        f"seed = {course.seed}",
        f"minutes = {course.minutes}",
        f"steps = {course.steps}",
        f"minutes_before = {course.minutes_before}",
        f'start_sha256 = "{course.start_sha256}"',
        *(line for figure in figures for line in _lines(figure)),
    ]
    path.with_suffix(".toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines(figure: Figure) -> list[str]:
    about = f"{figure.label}_{figure.heights[0]}_{figure.heights[1]}px"
    return [
        f"{about}_objects = {figure.objects}",
        f"{about}_ap50 = {figure.average_precision}",
        f"{about}_recall = {figure.recall}",
        f"{about}_precision = {figure.precision}",
    ]
