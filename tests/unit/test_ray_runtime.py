from pathlib import Path

import pytest

from sharp_eyes.errors import ConfigError, StoreError
from workers.farm_count import FarmCount, beat_line, read_beat
from workers.farm_log import MARK, ours
from workers.ray_runtime import RayNode, check_token, free_address, make_token, new_folder

PORT = "10.0.0.5:6379"
FOLDER = "/run/ray"


def node(tmp_path: Path, *, head: bool = True, capacity: float | None = None) -> RayNode:
    return RayNode("hall", PORT, head, workers=3, token=tmp_path / "ray-token", capacity=capacity)


def test_the_token_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "node" / "ray-token"
    make_token(file)
    secret = file.read_text(encoding="ascii")
    make_token(file)
    assert file.read_text(encoding="ascii") == secret
    assert len(secret) == 64
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_token_that_cannot_be_written_is_an_error_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "node").write_text("a file", encoding="ascii")
    with pytest.raises(StoreError, match="cannot be written"):
        make_token(tmp_path / "node" / "ray-token")


def test_joining_without_the_token_of_the_cluster_says_where_it_must_lie(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"copy ray-token from the node folder of the head"):
        check_token(tmp_path / "ray-token", {})
    check_token(tmp_path / "ray-token", {"RAY_AUTH_TOKEN": "x"})
    make_token(tmp_path / "ray-token")
    check_token(tmp_path / "ray-token", {})


def test_the_secret_is_in_no_argument_and_in_no_variable(tmp_path: Path) -> None:
    ray = node(tmp_path)
    make_token(ray.token)
    secret = ray.token.read_text(encoding="ascii")
    assert secret not in " ".join(ray.command(FOLDER))
    assert secret not in " ".join(ray.environment({}).values())
    assert ray.environment({})["RAY_AUTH_TOKEN_PATH"] == str(ray.token)


def test_tokens_are_asked_for_and_nothing_is_reported_home(tmp_path: Path) -> None:
    environment = node(tmp_path).environment({"PATH": "/bin", "RAY_AUTH_MODE": "disabled"})
    assert (environment["RAY_AUTH_MODE"], environment["RAY_USAGE_STATS_ENABLED"]) == ("token", "0")
    assert environment["PATH"] == "/bin"


def test_a_token_that_ops_give_themselves_is_used(tmp_path: Path) -> None:
    given = {"RAY_AUTH_TOKEN_PATH": "/etc/token"}
    assert node(tmp_path).environment(given).items() >= given.items()


def test_a_head_listens_and_has_no_dashboard(tmp_path: Path) -> None:
    command = node(tmp_path).command(FOLDER)
    assert {"--head", "--node-ip-address=10.0.0.5", "--port=6379", "--include-dashboard=false"} <= set(
        command
    )


def test_others_join_the_head(tmp_path: Path) -> None:
    command = node(tmp_path, head=False).command(FOLDER)
    assert f"--address={PORT}" in command
    assert "--head" not in command


def test_a_node_says_how_many_workers_it_takes_and_what_each_of_them_can(tmp_path: Path) -> None:
    assert '--resources={"sharp_eyes_worker": 3}' in node(tmp_path).command(FOLDER)
    limited = node(tmp_path, capacity=120.0).command(FOLDER)
    assert '--resources={"sharp_eyes_worker": 3, "sharp_eyes_capacity": 120.0}' in limited
    assert "--labels=sharp-eyes-node=hall" in limited


def test_the_folder_of_a_session_is_new_and_its_path_short() -> None:
    first, second = new_folder(), new_folder()
    try:
        assert first != second
        assert len(first) <= 24  # and 107 bytes is the most for a socket in it
    finally:
        Path(first).rmdir()
        Path(second).rmdir()


def test_a_free_address_is_of_this_machine() -> None:
    host, port = free_address().split(":")
    assert host == "127.0.0.1"
    assert int(port) > 1023


def test_a_beat_is_read_as_it_was_written_and_other_lines_are_none() -> None:
    count = FarmCount(workers=2, ready=1, wanted=9, assigned=4)
    assert read_beat(beat_line(count)) == count
    assert [read_beat(line) for line in ("beat {", "beaten", "")] == [None] * 3


def test_our_lines_are_told_from_those_of_ray() -> None:
    assert ours(f"{MARK}worker a: hello\n") == "worker a: hello"
    assert ours("[raylet] hello") is None
