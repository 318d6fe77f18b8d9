import json

from rich.console import Console

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.farm_status import (
    STALE,
    CameraState,
    CameraStatus,
    JournalStatus,
    NodeStatus,
    WorkerStatus,
    status_text,
)
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order
from workers.farm_view import farm_json, farm_table, node_rows

NOW = REPLAY_EPOCH


def row(
    node: str = "hall-1",
    *,
    age: int = 0,
    name: str = "gate",
    behind: int = 0,
    state: CameraState = "watching",
) -> NodeStatusRow:
    oldest = NOW - age - 90 * SECOND if behind else None
    status = NodeStatus(
        node=node,
        host="machine",
        started_at=NOW - 3_600 * SECOND,
        at=NOW - age,
        journal=JournalStatus(end=9, records_behind=behind, oldest_unshipped_at=oldest, evidence_pending=4),
        workers=(
            WorkerStatus(worker=f"{node}-1", pid=4711, memory_bytes=170_000_000, cameras=1, restarts=2),
        ),
        cameras=(
            CameraStatus(
                camera=name,
                worker=f"{node}-1",
                run="r",
                state=state,
                revision=1,
                fps_in=25.0,
                fps_analysed=4.9,
                lag_seconds=0.137,
                gate_share=0.31,
                dropped=17,
            ),
        ),
    )
    return NodeStatusRow(node, NOW - age, status_text(status))


def shown(
    *rows: NodeStatusRow, orders: tuple[Order, ...] = (), wanted: frozenset[str] = frozenset({"gate"})
) -> str:
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as capture:
        console.print(farm_table(node_rows(rows, orders, NOW), wanted))
    return capture.get()


def test_nodes_workers_and_cameras_are_shown_with_their_figures() -> None:
    text = shown(row(behind=12))
    for figure in (
        "hall-1",
        "1 of 1",
        "12 records, 90 s",
        "4711",
        "170",
        "25.0",
        "4.9",
        "0.14",
        "31%",
        "17",
    ):
        assert figure in text


def test_a_row_that_is_too_old_is_marked_and_its_cameras_are_not_called_watched() -> None:
    text = shown(row(age=STALE + SECOND))
    assert "stale" in text
    assert "0 of 1 watching" in text
    assert "silent" in text.split("camera ")[-1]
    assert "watching" not in text.split("camera ")[-1]


def test_a_camera_that_no_node_names_is_unassigned_and_counted() -> None:
    text = shown(row(name="gate"), wanted=frozenset({"gate", "quay"}))
    assert "1 of 2 watching, 1 unassigned" in text
    assert "0 of 1 watching, 1 unassigned" in shown()
    (line,) = [line for line in text.splitlines() if line.strip().startswith("quay")]
    assert "unassigned" in line


def test_a_camera_counts_once_and_the_living_node_is_believed() -> None:
    text = shown(row("hall-1", age=STALE * 9), row("hall-2"))
    assert "1 of 1 watching" in text
    (line,) = [line for line in text.splitlines() if line.strip().startswith("gate")]
    assert "hall-2-1" in line


def test_what_a_silent_node_had_and_nobody_wants_any_more_is_left_out() -> None:
    assert "0 of 0 watching" in shown(row(age=STALE * 9), wanted=frozenset())
    assert "1 of 1 watching" in shown(row(), wanted=frozenset())  # it is about to end


def test_of_two_living_nodes_that_name_a_camera_the_better_word_counts() -> None:
    starting, watching = row("hall-1", state="starting"), row("hall-2")
    for rows in ([starting, watching], [watching, starting]):
        document = json.loads(farm_json(node_rows(rows, (), NOW), {"gate"}))
        assert document["cameras"] == {"gate": "watching"}


def test_a_fresh_row_is_not_marked() -> None:
    assert "stale" not in shown(row(age=STALE))


def test_a_node_that_is_drained_says_so() -> None:
    assert "draining" in shown(row(), orders=(Order("drain", "hall-1", 3, "ops", 0),))
    assert "draining" not in shown(row(), orders=(Order("drain", "hall-2", 3, "ops", 0),))


def test_a_status_that_cannot_be_read_is_said_and_hides_no_other() -> None:
    text = shown(NodeStatusRow("broken", NOW, "{"), row())
    assert "cannot be read" in text
    assert "watching" in text


def test_names_cannot_forge_colours_or_markup() -> None:
    text = shown(row(name="[red]gate[/red]\x1b[31m"))
    assert r"[red]gate[/red]\x1b[31m" in text


def test_programs_get_every_field_and_whether_to_believe_it() -> None:
    rows = node_rows([row(age=STALE * 2), NodeStatusRow("x", NOW, "")], (), NOW)
    document = json.loads(farm_json(rows, {"gate", "quay"}))
    first, second = document["nodes"]
    assert (first["stale"], first["age_seconds"]) == (True, 20.0)
    assert first["status"]["cameras"][0]["fps_analysed"] == 4.9
    assert second["status"] is None
    assert document["cameras"] == {"gate": "silent", "quay": "unassigned"}
    assert document["watching"] == 0
