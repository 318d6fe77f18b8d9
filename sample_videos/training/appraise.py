"""Measures a trained file on held-out pictures; with --record the figures go into its card.

    python -m sample_videos.training.appraise studio.onnx PICTURES [--record] [--confidence 0.4]

Without --confidence recall and precision are measured, and recorded, at the best one.
"""

import argparse
import sys
from pathlib import Path

import cv2

from models.onnx_detector import OnnxDetector
from sample_videos.training.appraisal import appraise, held_out, table
from sample_videos.training.card import for_measuring, record


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="sample_videos.training.appraise",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", action="store_true", help="write the figures into the card")
    parser.add_argument("--confidence", type=float)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    detector = OnnxDetector(for_measuring(given.model))
    appraisal = appraise(detector, held_out(given.folder), given.confidence)
    sys.stdout.write(table(appraisal))
    if given.record:
        record(given.model, appraisal)


if __name__ == "__main__":
    main()
