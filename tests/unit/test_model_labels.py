"""A rule is refused where its model can never see any of its labels, and warned of where it lacks some."""

from sharp_eyes.cameras import Camera
from sharp_eyes.config.model_labels import judge, vocabulary
from sharp_eyes.geometry import Polygon
from sharp_eyes.labels import LABELS
from sharp_eyes.rules.spec import RuleSpec, StaySettings, Zone
from sharp_eyes.store.model_cards import ModelCard

ZONE = Zone("yard", Polygon(((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))))


def card(name: str = "street", **native_to_ours: str) -> ModelCard:
    labels = native_to_ours or {"pedestrian": "person", "car": "car", "kite": "kite"}
    return ModelCard(
        name=name,
        family="yolo11",
        file="street.onnx",
        sha256="0" * 64,
        license="AGPL-3.0-or-later",
        input_width=640,
        input_height=384,
        native_labels=list(labels),
        labels=labels,
    )


def camera(*labels_of_rules: list[str]) -> Camera:
    rules = tuple(
        RuleSpec(f"rule-{n}", "intrusion", StaySettings(ZONE, 2.0), frozenset(labels), 2, "clip")
        for n, labels in enumerate(labels_of_rules)
    )
    return Camera("cam-1", (), "00", None, None, 5.0, "default", True, 2, None, 5.0, 5.0, (), (), rules)


def verdict(*labels_of_rules: list[str], others: tuple[ModelCard, ...] = ()) -> tuple[list[str], list[str]]:
    model = card()
    return judge(camera(*labels_of_rules), model, vocabulary([model, *others]))


def test_labels_that_the_model_has_are_fine() -> None:
    assert verdict(["person"], ["car", "person"]) == ([], [])


def test_another_word_for_one_of_our_labels_is_refused_with_ours() -> None:
    errors, _ = verdict(["pedestrian"])
    assert errors == ['rule "rule-0": unknown label "pedestrian"; did you mean "person"?']


def test_a_rule_none_of_whose_labels_the_model_has_is_refused() -> None:
    assert verdict(["bus", "truck"]) == (
        ['rule "rule-0": the model "street" never sees "bus", "truck"; it sees: car, kite, person'],
        [],
    )


def test_a_rule_some_of_whose_labels_the_model_lacks_is_warned_of() -> None:
    assert verdict(["bus", "car"]) == (
        [],
        ['rule "rule-0": the model "street" never sees "bus"; it sees: car, kite, person'],
    )


def test_a_label_that_nobody_knows_is_refused_with_a_suggestion() -> None:
    assert verdict(["person", "persom"]) == (
        ['rule "rule-0": unknown label "persom"; did you mean "person"?'],
        [],
    )


def test_every_rule_is_judged() -> None:
    errors, warnings = verdict(["persom"], ["person"], ["bus"], ["bus", "car"])
    assert [text[:13] for text in errors] == ['rule "rule-0"', 'rule "rule-2"']
    assert [text[:13] for text in warnings] == ['rule "rule-3"']


def test_every_unknown_label_of_a_rule_is_named() -> None:
    errors, _ = verdict(["persom", "carr"])
    assert '"persom"' in errors[0]
    assert '"carr"' in errors[0]


def test_a_label_that_only_another_model_has_is_known_but_never_seen() -> None:
    fire = card("fire", fire="fire", smoke="smoke")
    assert 'unknown label "fire"' in verdict(["fire"])[0][0]
    errors, _ = verdict(["fire"], others=(fire,))
    assert errors == ['rule "rule-0": the model "street" never sees "fire"; it sees: car, kite, person']


def test_the_vocabulary_is_the_farms_and_every_models() -> None:
    assert vocabulary([card(a="fire"), card(b="smoke")]) == {*LABELS, "fire", "smoke"}
    assert vocabulary([]) == set(LABELS)
