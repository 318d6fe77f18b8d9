"""The card of a scenario, `scenario.json` beside its truth: its sort, and how long it is."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sharp_eyes.errors import ConfigError, Problem

CARD = "scenario.json"
LONGEST_SECONDS = 1e10  # some three hundred years

# A name becomes the name of a file, and a word of a command.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]


class ScenarioCard(BaseModel):
    """What judging reads of a card; other keys are let pass."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: Name
    kind: str
    layout: str
    condition: str
    difficulty: str
    fps: Annotated[float, Field(gt=0, le=1000)]
    seconds: Annotated[float, Field(ge=0.1, le=LONGEST_SECONDS)]

    @property
    def tags(self) -> dict[str, str]:
        """Of which sort it is, in the words by which scenarios are summed up."""
        return {
            "kind": self.kind,
            "condition": self.condition,
            "layout": self.layout,
            "difficulty": self.difficulty,
        }


def read_card(file: Path) -> ScenarioCard:
    """The card in this file. Raises ConfigError with what is wrong in it."""
    try:
        return ScenarioCard.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        problems = [
            Problem(str(file), ".".join(map(str, wrong["loc"])), wrong["msg"]) for wrong in error.errors()
        ]
        raise ConfigError(problems) from error
    except OSError as error:
        raise ConfigError([Problem(str(file), "", f"cannot be read: {error.strerror}")]) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError([Problem(str(file), "", f"not JSON: {error}")]) from error
