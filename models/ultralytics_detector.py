"""ultralytics' own network on torch: the path for CUDA, and the peer that benchmarks compare with.

Only the bare module and ultralytics' `non_max_suppression` are used: its predictor imports
torchvision, which fails beside a torch for the CPU.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from models.detector import Picture
from models.letterbox import Letterbox, Packer
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError
from sharp_eyes.labels import from_native
from sharp_eyes.stopwatch import NoStopwatch, Stopwatch


def quiet_ultralytics() -> None:
    """Keep ultralytics from installing packages, phoning home and writing settings; before its import."""
    os.environ.setdefault("YOLO_OFFLINE", "1")
    os.environ.setdefault("YOLO_AUTOINSTALL", "0")
    os.environ.setdefault("YOLO_VERBOSE", "0")
    os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.mkdtemp(prefix="ultralytics-"))


class UltralyticsDetector:
    """A `.pt` network. A pickle runs whatever it wants: only for files whose origin is trusted."""

    def __init__(
        self,
        weights: Path,
        *,
        input_size: tuple[int, int] = (640, 640),
        confidence: float = 0.25,
        iou: float = 0.7,
        device: str = "cpu",
        threads: int = 1,
        labels: Mapping[str, str] | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        """Load the weights; `input_size` (width, height) is always filled up; `labels` native → ours."""
        if not weights.is_file():  # ultralytics would try to download it, and hang
            raise ModelError(f"{weights}: there is no such file")
        quiet_ultralytics()
        import torch
        from ultralytics import YOLO
        from ultralytics.utils.nms import non_max_suppression

        torch.set_num_threads(threads)
        self._torch = torch
        self._suppress = non_max_suppression
        self._device = device
        network = YOLO(weights).model.float().eval().to(device)
        network.fuse(verbose=False)
        self._network = network
        native = [str(name) for name in network.names.values()]
        self.labels = tuple(labels[name] if labels else from_native(name) for name in native)
        self._letterbox = Letterbox(*input_size, fixed=True)
        self._packer = Packer(self._letterbox)
        self._confidence, self._iou = confidence, iou
        self._watch = stopwatch or NoStopwatch()

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        """The largest size of that shape that fits the network's input."""
        return self._letterbox.fit(width, height)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """For each picture its objects, surest first."""
        if not pictures:
            return []
        tensor, placements = self._packer.pack(pictures)
        self._watch.lap("preprocess")
        with self._torch.inference_mode():
            raw = self._network(self._torch.from_numpy(tensor).to(self._device))
            self._watch.lap("network")
            kept = self._suppress(raw, conf_thres=self._confidence, iou_thres=self._iou, max_det=300)
        found: list[list[Detection]] = []
        for rows, place in zip(kept, placements, strict=True):
            table = rows.cpu().numpy()
            shift = np.array([place.left, place.top] * 2)
            size = np.array([place.width, place.height] * 2)
            boxes = np.clip((table[:, :4] - shift) / size, 0.0, 1.0)
            found.append(
                [
                    Detection(
                        self.labels[int(row[5])],
                        float(row[4]),
                        (float(b[0]), float(b[1]), float(b[2]), float(b[3])),
                    )
                    for row, b in zip(table, boxes, strict=True)
                ]
            )
        self._watch.lap("boxes")
        return found
