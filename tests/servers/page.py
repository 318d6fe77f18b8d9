"""The operators' page in a real Chromium, for tests of a whole farm."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Pauses, seeks, and gives the time of the picture that is then shown.
SEEK = """(video, time) => new Promise((done) => {
  video.pause();
  video.requestVideoFrameCallback((_, shown) => requestAnimationFrame(() => done(shown.mediaTime)));
  video.currentTime = time;
})"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that asks no other host for anything. Skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no chromium in PATH")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@contextmanager
def opened_page(address: str, password: str, query: str = "") -> Iterator[Any]:
    """The page, signed in as the first user. Fails on any error and any request to another host."""
    wrong: list[str] = []
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1500, "height": 900}, locale="en-US")
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: request.url.startswith(address) or wrong.append(request.url))
        page.goto(f"{address}/{query}")
        page.fill("[name=user]", "admin")
        page.fill("[name=password]", password)
        page.click("button[type=submit]")
        yield page
    assert wrong == []


def plays_and_seeks(page: Any, event_id: str, to: float) -> float:
    """Choose the event, let its clip play, seek to `to` seconds; gives the time that is then shown."""
    page.locator(f"#e-{event_id}").click()
    video = page.locator("video")
    page.wait_for_timeout(500)
    video.evaluate("v => new Promise((done) => v.readyState > 2 ? done() : v.oncanplay = () => done())")
    page.wait_for_timeout(500)
    shown: float = video.evaluate(SEEK, to)
    return shown
