"""The network as an ONNX file, as ultralytics writes it, but with its weights as FP16."""

import copy
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from ultralytics.nn.tasks import DetectionModel

from sample_videos.studio.labels import LABELS
from sample_videos.training.crop import INPUT
from sample_videos.training.network import STRIDE

HALF = ".half"  # ends the names of weights that are stored as FP16
_SMALL = 64  # initialisers with fewer numbers stay FP32


def export(model: DetectionModel, path: Path) -> None:
    """Write a copy of the network whole, for any batch and size; the network itself stays as it is."""
    fused = copy.deepcopy(model).eval().float().fuse(verbose=False)
    for parameter in fused.parameters():
        parameter.requires_grad = False
    head = fused.model[-1]
    head.export, head.format, head.dynamic = True, "onnx", True
    axes = {0: "batch", 2: "height", 3: "width"}
    unfinished = path.with_suffix(".part")
    torch.onnx.export(
        fused,
        (torch.zeros(1, 3, INPUT[1], INPUT[0]),),
        str(unfinished),
        input_names=["images"],
        output_names=["output0"],
        dynamic_axes={"images": axes, "output0": {0: "batch", 2: "anchors"}},
        opset_version=17,
        dynamo=False,
    )
    written = onnx.load(str(unfinished))
    _halve(written)
    _describe(written)
    onnx.checker.check_model(written)
    onnx.save(written, str(unfinished))
    unfinished.replace(path)


def _halve(model: onnx.ModelProto) -> None:
    """Store large weights as FP16 and cast them when the file is loaded; sums stay FP32."""
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < _SMALL:
            continue
        half = numpy_helper.to_array(weight).astype(np.float16)
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(half, name + HALF))
        casts.append(helper.make_node("Cast", [name + HALF], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


def _describe(model: onnx.ModelProto) -> None:
    """Write the metadata that readers of ultralytics' files look for."""
    facts = {
        "description": "Detector trained on the studio's pictures",
        "author": "Sharp Eyes",
        "license": "AGPL-3.0-or-later",
        "stride": str(STRIDE),
        "task": "detect",
        "batch": "1",
        "imgsz": str([INPUT[1], INPUT[0]]),
        "names": str(dict(enumerate(LABELS))),
        "channels": "3",
        "end2end": "False",
    }
    del model.metadata_props[:]
    for key, value in facts.items():
        model.metadata_props.add(key=key, value=value)
