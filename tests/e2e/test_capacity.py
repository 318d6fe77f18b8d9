"""How many cameras two cores carry: 640×360 at 25 fps by RTSP, five analysed a second.

CAPACITY=4,6,8,… pytest -s -m alone tests/e2e/test_capacity.py      steps until one is too many
"""

# ruff: noqa: T201 - figures are printed for whoever reads the log

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.cameras_toml import declared
from servers.farm import RunningFarm, running_farm
from servers.rtsp import RtspServerMissingError, rtsp_cameras

pytestmark = [pytest.mark.alone, pytest.mark.ray, pytest.mark.rtsp, pytest.mark.slow]

STEPS = [int(number) for number in os.environ.get("CAPACITY", "4").split(",")]
SETTLING_SECONDS, MEASURED_SECONDS = 15.0, 20.0
MOST_LAG = 1.0
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


@pytest.fixture(scope="module")
def carried(
    samples: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningFarm, list[Path], int]]:
    folder = tmp_path_factory.mktemp("capacity")
    names = [f"c{number:02}" for number in range(max(STEPS))]
    try:
        with rtsp_cameras(folder, dict.fromkeys(names, samples["line"] / "clip.mp4")) as cameras:
            template = (samples["line"] / "cameras.toml").read_text()
            files = []
            for name, url in cameras.urls.items():
                file = folder / f"{name}.toml"
                file.write_text(declared(name, url, template))
                files.append(file)
            with running_farm(folder, files[: STEPS[0]], {}, "--workers", "2") as farm:
                yield farm, files, cameras.process.pid
    except RtspServerMissingError as missing:
        pytest.skip(str(missing))


def test_so_many_cameras_are_judged_within_a_second(carried: tuple[RunningFarm, list[Path], int]) -> None:
    farm, files, server = carried
    most = 0
    for step in STEPS:
        farm.apply(*files[:step])
        farm.wait_until_watching([file.stem for file in files[:step]])
        time.sleep(SETTLING_SECONDS)
        workers = [worker.pid for worker in farm.workers().values()]
        groups = {"workers": workers, "cameras": [server], "all of ours": farm.pids()}
        before = {name: cpu_seconds(pids) for name, pids in groups.items()}
        time.sleep(MEASURED_SECONDS)
        spent = {name: (cpu_seconds(pids) - before[name]) / MEASURED_SECONDS for name, pids in groups.items()}
        told = list(farm.cameras().values())
        lag = max(camera.lag_seconds for camera in told)
        analysed = sum(camera.fps_analysed for camera in told) / len(told)
        gate = sum(camera.gate_share for camera in told) / len(told)
        memory = [worker.memory_bytes >> 20 for worker in farm.workers().values()]
        print(
            f"{step} cameras: {analysed:.2f} analysed a second, lag p95 {lag:.2f} s, gate {gate:.0%}, "
            f"{sum(camera.dropped for camera in told)} dropped, workers {memory} MB; cores used: "
            + ", ".join(f"{name} {cores:.2f}" for name, cores in spent.items())
        )
        if lag > MOST_LAG or analysed < 4.8:
            break
        most = step
    api = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 >> 10 for pid in farm.pids("serve"))
    print(f"carried: {most} cameras; the API takes {api} MB")
    assert most >= STEPS[0]
