"""An event's id tells its moment and camera, sorts by time, and is the same for the same event."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes import event_id
from sharp_eyes.clock import REPLAY_EPOCH
from sharp_eyes.event_id import EventIdParts

MOMENTS = st.integers(min_value=0, max_value=2**48 * 1000 - 1)
CAMERAS = st.integers(min_value=0, max_value=2**24 - 1)


def minted(at: int = REPLAY_EPOCH, camera: int = 7, **other: str | int) -> str:
    subject = {"rule_revision": "r1", "run": "run-1", "track": 4, "zone": "yard"} | other
    return event_id.mint(at, camera, **subject)


def test_an_id_is_a_uuid_of_version_8_and_of_the_rfc_variant() -> None:
    known = uuid.UUID(minted())
    assert known.version == 8
    assert known.variant == uuid.RFC_4122


@given(at=MOMENTS, camera=CAMERAS, track=st.integers(0, 10**6), words=st.tuples(*[st.text()] * 3))
def test_moment_and_camera_are_read_back_from_any_id(
    at: int, camera: int, track: int, words: tuple[str, str, str]
) -> None:
    revision, run, zone = words
    made = event_id.mint(at, camera, rule_revision=revision, run=run, track=track, zone=zone)
    assert event_id.parse(made) == EventIdParts(at, camera)
    assert uuid.UUID(made).version == 8


@given(first=MOMENTS, second=MOMENTS, cameras=st.tuples(CAMERAS, CAMERAS), tracks=st.tuples(CAMERAS, CAMERAS))
def test_ids_sort_as_text_by_their_moment(
    first: int, second: int, cameras: tuple[int, int], tracks: tuple[int, int]
) -> None:
    a = minted(first, cameras[0], track=tracks[0])
    b = minted(second, cameras[1], track=tracks[1])
    if first != second:
        assert (a < b) == (first < second)


@pytest.mark.parametrize("at", [REPLAY_EPOCH, REPLAY_EPOCH + 998, REPLAY_EPOCH + 999, REPLAY_EPOCH + 999_999])
def test_one_microsecond_later_sorts_later_whatever_the_camera(at: int) -> None:
    assert minted(at, 2**24 - 1) < minted(at + 1, 0)


def test_the_same_event_has_the_same_id() -> None:
    assert minted() == minted()


def test_an_id_is_the_one_that_was_promised() -> None:
    # Pinned: ids lie in journals, links and file names, and may never change their form.
    assert minted() == "019b76da-a800-8000-8000-07" + minted()[26:]
    assert minted(REPLAY_EPOCH + 1234, 0xABCDEF).startswith("019b76da-a801-83aa-abcd-ef")


@pytest.mark.parametrize(
    "other", [{"rule_revision": "r2"}, {"run": "run-2"}, {"track": 5}, {"zone": "gate"}], ids=str
)
def test_events_of_one_moment_differ_by_rule_run_track_and_zone(other: dict[str, str | int]) -> None:
    assert minted(**other) != minted()


def test_neighbouring_words_do_not_run_together() -> None:
    assert minted(rule_revision="a", run="bc") != minted(rule_revision="ab", run="c")


def test_events_of_two_cameras_differ() -> None:
    assert minted(camera=7) != minted(camera=8)


@pytest.mark.parametrize(
    "text", ["", "no id", "12345", str(uuid.UUID(int=0)), "f47ac10b-58cc-4372-a567-0e02b2c3d479"]
)
def test_what_is_no_event_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"UUID"):
        event_id.parse(text)
