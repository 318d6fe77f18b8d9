"""Takes a model into the registry: looks at it, refuses what it is not, writes file and card."""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from pydantic import ValidationError

from models.inspection import inspect
from models.onnx_detector import NetworkFacts
from models.pt_export import export_pt
from sharp_eyes.errors import ModelError, StoreError
from sharp_eyes.labels import from_native
from sharp_eyes.store.model_cards import Family, FolderModelCards, ModelCard, card_text, read_card

DEFAULT_SIDE = 640  # the input that the families are trained at
LONGEST_NAME = 64
LARGEST_NETWORK = 2 << 30  # the most that a protobuf, which ONNX is, can hold

_FAMILY = re.compile(r"YOLO\s?v?(8|11|12|26)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,9}")
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

    Raises ModelError that says what is wrong with it, StoreError where the registry cannot be
    written; then nothing has changed.
    """
    path = Path(source)
    if path.suffix not in {".onnx", ".pt", ""}:
        raise ModelError(
            f"{source}: neither .onnx nor .pt; give an ONNX file, an ultralytics .pt, or a model's name"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        scratch = Path(place)
        file = path if path.suffix == ".onnx" else export_pt(source, scratch)
        return _take_in(file, path.stem, folder, wishes, scratch)


def _read(path: Path) -> bytes:
    """A plain file of bearable size: an export may leave a pipe or a device in its place."""
    try:
        if not path.is_file():
            raise ModelError(f"{path}: there is no such file")
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_NETWORK:
                raise ModelError(f"{path}: no plain file of at most {LARGEST_NETWORK >> 30} GiB")
            return file.read(LARGEST_NETWORK)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error


def _take_in(file: Path, stem: str, folder: Path, wishes: Wishes, scratch: Path) -> ModelCard:
    content = _read(file)
    facts = inspect(content, file.name, wishes.labels, scratch)
    digest = hashlib.sha256(content).hexdigest()
    name = wishes.name or _UNFIT.sub("-", stem).strip("-._")[:LONGEST_NAME] or "model"
    card_file = folder / f"{name}.toml"
    before = read_card(card_file) if card_file.exists() else None
    width, height = _input_size(facts)
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
            f"{'.'.join(map(str, e['loc']))} {e['input']!r:.80}: {e['msg']}" for e in error.errors()
        )
        raise ModelError(f"{file.name}: no card can be written for it: {wrong}") from error
    _write(card, content)
    return card


def _input_size(facts: NetworkFacts) -> tuple[int, int]:
    """(width, height): what the file fixes, else what it was trained at, else the usual."""
    numbers = [int(number) for number in re.findall(r"\d+", facts.trained_at)]  # ultralytics: [height, width]
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
    number = _NUMBER.fullmatch(before.version)
    return str(int(before.version) + 1) if number else f"{before.version}.1"


def _write(card: ModelCard, content: bytes) -> None:
    """The network first, then its card, and last those that give up its channel.

    All lies ready before the first is renamed: a full disk changes nothing, and a reader never sees
    half of a file.
    """
    made = not card.folder.exists()
    wanted = {card.path: content, card.folder / f"{card.name}.toml": card_text(card).encode()}
    staged: dict[Path, Path] = {}
    try:
        card.folder.mkdir(parents=True, exist_ok=True)
        for path, text in (wanted | _without_channel(card)).items():
            staged[path] = path.with_name(f"{path.name}.{os.getpid()}.new")
            staged[path].write_bytes(text)
        for path, ready in staged.items():
            ready.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            for ready in staged.values():
                ready.unlink(missing_ok=True)
            if made:
                card.folder.rmdir()
        raise StoreError(f"{card.folder}: cannot be written: {error.strerror}") from error


def _without_channel(card: ModelCard) -> dict[Path, bytes]:
    """A channel is carried by one model: the cards of those that had it, without it."""
    if not card.channel:
        return {}
    return {
        other.folder / f"{other.name}.toml": card_text(other.model_copy(update={"channel": ""})).encode()
        for other in FolderModelCards(card.folder).all()
        if other.channel == card.channel and other.name != card.name
    }
