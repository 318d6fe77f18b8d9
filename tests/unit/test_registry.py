"""Numbers and revisions are the same in every process, and differ where anything differs."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from sharp_eyes.geometry import Polygon, Segment
from sharp_eyes.registry import HashRegistry
from sharp_eyes.rules.schedule import Schedule, parse_days
from sharp_eyes.rules.spec import Line, LineSettings, RuleSpec, StaySettings, Zone

ZONE = Zone("yard", Polygon(((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))))
STAY = StaySettings(ZONE, 2.0)
NIGHT = Schedule(parse_days("mon-sun"), time(22), time(6), ZoneInfo("Asia/Shanghai"))
LABELS = frozenset({"person", "car", "bus", "truck", "bag"})
RULE = RuleSpec("yard", "intrusion", STAY, LABELS, 2, "clip", schedule=NIGHT)
LINE = Line("gate", Segment((0.5, 0.2), (0.5, 0.8)))
CROSSING = RuleSpec(
    "gate", "line", LineSettings(LINE, frozenset({"left", "right"})), LABELS, 4, "none", cooldown_seconds=0.0
)

ELSEWHERE = """
from test_registry import CROSSING, RULE
from sharp_eyes.registry import HashRegistry
known = HashRegistry()
print(known.rule_revision(RULE), known.rule_revision(CROSSING), known.camera_number("x"))
"""


def revision(spec: RuleSpec) -> str:
    return HashRegistry().rule_revision(spec)


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_another_process_gives_the_same_numbers(seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.path.dirname(__file__)}  # noqa: PTH120
    told = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=environment, capture_output=True, text=True, check=True
    )
    number = HashRegistry().camera_number("x")
    assert told.stdout.split() == [revision(RULE), revision(CROSSING), str(number)]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "other"},
        {"kind": "loitering"},
        {"labels": frozenset({"person"})},
        {"severity": 3},
        {"evidence": "none"},
        {"min_confidence": 0.5},
        {"min_height": 0.1},
        {"cooldown_seconds": 61.0},
        {"enabled": False},
        {"schedule": None},
        {"schedule": replace(NIGHT, days=parse_days("mon-fri"))},
        {"schedule": replace(NIGHT, start=time(21))},
        {"schedule": replace(NIGHT, end=time(6, 0, 1))},
        {"schedule": replace(NIGHT, timezone=ZoneInfo("UTC"))},
        {"settings": replace(STAY, dwell_seconds=2.1)},
        {"settings": replace(STAY, exit_grace_seconds=3.1)},
        {"settings": replace(STAY, lost_seconds=6.1)},
        {"settings": replace(STAY, zone=replace(ZONE, name="court"))},
        {"settings": replace(STAY, zone=Zone("yard", Polygon(((0.1, 0.1), (0.9, 0.1), (0.9, 0.8)))))},
    ],
    ids=str,
)
def test_any_other_setting_of_a_stay_is_another_revision(changed: dict[str, object]) -> None:
    assert revision(replace(RULE, **changed)) != revision(RULE)


@pytest.mark.parametrize(
    "settings",
    [
        LineSettings(LINE, frozenset({"left"})),
        LineSettings(LINE, frozenset({"left", "right"}), 0.5),
        LineSettings(replace(LINE, name="door"), frozenset({"left", "right"})),
        LineSettings(Line("gate", Segment((0.5, 0.8), (0.5, 0.2))), frozenset({"left", "right"})),
    ],
    ids=["directions", "settle", "name", "turned round"],
)
def test_any_other_setting_of_a_line_is_another_revision(settings: LineSettings) -> None:
    assert revision(replace(CROSSING, settings=settings)) != revision(CROSSING)


def test_every_setting_of_a_rule_is_covered_here() -> None:
    # A new field of a rule must change the revision: add it to the lists above.
    assert set(RuleSpec.__dataclass_fields__) == {
        "name", "kind", "settings", "labels", "severity", "evidence", "min_confidence", "min_height",
        "cooldown_seconds", "schedule", "enabled",
    }  # fmt: skip
    assert set(StaySettings.__dataclass_fields__) == {
        "zone",
        "dwell_seconds",
        "exit_grace_seconds",
        "lost_seconds",
    }
    assert set(LineSettings.__dataclass_fields__) == {"line", "directions", "settle_seconds"}


def test_an_equal_rule_has_the_same_revision() -> None:
    twin = replace(RULE, settings=StaySettings(Zone("yard", Polygon(ZONE.polygon.points)), 2.0))
    assert revision(twin) == revision(RULE)
    assert revision(replace(RULE, labels=frozenset(sorted(LABELS, reverse=True)))) == revision(RULE)


def test_a_revision_is_sixteen_hexadecimal_digits() -> None:
    assert len(revision(RULE)) == 16
    assert int(revision(RULE), 16) >= 0


@pytest.mark.parametrize("camera", ["", "33080200001310000001", "北门"])
def test_a_cameras_number_fits_into_24_bits(camera: str) -> None:
    assert 0 <= HashRegistry().camera_number(camera) < 2**24


def test_cameras_with_other_ids_have_other_numbers() -> None:
    numbers = {HashRegistry().camera_number(f"3308020000131000{n:04}") for n in range(100)}
    assert len(numbers) == 100
