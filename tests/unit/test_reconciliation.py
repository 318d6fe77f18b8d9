from sharp_eyes.store.registry.statuses import Order
from workers.assignment import Assignment
from workers.crew import Member
from workers.reconciliation import done, reconcile


def told(camera: str, revision: int = 1) -> Assignment:
    return Assignment(camera, 7, revision, "{}", "default")


def member(worker: str, *cameras: str | Assignment, ready: bool = True, busy: bool = False) -> Member:
    held = tuple(told(one) if isinstance(one, str) else one for one in cameras)
    return Member(worker, f"node-of-{worker}", ready, held, busy=busy)


def names(lists: dict[str, tuple[Assignment, ...]]) -> dict[str, list[str]]:
    return {worker: [one.camera for one in assignments] for worker, assignments in lists.items()}


WANTED = {camera: told(camera) for camera in ("gate", "yard", "hall")}
PLACED = {"gate": "a", "yard": "a", "hall": "b"}


def test_a_worker_that_watches_nothing_gets_its_complete_list() -> None:
    lists = reconcile(WANTED, PLACED, [member("a"), member("b")])
    assert lists == {"a": (told("gate"), told("yard")), "b": (told("hall"),)}


def test_where_everything_is_as_it_should_be_nobody_is_told_anything() -> None:
    assert reconcile(WANTED, PLACED, [member("a", "yard", "gate"), member("b", "hall")]) == {}


def test_a_new_revision_of_a_camera_is_told_to_its_worker_alone() -> None:
    wanted = {**WANTED, "hall": told("hall", revision=2)}
    lists = reconcile(wanted, PLACED, [member("a", "gate", "yard"), member("b", "hall")])
    assert lists == {"b": (told("hall", revision=2),)}


def test_a_camera_that_is_no_longer_wanted_is_taken_away() -> None:
    wanted = {camera: one for camera, one in WANTED.items() if camera != "gate"}
    lists = reconcile(wanted, PLACED, [member("a", "gate", "yard"), member("b", "hall")])
    assert names(lists) == {"a": ["yard"]}


def test_a_camera_that_moves_is_first_taken_from_its_old_worker_and_never_runs_twice() -> None:
    placed = {**PLACED, "yard": "b"}
    first = reconcile(WANTED, placed, [member("a", "gate", "yard"), member("b", "hall")])
    assert names(first) == {"a": ["gate"]}
    second = reconcile(WANTED, placed, [member("a", "gate"), member("b", "hall")])
    assert names(second) == {"b": ["hall", "yard"]}


def test_the_cameras_of_a_dead_worker_are_given_to_the_others_at_once() -> None:
    placed = {**PLACED, "gate": "b", "yard": "b"}
    lists = reconcile(WANTED, placed, [member("a", ready=False), member("b", "hall")])
    assert names(lists) == {"b": ["gate", "hall", "yard"]}


def test_a_worker_that_began_again_gets_its_cameras_back() -> None:
    assert names(reconcile(WANTED, PLACED, [member("a"), member("b", "hall")])) == {"a": ["gate", "yard"]}


def test_a_worker_that_is_not_ready_or_still_busy_is_told_nothing() -> None:
    assert reconcile(WANTED, PLACED, [member("a", ready=False), member("b", busy=True)]) == {}


def test_of_two_workers_with_the_same_camera_one_lets_go() -> None:
    lists = reconcile(WANTED, PLACED, [member("a", "gate", "yard"), member("b", "hall", "gate")])
    assert names(lists) == {"b": ["hall"]}


def test_a_restart_takes_the_camera_away_and_then_gives_it_back() -> None:
    running = [member("a", "gate", "yard"), member("b", "hall")]
    assert names(reconcile(WANTED, PLACED, running, restarting={"gate"})) == {"a": ["yard"]}
    stopped = [member("a", "yard"), member("b", "hall")]
    assert names(reconcile(WANTED, PLACED, stopped, restarting={"gate"})) == {"a": ["gate", "yard"]}


def test_a_restart_is_done_when_nobody_watches_the_camera() -> None:
    order = Order("restart", "gate", 3, "ops", 0)
    assert done([order], [member("a", "gate")]) == []
    assert done([order], [member("a", "yard")]) == [order]


def test_a_node_is_drained_when_none_of_its_workers_watches_or_does_anything() -> None:
    order = Order("drain", "node-of-a", 3, "ops", 0)
    assert done([order], [member("a", "gate"), member("b")]) == []
    assert done([order], [member("a", busy=True), member("b")]) == []
    assert done([order], [member("a"), member("b", "gate")]) == [order]
