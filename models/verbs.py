"""`sharp-eyes models …`: the models that cameras may use."""

import json
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sharp_eyes.errors import printable, printable_json
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import Family, ModelCard, find_card, installed_cards


@click.group(
    epilog="""\b
Examples:
  sharp-eyes models list
  sharp-eyes models add yolo11n.pt
  sharp-eyes models add street.onnx --name street --channel default
  sharp-eyes models show yolo11n --json"""
)
def models() -> None:
    """Add, list and show detection models."""


@models.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def list_models(settings: Settings, as_json: bool) -> None:
    """List the models that are there."""
    registry = installed_cards(settings.models)
    cards = sorted(registry.all(), key=lambda card: card.name)
    for wrong in registry.broken().values():
        click.echo(f"warning: {printable(wrong)}", err=True)
    if as_json:
        click.echo(printable_json(json.dumps([_document(card) for card in cards], ensure_ascii=False)))
        return
    table = Table("name", "version", "channel", "family", "input", "labels", "licence")
    for card in cards:
        labels = sorted(set(card.our_labels()))
        shown = ", ".join(labels[:6]) + (f" and {len(labels) - 6} more" if len(labels) > 6 else "")
        size = f"{card.input_width}×{card.input_height}"
        row = (card.name, card.version, card.channel, card.family, size, shown, card.license)
        table.add_row(*map(_foreign, row))
    Console().print(table)


@models.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(settings: Settings, name: str, as_json: bool) -> None:
    """Show the card of the model or channel NAME."""
    card = find_card(installed_cards(settings.models), name)
    if as_json:
        click.echo(printable_json(json.dumps(_document(card), ensure_ascii=False)))
        return
    table = Table(show_header=False, box=None)
    for key, value in _document(card).items():
        told = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
        table.add_row(key, _foreign(told))
    Console().print(table)


@models.command()
@click.argument("file", metavar="FILE|NAME")
@click.option("--name", help="What cameras will call it.  [default: the file's name]")
@click.option("--channel", default="", help="The channel that it shall carry from now on.")
@click.option("--labels", help="Its classes, in order, by commas; for networks that do not name them.")
@click.option(
    "--family", type=click.Choice(get_args(Family)), help="For networks that do not tell their family."
)
@click.option(
    "--confidence", type=click.FloatRange(0, 1), default=0.25, show_default=True, help="Detection threshold."
)
@click.pass_obj
def add(
    settings: Settings,
    file: str,
    name: str | None,
    channel: str,
    labels: str | None,
    family: str | None,
    confidence: float,
) -> None:
    """Add a model: an ONNX file, an ultralytics .pt file, or the NAME of an ultralytics model.

    A .pt file is a program as much as data: it is opened in a process of its own, which exports it
    to ONNX; only the ONNX file is kept.
    """
    from models.adding import Wishes, add_model  # needs the networks' libraries

    console = Console(stderr=True)
    with console.status(_foreign(f"adding {file}")) if console.is_terminal else console.capture():
        native = tuple(label.strip() for label in labels.split(",")) if labels else None
        wishes = Wishes(name=name, channel=channel, labels=native, family=family, confidence=confidence)
        card = add_model(file, settings.models, wishes)
    mapped = sorted({f"{native} → {ours}" for native, ours in card.labels.items() if native != ours})
    click.echo(
        f'added "{card.name}" version {card.version}: {card.family}, {len(card.native_labels)} classes'
    )
    if card.channel:
        click.echo(f'it carries the channel "{printable(card.channel)}"')
    if mapped:
        click.echo(printable("labels called otherwise here: " + ", ".join(mapped)))
    click.echo(f"card: {Path(card.folder) / (card.name + '.toml')}")


def _document(card: ModelCard) -> dict[str, object]:
    return card.model_dump() | {"path": str(card.path)}


def _foreign(text: str) -> Text:
    """Strangers' words: neither markup nor what steers a terminal."""
    return Text(printable(text))
