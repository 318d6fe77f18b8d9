"""The environment is read in one place, and a variable that nobody reads is an error."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from sharp_eyes import settings
from sharp_eyes.errors import ConfigError


def test_without_any_variable_the_defaults_hold() -> None:
    loaded = settings.load({"PATH": "/bin"})
    assert loaded.models == Path(".sharp-eyes/models")
    assert loaded.real_data is None


def test_a_variable_sets_its_setting() -> None:
    loaded = settings.load({"SHARP_EYES_MODELS": "/srv/models", "SHARP_EYES_REAL_DATA": "/srv/real"})
    assert loaded.models == Path("/srv/models")
    assert loaded.real_data == Path("/srv/real")


def test_an_unknown_variable_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ConfigError) as caught:
        settings.load({"SHARP_EYES_MODEL": "/srv/models"})
    (problem,) = caught.value.problems
    assert (problem.path, problem.message) == ("SHARP_EYES_MODEL", "no such setting")
    assert problem.hint == 'did you mean "SHARP_EYES_MODELS"?'


def test_every_unknown_variable_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        settings.load({"SHARP_EYES_B": "", "SHARP_EYES_MODELS": "/x", "SHARP_EYES_A": ""})
    assert [problem.path for problem in caught.value.problems] == ["SHARP_EYES_A", "SHARP_EYES_B"]


def test_other_peoples_variables_are_let_pass() -> None:
    assert settings.load({"SHARPEYES_MODELS": "x", "MODELS": "y"}) == settings.load({})


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings.load({}).models = Path("/elsewhere")


def test_every_setting_is_described() -> None:
    assert [name for name, field in settings.Settings.model_fields.items() if not field.description] == []
