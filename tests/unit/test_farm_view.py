import json

from rich.console import Console

from sharp_eyes.clock import REPLAY_EPOCH, SECOND
from sharp_eyes.farm_status import CameraStatus, JournalStatus, NodeStatus, WorkerStatus, status_text
from sharp_eyes.store.registry.statuses import NodeStatusRow, Order
from workers.farm_view import STALE, farm_json, farm_table, node_rows

NOW = REPLAY_EPOCH


def row(node: str = "hall-1", *, age: int = 0, name: str = "gate", behind: int = 0) -> NodeStatusRow:
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
                state="watching",
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


def shown(*rows: NodeStatusRow, orders: tuple[Order, ...] = ()) -> str:
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as capture:
        console.print(farm_table(node_rows(rows, orders, NOW)))
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
    assert "watching " not in text.split("camera ")[-1]


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
    document = json.loads(farm_json(node_rows([row(age=STALE * 2), NodeStatusRow("x", NOW, "")], (), NOW)))
    first, second = document["nodes"]
    assert (first["stale"], first["age_seconds"]) == (True, 20.0)
    assert first["status"]["cameras"][0]["fps_analysed"] == 4.9
    assert second["status"] is None
