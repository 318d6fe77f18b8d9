"""The detectors of a worker: one for each network that its cameras ask for, shared by all of them."""

from collections.abc import Callable, Collection

from models.detector import Detector
from sharp_eyes.clock import Clock
from sharp_eyes.settings import Settings
from sharp_eyes.store.model_cards import find_card, installed_cards
from workers.analysis import Analysis
from workers.choosing import detector_for

# The title of a model or channel, and how its detector is loaded. Raises ModelError.
Models = Callable[[str], tuple[str, Callable[[], Detector]]]


def installed_models(settings: Settings) -> Models:
    """The models of the registry and those that came with the packages."""

    def find(model: str) -> tuple[str, Callable[[], Detector]]:
        card = find_card(installed_cards(settings.models), model)
        return card.title, lambda: detector_for(card)

    return find


class Analyses:
    """Loads at the first use; two names of one network share it. Not for several threads."""

    def __init__(self, models: Models, clock: Clock) -> None:
        self._models = models
        self._clock = clock
        self._loaded: dict[str, Analysis] = {}  # by title

    @property
    def titles(self) -> tuple[str, ...]:
        """What is loaded."""
        return tuple(self._loaded)

    def of(self, model: str) -> tuple[str, Analysis]:
        """The title that a model or channel has now, and its analysis. Raises ModelError."""
        title, load = self._models(model)
        if title not in self._loaded:
            self._loaded[title] = Analysis(load(), self._clock)
        return title, self._loaded[title]

    def keep(self, titles: Collection[str]) -> None:
        """Let go of all others."""
        for title in [title for title in self._loaded if title not in titles]:
            self._loaded.pop(title).close()
