"""The network that learns from the studio: a YOLO11 of 1.25 million weights, smaller than nano.

Ultralytics is used for the layers and the loss only. Widths are written out, for the family's one
factor for all of them does not suit a small picture on one core: the early layers, which are run
on many pixels, stay narrow; the late ones, on 56 × 32 pixels and fewer, are wide. Distances to a
box's sides are told in 8 steps of a stride instead of 16, which halves the head's width: at stride
32 they still reach 224 pixels, half the input's width.
"""

import copy
import os
import tempfile
from types import SimpleNamespace

os.environ.setdefault("YOLO_OFFLINE", "1")
os.environ.setdefault("YOLO_AUTOINSTALL", "0")
os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.gettempdir())

from ultralytics.nn.tasks import DetectionModel

from sample_videos.studio.labels import LABELS

STRIDE = 32

_SHAPE: dict[str, object] = {
    "nc": len(LABELS),
    "reg_max": 8,
    "scales": {"s": [1.0, 1.0, 1024]},
    "scale": "s",
    "backbone": [
        [-1, 1, "Conv", [16, 3, 2]],
        [-1, 1, "Conv", [32, 3, 2]],
        [-1, 1, "C3k2", [48, False, 0.25]],
        [-1, 1, "Conv", [64, 3, 2]],
        [-1, 1, "C3k2", [96, False, 0.25]],
        [-1, 1, "Conv", [128, 3, 2]],
        [-1, 1, "C3k2", [128, True]],
        [-1, 1, "Conv", [160, 3, 2]],
        [-1, 1, "C3k2", [160, True]],
        [-1, 1, "SPPF", [160, 5]],
        [-1, 1, "C2PSA", [160]],
    ],
    "head": [
        [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
        [[-1, 6], 1, "Concat", [1]],
        [-1, 1, "C3k2", [96, False]],
        [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
        [[-1, 4], 1, "Concat", [1]],
        [-1, 1, "C3k2", [64, False]],
        [-1, 1, "Conv", [64, 3, 2]],
        [[-1, 13], 1, "Concat", [1]],
        [-1, 1, "C3k2", [96, False]],
        [-1, 1, "Conv", [96, 3, 2]],
        [[-1, 10], 1, "Concat", [1]],
        [-1, 1, "C3k2", [128, True]],
        [[16, 19, 22], 1, "Detect", ["nc"]],
    ],
}


def network() -> DetectionModel:
    """A fresh network with the gains that its loss needs: those of ultralytics."""
    model = DetectionModel(copy.deepcopy(_SHAPE), ch=3, nc=len(LABELS), verbose=False)
    model.args = SimpleNamespace(box=7.5, cls=0.5, dfl=1.5, cls_pw=0.0)
    model.names = dict(enumerate(LABELS))
    return model
