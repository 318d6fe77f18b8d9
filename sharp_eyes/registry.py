"""Who numbers cameras and dates rules: the port, and the form that needs no store."""

import hashlib
import json
from typing import Protocol

from sharp_eyes.rules.plain import as_plain
from sharp_eyes.rules.spec import RuleSpec


class Registry(Protocol):
    """Gives each camera its number and each rule its revision."""

    def camera_number(self, camera_id: str) -> int:
        """24 bits that stand for the camera in event ids."""
        ...

    def rule_revision(self, spec: RuleSpec) -> str:
        """A name for exactly this configuration of the rule."""
        ...


class HashRegistry:
    """Derives both by hashing: stable without a store, but two cameras may share a number."""

    def camera_number(self, camera_id: str) -> int:
        """The first 24 bits of SHA-256 of the camera's id."""
        return int.from_bytes(hashlib.sha256(camera_id.encode()).digest()[:3], "big")

    def rule_revision(self, spec: RuleSpec) -> str:
        """The first 16 hexadecimal digits of SHA-256 of the parsed rule."""
        return hashlib.sha256(json.dumps(as_plain(spec)).encode()).hexdigest()[:16]


class NumberedRegistry(HashRegistry):
    """For one camera whose number somebody has already given."""

    def __init__(self, number: int) -> None:
        self._number = number

    def camera_number(self, camera_id: str) -> int:  # noqa: ARG002 - the interface of a registry
        """The given number."""
        return self._number
