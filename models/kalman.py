"""The tracker's Kalman filter for boxes, where all four sides share one covariance.

ByteTrack's filter for (x1, y1, x2, y2) with constant velocities starts from multiples of identity
and observes the positions: position and velocity of each side never mix with those of another, and
all four carry the same 2 × 2 covariance

    P = | a b |        gain  k = (a, b) / (a + r)
        | b c |

so the general matrices of the library (8 × 8 products, an inverse for each object and frame) come
down to a dozen multiplications. The results are the library's to the last digits that count;
a test holds them together.
"""

import numpy as np
from numpy.typing import NDArray
from trackers.utils.kalman_filter import KalmanFilter
from trackers.utils.state_representations import XYXYStateEstimator

_SIDES = 4
Array = NDArray[np.float64]


def restlessness(at_five_fps: float, fps: float) -> float:
    """How much larger the process noise is at this rate of analysis than ByteTrack's, made for 30 fps.

    People change their pace and turn round in time, not in frames. Where speed is a random walk, its
    variance in steps grows with the third power of a step's length; `at_five_fps` anchors it. Never less
    than the library's own.
    """
    return max(1.0, at_five_fps * (5.0 / fps) ** 3)


class SharedCovarianceFilter(KalmanFilter):  # type: ignore[misc] # the library is followed as untyped
    """A drop-in for the library's filter of eight states; `state` is (8, 1) as there."""

    def __init__(self) -> None:
        super().__init__(dim_x=2 * _SIDES, dim_z=_SIDES)
        self.state: Array
        self._a, self._b, self._c = 1.0, 0.0, 1.0  # the library's start: identity

    def predict(self) -> None:
        """Advance by the step that stands in the transition matrix."""
        step = float(self.transition_mtx[0, _SIDES])
        noise = self.process_noise
        state = self.state.copy()
        state[:_SIDES] += step * state[_SIDES:]
        self.state = state
        self._a += step * (2 * self._b + step * self._c) + float(noise[0, 0])
        self._b += step * self._c + float(noise[0, _SIDES])
        self._c += float(noise[_SIDES, _SIDES])

    def update(self, z: Array | None) -> None:
        """Take in a measured box (4,); None leaves the prediction as it is."""
        if z is None:
            return
        r = float(self.measurement_noise[0, 0])
        along, across = self._a / (self._a + r), self._b / (self._a + r)
        innovation = np.asarray(z, dtype=np.float64).reshape(_SIDES, 1) - self.state[:_SIDES]
        state = self.state.copy()
        state[:_SIDES] += along * innovation
        state[_SIDES:] += across * innovation
        self.state = state
        self._c -= across * self._b
        self._b *= 1 - along
        self._a *= 1 - along


class BoxEstimator(XYXYStateEstimator):  # type: ignore[misc] # the library is followed as untyped
    """The library's estimator of boxes around the quicker filter; `last_seen` is the newest observation.

    `restless` is by how much more the way of an object may change in a step than ByteTrack believes.
    """

    def __init__(self, bbox: Array, restless: float = 1.0) -> None:
        super().__init__(bbox)
        self.last_seen = bbox
        self._restless = restless

    def set_kf_covariances(
        self,
        measurement_noise: Array | None = None,
        process_noise: Array | None = None,
        state_covariance: Array | None = None,
    ) -> None:
        """Set what the filter believes of its noise; its tracklet does so, with ByteTrack's own values."""
        if process_noise is not None:
            process_noise = process_noise * self._restless
        super().set_kf_covariances(measurement_noise, process_noise, state_covariance)

    def update(self, bbox: Array | None) -> None:
        """Take in an observed box (4,); None leaves everything as it is."""
        super().update(bbox)
        if bbox is not None:
            self.last_seen = bbox

    def _create_filter(self, bbox: Array) -> SharedCovarianceFilter:
        general = super()._create_filter(bbox)
        quick = SharedCovarianceFilter()
        quick.transition_mtx, quick.observation_mtx = general.transition_mtx, general.observation_mtx
        quick.state = general.state
        return quick
