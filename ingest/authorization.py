"""How a camera's demand for a name and a password is answered: RFC 7617 (Basic), RFC 7616 (Digest)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.credentials import Credential
from sharp_eyes.errors import SourceError

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


@dataclass(slots=True)
class Digest:
    """A Digest challenge; counts how often it was answered."""

    realm: str
    nonce: str
    opaque: str
    algorithm: str
    qop: str
    count: int = 0

    def answer(self, credential: Credential, method: str, uri: str) -> str:
        """The header's value for one request."""
        self.count += 1
        own, count = secrets.token_hex(8), f"{self.count:08x}"
        algorithm = self.algorithm or "MD5"
        digest = _HASHES[algorithm]
        password = credential.password.get_secret_value()
        secret = digest(f"{credential.user}:{self.realm}:{password}".encode())
        request = digest(f"{method}:{uri}".encode())
        middle = f"{self.nonce}:{count}:{own}:auth" if self.qop else self.nonce
        response = digest(f"{secret}:{middle}:{request}".encode())
        given = {"username": credential.user, "realm": self.realm, "nonce": self.nonce, "uri": uri}
        given |= {"response": response}
        text = ", ".join(f'{key}="{_quoted(value)}"' for key, value in given.items())
        text += f', opaque="{_quoted(self.opaque)}"' if self.opaque else ""
        text += f", algorithm={self.algorithm}" if self.algorithm else ""
        text += f', qop=auth, nc={count}, cnonce="{own}"' if self.qop else ""
        return f"Digest {text}"


@dataclass(frozen=True, slots=True)
class Basic:
    """A demand for name and password in the clear."""

    def answer(self, credential: Credential, method: str, uri: str) -> str:  # noqa: ARG002 # as Digest
        """The header's value, the same for every request."""
        text = f"{credential.user}:{credential.password.get_secret_value()}"
        return "Basic " + base64.b64encode(text.encode()).decode()


Challenge = Digest | Basic


def challenge_of(headers: Sequence[str]) -> Challenge:
    """The strongest demand among the WWW-Authenticate headers. Raises SourceError where none is known."""
    digests = [digest for header in headers if (digest := _digest(header)) is not None]
    if digests:
        return max(digests, key=lambda digest: digest.algorithm == "SHA-256")
    if any(header.lower().startswith("basic") for header in headers):
        return Basic()
    raise SourceError("it asks for a kind of login that is not known here; use Digest or Basic")


def _digest(header: str) -> Digest | None:
    if not header.lower().startswith("digest"):
        return None
    given = {key.lower(): quoted or plain for key, quoted, plain in _PARAMETER.findall(header)}
    algorithm = given.get("algorithm", "").upper()
    if algorithm not in {"", *_HASHES} or "nonce" not in given:
        return None
    offered = {word.strip() for word in given.get("qop", "").split(",")}
    qop = "auth" if "auth" in offered else ""
    return Digest(given.get("realm", ""), given["nonce"], given.get("opaque", ""), algorithm, qop)


def _quoted(text: str) -> str:
    return re.sub(r"[\r\n]", "", text).replace("\\", "\\\\").replace('"', '\\"')
