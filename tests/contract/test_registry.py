"""The registry keeps its word in SQLite, in PostgreSQL, and, for what the farm uses of it, in memory."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text

from servers.postgres import PostgresAddress
from sharp_eyes.config.entries import DivisionEntry
from sharp_eyes.config.stored import Declared, camera_of, declared_of
from sharp_eyes.errors import ConfigError, StoreError
from sharp_eyes.registry import HashRegistry
from sharp_eyes.store.registry import schema
from sharp_eyes.store.registry.applying import Wanted
from sharp_eyes.store.registry.difference import Changed
from sharp_eyes.store.registry.divisions import Division
from sharp_eyes.store.registry.machine_tokens import TokenExistsError
from sharp_eyes.store.registry.memory_registry import MemoryRegistry
from sharp_eyes.store.registry.opening import open_registry, registry_url
from sharp_eyes.store.registry.registered import StaleRevisionError, UnknownCameraError
from sharp_eyes.store.registry.registry_store import RegistryStore
from sharp_eyes.store.registry.revisions import LAST_NUMBER
from sharp_eyes.store.registry.users import UnknownUserError, User, UserExistsError
from sharp_eyes.store.sql import reading, writing

FarmRegistry = RegistryStore | MemoryRegistry
ZONE = {"name": "yard", "points": [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0]]}
RULE = {"name": "stay", "kind": "intrusion", "zone": "yard", "labels": ["person"]}
ANNA = User("anna", "$argon2id$…", frozenset({"events", "media"}), ("3308", "330902"), created_at=5)


def declared(camera_id: str = "north", **keys: object) -> Declared:
    return declared_of(json.dumps({"id": camera_id, "zone": [ZONE], "rule": [RULE], **keys}))


def applied(registry: RegistryStore, *cameras: Declared, **how: bool) -> list[str]:
    """Apply these cameras as `root`; the ids of those that changed, in the order of their revisions."""
    before = registry.revision()
    registry.apply(
        Wanted(cameras, prune=how.get("prune", False), take=how.get("take", False)), author="root", at=1
    )
    return [camera.id for camera in registry.cameras(before)]


def index_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'index.sqlite'}"
    server: PostgresAddress = request.getfixturevalue("postgres")
    return server.fresh_database()


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return index_url(request.param, tmp_path, request)


@pytest.fixture
def registry(url: str) -> Iterator[RegistryStore]:
    with open_registry(url) as opened:
        yield opened


@pytest.fixture(params=["memory", *DATABASES])
def farm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FarmRegistry]:
    if request.param == "memory":
        yield MemoryRegistry()
        return
    with open_registry(index_url(request.param, tmp_path, request)) as opened:
        yield opened


# ── what the farm's processes use, the fake too ──


def test_a_new_registry_is_empty(farm: FarmRegistry) -> None:
    assert farm.revision() == 0
    assert farm.cameras() == []
    assert farm.camera("north") is None
    assert farm.statuses() == []
    assert farm.orders() == []


def test_a_camera_is_given_back_as_it_was_declared(farm: FarmRegistry) -> None:
    wanted = declared(division="330802", name="北门 🎥")
    made = farm.edit_camera(wanted, author="anna", at=17)
    assert farm.camera("north") == made
    assert (made.entry, made.division, made.edited_by, made.edited_at) == (wanted.entry, "330802", "anna", 17)
    assert (made.removed, made.enabled, made.revision) == (False, True, farm.revision())
    assert camera_of(made.entry) == wanted.camera


def test_only_what_came_after_a_revision_is_given_and_in_its_order(farm: FarmRegistry) -> None:
    for camera_id in ("b", "a", "c"):
        farm.edit_camera(declared(camera_id), author="anna", at=1)
    seen = farm.revision()
    assert [camera.id for camera in farm.cameras()] == ["b", "a", "c"]
    assert farm.cameras(seen) == []
    farm.edit_camera(declared("a", tier=1), author="anna", at=2)
    assert [camera.id for camera in farm.cameras(seen)] == ["a"]
    assert [camera.id for camera in farm.cameras()] == ["b", "c", "a"]


def test_what_says_nothing_new_is_no_change(farm: FarmRegistry) -> None:
    first = farm.edit_camera(declared(), author="anna", at=1)
    assert farm.edit_camera(declared(), author="bert", at=2) == first
    assert farm.revision() == first.revision


def test_a_removed_camera_is_told_once_more_and_keeps_its_number(farm: FarmRegistry) -> None:
    made = farm.edit_camera(declared(), author="anna", at=1)
    gone = farm.remove_camera("north", author="bert", at=2)
    assert (gone.removed, gone.number, gone.entry) == (True, made.number, made.entry)
    assert farm.cameras(made.revision) == [gone]
    other = farm.edit_camera(declared("other"), author="anna", at=3)
    assert other.number != made.number
    back = farm.edit_camera(declared(), author="anna", at=4)
    assert (back.removed, back.number) == (False, made.number)


def test_numbers_are_of_24_bits_and_nobody_shares_one(farm: FarmRegistry) -> None:
    numbers = [farm.edit_camera(declared(f"c{n}"), author="anna", at=1).number for n in range(20)]
    assert len(set(numbers)) == 20
    assert all(0 < number < 2**24 for number in numbers)


def test_a_camera_that_is_switched_off_is_told_and_stays_so_when_edited(farm: FarmRegistry) -> None:
    made = farm.edit_camera(declared(), author="anna", at=1)
    off = farm.switch_camera("north", enabled=False, author="bert", at=2)
    assert (off.enabled, off.revision > made.revision, off.entry) == (False, True, made.entry)
    assert farm.switch_camera("north", enabled=False, author="bert", at=3) == off
    assert not farm.edit_camera(declared(tier=1), author="anna", at=4).enabled


def test_a_camera_that_is_not_there_cannot_be_removed_or_switched(farm: FarmRegistry) -> None:
    farm.edit_camera(declared(), author="anna", at=1)
    farm.remove_camera("north", author="anna", at=1)
    for camera_id in ("north", "nobody"):
        with pytest.raises(UnknownCameraError, match=camera_id):
            farm.remove_camera(camera_id, author="anna", at=2)
        with pytest.raises(UnknownCameraError, match=camera_id):
            farm.switch_camera(camera_id, enabled=False, author="anna", at=2)


def test_a_nodes_last_word_replaces_the_one_before_and_is_no_revision(farm: FarmRegistry) -> None:
    farm.put_status("b", 1, '{"n": 1}')
    farm.put_status("a", 2, "{}")
    farm.put_status("b", 3, '{"n": 2}')
    assert [(row.node, row.at, row.body) for row in farm.statuses()] == [("a", 2, "{}"), ("b", 3, '{"n": 2}')]
    assert farm.revision() == 0
    farm.forget_status("a")
    farm.forget_status("nobody")
    assert [row.node for row in farm.statuses()] == ["b"]


def test_an_order_is_pending_until_it_is_acknowledged(farm: FarmRegistry) -> None:
    order = farm.put_order("drain", "node-1", author="anna", at=7)
    assert farm.orders() == [order]
    assert (order.pending, order.revision, order.ordered_by) == (True, farm.revision(), "anna")
    farm.acknowledge_order(order)
    (done,) = farm.orders()
    assert (done.pending, done.acknowledged_revision) == (False, order.revision)


def test_an_order_given_again_wants_acknowledging_again(farm: FarmRegistry) -> None:
    first = farm.put_order("restart", "north", author="anna", at=1)
    second = farm.put_order("restart", "north", author="bert", at=2)
    farm.acknowledge_order(first)  # too late: the second came in between
    assert farm.orders() == [second]
    assert second.pending


def test_an_order_withdrawn_is_gone_and_the_farm_notices(farm: FarmRegistry) -> None:
    order = farm.put_order("drain", "node-1", author="anna", at=1)
    assert farm.withdraw_order("drain", "node-1")
    assert farm.orders() == []
    assert farm.revision() > order.revision
    assert not farm.withdraw_order("drain", "node-1")


# ── cameras in a database ──


def test_every_change_is_kept_with_its_author(registry: RegistryStore) -> None:
    first, second = declared(), declared(tier=1)
    registry.apply(Wanted([first]), author="root", at=1)
    registry.edit_camera(second, author="anna", at=2)
    registry.remove_camera("north", author="bert", at=3)
    history = [(one.author, one.at, one.entry, one.through, one.removed) for one in registry.history("north")]
    assert history == [
        ("bert", 3, second.entry, "console", True),
        ("anna", 2, second.entry, "console", False),
        ("root", 1, first.entry, "apply", False),
    ]
    assert registry.history("nobody") == []


def test_a_rules_revision_is_that_of_its_hash_and_tells_what_it_said(registry: RegistryStore) -> None:
    wanted = declared()
    (spec,) = wanted.camera.rules
    registry.apply(Wanted([wanted, declared("twin")]), author="root", at=9)
    registry.edit_camera(declared(rule=[{**RULE, "dwell_seconds": 9}]), author="anna", at=10)
    revision = registry.rule_revision(spec)
    assert revision == HashRegistry().rule_revision(spec)
    found = registry.find_rule_revision(revision)
    assert found is not None
    assert (found.camera, found.first_seen_at, json.loads(found.spec)["name"]) == ("north", 9, "stay")
    assert registry.find_rule_revision("0" * 16) is None


def test_a_cameras_number_can_be_asked_for(registry: RegistryStore) -> None:
    made = registry.edit_camera(declared(), author="anna", at=1)
    assert registry.camera_number("north") == made.number
    with pytest.raises(UnknownCameraError, match="nobody"):
        registry.camera_number("nobody")


def test_who_saw_an_older_camera_is_told_who_changed_it(registry: RegistryStore) -> None:
    made = registry.edit_camera(declared(), author="anna", at=1, expected=0)
    registry.edit_camera(declared(tier=1), author="bert", at=2, expected=made.revision)
    with pytest.raises(StaleRevisionError, match="bert"):
        registry.edit_camera(declared(tier=3), author="anna", at=3, expected=made.revision)
    with pytest.raises(StaleRevisionError, match="bert"):
        registry.remove_camera("north", author="anna", at=3, expected=made.revision)
    with pytest.raises(StaleRevisionError):
        registry.switch_camera("north", enabled=False, author="anna", at=3, expected=made.revision)
    with pytest.raises(StaleRevisionError, match="not there"):
        registry.edit_camera(declared("new"), author="anna", at=3, expected=1)
    assert registry.revision() == made.revision + 1


def test_numbers_run_out_before_they_are_given_again(registry: RegistryStore) -> None:
    with writing(registry.engine) as connection:
        connection.execute(schema.state.update().values(last_number=LAST_NUMBER - 1))
    assert registry.edit_camera(declared("last"), author="anna", at=1).number == LAST_NUMBER
    revision = registry.revision()
    with pytest.raises(StoreError, match="all its 16777215 camera numbers"):
        registry.edit_camera(declared("more"), author="anna", at=1)
    assert registry.revision() == revision
    assert registry.camera("more") is None


def test_writers_at_once_get_revisions_of_their_own_and_readers_miss_none(url: str) -> None:
    done = threading.Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        with open_registry(url) as mine:
            for n in range(5):
                mine.edit_camera(declared(f"w{writer}-{n}"), author="anna", at=1)

    def read() -> None:
        with open_registry(url) as mine:
            while not done.is_set():
                seen.extend(one.revision for one in mine.cameras(seen[-1] if seen else -1))
            seen.extend(one.revision for one in mine.cameras(seen[-1] if seen else -1))

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert seen == list(range(1, 16))
    with open_registry(url) as registry:
        assert len({one.number for one in registry.cameras()}) == 15


# ── applying ──


def test_applying_twice_changes_nothing_the_second_time(registry: RegistryStore) -> None:
    assert applied(registry, declared("a"), declared("b")) == ["a", "b"]
    difference = registry.apply(Wanted([declared("a"), declared("b")]), author="root", at=2)
    assert (difference.unchanged, difference.added, difference.changed) == (2, (), ())
    assert difference.revision == registry.revision() == 2


def test_the_difference_names_the_keys_that_changed(registry: RegistryStore) -> None:
    applied(registry, declared())
    crossing = {"name": "cross", "kind": "intrusion", "zone": "yard", "labels": ["car"]}
    wanted = Wanted([declared(tier=1, rule=[{**RULE, "severity": 1}, crossing])])
    difference = registry.apply(wanted, author="root", at=2)
    assert difference.changed == (Changed("north", ('rule "cross"', 'rule "stay"', "tier")),)


def test_a_preview_tells_the_same_and_changes_nothing(registry: RegistryStore) -> None:
    applied(registry, declared("a"), declared("b"))
    before = registry.cameras()
    wanted = Wanted(
        [declared("a", tier=1), declared("c")], [DivisionEntry(code="33", name={"en": "Z"})], prune=True
    )
    shown = registry.preview(wanted)
    assert (registry.cameras(), registry.revision(), registry.divisions()) == (before, 2, [Division("00")])
    done = registry.apply(wanted, author="root", at=2)
    assert (shown.added, shown.changed, shown.removed) == (done.added, done.changed, done.removed)
    assert (shown.revision, shown.divisions) == (2, ("33",))
    assert (done.revision, done.removed) == (6, ("b",))


def test_nothing_is_removed_without_prune(registry: RegistryStore) -> None:
    applied(registry, declared("a"), declared("b"))
    difference = registry.apply(Wanted([declared("a")]), author="root", at=2)
    assert (difference.removed, difference.kept) == ((), ("b",))
    assert applied(registry, declared("a"), prune=True) == ["b"]
    gone = registry.camera("b")
    assert gone is not None
    assert (gone.removed, gone.edited_by) == (True, "root")


def test_a_removed_camera_that_is_declared_again_is_added_with_its_number(registry: RegistryStore) -> None:
    applied(registry, declared("a"))
    number = registry.camera_number("a")
    applied(registry, prune=True)
    difference = registry.apply(Wanted([declared("a")]), author="root", at=3)
    assert (difference.added, registry.camera_number("a")) == (("a",), number)


def test_what_was_edited_in_the_console_is_refused_without_take(registry: RegistryStore) -> None:
    applied(registry, declared("a"), declared("b"))
    edited = registry.edit_camera(declared("a", tier=1), author="anna", at=2)
    wanted = [declared("a"), declared("b", tier=9)]
    difference = registry.apply(Wanted(wanted), author="root", at=3)
    (refused,) = difference.refused
    assert (refused.id, refused.edited_by, refused.edited_at) == ("a", "anna", 2)
    assert [one.id for one in difference.changed] == ["b"]
    assert registry.camera("a") == edited
    assert applied(registry, *wanted, take=True) == ["a"]
    assert registry.apply(Wanted([declared("a", tier=3)]), author="root", at=4).refused == ()


@pytest.mark.parametrize("switched", [True, False])
def test_what_the_console_has_as_the_file_says_is_unchanged(registry: RegistryStore, switched: bool) -> None:
    registry.edit_camera(declared("a"), author="anna", at=1)
    if switched:
        registry.switch_camera("a", enabled=False, author="anna", at=2)
    assert registry.apply(Wanted([declared("a")]), author="root", at=3).unchanged == 1


def test_what_the_console_made_or_removed_is_left_alone_too(registry: RegistryStore) -> None:
    applied(registry, declared("a"))
    registry.edit_camera(declared("made"), author="anna", at=2)
    registry.remove_camera("a", author="anna", at=2)
    difference = registry.apply(Wanted([declared("a")], prune=True), author="root", at=3)
    assert {one.id for one in difference.refused} == {"a", "made"}
    assert (difference.added, difference.removed) == ((), ())
    assert applied(registry, declared("a"), prune=True, take=True) == ["a", "made"]


def test_a_switch_is_no_edit_and_survives_applying(registry: RegistryStore) -> None:
    applied(registry, declared("a"))
    registry.switch_camera("a", enabled=False, author="anna", at=2)
    difference = registry.apply(Wanted([declared("a", tier=1)]), author="root", at=3)
    assert difference.refused == ()
    camera = registry.camera("a")
    assert camera is not None
    assert (camera.enabled, camera.edited_by) == (False, "root")


def test_an_apply_that_fails_changes_nothing(registry: RegistryStore) -> None:
    applied(registry, declared("a"))
    with writing(registry.engine) as connection:
        connection.execute(schema.state.update().values(last_number=LAST_NUMBER - 1))
    before = registry.cameras()
    with pytest.raises(StoreError, match="camera numbers"):
        applied(registry, declared("a", tier=1), declared("b"), declared("c"))
    assert (registry.cameras(), registry.revision()) == (before, 1)


def test_an_entry_that_an_older_version_wrote_shorter_is_unchanged(registry: RegistryStore) -> None:
    applied(registry, declared("a"))
    camera = registry.camera("a")
    assert camera is not None
    shorter = {key: value for key, value in json.loads(camera.entry).items() if key != "gate"}
    with writing(registry.engine) as connection:
        connection.execute(schema.camera.update().values(entry=json.dumps(shorter)))
    assert applied(registry, declared("a")) == []


# ── divisions ──


def test_divisions_are_those_that_are_named_and_those_that_have_a_camera(registry: RegistryStore) -> None:
    names = [DivisionEntry(code="3308", name={"zh": "衢州市", "en": "Quzhou"})]
    cameras = [
        declared("a", division="330802"),
        declared("b", division="330803"),
        declared("c", division="3308"),
    ]
    registry.apply(Wanted(cameras, names), author="root", at=1)
    registry.remove_camera("b", author="anna", at=2)
    assert registry.divisions() == [
        Division("3308", (("en", "Quzhou"), ("zh", "衢州市"))),
        Division("330802"),
    ]


def test_a_name_that_is_new_is_a_revision_and_one_that_is_not_is_none(registry: RegistryStore) -> None:
    for name, revision in (("Quzhou", 1), ("Quzhou", 1), ("Quzhou City", 2)):
        wanted = Wanted([], [DivisionEntry(code="3308", name={"en": name})])
        assert registry.apply(wanted, author="root", at=1).revision == revision
        assert registry.revision() == revision


# ── people and programs ──


def test_a_user_is_found_as_added(registry: RegistryStore) -> None:
    registry.add_user(ANNA)
    assert registry.find_user("anna") == ANNA
    assert registry.find_user("Anna") is None
    assert registry.users() == [ANNA]
    with pytest.raises(UserExistsError, match="anna"):
        registry.add_user(ANNA)


def test_a_user_can_be_changed_but_not_made_by_changing(registry: RegistryStore) -> None:
    changed = User("anna", "other", frozenset(), ("",), created_at=5, disabled=True)
    with pytest.raises(UnknownUserError, match="anna"):
        registry.change_user(changed)
    registry.add_user(ANNA)
    registry.change_user(changed)
    assert registry.find_user("anna") == changed


@pytest.mark.parametrize("prefix", ["%", "33_", "3308 ", "x", "1" * 21, "٣"])
def test_a_division_that_is_no_code_is_refused(registry: RegistryStore, prefix: str) -> None:
    with pytest.raises(ConfigError, match="division"):
        registry.add_user(User("eve", "", frozenset(), (prefix,), created_at=1))
    with pytest.raises(ConfigError, match="division"):
        registry.add_token("eve", scopes=(), divisions=[prefix], author="root", at=1)
    assert (registry.users(), registry.tokens()) == ([], [])


def test_a_session_holds_until_it_is_over(registry: RegistryStore) -> None:
    registry.add_user(ANNA)
    begun = registry.begin_session("anna", at=100, lifetime=50)
    session = registry.find_session(begun.token, at=149)
    assert session is not None
    assert (session.user, session.csrf, session.created_at, session.expires_at) == (
        ANNA,
        begun.csrf,
        100,
        150,
    )
    assert registry.find_session(begun.token, at=150) is None
    assert registry.find_session(begun.token + "x", at=100) is None


def test_a_session_can_be_revoked_alone_or_with_all_of_its_user(registry: RegistryStore) -> None:
    registry.add_user(ANNA)
    one, two, three = (registry.begin_session("anna", at=1, lifetime=50) for _ in range(3))
    registry.revoke_session(one.token)
    assert registry.find_session(one.token, at=2) is None
    assert registry.find_session(two.token, at=2) is not None
    registry.revoke_sessions("anna")
    assert [registry.find_session(begun.token, at=2) for begun in (two, three)] == [None, None]


@pytest.mark.parametrize(("change", "stays"), [("disabled", False), ("password", False), ("scopes", True)])
def test_who_is_disabled_or_has_another_password_is_logged_out(
    registry: RegistryStore, change: Literal["disabled", "password", "scopes"], stays: bool
) -> None:
    registry.add_user(ANNA)
    begun = registry.begin_session("anna", at=1, lifetime=50)
    password = "other" if change == "password" else ANNA.password_hash
    changed = User("anna", password, frozenset({"x"}), ("",), created_at=5, disabled=change == "disabled")
    registry.change_user(changed)
    assert (registry.find_session(begun.token, at=2) is not None) == stays


def test_nobody_who_is_unknown_gets_a_session(registry: RegistryStore) -> None:
    with pytest.raises(UnknownUserError, match="nobody"):
        registry.begin_session("nobody", at=1, lifetime=50)


def test_a_machines_token_holds_until_it_is_over_or_revoked(registry: RegistryStore) -> None:
    token = registry.add_token(
        "map", scopes={"events"}, divisions=["3308"], author="root", at=1, expires_at=10
    )
    found = registry.find_token(token, at=9)
    assert found is not None
    assert (found.name, found.scopes, found.divisions) == ("map", frozenset({"events"}), ("3308",))
    assert registry.find_token(token, at=10) is None
    endless = registry.add_token("endless", scopes=(), divisions=[""], author="root", at=1)
    assert registry.find_token(endless, at=2**50) is not None
    assert [one.name for one in registry.tokens()] == ["endless", "map"]
    assert registry.revoke_token("endless")
    assert not registry.revoke_token("endless")
    assert registry.find_token(endless, at=2) is None


def test_a_tokens_name_is_used_once(registry: RegistryStore) -> None:
    registry.add_token("map", scopes=(), divisions=[], author="root", at=1)
    with pytest.raises(TokenExistsError, match="map"):
        registry.add_token("map", scopes=(), divisions=[], author="root", at=1)


def test_no_secret_is_to_be_found_in_the_database(registry: RegistryStore) -> None:
    registry.add_user(ANNA)
    begun = registry.begin_session("anna", at=1, lifetime=50)
    token = registry.add_token("map", scopes=(), divisions=[], author="root", at=1)
    with reading(registry.engine) as connection:
        kept = [
            str(row)
            for table in (schema.login_session, schema.machine_token)
            for row in connection.execute(table.select())
        ]
    assert len(kept) == 2
    assert not any(secret in row for row in kept for secret in (begun.token, token))


# ── opening ──


def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    with open_registry(url) as first:
        made = first.edit_camera(declared(), author="anna", at=1)
    with open_registry(url) as second:
        assert second.cameras() == [made]


def test_the_migrations_make_the_tables_that_the_code_asks(registry: RegistryStore) -> None:
    in_postgres = registry.engine.dialect.name == "postgresql"
    wanted = MetaData(schema=schema.SCHEMA if in_postgres else None)
    for table in schema.metadata.tables.values():
        table.to_metadata(wanted, schema=wanted.schema)
    with registry.engine.execution_options(schema_translate_map=None).connect() as connection:
        options = {
            "include_schemas": in_postgres,
            "include_name": lambda name, kind, _: name == wanted.schema if kind == "schema" else True,
            "version_table_schema": wanted.schema,
            "compare_type": True,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, wanted) == []


@pytest.mark.postgres
def test_in_postgresql_it_lies_in_a_schema_of_its_own(postgres: PostgresAddress) -> None:
    with open_registry(postgres.fresh_database()) as registry, reading(registry.engine) as connection:
        found = connection.execute(
            text("SELECT table_schema FROM information_schema.tables WHERE table_name = 'camera'")
        )
        assert found.scalars().all() == ["registry"]


def test_many_may_open_a_new_registry_at_once(url: str) -> None:
    failed: list[Exception] = []

    def use() -> None:
        try:
            with open_registry(url) as mine:
                mine.revision()
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize(
    ("index", "registry"),
    [
        ("sqlite:///index.sqlite", "sqlite:///registry.sqlite"),
        ("sqlite:///.sharp-eyes/index.sqlite", "sqlite:///.sharp-eyes/registry.sqlite"),
        ("sqlite:////var/lib/index.db", "sqlite:////var/lib/registry.sqlite"),
        ("postgresql://farm@db/city", "postgresql://farm@db/city"),
    ],
)
def test_the_registry_lies_beside_its_index(index: str, registry: str) -> None:
    assert registry_url(index) == registry


@pytest.mark.parametrize(
    "address", ["sqlite:///a/registry.sqlite", "mysql://db/city", "sqlite://", "nonsense"]
)
def test_an_address_that_will_not_do_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="SHARP_EYES_INDEX"):
        open_registry(address)


def test_a_file_that_is_no_database_is_a_store_that_failed(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").write_text("this is no database, but long enough to look at " * 30)
    with pytest.raises(StoreError, match=r"registry\.sqlite"):
        open_registry(f"sqlite:///{tmp_path / 'index.sqlite'}")


def test_a_database_that_does_not_answer_is_a_store_that_failed() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1"):
        open_registry("postgresql://farm@127.0.0.1:1/city")
