"""How the network learns: the loss of a batch, the steps that lower it, and the average of its weights."""

import copy
import math
from typing import Any

import torch
from torch import nn
from ultralytics.nn.tasks import DetectionModel
from ultralytics.utils.loss import v8DetectionLoss

from sample_videos.training.batches import Batch

PEAK = 2e-3
PEAK_OF_HEIRS = 1e-3  # of a network that begins with learned weights: a higher one would undo them
WARM_STEPS = 300
_STEADIEST = 0.9995
_STEADY_AFTER = 800  # steps
_STEEPEST = 10.0  # norm of the gradient


class Average:
    """The moving average of a network's weights, which detects better than the last weights."""

    def __init__(self, model: nn.Module) -> None:
        self.model = copy.deepcopy(model).eval()

    def update(self, model: nn.Module, step: int) -> None:
        """Take in the weights after a step; the memory grows over the first thousands of them."""
        keep = _STEADIEST * (1 - math.exp(-(step + 1) / _STEADY_AFTER))
        fresh = model.state_dict()
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                if value.dtype.is_floating_point:
                    value.mul_(keep).add_(fresh[name], alpha=1 - keep)


class Learner:
    """A network, its average and the state of its descent; `peak` is the highest learning rate."""

    def __init__(self, model: DetectionModel, peak: float = PEAK) -> None:
        self._peak = peak
        self.model = model.to(memory_format=torch.channels_last).train()
        self.average = Average(self.model)
        self.steps = 0
        self._loss = v8DetectionLoss(self.model)
        self._descent = _descent(self.model)

    def learn(self, batch: Batch, progress: float) -> float:
        """One step on a batch at `progress` 0 to 1 of the schedule; returns the loss per picture."""
        for group in self._descent.param_groups:
            group["lr"] = rate(self.steps, progress, self._peak)
        loss = self._judge(batch)
        self._descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), _STEEPEST)
        self._descent.step()
        self.average.update(self.model, self.steps)
        self.steps += 1
        return float(loss.detach()) / len(batch.pictures)

    def _judge(self, batch: Batch) -> torch.Tensor:
        """The loss of a batch; the layers run in BF16 where that is faster, the loss in FP32."""
        # Height × width × channel in memory is what channels_last means: nothing is copied.
        pictures = torch.from_numpy(batch.pictures).permute(0, 3, 1, 2).float().div_(255)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = self.model(pictures)
        found = {**found, "boxes": found["boxes"].float(), "scores": found["scores"].float()}
        wanted = {
            "batch_idx": torch.from_numpy(batch.owners),
            "cls": torch.from_numpy(batch.classes),
            "bboxes": torch.from_numpy(batch.boxes),
        }
        total, _ = self._loss(found, wanted)
        return torch.as_tensor(total).sum()

    def state(self) -> dict[str, Any]:
        """All that is needed to go on: of tensors and plain numbers."""
        return {
            "model": self.model.state_dict(),
            "average": self.average.model.state_dict(),
            "descent": self._descent.state_dict(),
            "steps": self.steps,
            "peak": self._peak,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.model.load_state_dict(state["model"])
        self.average.model.load_state_dict(state["average"])
        self._descent.load_state_dict(state["descent"])
        self.steps = int(state["steps"])
        self._peak = float(state.get("peak", PEAK))  # states of old had no other


def rate(step: int, progress: float, peak: float = PEAK) -> float:
    """Learning rate: a linear warm-up, then half a cosine down to a hundredth."""
    warm = min(1.0, (step + 1) / WARM_STEPS)
    return peak * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))


def _descent(model: nn.Module) -> torch.optim.AdamW:
    """AdamW; only weights with more than one dimension decay."""
    heavy = [p for p in model.parameters() if p.ndim > 1]
    light = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": heavy, "weight_decay": 5e-4}, {"params": light, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999))
