"""The registry as one thing to hold: every question and every change, each in a module of its own."""

from collections.abc import Collection, Sequence
from typing import Self

from sqlalchemy import Engine

from sharp_eyes.config.stored import Declared
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.spec import RuleSpec
from sharp_eyes.store.registry import (
    applying,
    cameras,
    divisions,
    machine_tokens,
    revisions,
    sessions,
    statuses,
    users,
)
from sharp_eyes.store.registry.applying import Wanted
from sharp_eyes.store.registry.difference import Difference
from sharp_eyes.store.registry.divisions import Division
from sharp_eyes.store.registry.machine_tokens import MachineToken
from sharp_eyes.store.registry.registered import (
    CameraRevision,
    RegisteredCamera,
    RuleRevision,
    UnknownCameraError,
)
from sharp_eyes.store.registry.sessions import NewSession, Session
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order, OrderKind
from sharp_eyes.store.registry.users import User
from sharp_eyes.store.sql import checkpoint, ping


class RegistryStore:
    """The registry in a SQL database; `open_registry` makes one. Safe for many threads.

    Times are microseconds UTC. Every method raises StoreError where the database refuses.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the database's connections back."""
        self.engine.dispose()

    def ping(self) -> None:
        """Raises StoreError where the database does not answer."""
        ping(self.engine)

    def checkpoint(self) -> None:
        """For the one process that may: see `sharp_eyes.store.sql`."""
        checkpoint(self.engine)

    # ── cameras and rules ──

    def revision(self) -> int:
        """That of the last change of a camera, a division's name or an order; one row is read."""
        return revisions.current_revision(self.engine)

    def cameras(self, after_revision: int = -1) -> list[RegisteredCamera]:
        """What changed after this revision, in the order of the changes; removed cameras too."""
        return cameras.cameras_after(self.engine, after_revision)

    def camera(self, camera_id: str) -> RegisteredCamera | None:
        """The camera of this id, also if it is removed; None where there never was one."""
        return cameras.find_camera(self.engine, camera_id)

    def camera_number(self, camera_id: str) -> int:
        """24 bits that stand for the camera in event ids, its own for ever. Raises UnknownCameraError."""
        camera = self.camera(camera_id)
        if camera is None:
            raise UnknownCameraError(f'there is no camera "{camera_id}" in the registry')
        return camera.number

    def history(self, camera_id: str) -> list[CameraRevision]:
        """Everything that the camera ever was, newest first."""
        return cameras.camera_history(self.engine, camera_id)

    def edit_camera(
        self, declared: Declared, *, author: str, at: int, expected: int | None = None
    ) -> RegisteredCamera:
        """Make or change a camera by hand; see `cameras.edit_camera`."""
        return cameras.edit_camera(self.engine, declared, author=author, at=at, expected=expected)

    def remove_camera(
        self, camera_id: str, *, author: str, at: int, expected: int | None = None
    ) -> RegisteredCamera:
        """Remove a camera by hand; see `cameras.remove_camera`."""
        return cameras.remove_camera(self.engine, camera_id, author=author, at=at, expected=expected)

    def switch_camera(
        self, camera_id: str, *, enabled: bool, author: str, at: int, expected: int | None = None
    ) -> RegisteredCamera:
        """Watch a camera, or stop watching it for a time; see `cameras.switch_camera`."""
        return cameras.switch_camera(
            self.engine, camera_id, enabled=enabled, author=author, at=at, expected=expected
        )

    def rule_revision(self, spec: RuleSpec) -> str:
        """A name for exactly this configuration of the rule: a hash, the same without a registry."""
        return HashRegistry().rule_revision(spec)

    def find_rule_revision(self, revision: str) -> RuleRevision | None:
        """What this revision of a rule says; None for one that the registry never had."""
        return cameras.find_rule_revision(self.engine, revision)

    def preview(self, wanted: Wanted) -> Difference:
        """What `apply` would do now."""
        return applying.preview(self.engine, wanted)

    def apply(self, wanted: Wanted, *, author: str, at: int) -> Difference:
        """Make the registry say what camera files say; gives what that changed."""
        return applying.apply(self.engine, wanted, author=author, at=at)

    def divisions(self) -> list[Division]:
        """Every division that is named or has a camera, in the order of their codes."""
        return divisions.divisions(self.engine)

    # ── the farm ──

    def put_status(self, node: str, at: int, body: str) -> None:
        """The node's status is this now."""
        statuses.put_status(self.engine, node, at, body)

    def statuses(self) -> list[NodeStatusRow]:
        """The last word of every node, by their names."""
        return statuses.statuses(self.engine)

    def forget_status(self, node: str) -> None:
        """The node is gone for good."""
        statuses.forget_status(self.engine, node)

    def put_order(self, kind: OrderKind, subject: str, *, author: str, at: int) -> Order:
        """Tell the farm to drain a node or to restart a camera."""
        return statuses.put_order(self.engine, kind, subject, author=author, at=at)

    def orders(self) -> list[Order]:
        """Everything that is ordered, acknowledged or not, oldest first."""
        return statuses.orders(self.engine)

    def acknowledge_order(self, order: Order) -> None:
        """The farm has done this."""
        statuses.acknowledge_order(self.engine, order)

    def withdraw_order(self, kind: OrderKind, subject: str) -> bool:
        """No longer wanted; whether it was."""
        return statuses.withdraw_order(self.engine, kind, subject)

    # ── people and programs ──

    def find_user(self, name: str) -> User | None:
        """The user of this name, also if disabled; None where there is none."""
        return users.find_user(self.engine, name)

    def users(self) -> list[User]:
        """Everybody, by name."""
        return users.users(self.engine)

    def add_user(self, user: User) -> None:
        """Take up somebody new. Raises UserExistsError, and ConfigError for a division that is none."""
        users.add_user(self.engine, user)

    def change_user(self, user: User) -> None:
        """Make the user of this name this one; see `users.change_user`."""
        users.change_user(self.engine, user)

    def begin_session(self, user: str, *, at: int, lifetime: int) -> NewSession:
        """Log this user in for `lifetime` microseconds."""
        return sessions.begin_session(self.engine, user, at=at, lifetime=lifetime)

    def find_session(self, token: str, *, at: int) -> Session | None:
        """The login of this token; None where it is unknown, over, revoked, or its user disabled."""
        return sessions.find_session(self.engine, token, at=at)

    def revoke_session(self, token: str) -> None:
        """Log this session out."""
        sessions.revoke_session(self.engine, token)

    def revoke_sessions(self, user: str) -> None:
        """Log this user out everywhere."""
        sessions.revoke_sessions(self.engine, user)

    def add_token(
        self,
        name: str,
        *,
        scopes: Collection[str],
        divisions: Sequence[str],
        author: str,
        at: int,
        expires_at: int | None = None,
    ) -> str:
        """Make a program's token; gives its text, the only time that it is to be seen."""
        return machine_tokens.add_token(
            self.engine,
            name,
            scopes=scopes,
            divisions=divisions,
            author=author,
            at=at,
            expires_at=expires_at,
        )

    def find_token(self, token: str, *, at: int) -> MachineToken | None:
        """What this token stands for; None where it is unknown, over or revoked."""
        return machine_tokens.find_token(self.engine, token, at=at)

    def tokens(self) -> list[MachineToken]:
        """Every token that was not revoked, by name; those that are over too."""
        return machine_tokens.tokens(self.engine)

    def revoke_token(self, name: str) -> bool:
        """The token holds no longer; whether there was one of this name."""
        return machine_tokens.revoke_token(self.engine, name)
