"""Who asks: a person with a session cookie, or a machine with a bearer token."""

import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from api.context import Context, context_of
from api.problems import ProblemError

COOKIE = "sharp-eyes-session"
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and what of the city is theirs.

    `divisions` are prefixes; "" is the whole city. `secret` is what proves it, `csrf` what the page
    of a session sends along: None for a machine. Both are never answered to anybody else, nor logged.
    """

    user: str
    scopes: frozenset[str]
    divisions: tuple[str, ...]
    secret: str = field(repr=False)
    csrf: str | None = field(default=None, repr=False)
    expires_at: int | None = None

    def may(self, scope: str) -> bool:
        """Whether this scope is among theirs; `admin` has all."""
        return scope in self.scopes or "admin" in self.scopes

    def sees(self, division: str) -> bool:
        """Whether a place is theirs: the same rule that the index applies in SQL."""
        return any(division.startswith(prefix) for prefix in self.divisions)


async def principal_of(connection: HTTPConnection) -> Principal:
    """Who asks. Raises ProblemError: 401 for nobody, 403 for another site that uses their cookie."""
    context, token = context_of(connection), _bearer(connection)
    if token is not None:
        return await run_in_threadpool(_of_token, context, token)
    secret = connection.cookies.get(COOKIE)
    if not secret:
        raise unknown("sign in at /, or send a machine's token as `Authorization: Bearer …`")
    principal = await run_in_threadpool(of_session, context, secret)
    _check_own_page(connection, principal)
    return principal


def _bearer(connection: HTTPConnection) -> str | None:
    header = connection.headers.get("authorization")
    if header is None:
        return None
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise unknown("write `Authorization: Bearer TOKEN`")
    return secret.strip()


def _of_token(context: Context, secret: str) -> Principal:
    token = context.stores.registry.find_token(secret, at=context.clock.now())
    if token is None:
        raise unknown("this token is not known, or no longer holds")
    return Principal(token.name, token.scopes, token.divisions, secret)


def of_session(context: Context, secret: str) -> Principal:
    """Whose session this is. Raises ProblemError 401."""
    session = context.stores.registry.find_session(secret, at=context.clock.now())
    if session is None:
        raise unknown("the session has ended; sign in again")
    user = session.user
    return Principal(user.name, user.scopes, user.divisions, secret, session.csrf, session.expires_at)


def still_known(context: Context, principal: Principal) -> bool:
    """Whether what proved this principal still does, with the same rights: asked while a feed is open."""
    find = _of_token if principal.csrf is None else of_session
    try:
        return find(context, principal.secret) == principal
    except ProblemError:
        return False


def unknown(detail: str) -> ProblemError:
    """The problem of a request that nobody stands behind."""
    return ProblemError("not-signed-in", detail, headers={"WWW-Authenticate": "Bearer"})


def _check_own_page(connection: HTTPConnection, principal: Principal) -> None:
    """A cookie is sent by any page: what changes something, or listens, must come from our own."""
    listens = connection.scope["type"] == "websocket"
    if listens or connection.scope["method"] not in _SAFE:
        refuse_cross_site(connection)
    if listens and "origin" not in connection.headers:
        raise ProblemError("cross-site", "a browser says its Origin; programs send a bearer token")
    if not listens and connection.scope["method"] not in _SAFE:
        _check_csrf(connection, principal)


def refuse_cross_site(connection: HTTPConnection) -> None:
    """Raises ProblemError 403 where a browser says that another site's page sent this."""
    headers = connection.headers
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ProblemError("cross-site", "the browser says that another site's page sent this")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        raise ProblemError("cross-site", "the Origin is another host's")


def _check_csrf(connection: HTTPConnection, principal: Principal) -> None:
    sent = connection.headers.get("x-csrf", "")
    if not hmac.compare_digest(sent.encode(), (principal.csrf or "").encode()):
        raise ProblemError("cross-site", "send the `csrf` of GET /api/v1/session in the header X-CSRF")
