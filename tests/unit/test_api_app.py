"""The routes over a small city in SQLite and a folder: what is answered, and what is refused and how."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from servers.asked_app import AskedApp, asked_app
from servers.city import (
    BOX,
    CAMERAS,
    KECHENG,
    QUJIANG,
    boxes_body,
    camera_status,
    ended,
    open_city,
    reason_body,
)
from sharp_eyes.clock import REPLAY_EPOCH, SECOND, to_iso
from sharp_eyes.domain import Raised
from sharp_eyes.store.rows import row_of

NOW = REPLAY_EPOCH + 12 * 3_600 * SECOND
CLIP, JPEG = b"clip" * 1000, b"\xff\xd8jpeg"


@dataclass
class World:
    app: AskedApp
    token: str
    gate: Raised  # stored clip, boxes, reason; ended
    quay: Raised  # clip pending
    market: Raised  # clip lost
    bridge: Raised  # snapshot

    def get(self, path: str, **options: object) -> httpx.Response:
        return self.app.get(path, self.token, **options)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    city = open_city(tmp_path_factory.mktemp("city"))
    city.declare(NOW)
    gate = city.raised("gate", NOW - 100 * SECOND, notes=(("gap_seconds", 5.5),))
    quay = city.raised("quay", NOW - 80 * SECOND, severity=1, label="car")
    market = city.raised("market", NOW - 60 * SECOND, type="line", direction="left", confidence=0.5)
    bridge = city.raised("bridge", NOW - 40 * SECOND, type="loitering", severity=3, evidence="snapshot")
    for raised in (gate, quay, market, bridge):
        city.see(row_of(raised), visible_at=raised.at + SECOND)
    first = gate.at - 5 * SECOND
    city.see(
        city.store(gate, "clip", CLIP, first),
        city.store(gate, "boxes", boxes_body(first, [(0.0, BOX)]), first),
        city.store(gate, "reason", reason_body(gate)),
        row_of(ended(gate, gate.at + 9 * SECOND)),
        city.lose(market, "clip", "worker_died"),
        city.store(bridge, "snapshot", JPEG, bridge.at),
        visible_at=NOW - 30 * SECOND,
    )
    city.watch("gate", NOW - 3_600 * SECOND, NOW)
    city.report(NOW - SECOND)
    with asked_app(city, NOW) as app:
        yield World(app, app.token("all", {"admin"}), gate, quay, market, bridge)
    city.close()


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [event["camera"] for event in answer.json()["events"]]


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["type"] == f"/problems/{kind}"
    assert body["status"] == status
    assert body["detail"]
    return body


# ── lists ──


def test_events_come_newest_first_with_what_is_complete_and_how_much_was_watched(world: World) -> None:
    answer = world.get("/events")
    assert ids(answer) == ["bridge", "market", "quay", "gate"]
    body = answer.json()
    assert body["next"] is None
    assert body["complete_until"] == to_iso(NOW - 3 * SECOND)
    coverage = body["coverage"]
    assert coverage["cameras"] == 4
    assert coverage["share"] == pytest.approx(3_597 / (4 * (86_400 - 3)), abs=1e-5)


@pytest.mark.parametrize(
    ("query", "cameras"),
    [
        ("camera=gate&camera=quay", ["quay", "gate"]),
        ("camera=nothing", []),
        (f"division={KECHENG}", ["quay", "gate"]),
        ("division=330803", ["bridge", "market"]),
        ("type=line&type=loitering", ["bridge", "market"]),
        ("label=car", ["quay"]),
        ("severity=1&severity=3", ["bridge", "quay"]),
        ("min_confidence=0.6", ["bridge", "quay", "gate"]),
        ("area=118.86,28.93;118.89,28.93;118.89,28.96;118.86,28.96", ["quay", "gate"]),
        ("area=118.86,28.93;118.89,28.93;118.89,28.96;118.86,28.96&camera=quay&camera=bridge", ["quay"]),
        ("area=1,1;2,1;2,2", []),
        (f"from={to_iso(NOW - 70 * SECOND)}", ["bridge", "market"]),
        (f"to={to_iso(NOW - 70 * SECOND)}", ["quay", "gate"]),
        ("type=line&division=330802", []),
    ],
)
def test_filters_leave_what_was_asked_for(world: World, query: str, cameras: list[str]) -> None:
    assert ids(world.get(f"/events?{query}")) == cameras


def test_pages_follow_each_other_without_a_gap_or_a_double(world: World) -> None:
    seen, cursor = [], ""
    for _ in range(5):
        answer = world.get(f"/events?limit=1{cursor}")
        seen += ids(answer)
        if answer.json()["next"] is None:
            break
        cursor = f"&cursor={answer.json()['next']}"
        world.app.clock.at += SECOND  # time goes on; the stretch asked for does not
    world.app.clock.at = NOW
    assert seen == ["bridge", "market", "quay", "gate"]


def test_a_cursor_of_another_question_is_refused(world: World) -> None:
    cursor = world.get("/events?limit=1").json()["next"]
    for other in ("type=line", f"from={to_iso(NOW - 7 * SECOND)}", "severity=1"):
        body = problem(world.get(f"/events?{other}&cursor={cursor}"), 422, "wrong-parameter")
        assert "another question" in str(body["detail"])
    assert ids(world.get(f"/events?limit=3&cursor={cursor}")) == ["market", "quay", "gate"]


@pytest.mark.parametrize(
    ("query", "parameter", "hint"),
    [
        ("limt=3", "limt", 'did you mean "limit"?'),
        ("limit=0", "limit", ""),
        ("limit=201", "limit", ""),
        ("limit=many", "limit", ""),
        ("limit=1&limit=2", "limit", "give it once"),
        ("severity=5", "severity", ""),
        ("min_confidence=2", "min_confidence", ""),
        ("from=yesterday", "from", ""),
        ("from=2026-01-01T00:00:00%2B00:00&to=2025-01-01T00:00:00Z", "from", ""),
        ("from=2020-01-01T00:00:00Z", "from", "ask in parts"),
        ("division=abc", "division", ""),
        ("area=1,2", "area", ""),
        ("cursor=x", "cursor", ""),
    ],
)
def test_a_wrong_parameter_is_named_with_what_would_be_right(
    world: World, query: str, parameter: str, hint: str
) -> None:
    body = problem(world.get(f"/events?{query}"), 422, "wrong-parameter")
    (error,) = body["errors"]  # type: ignore[misc]
    assert error["parameter"] == parameter
    assert error["message"]
    assert hint in error["hint"]


def test_every_wrong_parameter_is_told_at_once(world: World) -> None:
    body = problem(world.get("/events?limit=0&severity=9"), 422, "wrong-parameter")
    assert [error["parameter"] for error in body["errors"]] == ["severity", "limit"]  # type: ignore[attr-defined]


# ── one event, its evidence ──


def test_an_event_tells_everything_but_where_its_bodies_lie(world: World) -> None:
    answer = world.get(f"/events/{world.gate.event_id}")
    event = answer.json()
    assert event["camera_name"] == {"en": "North gate", "zh": "北门"}
    assert event["at"] == to_iso(world.gate.at)
    assert event["xyxy"] == list(BOX)
    assert event["notes"] == {"gap_seconds": 5.5}
    assert event["ended"] == {"at": to_iso(world.gate.at + 9 * SECOND), "because": "left"}
    clip = next(one for one in event["evidence"] if one["kind"] == "clip")
    assert clip["href"] == f"/api/v1/events/{world.gate.event_id}/clip"
    assert (clip["state"], clip["bytes"]) == ("stored", len(CLIP))
    assert "clips/" not in answer.text


def test_evidence_is_pending_or_lost_with_the_reason(world: World) -> None:
    def clip(raised: Raised) -> dict[str, object]:
        event = world.get(f"/events/{raised.event_id}").json()
        return next(one for one in event["evidence"] if one["kind"] == "clip")

    assert (clip(world.quay)["state"], clip(world.quay)["href"]) == ("pending", None)
    assert (clip(world.market)["state"], clip(world.market)["because"]) == ("lost", "worker_died")


@pytest.mark.parametrize("event_id", ["nonsense", "..%2f..%2fetc", "01a206e4-9dc1-8248-8000-03d35e528892"])
@pytest.mark.parametrize("rest", ["", "/clip", "/snapshot", "/boxes", "/reason"])
def test_what_is_no_event_is_404(world: World, event_id: str, rest: str) -> None:
    problem(world.get(f"/events/{event_id}{rest}"), 404, "not-found")


def test_a_clip_is_served_in_ranges_with_its_hash(world: World) -> None:
    path = f"/events/{world.gate.event_id}/clip"
    whole = world.get(path)
    assert (whole.status_code, whole.content) == (200, CLIP)
    assert whole.headers["content-type"] == "video/mp4"
    part = world.get(path, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"clip")
    assert "content-encoding" not in part.headers
    again = world.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    body = problem(world.get(path, headers={"Range": "bytes=99999-"}), 416, "wrong-range")
    assert "4000" in str(body["detail"])
    head = world.app.ask("HEAD", f"/api/v1{path}", headers={"Authorization": f"Bearer {world.token}"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "4000", b"")


def test_evidence_that_is_not_there_says_why(world: World) -> None:
    pending = problem_of(world, world.quay, "clip", 409, "evidence-pending")
    assert pending.headers["retry-after"] == "2"
    lost = problem_of(world, world.market, "clip", 404, "evidence-lost")
    assert lost.json()["because"] == "worker_died"
    assert "its worker died" in lost.json()["detail"]
    problem_of(world, world.gate, "snapshot", 404, "evidence-none")


def problem_of(world: World, raised: Raised, kind: str, status: int, name: str) -> httpx.Response:
    answer = world.get(f"/events/{raised.event_id}/{kind}")
    problem(answer, status, name)
    return answer


def test_a_body_that_vanished_from_the_storage_is_lost_as_damaged(world: World) -> None:
    gone = world.app.city.raised("gate", NOW - 20 * SECOND, track=99)
    row = world.app.city.store(gone, "clip", b"soon gone")
    world.app.city.see(row_of(gone), row, visible_at=NOW)
    world.app.city.blobs.delete(json.loads(row.body)["key"])
    body = problem(world.get(f"/events/{gone.event_id}/clip"), 404, "evidence-lost")
    assert body["because"] == "damaged"


def test_a_snapshot_is_a_picture(world: World) -> None:
    answer = world.get(f"/events/{world.bridge.event_id}/snapshot")
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")


def test_boxes_and_reason_are_the_documents_that_were_stored(world: World) -> None:
    boxes = world.get(f"/events/{world.gate.event_id}/boxes")
    assert boxes.json()["items"][0]["xyxy"] == list(BOX)
    reason = world.get(f"/events/{world.gate.event_id}/reason")
    assert reason.json()["thresholds"]["dwell_seconds"] == 2.0
    again = world.get(
        f"/events/{world.gate.event_id}/reason", headers={"If-None-Match": reason.headers["etag"]}
    )
    assert again.status_code == 304


# ── counts, cameras, coverage, farm ──


def test_counts_by_hour_and_by_day(world: World) -> None:
    hours = world.get("/events/counts?division=330802").json()
    assert {(one["label"], one["count"]) for one in hours["counts"]} >= {("car", 1)}
    assert all(one["camera"] is None for one in hours["counts"])
    days = world.get("/events/counts?by=day&camera=market").json()
    assert [(one["camera"], one["type"], one["count"]) for one in days["counts"]] == [("market", "line", 1)]
    assert days["counts"][0]["start_at"] == to_iso(REPLAY_EPOCH)


def test_a_count_that_would_scan_more_than_a_day_is_refused_and_says_so(world: World) -> None:
    week = to_iso(NOW - 7 * 86_400 * SECOND)
    body = problem(world.get(f"/events/counts?camera=gate&from={week}"), 422, "wrong-parameter")
    assert "24 hours" in json.dumps(body)
    assert world.get(f"/events/counts?by=day&camera=gate&from={week}").status_code == 200


def test_cameras_come_by_id_in_pages_without_their_sources(world: World) -> None:
    first = world.get("/cameras?limit=3")
    assert [one["id"] for one in first.json()["cameras"]] == ["bridge", "gate", "market"]
    assert first.json()["cameras"][1]["state"] == "watching"
    second = world.get(f"/cameras?limit=3&cursor={first.json()['next']}")
    assert [one["id"] for one in second.json()["cameras"]] == ["quay"]
    assert second.json()["next"] is None
    inside = world.get("/cameras?area=118.86,28.93;118.89,28.93;118.89,28.96;118.86,28.96")
    assert [one["id"] for one in inside.json()["cameras"]] == ["gate", "quay"]
    detail = world.get("/cameras/gate")
    for text in (first.text, detail.text):
        assert "rtsp" not in text
        assert "secret" not in text
    assert detail.json()["rules"][0]["place"] == "yard"
    assert detail.json()["fps_analysed"] == 5.0
    problem(world.get("/cameras/nothing"), 404, "not-found")


def test_divisions_have_names(world: World) -> None:
    found = {one["code"]: one["name"] for one in world.get("/divisions").json()["divisions"]}
    assert found[QUJIANG] == {"en": "Fuxi", "zh": "浮石街道"}


def test_coverage_sums_up_to_the_time_that_was_asked_for(world: World) -> None:
    answer = world.get(f"/coverage?camera=gate&from={to_iso(NOW - 7_200 * SECOND)}&to={to_iso(NOW)}").json()
    (gate,) = answer["cameras"]
    assert (gate["analysed_seconds"], gate["shed_seconds"], gate["lost_seconds"]) == (3_600.0, 0.0, 3_600.0)
    assert len(gate["spans"]) == 1
    problem(world.get("/coverage"), 422, "wrong-parameter")
    problem(world.get("/coverage?camera=nothing"), 404, "not-found")


def test_the_farm_tells_its_nodes_and_counts_its_cameras(world: World) -> None:
    farm = world.get("/farm").json()
    assert farm["states"] == {"watching": 4}
    assert farm["records_behind"] == 3
    assert farm["lag_seconds"] == 0.4
    assert farm["nodes"][0]["workers"][0]["pid"] == 4242


def test_a_silent_node_has_lost_its_cameras_and_after_a_minute_holds_nothing_back(world: World) -> None:
    city = world.app.city
    city.report(NOW - 61 * SECOND, "node-2", [camera_status("gate"), camera_status("bridge", "refused")])
    city.report(NOW - 5 * SECOND, "node-1", [camera_status("quay", "degraded")])
    city.report(NOW - 40 * SECOND, "node-3", [camera_status("market"), camera_status("quay")])
    world.app.clock.at = NOW + 5 * SECOND
    farm = world.get("/farm").json()
    assert farm["states"] == {"lost": 3, "degraded": 1}
    assert [(node["node"], node["alive"]) for node in farm["nodes"]] == [
        ("node-1", True),
        ("node-2", False),
        ("node-3", False),
    ]
    assert farm["complete_until"] == to_iso(NOW - 42 * SECOND)
    city.registry.forget_status("node-3")
    world.app.clock.at = NOW + 10 * SECOND
    city.registry.forget_status("node-2")
    city.report(NOW + 9 * SECOND)
    world.app.clock.at = NOW + 15 * SECOND
    assert world.get("/farm").json()["states"] == {"watching": 4}
    city.report(NOW - SECOND)
    world.app.clock.at = NOW


def test_a_camera_that_nobody_watches_is_named_first_and_counted(tmp_path: Path) -> None:
    city = open_city(tmp_path)
    city.declare(NOW)
    city.report(NOW - SECOND, cameras=[camera_status("gate")])
    city.registry.switch_camera("bridge", enabled=False, author="me", at=NOW)
    with asked_app(city, NOW) as app:
        farm = app.get("/farm", app.token("all", {"admin"})).json()
        assert farm["states"] == {"watching": 1, "unassigned": 2}
        first = farm["cameras"][0]
        assert (first["camera"], first["state"], first["node"]) == ("market", "unassigned", "")
    city.close()


def test_a_camera_counts_once_by_the_node_that_watches_it(tmp_path: Path) -> None:
    city = open_city(tmp_path)
    city.declare(NOW)
    city.report(NOW - 11 * SECOND, "node-1")
    city.report(NOW - SECOND, "node-2")
    with asked_app(city, NOW) as app:
        farm = app.get("/farm", app.token("all", {"admin"})).json()
        assert farm["states"] == {"watching": 4}
        assert {one["node"] for one in farm["cameras"]} == {"node-2"}
    city.close()


def test_a_node_whose_status_cannot_be_read_breaks_no_list_but_nobody_knows_what_is_complete(
    tmp_path: Path,
) -> None:
    city = open_city(tmp_path)
    city.declare(NOW)
    city.report(NOW - SECOND)
    city.registry.put_status("node-9", NOW - 30 * SECOND, '{"version": 9}')
    with asked_app(city, NOW) as app:
        token = app.token("all", {"admin"})
        assert [node["node"] for node in app.get("/farm", token).json()["nodes"]] == ["node-1"]
        events = app.get("/events", token)
        assert (events.status_code, events.json()["complete_until"]) == (200, None)
        app.clock.at += 31 * SECOND  # it is silent for a minute, the other is not
        assert app.get("/events", token).json()["complete_until"] == to_iso(NOW - 3 * SECOND)
    city.close()


def test_the_capability_statement_says_that_nobody_is_identified(world: World) -> None:
    answer = world.app.get("/capabilities").json()
    assert answer["identifies_people"] is False
    assert "never says who somebody is" in answer["statement"]
    assert "intrusion" in answer["rules"]


# ── whoever asks wrongly ──


def test_a_foreign_host_name_is_refused(world: World) -> None:
    problem(world.app.ask("GET", "/api/v1/health/live", host="evil.example"), 400, "wrong-host")


def test_an_unknown_address_and_a_wrong_method_are_problems(world: World) -> None:
    problem(world.get("/nothing"), 404, "not-found")
    answer = world.app.ask("DELETE", "/api/v1/events")
    problem(answer, 405, "wrong-method")
    assert answer.headers["allow"] == "GET"


def test_a_body_beyond_a_megabyte_is_refused_declared_or_not(world: World) -> None:
    problem(world.app.ask("POST", "/api/v1/session", content=b"x" * 1_000_001), 413, "too-large")

    async def dripping() -> object:
        for _ in range(11):
            yield b"x" * 100_000

    headers = {"Content-Type": "application/json"}
    problem(world.app.ask("POST", "/api/v1/session", content=dripping(), headers=headers), 413, "too-large")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"user": "a"}',
        b'{"user": 1, "password": "x"}',
        b'{"user":"a","password":"b","x":1}',
    ],
)
def test_a_wrong_body_is_told(world: World, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    problem(world.app.ask("POST", "/api/v1/session", content=body, headers=headers), 422, "wrong-body")


def test_every_answer_carries_the_security_headers(world: World) -> None:
    paths = ("/", "/static/app.js", "/api/v1/events", "/api/v1/capabilities", "/api/v1/nothing")
    for answer in [world.app.ask("GET", path) for path in paths] + [
        world.app.ask("GET", "/", host="evil.example"),
        world.app.ask("POST", "/api/v1/session", content=b"x" * 1_000_001),
    ]:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "cache-control" in answer.headers


def test_a_store_that_is_away_is_503_and_names_no_host(world: World, tmp_path: Path) -> None:
    city = open_city(tmp_path)
    with asked_app(city, NOW) as app:
        token = app.token("all", {"admin"})
        city.index.engine.dispose()
        (tmp_path / "index.sqlite").unlink()
        (tmp_path / "index.sqlite").mkdir()
        body = problem(app.get("/events", token), 503, "store-unavailable")
        assert str(tmp_path) not in json.dumps(body)
        assert app.get("/health/live").status_code == 200
        ready = app.get("/health/ready")
        assert (ready.status_code, ready.json()["index"], ready.json()["registry"]) == (503, "away", "ok")
    city.close()


def test_a_mistake_of_ours_is_a_problem_without_a_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.capabilities.version", None)
    answer = world.app.ask("GET", "/api/v1/capabilities")
    problem(answer, 500, "internal")
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_long_answers_are_compressed_and_files_are_known_by_their_etag(world: World) -> None:
    answer = world.app.ask("GET", "/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    page = world.app.ask("GET", "/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    again = world.app.ask("GET", "/", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.js", "/static/"):
        assert world.app.ask("GET", path).status_code == 404


def test_names_of_removed_cameras_are_kept_for_their_events(tmp_path: Path) -> None:
    city = open_city(tmp_path)
    city.declare(NOW)
    raised = city.raised("market", NOW - SECOND)
    city.see(row_of(raised), visible_at=NOW)
    with asked_app(city, NOW) as app:
        token = app.token("all", {"admin"})
        assert {one["id"] for one in app.get("/cameras", token).json()["cameras"]} == set(CAMERAS)
        city.registry.remove_camera("market", author="test", at=NOW)
        app.clock.at += 2 * SECOND
        problem(app.get("/cameras/market", token), 404, "not-found")
        event = app.get(f"/events/{raised.event_id}", token).json()
        assert event["camera_name"]["en"] == "Market street"
    city.close()
