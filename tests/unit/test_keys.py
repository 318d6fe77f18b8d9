import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharp_eyes.clock import from_iso
from sharp_eyes.domain import EvidenceKind
from sharp_eyes.event_id import mint
from sharp_eyes.store.blobs import LONGEST_KEY, checked_key
from sharp_eyes.store.keys import evidence_key

SHA = hashlib.sha256(b"body").hexdigest()
KINDS: list[EvidenceKind] = ["clip", "snapshot", "boxes", "reason"]


def event_at(iso: str) -> str:
    return mint(from_iso(iso), 7, rule_revision="1", run="r", track=1, zone="yard")


EVENT = event_at("2026-03-09T23:59:59.999999+00:00")


@pytest.mark.parametrize(
    ("kind", "folder", "ending"),
    [
        ("clip", "clips", "mp4"),
        ("snapshot", "snapshots", "jpg"),
        ("boxes", "boxes", "json"),
        ("reason", "reasons", "json"),
    ],
)
def test_a_key_tells_kind_place_day_event_and_body(kind: EvidenceKind, folder: str, ending: str) -> None:
    expected = f"{folder}/330802001/gate-1/2026/03/09/{EVENT}-{SHA[:16]}.{ending}"
    assert evidence_key(kind, "330802001", "gate-1", EVENT, SHA) == expected


def test_the_day_is_that_of_utc_wherever_the_camera_is() -> None:
    morning_in_china = event_at("2026-03-10T07:00:00+08:00")
    assert "/2026/03/09/" in evidence_key("clip", "33", "gate", morning_in_china, SHA)


def test_a_camera_without_a_division_has_a_folder_too() -> None:
    assert evidence_key("clip", "", "gate", EVENT, SHA).startswith("clips/none/gate/")


def test_another_body_of_the_same_event_has_another_key() -> None:
    other = hashlib.sha256(b"other").hexdigest()
    assert evidence_key("clip", "33", "g", EVENT, SHA) != evidence_key("clip", "33", "g", EVENT, other)


@pytest.mark.parametrize(
    ("division", "camera", "event", "sha256", "wrong"),
    [
        ("33/..", "gate", EVENT, SHA, "33/.."),
        ("北", "gate", EVENT, SHA, "cannot be part of a key"),
        ("33", "../gate", EVENT, SHA, "../gate"),
        ("33", "", EVENT, SHA, "cannot be part of a key"),
        ("33", "gate\n", EVENT, SHA, "cannot be part of a key"),
        ("33", "gate", EVENT, SHA[:16], "cannot be part of a key"),
        ("33", "gate", EVENT, SHA.upper(), "cannot be part of a key"),
        ("33", "gate", "0190a3c2-7e5d-4abc-9def-000000000000", SHA, "not an event id"),
    ],
)
def test_what_nobody_checked_makes_no_key(
    division: str, camera: str, event: str, sha256: str, wrong: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(wrong)):
        evidence_key("clip", division, camera, event, sha256)


CAMERAS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
DIVISIONS = st.from_regex(r"([0-9]{2,20})?", fullmatch=True)
MOMENTS = st.integers(0, from_iso("9000-01-01T00:00:00Z"))


@st.composite
def keys(draw: st.DrawFn) -> str:
    event = mint(draw(MOMENTS), draw(st.integers(0, 3)), rule_revision="1", run="r", track=1, zone="z")
    sha256 = hashlib.sha256(draw(st.binary(max_size=1))).hexdigest()
    return evidence_key(draw(st.sampled_from(KINDS)), draw(DIVISIONS), draw(CAMERAS), event, sha256)


@given(keys(), keys())
def test_every_storage_takes_every_key_and_none_lies_below_another(one: str, other: str) -> None:
    assert checked_key(one) == one
    assert len(one) < LONGEST_KEY
    assert not other.startswith(f"{one}/")
