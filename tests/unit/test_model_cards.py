"""Model cards lie beside their models, are read strictly and found by name or by channel."""

from pathlib import Path

import pytest

from sharp_eyes.errors import ModelError
from sharp_eyes.store.model_cards import (
    FolderModelCards,
    MemoryModelCards,
    ModelCard,
    card_text,
    find_card,
    installed_cards,
    read_card,
)


def card(name: str = "yolo11n", **other: object) -> ModelCard:
    table: dict[str, object] = {
        "name": name,
        "family": "yolo11",
        "file": f"{name}.onnx",
        "sha256": "0" * 64,
        "license": "AGPL-3.0-or-later",
        "input_width": 640,
        "input_height": 384,
        "native_labels": ["pedestrian", "car", "kite"],
        "labels": {"pedestrian": "person", "car": "car"},
    }
    return ModelCard.model_validate(table | other)


def written(folder: Path, *cards: ModelCard) -> Path:
    folder.mkdir(exist_ok=True)
    for one in cards:
        (folder / f"{one.name}.toml").write_text(card_text(one), encoding="utf-8")
    return folder


def test_a_card_survives_its_text(tmp_path: Path) -> None:
    known = card(channel="default", confidence=0.4, training={"seed": 1, "minutes": 2.5, "script": "a"})
    written(tmp_path, known)
    assert read_card(tmp_path / "yolo11n.toml") == known.model_copy(update={"folder": tmp_path})


def test_the_networks_file_lies_beside_its_card(tmp_path: Path) -> None:
    written(tmp_path, card())
    assert read_card(tmp_path / "yolo11n.toml").path == tmp_path / "yolo11n.onnx"


def test_labels_are_ours_in_the_networks_order_and_unmapped_ones_keep_their_own() -> None:
    assert card().our_labels() == ("person", "car", "kite")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"name": "no name"}, "name"),
        ({"family": "yolo3"}, "family"),
        ({"file": "model.pt"}, "file"),
        ({"file": "../model.onnx"}, "file"),
        ({"file": "a\x1b.onnx"}, "file"),
        ({"file": "a\x00.onnx"}, "file"),
        ({"sha256": "abc"}, "sha256"),
        ({"input_width": 100}, "input_width"),
        ({"input_height": 0}, "input_height"),
        ({"confidence": 1.5}, "confidence"),
        ({"native_labels": []}, "native_labels"),
        ({"colour": "red"}, "colour"),
    ],
    ids=str,
)
def test_a_wrong_card_is_refused_with_its_file_and_key(
    tmp_path: Path, wrong: dict[str, object], named: str
) -> None:
    broken = card().model_copy(update={key: value for key, value in wrong.items() if key != "colour"})
    text = card_text(broken)
    text = 'colour = "red"\n' + text if "colour" in wrong else text
    file = tmp_path / "broken.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=rf"broken\.toml: the model card is wrong: {named}: "):
        read_card(file)


def test_a_card_that_is_missing_or_no_toml_is_refused_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.toml: the model card cannot be read"):
        read_card(tmp_path / "missing.toml")
    (tmp_path / "broken.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(ModelError, match=r"broken\.toml: the model card is not TOML: Invalid value"):
        read_card(tmp_path / "broken.toml")
    (tmp_path / "bytes.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ModelError, match=r"bytes\.toml: the model card is not TOML"):
        read_card(tmp_path / "bytes.toml")


def test_one_wrong_card_stops_only_who_asks_for_it(tmp_path: Path) -> None:
    written(tmp_path, card())
    (tmp_path / "zz.toml").write_text("name = 1", encoding="utf-8")
    cards = FolderModelCards(tmp_path)
    assert [one.name for one in cards.all()] == ["yolo11n"]
    assert list(cards.broken()) == ["zz"]
    assert find_card(cards, "yolo11n").name == "yolo11n"
    with pytest.raises(ModelError, match=r"zz\.toml: the model card is wrong"):
        find_card(cards, "zz")
    with pytest.raises(ModelError, match=r"cards that cannot be read: zz\)"):
        find_card(cards, "default")


def test_a_wrong_card_is_not_replaced_by_one_that_it_would_hide(tmp_path: Path) -> None:
    own, bundled = tmp_path / "own", written(tmp_path / "bundled", card())
    own.mkdir()
    (own / "yolo11n.toml").write_text("name = 1", encoding="utf-8")
    with pytest.raises(ModelError, match=r"own/yolo11n\.toml"):
        find_card(FolderModelCards(own, bundled), "yolo11n")


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 5000, "x = " + "9" * 5000, "# " + "x" * (1 << 20), '"\\u001b[31m" = 1'],
    ids=["deep", "a long number", "huge", "a key that steers the terminal"],
)
def test_a_card_that_was_made_to_hurt_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "evil.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"evil\.toml: the model card is") as caught:
        read_card(tmp_path / "evil.toml")
    assert str(caught.value).isprintable()


def test_an_earlier_folder_hides_a_card_of_the_same_name_in_a_later(tmp_path: Path) -> None:
    own = written(tmp_path / "own", card(version="2"))
    bundled = written(tmp_path / "bundled", card(version="1"), card("studio"))
    cards = FolderModelCards(own, bundled).all()
    assert [(one.name, one.version) for one in cards] == [("yolo11n", "2"), ("studio", "1")]


def test_a_folder_that_is_not_there_holds_no_card(tmp_path: Path) -> None:
    assert FolderModelCards(tmp_path / "none").all() == []


def test_a_card_is_found_by_its_name_before_its_channel() -> None:
    cards = MemoryModelCards(card("a", channel="b"), card("b"))
    assert find_card(cards, "b").name == "b"


def test_the_first_card_on_a_channel_holds_it() -> None:
    cards = MemoryModelCards(card("a"), card("b", channel="default"), card("c", channel="default"))
    assert find_card(cards, "default").name == "b"


def test_an_unknown_model_is_met_with_what_there_is() -> None:
    cards = MemoryModelCards(card("studio", channel="default"))
    with pytest.raises(ModelError, match='no model or channel "studoi"; did you mean "studio"'):
        find_card(cards, "studoi")
    with pytest.raises(ModelError, match='no model or channel "xyz"; known here: default, studio'):
        find_card(cards, "xyz")
    with pytest.raises(ModelError, match="none is known here"):
        find_card(MemoryModelCards(), "default")


def test_a_card_without_a_channel_is_not_found_by_an_empty_name() -> None:
    with pytest.raises(ModelError, match="no model or channel"):
        find_card(MemoryModelCards(card()), "")


def test_the_bundled_model_holds_the_default_channel(tmp_path: Path) -> None:
    assert find_card(installed_cards(tmp_path), "default").name == "studio"
