"""Events that left the index: a served API lists them, tells each, and serves their clips."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.app import PREFIX
from api.clerk import keeping
from api.clerk.office import opened_clerk
from servers.city import City, open_city, settings_of
from servers.served_api import ServedApi, served
from sharp_eyes.clock import SECOND, SystemClock, to_iso
from sharp_eyes.domain import Raised
from sharp_eyes.store.lake.hot_window import hot_from
from sharp_eyes.store.rows import row_of

DAY = keeping.DAY
CLIP = b"clip" * 1000


@dataclass
class Aged:
    """A served API whose index the clerk relieved of an old day; events of both sides, newest first."""

    api: ServedApi
    token: str
    now: int
    new: list[Raised]
    old: list[Raised]

    def get(self, path: str, **options: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | dict(options.pop("headers", {}))  # type: ignore[call-overload]
        return httpx.get(f"{self.api.address}{PREFIX}{path}", headers=headers, timeout=30, **options)  # type: ignore[arg-type]

    def listed(self, **query: object) -> list[str]:
        """The ids of all pages."""
        found: list[str] = []
        query |= {"from": to_iso(self.now - 60 * DAY), "to": to_iso(self.now)}
        while True:
            answer = self.get("/events", params=query)
            assert answer.status_code == 200, answer.text
            found += [event["event_id"] for event in answer.json()["events"]]
            if answer.json()["next"] is None:
                return found
            query["cursor"] = answer.json()["next"]

    def libraries(self) -> set[str]:
        """Which of the history's libraries the process has loaded."""
        maps = Path(f"/proc/{self.api.pid}/maps").read_text()
        return set(re.findall(r"duckdb|deltalake", maps))


def raised_at(city: City, *moments: int) -> list[Raised]:
    """Events at these moments, with a clip each."""
    found = [city.raised("gate", at) for at in moments]
    for one in found:
        city.see(row_of(one), city.store(one, "clip", CLIP, one.at), visible_at=one.at + SECOND)
    return found


@pytest.fixture
def aged(tmp_path: Path) -> Iterator[Aged]:
    city, now = open_city(tmp_path), SystemClock().now()
    city.declare(now)
    day = now - now % DAY - keeping.HOT_RECORDS - 2 * DAY
    new = raised_at(city, now - 60 * SECOND, now - 3 * DAY)
    old = raised_at(city, *(day + n * 3600 * SECOND for n in (20, 9, 8)))
    settings = settings_of(tmp_path).model_copy(update={"node": tmp_path / "node"})
    with opened_clerk(settings, SystemClock(), threading.Event()) as clerk:
        assert clerk.run_once()
    assert hot_from(city.index) == day + DAY
    assert city.index.event(old[0].event_id, ("",)) is None
    token = city.registry.add_token("t", scopes={"admin"}, divisions=("33",), author="t", at=now)
    with served(tmp_path) as api:
        yield Aged(api, token, now, new, old)
    city.close()


def test_an_event_that_left_the_index_is_still_listed_told_and_shown(aged: Aged) -> None:
    assert aged.get("/events").json()["events"][0]["event_id"] == aged.new[0].event_id
    assert aged.get(f"/events/{aged.new[1].event_id}/clip").content == CLIP
    assert aged.libraries() == set()  # only hot questions so far
    for limit in (1, 2, 3, 50):
        assert aged.listed(limit=limit) == [one.event_id for one in (*aged.new, *aged.old)]
    assert aged.libraries() == {"duckdb", "deltalake"}
    assert aged.listed(division="330803") == []
    event = aged.get(f"/events/{aged.old[0].event_id}").json()
    assert (event["at"], event["camera_name"]["en"]) == (to_iso(aged.old[0].at), "North gate")
    part = aged.get(f"/events/{aged.old[0].event_id}/clip", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"clip")
