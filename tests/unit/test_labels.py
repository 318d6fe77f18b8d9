"""One word for each thing, whatever a model calls it; and a hint where a word is unknown."""

import pytest

from sharp_eyes.labels import LABELS, closest, from_native


@pytest.mark.parametrize(
    ("native", "ours"),
    [
        ("pedestrian", "person"),
        ("people", "person"),
        ("motor", "motorcycle"),
        ("motorbike", "motorcycle"),
        ("bike", "bicycle"),
        ("lorry", "truck"),
        ("handbag", "bag"),
        ("backpack", "bag"),
        ("suitcase", "bag"),
        ("  Pedestrian ", "person"),
        ("Person", "person"),
    ],
)
def test_other_words_for_our_things_become_ours(native: str, ours: str) -> None:
    assert from_native(native) == ours


@pytest.mark.parametrize("label", LABELS)
def test_our_own_words_stay(label: str) -> None:
    assert from_native(label) == label


def test_what_we_have_no_word_for_keeps_its_own_in_small_letters() -> None:
    assert from_native("Fire Hydrant") == "fire hydrant"


def test_a_word_nearly_right_is_met_with_a_suggestion() -> None:
    assert closest("persn", LABELS) == 'did you mean "person"?'


def test_a_word_far_from_all_is_met_with_what_there_is() -> None:
    assert closest("xyz", ["b", "a", "b"]) == "known here: a, b"


def test_where_nothing_is_known_that_is_said() -> None:
    assert closest("xyz", []) == "none is known here"
