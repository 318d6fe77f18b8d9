"""The API as it is run: `sharp-eyes serve` as a child, its routes by every kind of principal, its feed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from api.app import PREFIX, ROUTERS
from api.principal import COOKIE
from api.routes.page import router as page_router
from api.scope_names import SCOPES
from api.scopes import declared_scope
from servers.children import wait_for
from servers.city import BOX, CAMERAS, City, boxes_body, open_city, reason_body
from servers.served_api import ServedApi, served
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Raised
from sharp_eyes.store.rows import row_of

JSON = dict[str, Any]

KECHENG_ONLY, QUJIANG_ONLY = ("330802",), ("330803",)


def now() -> int:
    return time.time_ns() // 1000


@dataclass
class Live:
    """A served API, the city behind it, tokens by name, and an event of Kecheng with all its evidence."""

    api: ServedApi
    city: City
    tokens: dict[str, str]
    event: Raised

    def ask(self, method: str, path: str, token: str | None, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.request(method, self.api.address + path, headers=headers, timeout=30, **options)

    def listen(self, token: str, since: str | None = None) -> ClientConnection:
        return connect(
            self.api.address.replace("http", "ws") + f"{PREFIX}/feed" + (f"?since={since}" if since else ""),
            additional_headers={"Authorization": f"Bearer {token}"},
            proxy=None,
        )


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    city = open_city(folder)
    city.declare(now())
    event = city.raised("gate", now() - 60 * SECOND)
    city.see(
        row_of(event),
        city.store(event, "clip", b"clip" * 500_000, event.at),
        city.store(event, "snapshot", b"jpeg", event.at),
        city.store(event, "boxes", boxes_body(event.at, [(0.0, BOX)]), event.at),
        city.store(event, "reason", reason_body(event)),
        visible_at=now(),
    )
    city.report(now())
    with served(folder) as api:
        grants = {
            "own": (SCOPES, KECHENG_ONLY),
            "other": (SCOPES.keys() - {"admin"}, QUJIANG_ONLY),
            "bare": ((), ("",)),
        }
        grants |= {scope: ({scope}, ("",)) for scope in SCOPES}
        tokens = {
            name: city.registry.add_token(
                name, scopes=set(scopes), divisions=divisions, author="test", at=now()
            )
            for name, (scopes, divisions) in grants.items()
        }
        yield Live(api, city, tokens, event)
    city.close()


# ── the matrix: route × method × principal, from what the routes declare ──

DECLARED = {
    (method, PREFIX + route.path): declared_scope(route) or ""  # type: ignore[attr-defined]
    for router in ROUTERS
    for route in router.routes
    for method in getattr(route, "methods", None) or {"WEBSOCKET"}
}
QUERY = {f"{PREFIX}/coverage": "?camera=gate"}
ROUTES = sorted(DECLARED)
PLAIN = [(method, path) for method, path in ROUTES if method == "GET"]


def filled(path: str, live: Live) -> str:
    query = QUERY.get(path, "")
    return path.replace("{event_id}", live.event.event_id).replace("{camera_id}", "gate") + query


def test_the_document_knows_the_routes_and_their_scopes(live: Live) -> None:
    document = live.ask("GET", f"{PREFIX}/openapi.json", None).json()
    described = {
        (method.upper(), path): operation["x-scope"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {
        route: scope or "public" for route, scope in DECLARED.items() if route[0] not in {"HEAD", "WEBSOCKET"}
    }
    assert all(declared_scope(route) == "" for route in page_router.routes)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_credential_only_public_routes_answer(live: Live, method: str, path: str) -> None:
    if method == "WEBSOCKET":
        with (
            pytest.raises(InvalidStatus) as caught,
            connect(live.api.address.replace("http", "ws") + path, proxy=None),
        ):
            pass
        assert caught.value.response.status_code == 401
        return
    answer = live.ask(method, filled(path, live), None)
    if DECLARED[method, path]:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    else:
        assert answer.status_code in {200, 422}  # 422: to sign in one must say who


@pytest.mark.parametrize(("method", "path"), PLAIN)
def test_without_the_scope_a_route_is_forbidden_and_with_it_alone_it_answers(
    live: Live, method: str, path: str
) -> None:
    scope = DECLARED[method, path]
    bare = live.ask(method, filled(path, live), live.tokens["bare"])
    if scope in SCOPES:
        assert bare.status_code == 403
        assert bare.json()["scope"] == scope
        for other in SCOPES.keys() - {scope, "admin"}:
            assert live.ask(method, filled(path, live), live.tokens[other]).status_code == 403
        assert live.ask(method, filled(path, live), live.tokens[scope]).status_code == 200
    else:
        assert bare.status_code == 200
    assert live.ask(method, filled(path, live), live.tokens["admin"]).status_code == 200


@pytest.mark.parametrize(("method", "path"), PLAIN)
def test_what_is_foreign_does_not_exist(live: Live, method: str, path: str) -> None:
    own = live.ask(method, filled(path, live), live.tokens["own"])
    assert own.status_code == 200
    foreign = live.ask(method, filled(path, live), live.tokens["other"])
    if "{" in path or path in QUERY:
        missing = filled(path, live).replace(live.event.event_id, "01a206e4-9dc1-8248-8000-03d35e528892")
        missing = missing.replace("gate", "nothing")
        nothing = live.ask(method, missing, live.tokens["own"])
        assert (foreign.status_code, nothing.status_code) == (404, 404)
        assert foreign.json()["type"] == nothing.json()["type"] == "/problems/not-found"
        same = [re.sub(r"'[^']*'", "…", answer.json()["detail"]) for answer in (foreign, nothing)]
        assert same[0] == same[1]
    elif DECLARED[method, path] in SCOPES:
        assert foreign.status_code == 200
        assert live.event.event_id not in foreign.text
        for camera, (division, *_) in CAMERAS.items():
            if not division.startswith(QUJIANG_ONLY):
                assert f'"{camera}"' not in foreign.text


@pytest.mark.parametrize(("method", "path"), PLAIN)
def test_every_route_refuses_what_it_does_not_know(live: Live, method: str, path: str) -> None:
    address = filled(path, live)
    answer = live.ask(method, address + ("&" if "?" in address else "?") + "x=1", live.tokens["admin"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "parameter": "x",
        "message": "no such parameter",
        "hint": answer.json()["errors"][0]["hint"],
    }


@pytest.mark.parametrize("path", sorted({path for _, path in PLAIN}))
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_a_route_does_not_have_changes_nothing(live: Live, path: str, method: str) -> None:
    if (method, path) in DECLARED:
        return  # it has this method: the tests of sessions use it
    answer = live.ask(method, filled(path, live), live.tokens["admin"])
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_bearer_that_is_none_is_refused(live: Live) -> None:
    for header in ("Bearer nonsense", "Bearer", "Basic YTpi", "Bearer " + "x" * 5000):
        answer = httpx.get(f"{live.api.address}{PREFIX}/events", headers={"Authorization": header})
        assert answer.status_code == 401


# ── media over the wire ──


def test_a_clip_comes_whole_and_in_ranges_over_the_wire(live: Live) -> None:
    path = f"{PREFIX}/events/{live.event.event_id}/clip"
    whole = live.ask("GET", path, live.tokens["own"])
    assert (whole.status_code, len(whole.content)) == (200, 2_000_000)
    headers = {
        "Authorization": f"Bearer {live.tokens['own']}",
        "Range": "bytes=1999998-",
        "Accept-Encoding": "gzip",
    }
    tail = httpx.get(live.api.address + path, headers=headers)
    assert (tail.status_code, tail.content, tail.headers["content-range"]) == (
        206,
        b"ip",
        "bytes 1999998-1999999/2000000",
    )


# ── sessions ──


@contextmanager
def signed_in(live: Live) -> Iterator[tuple[httpx.Client, JSON]]:
    with httpx.Client(base_url=live.api.address, timeout=30) as client:
        answer = client.post(f"{PREFIX}/session", json={"user": "admin", "password": live.api.password})
        assert answer.status_code == 200, answer.text
        yield client, answer.json()


def test_the_first_user_signs_in_with_the_printed_password_changes_it_and_signs_out(live: Live) -> None:
    with signed_in(live) as (client, session):
        cookie = client.cookies.jar._cookies["127.0.0.1"]["/"][COOKIE]  # type: ignore[attr-defined]
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "strict"
        assert session["one_time_password"] is True
        assert client.get(f"{PREFIX}/events").status_code == 200
        before = client.cookies[COOKIE]
        change = {"password": live.api.password, "new_password": "a much better password"}
        assert client.post(f"{PREFIX}/session/password", json=change).status_code == 403
        changed = client.post(f"{PREFIX}/session/password", json=change, headers={"X-CSRF": session["csrf"]})
        assert changed.json()["one_time_password"] is False
        assert client.cookies[COOKIE] != before
        assert client.get(f"{PREFIX}/session").json()["user"] == "admin"
        old = httpx.get(f"{live.api.address}{PREFIX}/session", cookies={COOKIE: before})
        assert old.status_code == 401
        refused = httpx.post(
            f"{live.api.address}{PREFIX}/session", json={"user": "admin", "password": live.api.password}
        )
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/wrong-password")
        csrf = {"X-CSRF": changed.json()["csrf"]}
        assert client.delete(f"{PREFIX}/session").status_code == 403
        assert client.delete(f"{PREFIX}/session", headers=csrf).status_code == 204
        assert client.get(f"{PREFIX}/session").status_code == 401
    live.api.password = change["new_password"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_sites_page_can_neither_sign_in_nor_change_anything(
    live: Live, headers: dict[str, str]
) -> None:
    login = {"user": "admin", "password": "whatever"}
    answer = httpx.post(f"{live.api.address}{PREFIX}/session", json=login, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/cross-site")


def test_guessing_is_slowed_down(live: Live) -> None:
    login = {"user": "nobody", "password": "guess"}
    answers = [httpx.post(f"{live.api.address}{PREFIX}/session", json=login) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 800


# ── the feed ──


def heard(feed: ClientConnection, seconds: float = 10) -> JSON:
    """The next message that is no heartbeat."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        said: JSON = json.loads(feed.recv(timeout=seconds))
        if "heartbeat" not in said:
            return said
    raise TimeoutError("nothing but heartbeats")


def test_an_event_is_heard_where_it_may_be_seen_and_its_evidence_follows(live: Live) -> None:
    with live.listen(live.tokens["own"]) as own, live.listen(live.tokens["other"]) as other:
        first = json.loads(own.recv(timeout=10))
        assert first["heartbeat"]
        assert first["position"]
        json.loads(other.recv(timeout=10))
        gate, market = live.city.raised("quay", now()), live.city.raised("market", now())
        began = time.monotonic()
        live.city.see(row_of(gate), row_of(market), visible_at=now())
        news = heard(own)
        assert time.monotonic() - began < 2
        assert (news["change"], news["event"]["event_id"]) == ("raised", gate.event_id)
        assert news["event"]["evidence"][0]["state"] == "pending"
        assert heard(other)["event"]["event_id"] == market.event_id
        live.city.see(live.city.store(gate, "clip", b"later", gate.at), visible_at=now())
        later = heard(own)
        assert (later["change"], later["event"]["evidence"][0]["state"]) == ("evidence", "stored")
        position = news["position"]
    with live.listen(live.tokens["own"], since=position) as again:
        assert heard(again)["position"] == later["position"]


def test_a_position_of_another_index_is_a_resync(live: Live) -> None:
    with live.listen(live.tokens["own"], since="abc-1") as feed:
        assert heard(feed)["resync"] is True


def test_a_feed_closes_when_its_token_is_revoked(live: Live) -> None:
    token = live.city.registry.add_token(
        "short", scopes={"events:read"}, divisions=("",), author="test", at=now()
    )
    with live.listen(token) as feed:
        feed.recv(timeout=10)
        live.city.registry.revoke_token("short")
        with pytest.raises(ConnectionClosed) as closed:
            list(feed)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


def test_a_browsers_feed_needs_its_own_origin(live: Live) -> None:
    with signed_in(live) as (client, _):
        cookie = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    address = live.api.address.replace("http", "ws") + f"{PREFIX}/feed"
    for origin, status in [("http://evil.example", 403), (None, 403)]:
        with (
            pytest.raises(InvalidStatus) as caught,
            connect(address, additional_headers=cookie, origin=origin, proxy=None),  # type: ignore[arg-type]
        ):
            pass
        assert caught.value.response.status_code == status
    with connect(address, additional_headers=cookie, origin=live.api.address, proxy=None) as feed:  # type: ignore[arg-type]
        assert json.loads(feed.recv(timeout=10))["heartbeat"]


def test_who_may_not_see_events_hears_nothing(live: Live) -> None:
    with pytest.raises(InvalidStatus) as caught, live.listen(live.tokens["farm:read"]):
        pass
    assert caught.value.response.status_code == 403
    assert caught.value.response.headers["content-type"] == "application/problem+json"


# ── the process ──


def memory_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


def test_an_api_process_stays_small(live: Live) -> None:
    for _ in range(50):
        live.ask("GET", f"{PREFIX}/events", live.tokens["own"])
    assert memory_bytes(live.api.pid) <= 150_000_000


def test_sigterm_ends_it_with_a_feed_open_quietly_and_soon(tmp_path: Path) -> None:
    city = open_city(tmp_path)
    with served(tmp_path) as api:
        token = city.registry.add_token("t", scopes={"admin"}, divisions=("",), author="t", at=now())
        with connect(
            api.address.replace("http", "ws") + f"{PREFIX}/feed",
            additional_headers={"Authorization": f"Bearer {token}"},
            proxy=None,
        ) as feed:
            feed.recv(timeout=10)
            began = time.monotonic()
            os.kill(api.pid, signal.SIGTERM)
            wait_for(lambda: not Path(f"/proc/{api.pid}/cwd").exists(), 10, "the end")
            assert time.monotonic() - began < 5
        assert "Traceback" not in api.log.read_text()
    city.close()


def test_the_second_start_prints_no_password(tmp_path: Path) -> None:
    with served(tmp_path) as first:
        assert len(first.password) == 19
    with served(tmp_path) as second:
        assert second.password == ""


def test_a_port_that_is_taken_is_told_in_a_sentence(live: Live, sharp_eyes: Any, tmp_path: Path) -> None:
    port = live.api.address.rpartition(":")[2]
    ran = sharp_eyes("serve", "--port", port, "--no-clerk", cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: --port")
    assert "Address already in use" in ran.stderr
    assert "Traceback" not in ran.stderr


# ── the documentation's example ──


def examples(language: str) -> list[str]:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def test_the_worked_example_works(live: Live, tmp_path: Path) -> None:
    (shell,), (python,) = examples("bash"), examples("python")
    environment = os.environ | {"ADDRESS": live.api.address, "TOKEN": live.tokens["own"]}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell.replace("limit=1", "camera=gate --data-urlencode limit=1")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "clip.mp4").stat().st_size == 2_000_000
    ran = subprocess.run(
        [sys.executable, "-c", python],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "North gate" in ran.stdout
    assert re.search(r"\d+ events; complete until ", ran.stdout)
