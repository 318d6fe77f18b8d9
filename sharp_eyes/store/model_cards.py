"""Model cards: what is known of each model, in a TOML file beside the model's own.

.sharp-eyes/models/
  yolo11n-1a2b3c4d.onnx  the network, with the beginning of its hash
  yolo11n.toml           its card: name, version, family, hash, labels, input, thresholds, channel
"""

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Literal, Protocol

import tomli
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sharp_eyes.errors import ModelError, printable
from sharp_eyes.labels import closest

Family = Literal["yolov8", "yolo11", "yolo12", "yolo26"]
Share = Annotated[float, Field(ge=0, le=1)]
LARGEST_CARD = 1 << 20  # bytes
Side = Annotated[int, Field(ge=32, le=4096, multiple_of=32)]


class ModelCard(BaseModel):
    """One version of one model.

    `input_width` × `input_height` is the largest picture the network is given; `labels` maps its
    native labels to ours; `confidence` and `iou` are the thresholds of detection and of
    non-maximum suppression; `folder` is where the card lies.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    version: str = "1"
    family: Family
    file: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f\x7f-\x9f]+\.onnx$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    license: str
    channel: str = ""
    input_width: Side
    input_height: Side
    fixed_input: bool = False
    confidence: Share = 0.25
    iou: Share = 0.7
    native_labels: Annotated[list[str], Field(min_length=1)]
    labels: dict[str, str]
    training: dict[str, str | int | float | bool] = {}
    folder: Annotated[Path, Field(exclude=True)] = Path()

    @property
    def path(self) -> Path:
        """Where the network's file lies."""
        return self.folder / self.file

    @property
    def title(self) -> str:
        """What events call it: name, version, and the beginning of its hash."""
        return f"{self.name}@{self.version}+{self.sha256[:8]}"

    def our_labels(self) -> tuple[str, ...]:
        """For each native class, in the network's order, our label for it."""
        return tuple(self.labels.get(native, native) for native in self.native_labels)


class ModelCards(Protocol):
    """The models that are known."""

    def all(self) -> list[ModelCard]:
        """Every card that can be read; where two answer to one channel, the earlier holds it."""
        ...

    def broken(self) -> Mapping[str, str]:
        """The cards that cannot be read: name → what is wrong."""
        ...


class FolderModelCards:
    """Cards in folders; a card in an earlier folder hides one of the same name in a later."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def all(self) -> list[ModelCard]:
        """Every card that can be read, folder by folder: one that is broken does not stop the others."""
        return [card for card in self._read().values() if isinstance(card, ModelCard)]

    def broken(self) -> dict[str, str]:
        """The cards that cannot be read: name → what is wrong."""
        return {name: str(card) for name, card in self._read().items() if isinstance(card, ModelError)}

    def _read(self) -> dict[str, ModelCard | ModelError]:
        cards: dict[str, ModelCard | ModelError] = {}
        for folder in self._folders:
            for file in sorted(folder.glob("*.toml")):
                try:
                    card = read_card(file)
                    cards.setdefault(card.name, card)
                except ModelError as error:
                    cards.setdefault(file.stem, error)
        return cards


def installed_cards(own: Path) -> FolderModelCards:
    """The registry in the folder `own`, and behind it what installed packages bring along."""
    bundled = [point.load()() for point in entry_points(group="sharp_eyes.model_folders")]
    return FolderModelCards(own, *bundled)


class MemoryModelCards:
    """Cards held in a list: the fake for tests."""

    def __init__(self, *cards: ModelCard) -> None:
        self.cards = list(cards)

    def all(self) -> list[ModelCard]:
        """Every card, as given."""
        return self.cards

    def broken(self) -> dict[str, str]:
        """None."""
        return {}


def find_card(cards: ModelCards, wanted: str) -> ModelCard:
    """The card of that name, else the first whose channel it is.

    Raises ModelError that names what there is, or what is wrong with the card of that name.
    """
    known = cards.all()
    broken = cards.broken()
    if wanted in broken:
        raise ModelError(broken[wanted])
    named = [card for card in known if card.name == wanted]
    on_channel = [card for card in known if wanted and card.channel == wanted]
    if named or on_channel:
        return (named or on_channel)[0]
    words = [card.name for card in known] + [card.channel for card in known if card.channel]
    unread = f" (cards that cannot be read: {', '.join(sorted(broken))})" if broken else ""
    raise ModelError(f'there is no model or channel "{wanted}"; {closest(wanted, words)}{unread}')


def read_card(file: Path) -> ModelCard:
    """The card in this file. Raises ModelError with the file and what is wrong."""
    try:
        with file.open("rb") as text:
            content = text.read(LARGEST_CARD + 1)
        if len(content) > LARGEST_CARD:
            raise ModelError(f"{file}: the model card is larger than {LARGEST_CARD >> 20} MiB")
        table = tomli.loads(content.decode())
        return ModelCard.model_validate(table | {"folder": file.parent})
    except OSError as error:
        raise ModelError(f"{file}: the model card cannot be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ModelError(f"{file}: the model card is wrong: {printable(wrong)}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{file}: the model card is not TOML: {printable(str(error))}") from error


def card_text(card: ModelCard) -> str:
    """The card as TOML."""
    return tomli_w.dumps(card.model_dump())
