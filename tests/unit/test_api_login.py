"""Passwords and how often one may guess them."""

from api import passwords
from api.login_limits import PER_ACCOUNT, PER_ADDRESS, PER_PAIR, REMEMBERED, WINDOW, LoginLimits
from sharp_eyes.clock import SECOND, FakeClock


def test_a_hash_is_argon2id_salted_and_matches_its_password_alone() -> None:
    stored = passwords.hashed("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != passwords.hashed("correct horse battery")
    assert passwords.matches(stored, "correct horse battery")
    assert not passwords.matches(stored, "correct horse batterx")


def test_a_user_that_does_not_exist_and_a_damaged_hash_match_nothing() -> None:
    assert not passwords.matches(None, "anything")
    assert not passwords.matches("no hash", "anything")


def test_a_one_time_password_is_long_random_and_known_as_such_until_it_is_changed() -> None:
    password = passwords.one_time()
    assert len(password.replace("-", "")) == 16
    assert password != passwords.one_time()
    stored = passwords.hashed_one_time(password)
    assert passwords.is_one_time(stored)
    assert passwords.matches(stored, password)
    assert not passwords.is_one_time(passwords.hashed(password))


def test_ten_failures_close_an_account_to_where_they_came_from_and_to_nobody_else() -> None:
    clock = FakeClock()
    limits = LoginLimits(clock)
    for _ in range(PER_PAIR):
        assert limits.wait("ann", "10.0.0.1") == 0
        limits.failed("ann", "10.0.0.1")
    assert limits.wait("ann", "10.0.0.1") == WINDOW // SECOND
    assert limits.wait("ann", "10.0.0.2") == 0
    clock.at += WINDOW
    assert limits.wait("ann", "10.0.0.1") == 0


def test_an_account_is_closed_after_a_hundred_failures_from_anywhere_and_opens_again() -> None:
    clock = FakeClock()
    limits = LoginLimits(clock)
    for number in range(PER_ACCOUNT):
        assert limits.wait("ann", f"10.0.0.{number}") == 0
        limits.failed("ann", f"10.0.0.{number}")
    assert limits.wait("ann", "10.9.9.9") == WINDOW // SECOND
    assert limits.wait("bob", "10.9.9.9") == 0
    clock.at += WINDOW
    assert limits.wait("ann", "10.9.9.9") == 0


def test_an_address_is_closed_after_thirty_failures_whoever_it_tries() -> None:
    limits = LoginLimits(FakeClock())
    for number in range(PER_ADDRESS):
        limits.failed(f"user-{number}", "10.0.0.1")
    assert limits.wait("somebody", "10.0.0.1") > 0
    assert limits.wait("somebody", "10.0.0.2") == 0


def test_who_signs_in_begins_anew_but_the_address_does_not() -> None:
    limits = LoginLimits(FakeClock())
    for _ in range(PER_PAIR):
        limits.failed("ann", "10.0.0.1")
    limits.succeeded("ann", "10.0.0.1")
    assert limits.wait("ann", "10.0.0.1") == 0
    for _ in range(PER_ADDRESS - PER_PAIR):
        limits.failed("other", "10.0.0.1")
    assert limits.wait("ann", "10.0.0.1") > 0


def test_what_is_remembered_is_bounded() -> None:
    limits = LoginLimits(FakeClock())
    for number in range(REMEMBERED):
        limits.failed(f"user-{number}", f"address-{number}")
    assert len(limits._failures) == REMEMBERED
