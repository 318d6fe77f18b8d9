"""Work in the background: in order, within its memory, and no fault ends it."""

import threading

from workers.background import Background


def test_work_is_done_in_order_and_all_of_it_before_the_end() -> None:
    done: list[int] = []
    background = Background()
    for number in range(100):
        assert background.later(lambda number=number: done.append(number), 10)  # type: ignore[misc]
    background.close()
    assert done == list(range(100))


def test_what_work_asks_for_itself_is_done_on_the_spot_even_at_the_end() -> None:
    done: list[str] = []
    background = Background()

    def outer() -> None:
        assert background.later(lambda: done.append("inner"), 10)
        done.append("outer")

    background.later(outer, 10)
    background.close()
    assert done == ["inner", "outer"]


def test_beyond_its_memory_work_is_refused_until_some_is_done() -> None:
    go = threading.Event()
    background = Background(most_bytes=100)
    assert background.later(go.wait, 60)  # type: ignore[arg-type] # what it gives is of no interest
    assert not background.later(lambda: None, 60)
    assert background.later(lambda: None, 0)
    go.set()
    done = threading.Event()
    while not background.later(done.set, 60):
        pass
    background.close()
    assert done.is_set()


def test_a_fault_is_said_and_the_next_goes_on() -> None:
    done = threading.Event()
    background = Background()

    def fail() -> None:
        raise ValueError("a bug")

    background.later(fail, 1)
    background.later(done.set, 1)
    background.close()
    assert done.is_set()
