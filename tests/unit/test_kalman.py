"""The quick filter against the library's general one."""

import numpy as np
import pytest
from trackers.core.bytetrack.tracklet import ByteTrackTracklet
from trackers.utils.predict_timing import PredictTiming
from trackers.utils.state_representations import XYXYStateEstimator

from models.kalman import BoxEstimator, restlessness


@pytest.mark.parametrize("seed", range(5))
def test_the_quick_filter_follows_the_librarys_through_gaps_and_uneven_steps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    box = np.array([100.0, 100.0, 140.0, 190.0])
    quick = ByteTrackTracklet(box, BoxEstimator)
    general = ByteTrackTracklet(box, XYXYStateEstimator)
    for _ in range(300):
        step = float(rng.choice([1.0, 1.0, 1.0, 2.0, 0.8, 3.7]))
        timing = PredictTiming(frame_step=step, elapsed_seconds=step / 5, frame_rate=5.0)
        quick.predict(timing)
        general.predict(timing)
        np.testing.assert_allclose(quick.get_state_bbox(), general.get_state_bbox(), rtol=0, atol=1e-9)
        if rng.random() < 0.7:
            box = box + rng.normal(2.0, 3.0, 4)
            quick.update(box)
            general.update(box)
            np.testing.assert_allclose(quick.get_state_bbox(), general.get_state_bbox(), rtol=0, atol=1e-9)


def test_a_missed_frame_leaves_the_prediction_as_it_is() -> None:
    estimator = BoxEstimator(np.array([0.0, 0.0, 10.0, 10.0]))
    estimator.predict(1.0)
    before = estimator.state_to_bbox().copy()
    estimator.update(None)
    assert (estimator.state_to_bbox() == before).all()


def test_a_restless_object_is_followed_sooner_when_it_turns() -> None:
    calm, restless = (ByteTrackTracklet(np.array([0.0, 0.0, 50.0, 150.0]), estimator) for estimator in (
        BoxEstimator, lambda box: BoxEstimator(box, restless=16.0)))  # fmt: skip
    for x in (20.0, 40.0, 60.0, 80.0, 100.0, 80.0, 60.0):
        for tracklet in (calm, restless):
            tracklet.predict(PredictTiming(frame_step=1.0, elapsed_seconds=0.2, frame_rate=5.0))
            tracklet.update(np.array([x, 0.0, x + 50.0, 150.0]))
    for tracklet in (calm, restless):
        tracklet.predict(PredictTiming(frame_step=1.0, elapsed_seconds=0.2, frame_rate=5.0))
    assert abs(restless.get_state_bbox()[0] - 40.0) < 0.5 * abs(calm.get_state_bbox()[0] - 40.0)


def test_at_the_librarys_own_rate_an_object_is_as_restless_as_it_says() -> None:
    assert [restlessness(16.0, fps) for fps in (30.0, 25.0, 10.0, 5.0, 2.5)] == [1.0, 1.0, 2.0, 16.0, 128.0]
