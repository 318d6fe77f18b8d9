"""The page of a score: it holds all verdicts, fetches nothing, runs nothing, and shows names as they are."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sharp_eyes import catalogue
from sharp_eyes.clock import REPLAY_EPOCH, from_iso, microseconds
from sharp_eyes.scoring.matching import EventLine
from sharp_eyes.scoring.page.markup import Markup, element
from sharp_eyes.scoring.page.moments import moment, step_between, tick, ticks
from sharp_eyes.scoring.page.score_page import score_page
from sharp_eyes.scoring.page.snapshots import MOST_BYTES, jpeg_size, read_snapshot
from sharp_eyes.scoring.page.timeline import Timeline, timelines
from sharp_eyes.scoring.summary import Clip, Summary, summarise
from sharp_eyes.scoring.truth import TruthEntry

SCRIPT = "<script>alert(1)</script>"
VOID = {"meta", "input", "img", "link"}
# Start of image, a comment, the frame header of 640 × 360 in three colours, end of image.
JPEG = bytes.fromhex("ffd8 fffe0004abcd ffc0 0011 08 0168 0280 03 012200 021101 031101 ffd9")


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text; a wrong end tag is an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def classes(self, *wanted: str) -> int:
        """How many elements have all of these classes."""
        return sum(set(wanted) <= set((given.get("class") or "").split()) for _, given in self.found)

    def values(self, name: str) -> list[str]:
        return [value for _, given in self.found if (value := given.get(name)) is not None]


def event(number: int, at: float, **other: object) -> EventLine:
    known: dict[str, object] = {
        "event_id": f"event-{number}",
        "record": "raised",
        "camera": "gate",
        "rule": "through-the-gate",
        "type": "line",
        "at": REPLAY_EPOCH + microseconds(at),
        "offset_seconds": at,
        "label": "person",
    }
    return EventLine.model_validate(known | other)


def due(start: float | str, **other: object) -> TruthEntry:
    return TruthEntry.model_validate({"camera": "gate", "type": "line", "start": start} | other)


def summary(events: list[EventLine], truth: list[TruthEntry], **other: object) -> Summary:
    return summarise([Clip("clip", events, truth, **other)])  # type: ignore[arg-type]


def page_of(events: list[EventLine], truth: list[TruthEntry], **other: object) -> Elements:
    return Elements(score_page(summary(events, truth, **other), "Score"))


ONE_OF_EACH = (
    [event(1, 12.8), event(2, 66), event(3, 25)],
    [
        due(12),
        due(40),
        due(20, end=30, must_be_silent=True),
        due(80, end=90, must_be_silent=True),
        due(50, type=catalogue.TO_COME[-1]),
    ],
)


def test_every_verdict_has_its_mark_and_what_was_judged_its_card() -> None:
    page = page_of(*ONE_OF_EACH)
    marks = {
        ("truth", "found"): 1, ("event", "found"): 1, ("truth", "missed"): 1, ("event", "extra"): 2,
        ("truth", "waiting"): 1,
    }  # fmt: skip
    assert {kind: page.classes("mark", *kind) for kind in marks} == marks
    assert (page.classes("stretch", "kept"), page.classes("stretch", "broken")) == (2, 2)  # legend included
    assert [page.classes("card", verdict) for verdict in ("found", "missed", "extra")] == [1, 1, 2]
    assert page.classes("join") == 1
    assert page.classes("facts") == 8


def test_marks_lead_to_cards_that_are_there() -> None:
    page = page_of(*ONE_OF_EACH)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in page.values("href")} <= set(ids)
    assert page.classes("mark") == 6


def test_the_facts_tell_due_time_event_and_delay() -> None:
    text = page_of(*ONE_OF_EACH).text
    for fact in ("12.0 s ± 10 s", "12.8 s", "+0.8 s", "through-the-gate", "event-1", "20.0 s to 30.0 s"):
        assert fact in text
    assert "1 of 2 silences broken, by 1 event." in text
    assert f"No rule yet for {catalogue.TO_COME[-1]}: 1 due, not judged." in text


def test_names_are_shown_as_they_are_and_never_become_elements(tmp_path: Path) -> None:
    quoted = f"\"'&{SCRIPT}\x1b\x00"
    clip = Clip(
        quoted,
        [event(1, 12, rule=quoted, label=quoted, camera=quoted, event_id=quoted)],
        [due(12, camera=quoted, label=quoted, objects=[quoted]), due(90, camera=quoted, rule=quoted)],
        tags={"condition": quoted},
        evidence=tmp_path,
    )
    page = Elements(score_page(summarise([clip]), quoted, tags=["condition"], beside=tmp_path))
    assert "script" not in {tag for tag, _ in page.found}
    assert page.text.count(SCRIPT) >= 8
    assert not {"\x1b", "\x00"} & set(page.text)
    assert not any(name.startswith("on") for _, given in page.found for name in given)


def test_the_page_fetches_nothing_and_forbids_itself_to() -> None:
    text = score_page(summary(*ONE_OF_EACH), "Score")
    assert "://" not in text
    assert "@import" not in text
    assert "default-src 'none'" in "".join(Elements(text).values("content"))


def test_a_snapshot_is_embedded_once_with_the_objects_box(tmp_path: Path) -> None:
    (tmp_path / "event-1.jpg").write_bytes(JPEG)
    page = page_of([event(1, 12, xyxy=[0.25, 0.5, 0.5, 1.0])], [due(12)], evidence=tmp_path)
    (image,) = [given for tag, given in page.found if tag == "image"]
    assert (image["href"] or "").startswith("data:image/jpeg;base64,/9j/")
    (box,) = [given for tag, given in page.found if given.get("class") == "box"]
    assert (box["x"], box["y"], box["width"], box["height"]) == ("160.0", "180.0", "160.0", "180.0")
    assert page.classes("picture") == 3  # at both marks and on the card


def test_a_clip_is_linked_relative_to_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "evidence of #1"
    folder.mkdir()
    (folder / "event-1.mp4").write_bytes(b"")
    judged = summary([event(1, 12)], [due(12)], evidence=folder)
    assert "evidence%20of%20%231/event-1.mp4" in Elements(
        score_page(judged, "Score", beside=tmp_path)
    ).values("href")
    assert "no snapshot" in Elements(score_page(judged, "Score", beside=tmp_path)).text
    assert ".mp4" not in score_page(judged, "Score")


@pytest.mark.parametrize("event_id", ["../event-1", "/etc/passwd", "a/b", "", "a" * 300, "nul\x00"])
def test_an_event_id_cannot_lead_out_of_the_folder(tmp_path: Path, event_id: str) -> None:
    (tmp_path / "event-1.jpg").write_bytes(JPEG)
    inside = tmp_path / "inside"
    inside.mkdir()
    assert read_snapshot(inside, event_id) is None
    assert read_snapshot(tmp_path, "event-1") is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8", JPEG[:14], b"<svg onload=alert(1)>", JPEG[:13] + bytes(4) + JPEG[17:], bytes(100)],
    ids=["empty", "begun", "cut", "svg", "no size", "noughts"],
)
def test_what_is_no_jpeg_is_no_snapshot(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "event-1.jpg").write_bytes(content)
    assert read_snapshot(tmp_path, "event-1") is None


def test_a_picture_that_is_too_large_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "event-1.jpg").write_bytes(JPEG + bytes(MOST_BYTES))
    assert read_snapshot(tmp_path, "event-1") is None


def test_a_jpegs_size_stands_in_its_frame_header() -> None:
    assert jpeg_size(JPEG) == (640, 360)


def lines(events: list[EventLine], truth: list[TruthEntry], **other: object) -> list[Timeline]:
    (judged,) = summary(events, truth, **other).judged
    return timelines(judged)


def test_each_camera_has_its_timeline_from_the_first_frame_to_all_that_was_observed() -> None:
    first, second = lines([event(1, 700)], [due(12), due(12, camera="yard")], observed_seconds=600)
    assert (first.camera, first.start, first.end) == ("gate", 0, 700)
    assert (second.camera, second.start, second.end) == ("yard", 0, 600)


def test_moments_have_a_timeline_of_moments() -> None:
    (only,) = lines([event(1, 5), event(2, 60)], [due("2026-01-01T00:00:05Z")])
    assert only.absolute
    assert only.start == from_iso("2026-01-01T00:00:05Z") / 1e6
    assert only.end - only.start == 55
    assert [item.verdict for item in only.items] == ["found", "extra"]


def test_seconds_and_moments_of_one_camera_are_told_on_two_timelines() -> None:
    clip, utc = lines([event(1, 12), event(2, 90)], [due(12), due("2026-01-01T01:00:00Z")])
    assert ([item.verdict for item in clip.items], clip.absolute) == (["found", "extra"], False)
    assert ([item.verdict for item in utc.items], utc.absolute) == (["missed"], True)


def test_an_event_without_seconds_of_the_clip_is_told_by_its_moment() -> None:
    clip, utc = lines([event(1, 12, offset_seconds=None)], [due(12)])
    assert [item.verdict for item in clip.items] == ["missed"]
    assert ([item.verdict for item in utc.items], utc.absolute) == (["extra"], True)


def test_a_timeline_that_holds_too_much_is_told_in_rows_and_loses_nothing() -> None:
    truth = [due(float(n)) for n in range(150)]
    page = page_of([], truth)
    assert page.classes("plot") == 3
    assert {value for value in page.values("href") if value.startswith("#")} == {
        f"#clip-0-0-{n}" for n in range(150)
    }


@pytest.mark.parametrize(
    ("events", "truth"),
    [
        ([event(1, 0, offset_seconds=1e300), event(2, 0, offset_seconds=-1e308)], [due(1.7e308), due(0)]),
        ([], [due("0001-01-02T00:00:00Z"), due("9999-12-30T23:59:59Z")]),
        ([], [due(1, tolerance_seconds=1.7e308), due(2, end=1.7e308, must_be_silent=True)]),
        ([event(1, 3, offset_seconds=None).model_copy(update={"at": 0})], [due(3)]),
        ([], []),
    ],
    ids=["far", "calendar", "wide", "epoch", "nothing"],
)
def test_times_at_the_ends_of_all_numbers_are_drawn(events: list[EventLine], truth: list[TruthEntry]) -> None:
    text = score_page(summary(events, truth), "Score")
    shares = [float(share) for share in re.findall(r"([-\d.]+|nan|inf)%[;\"]", text)]
    assert all(0 <= share <= 100 for share in shares)
    assert ("Nothing was judged." in text) == (not truth)


def test_every_tag_that_is_asked_for_has_its_table() -> None:
    clips = [
        Clip(name, [event(1, 12)], [due(12)], tags={"condition": name, "kind": "line"})
        for name in ("day", "night")
    ]
    page = Elements(score_page(summarise(clips), "Score", tags=["condition", "kind", "weather"]))
    assert [tag for tag, _ in page.found].count("table") == 3  # by type, by condition, by kind
    assert page.classes("camera") == 2
    assert len(set(page.values("id"))) == len(page.values("id"))


def test_markup_escapes_text_and_attributes_but_not_markup() -> None:
    inner = element("b", "1 < 2")
    assert element("a", inner, "&", href='"x"', title=None) == Markup(
        '<a href="&quot;x&quot;"><b>1 &lt; 2</b>&amp;</a>'
    )
    assert element("input", type="radio", class_="a", aria_label="b") == (
        '<input type="radio" class="a" aria-label="b">'
    )


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0.0 s"),
        (12.44, "12.4 s"),
        (-3, "-3.0 s"),
        (66, "1:06.0"),
        (3723.4, "1:02:03.4"),
        (-66, "-1:06.0"),
    ],
)
def test_moments_of_a_clip_are_told_as_a_clock_tells_them(seconds: float, shown: str) -> None:
    assert moment(seconds, absolute=False) == shown


def test_moments_of_a_day_are_told_in_utc() -> None:
    seconds = from_iso("2026-01-01T08:00:05.25+08:00") / 1e6
    assert moment(seconds, absolute=True) == "2026-01-01 00:00:05.2 UTC"
    assert tick(seconds, 60, absolute=True) == "00:00:05"
    assert tick(seconds, 3600, absolute=True) == "01-01 00:00"
    assert tick(seconds, 86_400, absolute=True) == "2026-01-01"


@pytest.mark.parametrize(("end", "step"), [(1, 0.1), (15, 2), (600, 60), (86_400, 10_800), (9e9, 9e8)])
def test_an_axis_has_at_most_eleven_ticks_at_round_numbers(end: float, step: float) -> None:
    found = step_between(0, end)
    assert found == pytest.approx(step, rel=1e-3)
    assert 1 < len(ticks(0, end, found)) <= 11
