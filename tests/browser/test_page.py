"""The operators' page in a real Chromium, over a served API: nothing fails, nothing leaves this host."""

import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ingest import pattern
from ingest.clip import Clip, cut
from ingest.pattern import Recipe
from ingest.ring import EncodedPacket
from servers.children import wait_for
from servers.city import CAMERAS, City, boxes_body, camera_status, open_city, reason_body
from servers.page import SEEK, chromium
from servers.served_api import ServedApi, served
from sharp_eyes.clock import SECOND
from sharp_eyes.domain import Raised
from sharp_eyes.store.rows import row_of

pytestmark = pytest.mark.browser

# Waits until the video has played beyond a time.
PLAYED = """(video, time) => new Promise((done) => {
  const look = () => (video.currentTime > time && !video.paused ? done() : setTimeout(look, 50));
  look();
})"""
NEW_PASSWORD = "a much better password"  # noqa: S105 - of a user that lives for one test

# The colour of the box at the middle of its left side, and of the picture left of it and right of it.
LOOK = """(stage, {x, y}) => {
  const video = stage.querySelector('video'), canvas = stage.querySelector('canvas');
  const shrink = Math.min(stage.clientWidth / video.videoWidth, stage.clientHeight / video.videoHeight);
  const left = (stage.clientWidth - video.videoWidth * shrink) / 2;
  const top = (stage.clientHeight - video.videoHeight * shrink) / 2;
  const at = [(left + x * shrink) * devicePixelRatio, (top + y * shrink) * devicePixelRatio];
  const pixels = canvas.getContext('2d').getImageData(Math.round(at[0]) - 3, Math.round(at[1]), 7, 1).data;
  return Array.from({length: 7}, (_, i) => [...pixels.slice(4 * i, 4 * i + 4)]);
}"""


def now() -> int:
    return time.time_ns() // 1000


@dataclass
class Site:
    """The page of one city, and what went wrong on it."""

    api: ServedApi
    city: City
    page: Any
    expect: Any
    wrong: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        self.page.goto(self.api.address + "/" + query)

    def sign_in(self) -> None:
        self.page.fill("[name=user]", "admin")
        self.page.fill("[name=password]", self.api.password)
        self.page.click("button[type=submit]")
        self.expect(self.page.locator(".state")).to_have_text("Live")

    def rows(self) -> Any:
        return self.page.locator("[role=option]")

    def raise_event(self, camera: str = "gate", **changes: object) -> Raised:
        raised = self.city.raised(camera, now(), **changes)
        self.city.see(row_of(raised), visible_at=now())
        return raised

    def row(self, raised: Raised) -> Any:
        return self.page.locator(f"#e-{raised.event_id}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def site(browser: Any, tmp_path: Path) -> Iterator[Site]:
    from playwright.sync_api import expect

    expect.set_options(timeout=15_000)
    city = open_city(tmp_path)
    city.declare(now())
    city.report(now())
    with served(tmp_path) as api:
        context = browser.new_context(viewport={"width": 1500, "height": 900}, locale="en-US")
        page = context.new_page()
        served_site = Site(api, city, page, expect)
        page.on("pageerror", lambda error: served_site.wrong.append(str(error)))
        page.on("console", lambda said: served_site.wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: served_site.requests.append(request.url))
        yield served_site
        context.close()
    city.close()
    assert served_site.wrong == []
    foreign = [url for url in served_site.requests if not url.startswith(api.address)]
    assert foreign == []


def clip_of(first_at: int) -> Clip:
    """A clip of 12 s whose bright square tells which picture it is."""
    played = pattern.play(pattern.encode(Recipe(frames=120)), first_at)
    packets = [EncodedPacket.of(packet, at) for packet, at in played.packets if packet.size]
    return cut(played.stream_format, packets, first_at, first_at + 12 * SECOND, None)


def square(number: int) -> tuple[float, float, float, float]:
    """The square of a picture, in fractions."""
    x, y = pattern.corner(number)
    side = pattern.SQUARE
    return (
        x / pattern.WIDTH,
        y / pattern.HEIGHT,
        (x + side) / pattern.WIDTH,
        (y + side) / pattern.HEIGHT,
    )


def test_one_signs_in_changes_the_password_and_signs_out(site: Site) -> None:
    site.open()
    site.page.fill("[name=user]", "admin")
    site.page.fill("[name=password]", "wrong")
    site.page.click("button[type=submit]")
    site.expect(site.page.get_by_role("alert").first).to_contain_text("wrong")
    assert [said for said in site.wrong if "401" not in said] == []
    site.wrong.clear()  # the browser itself reports the 401 that was asked for
    site.sign_in()
    site.page.get_by_role("button", name="Change password").first.click()
    fields = site.page.locator("dialog input[type=password]")
    fields.nth(0).fill(site.api.password)
    fields.nth(1).fill(NEW_PASSWORD)
    site.page.locator("dialog button[type=submit]").click()
    site.expect(site.page.locator("dialog")).to_have_count(0)
    site.expect(site.page.get_by_text("printed at the first start")).to_have_count(0)
    site.expect(site.page.locator(".state")).to_have_text("Live")
    site.page.reload()
    site.expect(site.page.locator(".state")).to_have_text("Live")
    site.page.locator("summary").click()
    site.page.get_by_role("button", name="Sign out").click()
    site.expect(site.page.locator("[name=user]")).to_be_visible()


def test_a_live_event_arrives_and_its_clip_fills_in_plays_seeks_and_has_its_boxes_in_place(
    site: Site,
) -> None:
    site.open()
    site.sign_in()
    site.expect(site.rows()).to_have_count(0)
    began = time.monotonic()
    raised = site.raise_event(severity=1)
    site.expect(site.row(raised)).to_be_visible()
    assert time.monotonic() - began < 3
    site.expect(site.row(raised)).to_contain_text("North gate")
    site.expect(site.row(raised).locator("svg.severity.s1")).to_be_visible()
    site.expect(site.page.locator("#cried")).to_contain_text("Intrusion")

    site.page.keyboard.press("j")
    note = site.page.locator(".stage .note")
    site.expect(note).to_contain_text("on its way")
    first_at = raised.at - 5 * SECOND
    clip = clip_of(first_at)
    moments = [(number / 10, square(number)) for number in range(0, 120, 2)]
    site.city.see(
        site.city.store(raised, "boxes", boxes_body(clip.first_frame_at, moments), first_at),
        site.city.store(raised, "reason", reason_body(raised)),
        site.city.store(raised, "clip", clip.data, clip.first_frame_at),
        visible_at=now(),
    )
    video = site.page.locator("video")
    site.expect(note).to_be_hidden()
    site.expect(video).to_have_js_property("videoWidth", pattern.WIDTH)
    site.expect(site.page.locator(".moment")).to_be_visible()
    video.evaluate(PLAYED, 2)  # it plays, from just before the event

    stage = site.page.locator(".stage")
    for number in (40, 3, 77, 100):  # odd ones lie between two moments that were looked at
        shown = video.evaluate(SEEK, number / 10 + 0.05)
        assert round(shown * 10) == number
        x, y = pattern.corner(number)
        at = {"x": x, "y": y + pattern.SQUARE / 2}
        wait_for(lambda at=at: boxed(stage.evaluate(LOOK, at)), 5, f"the box of picture {number}")  # type: ignore[misc]

    site.page.keyboard.press("b")
    assert all(alpha == 0 for *_, alpha in stage.evaluate(LOOK, at))
    site.page.get_by_role("button", name="Why?").click()
    site.expect(site.page.locator(".reason")).to_contain_text("11 observations")
    site.page.keyboard.press("Space")
    site.expect(video).to_have_js_property("paused", False)
    site.page.keyboard.press("Space")
    site.expect(video).to_have_js_property("paused", True)


def boxed(pixels: list[list[int]]) -> bool:
    """Whether the colour of a box is among them."""
    return any(red > 200 and green < 140 and alpha > 200 for red, green, _, alpha in pixels)


def test_lost_evidence_says_why_and_a_snapshot_stands_in_for_a_clip(site: Site) -> None:
    lost = site.city.raised("gate", now() - 60 * SECOND)
    still = site.city.raised("quay", now() - 30 * SECOND, evidence="snapshot", severity=3)
    site.city.see(
        row_of(lost),
        row_of(still),
        site.city.lose(lost, "clip", "worker_died"),
        site.city.store(still, "snapshot", picture(), still.at),
        visible_at=now(),
    )
    site.open()
    site.sign_in()
    site.row(lost).click()
    site.expect(site.page.locator(".stage .note")).to_contain_text("its worker died")
    site.row(still).click()
    site.expect(site.page.locator(".stage img")).to_have_js_property("naturalWidth", 320)
    site.expect(site.page.locator(".controls")).to_be_hidden()


def picture() -> bytes:
    """A JPEG of 320 × 180."""
    return cv2.imencode(".jpg", np.full((180, 320, 3), 90, np.uint8))[1].tobytes()


def test_new_rows_wait_behind_a_pill_while_somebody_reads(site: Site) -> None:
    for number in range(30):
        site.raise_event(track=number)
    site.open()
    site.sign_in()
    site.expect(site.rows()).to_have_count(30)
    site.page.keyboard.press("j")
    site.page.keyboard.press("j")
    chosen = site.page.locator("[role=option][aria-selected=true]")
    place = chosen.bounding_box()
    fresh = site.raise_event(track=99, severity=1)
    pill = site.page.locator(".pill")
    site.expect(pill).to_have_text("↑ 1 new")
    site.expect(site.rows()).to_have_count(30)
    assert chosen.bounding_box() == place
    pill.click()
    site.expect(site.row(fresh)).to_be_visible()
    site.expect(site.rows()).to_have_count(31)
    site.expect(site.page.locator("[role=listbox]")).to_have_attribute(
        "aria-activedescendant", re.compile("^e-")
    )


def test_filters_are_in_the_address_and_hold_for_what_arrives(site: Site) -> None:
    urgent, other = site.raise_event(severity=1), site.raise_event("market", severity=3, track=8)
    site.open()
    site.sign_in()
    site.expect(site.rows()).to_have_count(2)
    site.page.get_by_role("button", name="Severity 1").click()
    site.expect(site.rows()).to_have_count(1)
    assert "severity=1" in site.page.url
    site.raise_event("quay", severity=3, track=9)
    later = site.raise_event("quay", severity=1, track=10)
    site.expect(site.row(later)).to_be_visible()
    site.expect(site.rows()).to_have_count(2)
    site.row(urgent).click()
    site.page.reload()
    site.expect(site.rows()).to_have_count(2)
    site.expect(site.page.locator(".detail h2")).to_have_text("Intrusion")
    site.open("?division=330803")
    site.expect(site.rows()).to_have_count(1)
    site.expect(site.row(other)).to_be_visible()


def test_a_lost_connection_is_told_at_once_and_what_was_missed_comes_afterwards(site: Site) -> None:
    before = site.raise_event()
    site.open()
    site.sign_in()
    site.expect(site.row(before)).to_be_visible()
    site.page.context.set_offline(True)
    site.page.evaluate("() => dispatchEvent(new Event('offline'))")
    os.kill(site.api.pid, signal.SIGSTOP)
    try:
        site.expect(site.page.locator(".banner.lost")).to_be_visible(timeout=12_000)
        site.expect(site.page.locator(".state")).to_have_text("Not live")
        missed = site.raise_event("quay", track=5)
    finally:
        os.kill(site.api.pid, signal.SIGCONT)
    site.page.context.set_offline(False)
    site.expect(site.page.locator(".state")).to_have_text("Live", timeout=25_000)
    site.expect(site.row(missed)).to_be_visible()
    site.expect(site.page.locator(".banner.lost")).to_be_hidden()
    site.wrong = [said for said in site.wrong if "WebSocket" not in said and "ERR_INTERNET" not in said]


def test_the_farm_strip_counts_and_marks_what_is_in_trouble(site: Site) -> None:
    site.city.report(now(), cameras=[camera_status("gate"), camera_status("quay", "lost")])
    site.open()
    site.sign_in()
    strip = site.page.locator("footer.farm")
    site.expect(strip).to_contain_text("1 watching")
    site.expect(strip.locator(".lost")).to_contain_text("1 lost")
    site.expect(strip).to_contain_text("Complete until")


def test_the_page_speaks_chinese_and_hostile_names_stay_text(site: Site) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    raised = site.raise_event(place=hostile, notes=(("note", "<script>alert(2)</script>"),))
    site.open()
    site.page.get_by_role("button", name="中文").click()
    site.expect(site.page.locator("button[type=submit]")).to_have_text("登录")
    site.page.fill("[name=user]", "admin")
    site.page.fill("[name=password]", site.api.password)
    site.page.click("button[type=submit]")
    site.expect(site.row(raised)).to_contain_text("入侵")
    site.expect(site.row(raised)).to_contain_text("北门")
    site.row(raised).click()
    site.expect(site.page.locator(".facts").first).to_contain_text(hostile)
    site.expect(site.page.locator(".facts").first).to_contain_text("<script>")
    assert site.page.locator("html").get_attribute("lang") == "zh-CN"


def test_a_crossed_line_is_a_moment_and_never_ongoing(site: Site) -> None:
    crossed, entered = site.raise_event(type="line"), site.raise_event("quay", track=8)
    site.open()
    site.sign_in()
    site.row(entered).click()
    site.expect(site.page.locator(".title .badge")).to_have_text("ongoing")
    site.row(crossed).click()
    site.expect(site.page.locator(".title h2")).to_have_text("Line crossed")
    site.expect(site.page.locator(".title .badge")).to_have_count(0)
    site.expect(site.row(crossed)).to_have_class(re.compile(r"\bover\b"))
    site.expect(site.row(entered)).not_to_have_class(re.compile(r"\bover\b"))


def test_cameras_of_one_name_are_told_apart_by_their_ids(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    division, _, _, lon, lat = CAMERAS["quay"]
    monkeypatch.setitem(CAMERAS, "quay", (division, "North gate", "北门", lon, lat))
    site.city.declare(now())
    here, there = site.raise_event("gate"), site.raise_event("quay", track=8)
    market = site.raise_event("market", track=9)
    site.open()
    site.sign_in()
    wait_for(lambda: named_alike(site), 10, "the new name of the quay")
    site.expect(site.row(here)).to_contain_text("North gate · gate")
    site.expect(site.row(there)).to_contain_text("North gate · quay")
    site.expect(site.row(market).locator(".where")).to_have_text("Market street")
    camera = site.page.locator("[name=camera]")
    for text in ("nothing like it", "North gate"):
        camera.fill(text)
        camera.press("Enter")
        site.expect(camera).to_have_attribute("aria-invalid", "true")
        site.expect(site.rows()).to_have_count(3)
        assert "camera=" not in site.page.url
    camera.fill("North gate · quay")
    camera.press("Enter")
    site.expect(site.rows()).to_have_count(1)
    site.expect(site.row(there)).to_be_visible()
    site.expect(camera).to_have_attribute("aria-invalid", "false")
    assert "camera=quay" in site.page.url


def named_alike(site: Site) -> bool:
    """Whether the API has heard of two cameras of one name."""
    site.page.reload()
    site.expect(site.page.locator("#cameras option")).to_have_count(len(CAMERAS))
    return bool(site.page.locator("#cameras option[value*='North gate ·']").count() == 2)


def test_a_reload_while_the_server_cannot_answer_does_not_sign_out(site: Site) -> None:
    site.open()
    site.sign_in()
    problem = {"type": "/problems/unavailable", "title": "Unavailable", "detail": "the registry is away."}
    site.page.route("**/api/v1/session", lambda route: route.fulfill(status=503, json=problem))
    site.page.reload()
    site.expect(site.page.locator(".wait")).to_contain_text("the registry is away. Trying again.")
    site.page.unroute("**/api/v1/session")
    site.expect(site.page.locator(".state")).to_have_text("Live")
    site.wrong = [said for said in site.wrong if "503" not in said]


def test_a_list_that_was_refused_is_empty_and_says_why(site: Site) -> None:
    raised = site.raise_event()
    site.open()
    site.sign_in()
    site.expect(site.row(raised)).to_be_visible()
    site.page.locator("[name=span]").select_option("own")
    site.page.locator("[name=from]").fill("2026-01-02T00:00:00")
    site.expect(site.row(raised)).to_be_visible()
    site.page.locator("[name=to]").fill("2026-01-01T00:00:00")
    site.expect(site.page.locator(".banner.wrong")).to_contain_text("must be before")
    site.expect(site.rows()).to_have_count(0)
    site.expect(site.page.get_by_text("No event in this time")).to_be_hidden()
    site.page.locator("[name=from]").fill("2020-01-01T00:00:00")  # more than a year: the server refuses
    site.expect(site.page.locator(".banner.wrong")).to_contain_text("days before")
    site.expect(site.rows()).to_have_count(0)
    site.page.get_by_role("button", name="Clear").click()
    site.expect(site.row(raised)).to_be_visible()
    site.expect(site.page.locator(".banner.wrong")).to_be_hidden()
    site.wrong = [said for said in site.wrong if "422" not in said and "400" not in said]
