"""Who waits, who goes together, who goes next."""

from models.batching import BatchFormer
from sharp_eyes.clock import SECOND


def test_a_batch_waits_until_it_is_full_or_the_oldest_has_waited_long_enough() -> None:
    former: BatchFormer[str] = BatchFormer(size=8, deadline=10_000)
    former.offer("a", "a1", now=0)
    assert former.take(now=9_999) == []
    assert former.ready_at() == 10_000
    assert former.take(now=10_000) == [("a", "a1")]
    for number in range(8):
        former.offer(f"c{number}", "x", now=20_000)
    assert len(former.take(now=20_000)) == 8
    assert former.ready_at() is None


def test_a_size_of_one_never_waits() -> None:
    former: BatchFormer[str] = BatchFormer(size=1, deadline=SECOND)
    former.offer("a", "a1", now=5)
    assert former.take(now=5) == [("a", "a1")]


def test_a_greedy_camera_cannot_keep_the_others_waiting() -> None:
    former: BatchFormer[int] = BatchFormer(size=2, deadline=0)
    served: list[str] = []
    for now in range(60):
        for camera in ("greedy", "b", "c", "d"):
            if camera == "greedy" or now % 3 == 0:
                former.offer(camera, now, now)
        served += [camera for camera, _ in former.take(now)]
    counts = {camera: served.count(camera) for camera in ("b", "c", "d")}
    assert min(counts.values()) == 20  # everything that b, c and d ever offered
    assert served.count("greedy") == 40  # every place that they left


def test_a_newer_picture_takes_the_place_and_the_deadline_of_the_older_one() -> None:
    former: BatchFormer[str] = BatchFormer(size=8, deadline=10)
    assert former.offer("a", "old", now=0) is None
    assert former.offer("a", "new", now=9) == "old"
    assert former.take(now=10) == [("a", "new")]


def test_a_camera_that_is_gone_leaves_nothing_behind() -> None:
    former: BatchFormer[int] = BatchFormer(size=2, deadline=0)
    for number in range(100):
        former.offer(f"c{number}", number, now=number)
        former.take(now=number)
        former.forget(f"c{number}")
    assert former._served == {}
    assert former._waiting == {}
