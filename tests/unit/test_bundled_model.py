"""The bundled model is what its card says, and knows the labels of the sample world."""

import hashlib

import pytest

from models.bundled_models import folder
from sample_videos.studio.labels import LABELS
from sharp_eyes.store.model_cards import ModelCard, read_card


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(folder() / "studio.toml")


def test_the_bundled_card_is_of_the_bundled_file_which_is_small(card: ModelCard) -> None:
    content = card.path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert len(content) <= 3_000_000


def test_the_bundled_model_knows_the_labels_of_the_sample_world(card: ModelCard) -> None:
    assert card.our_labels() == tuple(LABELS)
