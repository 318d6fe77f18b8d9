"""Whether a camera's rules can ever fire with the model that it is given."""

from collections.abc import Iterable

from sharp_eyes.cameras import Camera
from sharp_eyes.labels import LABELS, closest, from_native
from sharp_eyes.rules.spec import RuleSpec
from sharp_eyes.store.model_cards import ModelCard


def vocabulary(cards: Iterable[ModelCard]) -> frozenset[str]:
    """Every label that the farm or one of these models knows."""
    return frozenset(LABELS).union(*(card.our_labels() for card in cards))


def judge(camera: Camera, card: ModelCard, known: frozenset[str]) -> tuple[list[str], list[str]]:
    """What is wrong with the rules' labels (errors), and what merely never happens (warnings).

    An error where a label is known to nobody, or where the model has none of a rule's labels; a
    warning where it lacks some.
    """
    errors: list[str] = []
    warnings: list[str] = []
    for spec in camera.rules:
        error, warning = _judge_rule(spec, card, known)
        errors += [f'rule "{spec.name}": {error}'] if error else []
        warnings += [f'rule "{spec.name}": {warning}'] if warning else []
    return errors, warnings


def _judge_rule(spec: RuleSpec, card: ModelCard, known: frozenset[str]) -> tuple[str, str]:
    strangers = sorted(spec.labels - known)
    if strangers:
        hints = [f'unknown label "{label}"; {closest(from_native(label), known)}' for label in strangers]
        return " ".join(hints), ""
    has = frozenset(card.our_labels())
    lacking = sorted(spec.labels - has)
    if not lacking:
        return "", ""
    names = ", ".join(f'"{label}"' for label in lacking)
    text = f'the model "{card.name}" never sees {names}; it sees: {", ".join(sorted(has))}'
    return (text, "") if len(lacking) == len(spec.labels) else ("", text)
