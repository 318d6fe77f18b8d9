"""Trains the demonstration detector on painted scenes, from nothing or further, and writes its file.

    python -m sample_videos.sketch.train --out sketch.onnx --minutes 25 --seed 0
    python -m sample_videos.sketch.train --out sketch.onnx --minutes 15 --seed 1 --start sketch.onnx

The schedule goes by the clock, so two machines do not make the same file. Runs on one core.
"""

import argparse
import copy
import math
import sys
import time
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from ultralytics.nn.tasks import DetectionModel
from ultralytics.utils.loss import v8DetectionLoss

from sample_videos.sketch.batches import Batch, batches
from sample_videos.sketch.card import Course, digest, minutes_of, write_card
from sample_videos.sketch.network import export, network
from sample_videos.sketch.revive import revive
from sample_videos.sketch.score import held_out

SIZE = (384, 224)
COUNT = 16
FRESH = 5
POOL = 1500
PEAK = 2e-3
PEAK_FURTHER = 1e-3  # from a trained start
MEASURED_BATCHES = 12
WARM_STEPS = 150
REPORT_STEPS = 200


class Average:
    """The moving average of a network's weights, which detects better than the last weights."""

    def __init__(self, model: nn.Module) -> None:
        self.model = copy.deepcopy(model).eval()
        self.steps = 0

    def update(self, model: nn.Module) -> None:
        """Take in the weights after a step; the memory grows over the first thousand steps."""
        self.steps += 1
        keep = 0.999 * (1 - math.exp(-self.steps / 400))
        fresh = model.state_dict()
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                if value.dtype.is_floating_point:
                    value.mul_(keep).add_(fresh[name].float(), alpha=1 - keep)


def optimizer(model: nn.Module) -> torch.optim.AdamW:
    """AdamW; only weights with more than one dimension decay."""
    heavy = [p for p in model.parameters() if p.ndim > 1]
    light = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": heavy, "weight_decay": 5e-4}, {"params": light, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999))


def rate(peak: float, step: int, progress: float) -> float:
    """Learning rate: a linear warm-up, then half a cosine down to a hundredth."""
    warm = min(1.0, (step + 1) / WARM_STEPS)
    return peak * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))


def lesson(model: DetectionModel, loss: v8DetectionLoss, batch: Batch) -> torch.Tensor:
    """Compute the loss of one batch; the layers run in BF16 where that is faster, the loss in FP32."""
    pictures = torch.from_numpy(batch.pictures).float().div_(255)
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = model(pictures)
    found = {**found, "boxes": found["boxes"].float(), "scores": found["scores"].float()}
    wanted = {
        "batch_idx": torch.from_numpy(batch.owners),
        "cls": torch.from_numpy(batch.labels),
        "bboxes": torch.from_numpy(batch.boxes),
    }
    total, _ = loss(found, wanted)
    return torch.as_tensor(total).sum()


def train(minutes: float, seed: int, start: Path | None) -> tuple[DetectionModel, int]:
    """Train for a time; return the averaged network and the number of steps."""
    torch.manual_seed(seed)
    feed = batches(seed, SIZE, COUNT, FRESH, POOL)
    model = network()
    if start is not None:
        seen = islice(feed, MEASURED_BATCHES)
        revive(model, start, (torch.from_numpy(batch.pictures).float() / 255 for batch in seen))
    peak = PEAK if start is None else PEAK_FURTHER
    model = model.to(memory_format=torch.channels_last).train()
    average, steps, started = Average(model), 0, time.monotonic()
    loss, descent = v8DetectionLoss(model), optimizer(model)
    shown = 0.0
    while (progress := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group in descent.param_groups:
            group["lr"] = rate(peak, steps, progress)
        value = lesson(model, loss, next(feed))
        descent.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        descent.step()
        average.update(model)
        steps += 1
        shown += float(value.detach()) / COUNT
        if steps % REPORT_STEPS == 0:
            _say(f"{progress:6.1%} step {steps} loss {shown / REPORT_STEPS:.3f}")
            shown = 0.0
    return average.model, steps


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Train, export, measure, write the card."""
    parser = argparse.ArgumentParser(prog="sample_videos.sketch.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="an exported file to go on from")
    given = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    before = (minutes_of(given.start), digest(given.start)) if given.start else (0.0, "")
    model, steps = train(given.minutes, given.seed, given.start)
    export(model, given.out)
    figures = held_out(given.out, SIZE)
    course = Course(given.minutes, given.seed, steps, *before)
    write_card(given.out, size=SIZE, course=course, figures=figures)
    for figure in figures:
        _say(str(figure))


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
