"""`sharp-eyes access`: rights by hand."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import passwords
from api.first_start import first_user
from api.verbs.access import access
from sharp_eyes.clock import REPLAY_EPOCH
from sharp_eyes.errors import ConfigError
from sharp_eyes.settings import Settings
from sharp_eyes.store.registry.opening import open_registry


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=f"sqlite:///{tmp_path / 'index.sqlite'}")


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(access, arguments, obj=settings, catch_exceptions=False)


def test_a_person_gets_a_one_time_password_and_rights_that_change_and_end(
    settings: Settings,
) -> None:
    made = run(settings, "user", "ann", "--scope", "events:read", "--division", "330802")
    password = made.output.split()[-1]
    with open_registry(settings.index) as registry:
        ann = registry.find_user("ann")
        assert ann is not None
        assert (ann.scopes, ann.divisions) == ({"events:read"}, ("330802",))
        assert passwords.matches(ann.password_hash, password)
        assert passwords.is_one_time(ann.password_hash)
        run(settings, "user", "ann", "--scope", "admin")
        changed = registry.find_user("ann")
        assert changed is not None
        assert (changed.scopes, changed.divisions) == ({"admin"}, ("",))
        run(settings, "revoke", "ann")
        gone = registry.find_user("ann")
        assert gone is not None
        assert gone.disabled


def test_a_program_gets_a_token_that_can_be_revoked(settings: Settings) -> None:
    token = run(settings, "token", "centre", "--scope", "events:read").output.strip()
    listed = run(settings, "list").output
    assert "centre" in listed
    assert token not in listed
    with open_registry(settings.index) as registry:
        assert registry.find_token(token, at=REPLAY_EPOCH) is not None
        run(settings, "revoke", "centre")
        assert registry.find_token(token, at=REPLAY_EPOCH) is None


def test_an_unknown_scope_and_an_unknown_name_are_told(settings: Settings) -> None:
    with pytest.raises(ConfigError, match='did you mean "events:read"'):
        run(settings, "token", "centre", "--scope", "event:read")
    with pytest.raises(ConfigError, match="no user or token"):
        run(settings, "revoke", "nobody")


def test_the_first_user_is_made_once(settings: Settings) -> None:
    with open_registry(settings.index) as registry:
        password = first_user(registry, REPLAY_EPOCH)
        assert password is not None
        assert first_user(registry, REPLAY_EPOCH) is None
        admin = registry.find_user("admin")
        assert admin is not None
        assert passwords.matches(admin.password_hash, password)
