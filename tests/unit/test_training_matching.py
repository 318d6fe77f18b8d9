import numpy as np
import pytest

from sample_videos.training.matching import Found, Ledger, Truth, overlaps

HIGH = (0.0, 0.0, 40.0, 100.0)
LOW = (200.0, 0.0, 230.0, 20.0)
NOWHERE = (400.0, 200.0, 440.0, 300.0)
Box = tuple[float, float, float, float]


def truth(*boxes: Box, visible: float = 1.0) -> Truth:
    return Truth(np.array(boxes, np.float64).reshape(-1, 4), np.full(len(boxes), visible))


def found(*said: tuple[Box, float]) -> Found:
    boxes = np.array([box for box, _ in said], np.float64).reshape(-1, 4)
    return Found(boxes, np.array([confidence for _, confidence in said], np.float64))


def judged(wanted: Truth, said: Found) -> Ledger:
    ledger = Ledger()
    ledger.add("person", "day", wanted, said)
    return ledger


def test_overlap_is_the_shared_area_over_the_area_of_both() -> None:
    boxes = np.array([(0, 0, 10, 10), (5, 0, 15, 10), (20, 20, 30, 30)], np.float64)
    assert overlaps(boxes[:1], boxes)[0] == pytest.approx([1, 1 / 3, 0])


def test_everything_found_and_nothing_else_is_an_average_precision_of_one() -> None:
    assert judged(truth(HIGH, LOW), found((HIGH, 0.9), (LOW, 0.2))).average_precision() == 1.0


def test_nothing_found_is_zero_and_nothing_wanted_is_no_figure() -> None:
    assert judged(truth(HIGH), found()).average_precision() == 0.0
    assert judged(truth(), found((HIGH, 0.9))).average_precision() is None


def test_a_false_alarm_between_two_hits_costs_the_second_half_a_third() -> None:
    ledger = judged(truth(HIGH, LOW), found((HIGH, 0.9), (NOWHERE, 0.5), (LOW, 0.2)))
    # 51 recalls up to one half at a precision of 1, 50 beyond it at 2/3
    assert ledger.average_precision() == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert ledger.recall_and_precision(0.4) == (0.5, 0.5)
    assert ledger.recall_and_precision(0.6) == (0.5, 1.0)
    assert ledger.best_confidence() == 0.2


def test_the_second_box_on_one_object_is_wrong() -> None:
    nearly = (2.0, 0.0, 42.0, 100.0)
    ledger = judged(truth(HIGH), found((nearly, 0.9), (HIGH, 0.8)))
    assert [(v.confidence, v.right) for v in ledger.verdicts] == [(0.9, True), (0.8, False)]


def test_what_hardly_shows_or_is_tiny_may_be_found_or_missed() -> None:
    hidden = truth(HIGH, visible=0.2)
    assert not judged(hidden, found((HIGH, 0.9))).verdicts
    assert not judged(hidden, found()).wanted
    tiny = truth((0, 0, 8, 15))
    assert not judged(tiny, found(((0, 0, 8, 15), 0.9))).verdicts
    assert judged(hidden, found((NOWHERE, 0.9))).verdicts[0].right is False


def test_bands_count_a_hit_by_the_objects_height_and_a_false_alarm_by_its_own() -> None:
    ledger = judged(truth(HIGH, LOW), found((HIGH, 0.9), (NOWHERE, 0.8), (LOW, 0.7)))
    low, high = ledger.only(heights=(16, 32)), ledger.only(heights=(64, 128))
    assert (len(low.wanted), low.average_precision()) == (1, 1.0)
    assert (len(high.wanted), [v.right for v in high.verdicts]) == (1, [True, False])


def test_conditions_and_labels_are_told_apart() -> None:
    ledger = judged(truth(HIGH), found((HIGH, 0.9)))
    ledger.add("car", "night", truth(HIGH), found())
    assert ledger.only(condition="day").average_precision() == 1.0
    assert ledger.only(label="car").average_precision() == 0.0
    assert ledger.only(label="bag").average_precision() is None


def test_average_precision_is_that_of_the_reference() -> None:
    sv = pytest.importorskip("supervision")
    metrics = pytest.importorskip("supervision.metrics")
    rng = np.random.default_rng(3)
    ledger, said_all, wanted_all = Ledger(), [], []
    for _ in range(60):
        corners = rng.uniform(0, 500, (int(rng.integers(1, 7)), 2))
        wanted = np.hstack((corners, corners + rng.uniform(60, 140, corners.shape)))
        near = wanted[rng.random(len(wanted)) < 0.85] + rng.normal(0, 8, 4)
        strays = rng.uniform(0, 500, (int(rng.integers(0, 4)), 2))
        said = np.vstack((near, np.hstack((strays, strays + rng.uniform(20, 140, strays.shape)))))
        confidences = rng.uniform(0.05, 1, len(said))
        ledger.add("person", "day", Truth(wanted, np.ones(len(wanted))), Found(said, confidences))
        classes = np.zeros(len(said), int)
        said_all.append(sv.Detections(xyxy=said, confidence=confidences, class_id=classes))
        wanted_all.append(sv.Detections(xyxy=wanted, class_id=np.zeros(len(wanted), int)))
    reference = metrics.MeanAveragePrecision().update(said_all, wanted_all).compute()
    assert 0.3 < reference.map50 < 0.95
    assert ledger.average_precision() == pytest.approx(reference.map50, abs=1e-6)
