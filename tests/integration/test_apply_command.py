"""`sharp-eyes apply` as people run it: shows what changes, changes all of it or nothing."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sharp_eyes.clock import SystemClock
from sharp_eyes.config.stored import camera_of, declared_of
from sharp_eyes.store.registry.opening import open_registry
from sharp_eyes.store.registry.registry_store import RegistryStore

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]
Apply = Callable[..., subprocess.CompletedProcess[str]]

CITY = 52_600
PROFILE = """
[[profile]]
name = "street"

[[profile.zone]]
name = "yard"
points = [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0]]

[[profile.rule]]
name = "stay"
kind = "intrusion"
zone = "yard"
labels = ["person"]
"""
NORTH = '[[camera]]\nid = "north"\nname = "North gate"\nprofile = "street"\n'
SOUTH = '[[camera]]\nid = "south"\nprofile = "street"\n'


@pytest.fixture
def apply(sharp_eyes: SharpEyes, tmp_path: Path) -> Apply:
    """Our verb in a folder of its own, where the registry is made too."""

    def run(*arguments: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return sharp_eyes("apply", *arguments, cwd=tmp_path, timeout=timeout)

    return run


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RegistryStore]:
    with open_registry(f"sqlite:///{tmp_path / '.sharp-eyes/index.sqlite'}") as opened:
        yield opened


def written(folder: Path, *parts: str, name: str = "cameras.toml") -> Path:
    file = folder / name
    file.write_text("\n".join(parts), encoding="utf-8")
    return file


def ids(registry: RegistryStore) -> list[str]:
    return [camera.id for camera in registry.cameras() if not camera.removed]


def test_cameras_are_added_and_the_table_says_so(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    ran = apply(written(tmp_path, PROFILE, NORTH, SOUTH))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (
        "2 added, 0 changed, 0 removed, 0 unchanged, 0 refused; the registry is at revision 2" in ran.stdout
    )
    north = registry.camera("north")
    assert north is not None
    assert north.edited_by
    assert abs(SystemClock().now() - north.edited_at) < 60_000_000
    assert [spec.name for spec in camera_of(north.entry).rules] == ["stay"]


def test_a_second_time_nothing_changes(apply: Apply, registry: RegistryStore, tmp_path: Path) -> None:
    file = written(tmp_path, PROFILE, NORTH)
    apply(file)
    assert "1 unchanged" in apply(file).stdout
    assert registry.revision() == 1


def test_a_dry_run_shows_what_would_change_and_changes_nothing(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    apply(written(tmp_path, PROFILE, NORTH))
    ran = apply(written(tmp_path, PROFILE, NORTH + "tier = 1\n", SOUTH), "--dry-run")
    assert "what would change" in ran.stdout
    assert "tier" in ran.stdout
    assert "1 added, 1 changed" in ran.stdout
    assert ids(registry) == ["north"]


def test_as_json_everything_is_told(apply: Apply, tmp_path: Path) -> None:
    apply(written(tmp_path, PROFILE, NORTH, SOUTH))
    division = '[[division]]\ncode = "3308"\nname = { en = "Quzhou", zh = "衢州市" }\n'
    west = SOUTH.replace("south", "west")
    ran = apply(written(tmp_path, PROFILE, NORTH + "tier = 1\n", west, division), "--json", "--prune")
    document = json.loads(ran.stdout)
    assert document == {
        "added": ["west"],
        "changed": [{"id": "north", "keys": ["tier"]}],
        "removed": ["south"],
        "refused": [],
        "kept": [],
        "unchanged": 0,
        "divisions": ["3308"],
        "revision": 6,
        "dry_run": False,
        "problems": [],
        "warnings": [],
    }


def test_without_prune_the_others_stay_and_are_counted(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    apply(written(tmp_path, PROFILE, NORTH, SOUTH))
    ran = apply(written(tmp_path, PROFILE, NORTH))
    assert "1 more in the registry, not in these files" in ran.stdout
    assert ids(registry) == ["north", "south"]
    assert "1 removed" in apply(tmp_path / "cameras.toml", "--prune").stdout
    assert ids(registry) == ["north"]


def test_pruning_by_files_without_a_camera_is_refused(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    apply(written(tmp_path, PROFILE, NORTH))
    ran = apply(written(tmp_path, '[[division]]\ncode = "33"\nname = { en = "Zhejiang" }\n'), "--prune")
    assert (ran.returncode, "would remove every one" in ran.stderr) == (2, True)
    assert ids(registry) == ["north"]


def test_many_files_are_one_whole(apply: Apply, registry: RegistryStore, tmp_path: Path) -> None:
    one, two = written(tmp_path, PROFILE, NORTH), written(tmp_path, PROFILE, SOUTH, name="two.toml")
    assert apply(one, two, "--prune").returncode == 0
    assert ids(registry) == ["north", "south"]


def test_a_camera_edited_in_the_console_is_refused_without_take(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    file = written(tmp_path, PROFILE, NORTH)
    apply(file)
    north = registry.camera("north")
    assert north is not None
    edited = declared_of(json.dumps(json.loads(north.entry) | {"tier": 1}))
    registry.edit_camera(edited, author="anna", at=1_767_225_600_000_000)
    refused = apply(file, written(tmp_path, PROFILE, SOUTH, name="two.toml"))
    assert refused.returncode == 1
    assert "edited by anna at 2026-01-01T00:00:00.000000Z" in refused.stdout
    assert "--take" in refused.stderr
    assert "1 added" in refused.stdout
    assert camera_of((registry.camera("north") or north).entry).tier == 1
    assert apply(file, "--take").returncode == 0
    assert camera_of((registry.camera("north") or north).entry).tier == 2


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("teir = 1", 'unknown key "teir"'),
        ('model = "no-such-model"', 'there is no model or channel "no-such-model"'),
        (
            'rule = [{ name = "r", kind = "line", line = "gate", labels = ["person"] }]',
            "this camera has no line",
        ),
    ],
)
def test_a_file_with_a_problem_changes_nothing_and_neither_does_the_one_beside_it(
    apply: Apply, registry: RegistryStore, tmp_path: Path, broken: str, said: str
) -> None:
    good = written(tmp_path, PROFILE, NORTH, name="good.toml")
    bad = written(tmp_path, PROFILE, SOUTH + broken)
    ran = apply(good, bad)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert (registry.revision(), ids(registry)) == (0, [])
    as_json = apply(good, bad, "--json")
    assert as_json.returncode == 2
    assert said in json.loads(as_json.stdout)["problems"][0]["message"]


def test_an_id_in_two_files_is_a_problem(apply: Apply, registry: RegistryStore, tmp_path: Path) -> None:
    one, two = written(tmp_path, PROFILE, NORTH), written(tmp_path, PROFILE, NORTH, name="two.toml")
    ran = apply(one, two)
    assert ran.returncode == 2
    assert "has a camera of this id too" in ran.stderr
    assert registry.revision() == 0


def test_a_spreadsheets_table_is_applied_with_its_profiles(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    profiles = written(tmp_path, PROFILE, name="profiles.toml")
    table = written(tmp_path, "id,name,profile,lon,lat\nnorth,=1+1,street,118.87,28.94\n", name="export.CSV")
    ran = apply(table, "--profiles", profiles)
    assert ran.returncode == 0, ran.stderr
    north = registry.camera("north")
    assert north is not None
    camera = camera_of(north.entry)
    assert (camera.name, camera.location, len(camera.rules)) == ((("en", "=1+1"),), (118.87, 28.94), 1)


def test_every_error_of_a_table_is_told_and_changes_nothing(
    apply: Apply, registry: RegistryStore, tmp_path: Path
) -> None:
    ran = apply(written(tmp_path, "id,tier\nnorth,x\nsouth,1\nwest,12\n", name="export.csv"))
    assert ran.returncode == 2
    assert 'line 2, column "tier"' in ran.stderr
    assert 'line 4, column "tier"' in ran.stderr
    assert registry.revision() == 0


def test_a_wrong_profile_file_is_told(apply: Apply, registry: RegistryStore, tmp_path: Path) -> None:
    table = written(tmp_path, "id,profile\nnorth,street\n", name="export.csv")
    profiles = written(tmp_path, PROFILE, 'name = "again"', name="profiles.toml")
    ran = apply(table, "--profiles", profiles)
    assert ran.returncode == 2
    assert "profiles.toml" in ran.stderr
    assert registry.revision() == 0


def test_hostile_names_are_printed_harmlessly(apply: Apply, registry: RegistryStore, tmp_path: Path) -> None:
    evil = "\\u001b[31m\\u202egate"
    ran = apply(written(tmp_path, f'[[division]]\ncode = "33"\nname = {{ en = "{evil}" }}\n', NORTH, PROFILE))
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stdout
    assert registry.divisions()[-1].name == (("en", "\x1b[31m\u202egate"),)


def test_a_registry_that_cannot_be_opened_is_a_store_that_failed(apply: Apply, tmp_path: Path) -> None:
    (tmp_path / ".sharp-eyes").mkdir()
    (tmp_path / ".sharp-eyes/registry.sqlite").write_text("no database, but long enough to look at\n" * 30)
    ran = apply(written(tmp_path, PROFILE, NORTH))
    assert ran.returncode == 5
    assert ran.stderr.startswith("error: ")


def test_only_the_first_of_many_are_listed(apply: Apply, tmp_path: Path) -> None:
    cameras = "".join(SOUTH.replace("south", f"c{number}") for number in range(45))
    ran = apply(written(tmp_path, PROFILE, cameras))
    assert "… and 5 more" in ran.stdout
    assert "45 added" in ran.stdout


@pytest.mark.slow
def test_a_city_is_applied_in_reasonable_time(
    apply: Apply, registry: RegistryStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles = written(tmp_path, PROFILE, name="profiles.toml")
    rows = (
        f"3308020000131{n:07},Camera {n},摄像机{n},rtsp://10.0.0.5/{n},gate,street,118.87,28.94\n"
        for n in range(CITY)
    )
    table = written(
        tmp_path, "id,name,name_zh,url,credential,profile,lon,lat\n" + "".join(rows), name="city.csv"
    )
    for said in (f"{CITY} added", f"{CITY} unchanged"):
        begun = time.monotonic()
        ran = apply(table, "--profiles", profiles, timeout=300)
        with capsys.disabled():
            print(f"\n{said} in {time.monotonic() - begun:.1f} s")  # noqa: T201
        assert ran.returncode == 0, ran.stderr
        assert said in ran.stdout
    begun = time.monotonic()
    for _ in range(10):
        assert registry.cameras(registry.revision()) == []
    assert time.monotonic() - begun < 1  # asked every second
    assert len({camera.number for camera in registry.cameras()}) == CITY
