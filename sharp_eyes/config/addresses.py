"""Where video may come from by URL, and how no password gets in there or out of there."""

import re
from urllib.parse import unquote, urlsplit

from sharp_eyes.errors import printable

SCHEMES = ("rtsp", "rtsps", "http", "https")

_SECRET = "user|username|usr|password|passwd|pass|pwd|token|auth|key|apikey|secret"  # noqa: S105
_SECRET_KEY = re.compile(rf"(?:.*[^a-z])?(?:{_SECRET})(?:[^a-z].*)?", re.DOTALL)
_SECRET_VALUE = re.compile(rf"([?&;#][^=&;#]*(?:{_SECRET})[^=&;#]*=)[^&;#]*", re.IGNORECASE)
_NAME_IT = 'credentials do not belong into a URL; name one with "credential"'


def check_url(url: str) -> None:
    """Raises ValueError for what is no address of a video, or carries a credential."""
    check_text(url)
    if "@" in url:  # a password may hold slashes: where an @ stands says little about what it ends
        in_path = "@" not in url.split("//", 1)[-1].split("/", 1)[0]
        raise ValueError(_NAME_IT + ('; an "@" of the path is written %40' if in_path else ""))
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"no URL: {error}") from error
    if parts.scheme not in SCHEMES or not host:
        beginnings = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise ValueError(f"a URL begins with one of {beginnings} and names a host")
    for pair in re.split(r"[?&;#]", url)[1:]:
        if _SECRET_KEY.fullmatch(unquote(pair.partition("=")[0]).lower()):
            raise ValueError(_NAME_IT)


def check_text(text: str) -> None:
    """Raises ValueError where control characters are in it: no file and no address has any."""
    if printable(text) != text:
        raise ValueError("control characters do not belong there")


def without_secrets(text: str) -> str:
    """The text without what may be a name and a password: before an @, or in a query."""
    text = re.sub(r"//.*@", "//…@", text, flags=re.DOTALL)
    text = re.sub(r"[^\s'\"/]+:[^\s'\"]*@", "…@", text)
    return _SECRET_VALUE.sub(r"\1…", text)
