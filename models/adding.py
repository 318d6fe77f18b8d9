"""Takes a model into the registry: looks at it, refuses what it is not, writes file and card."""

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from pydantic import ValidationError

from models.onnx_detector import NetworkFacts, facts_of, open_session
from models.pt_export import export_pt
from sharp_eyes.errors import ModelError
from sharp_eyes.labels import from_native
from sharp_eyes.store.model_cards import Family, ModelCard, card_text, read_card

DEFAULT_SIDE = 640  # the input that the families are trained at
LONGEST_NAME = 64

_FAMILY = re.compile(r"YOLO\s?v?(8|11|12|26)", re.IGNORECASE)
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who adds a model says about it; None where the file shall tell."""

    name: str | None = None
    channel: str = ""
    labels: tuple[str, ...] | None = None
    family: str | None = None
    confidence: float = 0.25


def add_model(source: str, folder: Path, wishes: Wishes) -> ModelCard:
    """Add the file (or, without a suffix, the ultralytics model of that name) to the registry.

    Raises ModelError that says what is wrong with it; then nothing has changed.
    """
    path = Path(source)
    if path.suffix == ".onnx":
        _must_exist(path)
        return _take_in(path, path.stem, folder, wishes)
    if path.suffix in {".pt", ""}:
        with tempfile.TemporaryDirectory() as scratch:
            return _take_in(export_pt(source, Path(scratch)), path.stem, folder, wishes)
    raise ModelError(
        f"{source}: neither .onnx nor .pt; give an ONNX file, an ultralytics .pt, or a model's name"
    )


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise ModelError(f"{path}: there is no such file")


def _take_in(file: Path, stem: str, folder: Path, wishes: Wishes) -> ModelCard:
    content = file.read_bytes()
    session = open_session(content, file.name)
    facts = facts_of(session, file.name, wishes.labels)
    digest = hashlib.sha256(content).hexdigest()
    name = wishes.name or _UNFIT.sub("-", stem).strip("-._")[:LONGEST_NAME] or "model"
    card_file = folder / f"{name}.toml"
    before = read_card(card_file) if card_file.exists() else None
    width, height = _input_size(facts, session.get_modelmeta().custom_metadata_map.get("imgsz", ""))
    try:
        card = ModelCard(
            name=name,
            version=_next_version(before, digest),
            family=_family(facts, file.name, wishes.family),
            file=f"{name}-{digest[:8]}.onnx",
            sha256=digest,
            license=facts.license or "unknown",
            channel=wishes.channel or (before.channel if before else ""),
            input_width=width,
            input_height=height,
            fixed_input=facts.width is not None or facts.height is not None,
            confidence=wishes.confidence,
            native_labels=list(facts.names),
            labels={native: from_native(native) for native in facts.names},
            folder=folder,
        )
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc']))} {e['input']!r}: {e['msg']}" for e in error.errors()
        )
        raise ModelError(f"{file.name}: no card can be written for it: {wrong}") from error
    _write(card, content)
    return card


def _input_size(facts: NetworkFacts, trained_at: str) -> tuple[int, int]:
    """(width, height): what the file fixes, else what it was trained at, else the usual."""
    numbers = [int(number) for number in re.findall(r"\d+", trained_at)]  # ultralytics: [height, width]
    height, width = (numbers + numbers)[:2] if numbers else (DEFAULT_SIDE, DEFAULT_SIDE)
    return facts.width or width, facts.height or height


def _family(facts: NetworkFacts, name: str, wished: str | None) -> Family:
    told = _FAMILY.search(facts.description)
    number = told.group(1) if told else ""
    family = wished or {"8": "yolov8"}.get(number, f"yolo{number}")
    if family in get_args(Family):
        return cast("Family", family)
    raise ModelError(
        f"{name}: does not tell its family; give it with --family ({', '.join(get_args(Family))})"
    )


def _next_version(before: ModelCard | None, digest: str) -> str:
    """The version after the one that is there; the same one for the same network."""
    if before is None:
        return "1"
    if before.sha256 == digest:
        return before.version
    return str(int(before.version) + 1) if before.version.isdigit() else f"{before.version}.1"


def _write(card: ModelCard, content: bytes) -> None:
    """The network first, its card last, each by renaming: a reader never sees half of one."""
    try:
        card.folder.mkdir(parents=True, exist_ok=True)
        if card.channel:
            _take_channel(card)
        _replace(card.path, content)
        _replace(card.folder / f"{card.name}.toml", card_text(card).encode())
    except OSError as error:
        raise ModelError(f"{card.folder}: cannot be written: {error.strerror}") from error


def _take_channel(card: ModelCard) -> None:
    """A channel is carried by one model: whoever had it gives it up."""
    for file in sorted(card.folder.glob("*.toml")):
        other = read_card(file)
        if other.channel == card.channel and other.name != card.name:
            _replace(file, card_text(other.model_copy(update={"channel": ""})).encode())


def _replace(path: Path, content: bytes) -> None:
    scratch = path.with_suffix(path.suffix + ".new")
    scratch.write_bytes(content)
    scratch.replace(path)
