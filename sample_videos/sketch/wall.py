"""What closes the view above the ground: houses, walls, hedges, sky."""

import cv2
import numpy as np

from sample_videos.sketch.ground import Image, noise, spread
from sample_videos.sketch.lens import WIDTH


def _grid(height: int) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[0:height, 0:WIDTH].astype(np.float32)
    return rows, columns


def _sky(height: int, rng: np.random.Generator) -> Image:
    rows, columns = _grid(height)
    clouds = spread(noise(rng, (32, 64)), columns, rows, 0.5)
    base = np.array((176, 198, 218), np.float32) + rng.uniform(-20, 20, 3).astype(np.float32)
    value = 1 + 0.12 * rows / max(1, height) + 0.05 * clouds
    return np.asarray(value[..., None] * base, dtype=np.float32)


def _facade(height: int, rng: np.random.Generator) -> Image:
    """Plaster or brick with rows of windows and a door."""
    rows, columns = _grid(height)
    tone = rng.uniform((120, 100, 90), (215, 200, 190)).astype(np.float32)
    grain = spread(noise(rng, (1, 4, 32)), columns, rows, 1.0)
    value = 1 + 0.05 * grain
    if rng.random() < 0.5:
        size = float(rng.uniform(4, 9))
        shift = (np.floor(rows / size) % 2) * size
        joints = (np.mod(rows, size) < 1) | (np.mod(columns + shift, 2 * size) < 1)
        value = value - 0.13 * joints
    image = (value[..., None] * tone).astype(np.float32)
    _openings(image, rng)
    image[max(0, height - int(rng.integers(4, 14))) :] *= 0.72
    return image


def _openings(image: Image, rng: np.random.Generator) -> None:
    height = image.shape[0]
    wide, tall = int(rng.integers(22, 60)), int(rng.integers(24, 52))
    pitch = int(wide * rng.uniform(1.4, 2.6))
    base = height - tall - int(rng.integers(16, 40))
    frame = tuple(float(part) for part in rng.uniform(60, 245, 3))
    for left in range(int(rng.integers(-20, pitch)), WIDTH, pitch):
        if rng.random() < 0.15:
            continue
        for top in range(base, -tall, -int(tall * 1.5)):
            glass = tuple(float(part) for part in rng.uniform(30, 100) * np.array((0.9, 1, 1.1)))
            cv2.rectangle(image, (left, top), (left + wide, top + tall), frame, -1)
            cv2.rectangle(image, (left + 2, top + 2), (left + wide - 2, top + tall - 2), glass, -1)
            cv2.line(image, (left + wide // 2, top), (left + wide // 2, top + tall), frame, 2)
    if rng.random() < 0.7:
        left = int(rng.integers(0, WIDTH - 50))
        wide, tall = int(rng.integers(24, 90)), int(rng.integers(40, 80))
        colour = tuple(float(part) for part in rng.uniform(40, 150, 3))
        cv2.rectangle(image, (left, height - tall), (left + wide, height), colour, -1)
        cv2.rectangle(image, (left, height - tall), (left + wide, height), frame, 2)


def _hedge(height: int, rng: np.random.Generator) -> Image:
    rows, columns = _grid(height)
    leaves = spread(noise(rng, (2, 4, 16)), columns, rows, 1.0)
    base = np.array((62, 88, 46), np.float32) * np.float32(rng.uniform(0.7, 1.3))
    value = 0.75 + 0.18 * leaves + 0.4 * (1 - rows / max(1, height))
    return np.asarray(np.clip(value, 0.2, 2)[..., None] * base, dtype=np.float32)


def _fence(height: int, rng: np.random.Generator) -> Image:
    """Upright boards or bars before a hedge."""
    image = _hedge(height, rng)
    colour = rng.uniform(50, 190, 3).astype(np.float32)
    pitch, thick = int(rng.integers(7, 24)), int(rng.integers(2, 7))
    for left in range(0, WIDTH, pitch):
        image[:, left : left + thick] = colour * np.float32(rng.uniform(0.9, 1.1))
    rail = height - int(rng.integers(10, 30))
    image[max(0, rail) : max(0, rail) + 3] = colour * np.float32(0.8)
    return image


def backdrop(height: int, rng: np.random.Generator, kind: str | None = None) -> Image:
    """Paint the (height, WIDTH, 3) RGB picture above the ground; often a low thing before the sky."""
    kinds = {"facade": _facade, "hedge": _hedge, "fence": _fence}
    chosen = kind or str(rng.choice(tuple(kinds)))
    image = kinds[chosen](height, rng)
    if kind is None and rng.random() < 0.4:
        skyline = int(height * rng.uniform(0.1, 0.6))
        image[:skyline] = _sky(height, rng)[:skyline]
    return image
