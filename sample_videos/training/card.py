"""The card beside a trained file: what the product needs to run it, how it came about, what it can do."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sample_videos.studio.labels import LABELS
from sample_videos.training.appraisal import LEAST_CONFIDENCE, Appraisal, Figure
from sample_videos.training.crop import INPUT
from sharp_eyes.store.model_cards import ModelCard, card_text, read_card

CONFIDENCE = 0.35  # until it is measured
VERSION = "3"  # of what is trained now: counted up when a file has been bundled
OVERLAP = 0.4  # at more, one person often keeps two boxes; two people seldom share as much

Facts = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Course:
    """How a file was trained: on how many pictures, drawn how often in all.

    `ancestor` is the SHA-256 of the file whose weights it began with; "" where it began from nothing.
    """

    seed: int
    minutes: float
    steps: int
    pictures: int
    drawn: int
    ancestor: str = ""

    def facts(self) -> Facts:
        """As the card tells it."""
        return {
            "script": "python -m sample_videos.training.train",
            "seed": self.seed,
            "minutes": round(self.minutes, 1),
            "steps": self.steps,
            "pictures": self.pictures,
            "drawn": self.drawn,
            "ancestor": self.ancestor,
        }


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def card_file(path: Path) -> Path:
    """Where the card of an ONNX file lies."""
    return path.with_suffix(".toml")


def write_card(path: Path, facts: Facts, appraisal: Appraisal | None) -> None:
    """Write the card of an ONNX file; what was measured, if anything, goes into it."""
    card = ModelCard(
        name=path.stem,
        version=VERSION,
        family="yolo11",
        file=path.name,
        sha256=hash_of(path),
        license="AGPL-3.0-or-later",
        channel="default",
        input_width=INPUT[0],
        input_height=INPUT[1],
        confidence=appraisal.confidence if appraisal else CONFIDENCE,
        iou=OVERLAP,
        native_labels=list(LABELS),
        labels={label: label for label in LABELS},
        training=facts | (measured(appraisal) if appraisal else {}),
    )
    _put_beside(path, card)


def record(path: Path, appraisal: Appraisal) -> None:
    """Write what was measured into the card that a file has. Raises ModelError where it has none."""
    card = read_card(card_file(path))
    names = Course(0, 0.0, 0, 0, 0).facts()
    course = {name: value for name, value in card.training.items() if name in names}
    news = {"confidence": appraisal.confidence, "training": course | measured(appraisal)}
    _put_beside(path, card.model_copy(update=news))  # what was set by hand, as the overlap, stays


def _put_beside(path: Path, card: ModelCard) -> None:
    unfinished = card_file(path).with_suffix(".toml.part")
    unfinished.write_text(card_text(card), encoding="utf-8")
    unfinished.replace(card_file(path))


def measured(appraisal: Appraisal) -> Facts:
    """The figures by name, those without objects left out."""
    facts: Facts = {"held_out_pictures": appraisal.pictures, "best_confidence": appraisal.best_confidence}
    for figure in appraisal.figures:
        facts |= _named(figure)
    return facts


def _named(figure: Figure) -> Facts:
    if figure.ap50 is None:
        return {}
    return {
        f"{figure.name}_objects": figure.objects,
        f"{figure.name}_ap50": round(figure.ap50, 4),
        f"{figure.name}_recall": round(figure.recall, 4),
        f"{figure.name}_precision": round(figure.precision, 4),
    }


def for_measuring(path: Path) -> ModelCard:
    """The file's card with a confidence that lets everything through."""
    return read_card(card_file(path)).model_copy(update={"confidence": LEAST_CONFIDENCE})
