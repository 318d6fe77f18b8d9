"""A network that begins where an earlier file of the same shape ended.

In a file each normalisation is folded into the convolution before it, which is how it runs fastest and
cannot learn on. It is unfolded again so that the network says what the file says, on the pictures that
it is shown once here: where a layer's sums x have mean m and deviation s over those pictures,

    (x − m) / s · weight + bias  =  x + b     for  weight = s  and  bias = b + m,

b being the folded bias.
"""

from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import numpy_helper
from torch import nn
from ultralytics.nn.modules.conv import Conv
from ultralytics.nn.tasks import DetectionModel

from sample_videos.training.network import STRIDE
from sample_videos.training.onnx_file import HALF

LEAST_PICTURES = 16  # fewer say too little of a layer's mean


class OtherShapeError(Exception):
    """The file is none of this network's; the text says why not."""


def inherit(model: DetectionModel, file: Path, pictures: np.ndarray) -> None:
    """Give a network the weights of an ONNX file that `onnx_file.export` wrote.

    `pictures` (n, height, width, 3) bytes, RGB, n ≥ LEAST_PICTURES: like those that it will learn from.
    Raises OtherShapeError where the file has other layers.
    """
    if len(pictures) < LEAST_PICTURES:
        raise ValueError(f"{len(pictures)} pictures are too few to unfold by, {LEAST_PICTURES} is the least")
    weights = _weights(file)
    watches = []
    for name, layer in model.named_modules():
        if isinstance(layer, Conv):
            bias = _fitting(weights, f"{name}.conv.bias", layer.bn.bias, file)
            watches.append(layer.bn.register_forward_pre_hook(partial(_unfold, bias)))
        elif isinstance(layer, nn.Conv2d):
            layer.weight.data.copy_(_fitting(weights, f"{name}.weight", layer.weight, file))
            if layer.bias is not None:
                layer.bias.data.copy_(_fitting(weights, f"{name}.bias", layer.bias, file))
    if weights:
        raise OtherShapeError(f"{file}: has {next(iter(weights))}, which the network lacks")
    with torch.no_grad():  # a layer is unfolded before the next one sees what it says
        model.train()(_tensor(pictures))
    for watch in watches:
        watch.remove()


def refuse_misfit(model: DetectionModel, file: Path) -> None:
    """Raise OtherShapeError unless the network, which is spoiled by this, can begin with the file."""
    inherit(model, file, np.zeros((LEAST_PICTURES, STRIDE, STRIDE, 3), np.uint8))


def _weights(file: Path) -> dict[str, torch.Tensor]:
    """The file's weights and biases by the names that they have in the network."""
    try:
        graph = onnx.load(str(file), load_external_data=False).graph
        stored = {
            one.name.removesuffix(HALF): torch.from_numpy(numpy_helper.to_array(one).astype(np.float32))
            for one in graph.initializer
        }
    except OSError as error:
        raise OtherShapeError(f"{file}: cannot be read: {error.strerror}") from error
    except (DecodeError, ValueError, TypeError) as error:
        raise OtherShapeError(f"{file}: is no ONNX file of this project's: {error}") from error
    return {name: value for name, value in stored.items() if name.endswith((".weight", ".bias"))}


def _fitting(weights: dict[str, torch.Tensor], name: str, like: torch.Tensor, file: Path) -> torch.Tensor:
    found = weights.pop(name, None)
    if found is None or found.shape != like.shape:
        has = "nothing" if found is None else tuple(found.shape)
        raise OtherShapeError(f"{file}: {name} is {has}, the network's is {tuple(like.shape)}")
    return found


def _unfold(bias: torch.Tensor, layer: nn.BatchNorm2d, given: tuple[torch.Tensor]) -> None:
    variance, mean = torch.var_mean(given[0], dim=(0, 2, 3), correction=0)
    layer.running_mean.copy_(mean)  # type: ignore[union-attr]  # tracked by every layer here
    layer.running_var.copy_(variance)  # type: ignore[union-attr]
    layer.weight.data.copy_(torch.sqrt(variance + layer.eps))
    layer.bias.data.copy_(bias + mean)


def _tensor(pictures: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(255)
