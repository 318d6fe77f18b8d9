"""Goes on training from an exported file: gives a fresh network the file's weights.

The file holds convolutions with their normalisation folded in. Unfolding needs the statistics
of what each convolution yields; they are measured on a few batches:

    file:     w*x + b
    network:  (w*x - mean) / deviation * deviation + (b + mean)
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from ultralytics.nn.modules import Conv
from ultralytics.nn.tasks import DetectionModel

Sums = dict[str, tuple[torch.Tensor, torch.Tensor, int]]


def revive(model: DetectionModel, path: Path, pictures: Iterable[torch.Tensor]) -> None:
    """Load the weights of `path` into a fresh network, measuring on `pictures` (n, 3, h, w)."""
    weights = _weights(path)
    folded = {name: part for name, part in model.named_modules() if isinstance(part, Conv)}
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name in weights:
                value.copy_(weights[name])
        for name, part in folded.items():
            _pass_through(part.bn, weights[f"{name}.conv.bias"])
        sums = _measured(model, folded, pictures)
        for name, part in folded.items():
            total, squares, count = sums[name]
            mean = total / count
            _unfold(part.bn, mean, squares / count - mean**2)


def _weights(path: Path) -> dict[str, torch.Tensor]:
    tensors = {}
    for weight in onnx.load(str(path)).graph.initializer:
        value = numpy_helper.to_array(weight)
        name = weight.name.removesuffix(".half")
        tensors[name] = torch.from_numpy(np.array(value, np.float32))
    return tensors


def _pass_through(norm: nn.BatchNorm2d, bias: torch.Tensor) -> None:
    """Make a normalisation add a bias and nothing else."""
    _unfold(norm, torch.zeros_like(bias), torch.ones_like(bias) - norm.eps)
    norm.bias.copy_(bias)


def _unfold(norm: nn.BatchNorm2d, mean: torch.Tensor, variance: torch.Tensor) -> None:
    """Make a normalisation by these statistics yield what the biased one yielded."""
    variance = variance.clamp(min=1e-6)
    norm.bias.add_(mean)
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.get_buffer("running_mean").copy_(mean)
    norm.get_buffer("running_var").copy_(variance)


def _measured(model: DetectionModel, parts: dict[str, Conv], pictures: Iterable[torch.Tensor]) -> Sums:
    """Sum, with squares and counts, what every convolution yields, by channel."""
    sums: Sums = {}

    def watcher(name: str) -> Callable[[nn.Module, Any, torch.Tensor], None]:
        def watch(_part: nn.Module, _given: Any, out: torch.Tensor) -> None:
            total, squares, count = sums.get(name, (torch.zeros(1), torch.zeros(1), 0))
            flat = out.transpose(0, 1).flatten(1)
            sums[name] = (total + flat.sum(1), squares + (flat**2).sum(1), count + flat.shape[1])

        return watch

    hooks = [part.conv.register_forward_hook(watcher(name)) for name, part in parts.items()]
    model.eval()
    for batch in pictures:
        model(batch)
    for hook in hooks:
        hook.remove()
    return sums
