"""`/session`: sign in, see who you are, change your password, sign out."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api import passwords
from api.context import Context, Here
from api.principal import COOKIE, Principal, of_session, refuse_cross_site
from api.problems import ProblemError
from api.schemas.session import Login, PasswordChange, SessionAnswer
from api.scopes import PUBLIC, SignedIn
from sharp_eyes.clock import SECOND

router = APIRouter(tags=["session"])

LIFETIME = 12 * 3_600 * SECOND  # a shift and its hand-over


@router.post("/session", dependencies=[PUBLIC])
def sign_in(request: Request, context: Here, login: Login) -> JSONResponse:
    """Sign in. The session is a cookie that no script reads; `csrf` goes along with every change."""
    refuse_cross_site(request)
    _check_password(request, context, login.user, login.password)
    return _begin(request, context, login.user)


@router.get("/session")
def who_am_i(principal: SignedIn, context: Here) -> SessionAnswer:
    """Who is signed in, and what of the city is theirs."""
    return _answer(context, principal)


@router.delete("/session", status_code=204)
def sign_out(principal: SignedIn, context: Here) -> Response:
    """End this session; its feeds close within seconds."""
    _check_person(principal)
    context.stores.registry.revoke_session(principal.secret)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


@router.post("/session/password")
def change_password(
    request: Request, principal: SignedIn, context: Here, change: PasswordChange
) -> JSONResponse:
    """Change your own password. All other sessions of yours end; this one goes on under a new cookie."""
    _check_person(principal)
    _check_password(request, context, principal.user, change.password)
    if change.new_password == change.password:
        raise ProblemError("wrong-body", "the new password is the old one; choose another")
    user = context.stores.registry.find_user(principal.user)
    if user is not None:
        changed = replace(user, password_hash=passwords.hashed(change.new_password))
        context.stores.registry.change_user(changed)
    return _begin(request, context, principal.user)


def _check_person(principal: Principal) -> None:
    if principal.csrf is None:
        raise ProblemError("forbidden", "a machine's token is no session: it has no password and no end here")


def _check_password(request: Request, context: Context, name: str, password: str) -> None:
    """Raises ProblemError: 401 for a wrong pair, 429 after too many of them."""
    address = request.client.host if request.client else ""
    wait = context.logins.wait(name, address)
    if wait > 0:
        said = f"too many failed logins of this account or from this address; try again in {wait} s"
        raise ProblemError("too-many-logins", said, headers={"Retry-After": str(wait)})
    user = context.stores.registry.find_user(name)
    right = passwords.matches(user.password_hash if user else None, password)
    if not right or user is None or user.disabled:
        context.logins.failed(name, address)
        raise ProblemError("wrong-password", "the user name or the password is wrong")
    context.logins.succeeded(name, address)


def _begin(request: Request, context: Context, user: str) -> JSONResponse:
    begun = context.stores.registry.begin_session(user, at=context.clock.now(), lifetime=LIFETIME)
    answer = _answer(context, of_session(context, begun.token))
    response = JSONResponse(answer.model_dump(mode="json"))
    response.set_cookie(
        COOKIE,
        begun.token,
        max_age=LIFETIME // SECOND,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def _answer(context: Context, principal: Principal) -> SessionAnswer:
    user = context.stores.registry.find_user(principal.user) if principal.csrf is not None else None
    return SessionAnswer(
        user=principal.user,
        scopes=sorted(principal.scopes),
        divisions=list(principal.divisions),
        csrf=principal.csrf,
        one_time_password=user is not None and passwords.is_one_time(user.password_hash),
        expires_at=principal.expires_at,
    )
