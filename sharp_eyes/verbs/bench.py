"""`sharp-eyes bench …`: what things cost here; each part of the farm brings its own."""

from sharp_eyes.verb_group import VerbGroup

bench = VerbGroup(
    "sharp_eyes.benches",
    name="bench",
    help="Measure what the parts of the farm cost on this machine.",
    epilog="""\b
Examples:
  sharp-eyes bench pipeline clip.mp4 --model yolo11n    each stage of one camera, beside ultralytics' own way
  sharp-eyes bench index --rows 1000000                 queries on a million events""",
)
