"""The small YOLO11 that learns the painted world: its shape, and its ONNX file.

Ultralytics is used for the layers and the loss only; its trainer and its validator import
torchvision, which this does without.
"""

import json
import os
import tempfile
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("YOLO_OFFLINE", "1")
os.environ.setdefault("YOLO_AUTOINSTALL", "0")
os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.gettempdir())

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from ultralytics.nn.tasks import DetectionModel

from sample_videos.sketch.scene import LABELS

# Depth, width, widest layer before the width: a quarter of the width, and a narrow end, for
# objects of this world are simple; 0.64 million weights.
SCALE = (0.5, 0.25, 256)
STRIDE = 32
_SMALL = 64  # initialisers with fewer numbers stay FP32

_SHAPE: dict[str, object] = {
    "nc": len(LABELS),
    "scales": {"q": list(SCALE)},
    "scale": "q",
    "backbone": [
        [-1, 1, "Conv", [64, 3, 2]],
        [-1, 1, "Conv", [128, 3, 2]],
        [-1, 2, "C3k2", [256, False, 0.25]],
        [-1, 1, "Conv", [256, 3, 2]],
        [-1, 2, "C3k2", [512, False, 0.25]],
        [-1, 1, "Conv", [512, 3, 2]],
        [-1, 2, "C3k2", [512, True]],
        [-1, 1, "Conv", [1024, 3, 2]],
        [-1, 2, "C3k2", [1024, True]],
        [-1, 1, "SPPF", [1024, 5]],
        [-1, 2, "C2PSA", [1024]],
    ],
    "head": [
        [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
        [[-1, 6], 1, "Concat", [1]],
        [-1, 2, "C3k2", [512, False]],
        [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
        [[-1, 4], 1, "Concat", [1]],
        [-1, 2, "C3k2", [256, False]],
        [-1, 1, "Conv", [256, 3, 2]],
        [[-1, 13], 1, "Concat", [1]],
        [-1, 2, "C3k2", [512, False]],
        [-1, 1, "Conv", [512, 3, 2]],
        [[-1, 10], 1, "Concat", [1]],
        [-1, 2, "C3k2", [1024, True]],
        [[16, 19, 22], 1, "Detect", ["nc"]],
    ],
}


def network() -> DetectionModel:
    """Make a fresh network with the gains that its loss needs."""
    model = DetectionModel(json.loads(json.dumps(_SHAPE)), ch=3, nc=len(LABELS), verbose=False)
    model.args = SimpleNamespace(box=7.5, cls=0.5, dfl=1.5, cls_pw=0.0)
    model.names = dict(enumerate(LABELS))
    return model


def export(model: DetectionModel, path: Path) -> None:
    """Write the network as ONNX, as ultralytics writes it, with its weights as FP16."""
    model = model.eval().float().fuse(verbose=False)
    for parameter in model.parameters():
        parameter.requires_grad = False
    head = model.model[-1]
    head.export, head.format, head.dynamic = True, "onnx", True
    axes = {0: "batch", 2: "height", 3: "width"}
    torch.onnx.export(
        model,
        (torch.zeros(1, 3, 192, 320),),
        str(path),
        input_names=["images"],
        output_names=["output0"],
        dynamic_axes={"images": axes, "output0": {0: "batch", 2: "anchors"}},
        opset_version=17,
        dynamo=False,
    )
    loaded = onnx.load(str(path))
    _halve(loaded)
    _describe(loaded)
    onnx.checker.check_model(loaded)
    onnx.save(loaded, str(path))


def _halve(model: onnx.ModelProto) -> None:
    """Store large weights as FP16 and cast them when the file is loaded; sums stay FP32."""
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < _SMALL:
            continue
        half = numpy_helper.to_array(weight).astype(np.float16)
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(half, name + ".half"))
        casts.append(helper.make_node("Cast", [name + ".half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


def _describe(model: onnx.ModelProto) -> None:
    """Write the metadata that readers of ultralytics' files look for."""
    facts = {
        "description": "Detector of the painted demonstration world",
        "author": "Sharp Eyes",
        "license": "AGPL-3.0-or-later",
        "stride": str(STRIDE),
        "task": "detect",
        "batch": "1",
        "imgsz": "[192, 320]",
        "names": str(dict(enumerate(LABELS))),
        "channels": "3",
        "end2end": "False",
    }
    del model.metadata_props[:]
    for key, value in facts.items():
        model.metadata_props.add(key=key, value=value)
