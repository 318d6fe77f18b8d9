#!/usr/bin/env bash
# Prints the figures of docs/figures.md. Needs the real clips (SHARP_EYES_REAL_DATA, or ../shared/real).
set -euo pipefail
cd "$(dirname "$0")/.."
real=${SHARP_EYES_REAL_DATA:-../shared/real}
bin=.venv/bin
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SHARP_EYES_MODELS=$scratch/models
"$bin/sharp-eyes" models add "$real/weights/yolo11n_coco_dequant.pt" --name yolo11n

echo; echo "== events, tracks and gate on real clips; 52,600 cameras; clips"
"$bin/python" -m pytest -q -s tests/integration/test_real_clips.py tests/integration/test_check_command.py \
    tests/integration/test_clips_on_real_video.py

echo; echo "== cost at about 15 boxes: TownCentre as a 640×360 sub-stream"
"$bin/python" -m sample_videos.substream "$real/videos/towncentre_first10s_1080p30.mp4" "$scratch/substream.mp4"
for video in "$scratch/substream.mp4" "$real/videos/pets09_s2l1_view001_480x360_10fps.mp4" \
    "$real/videos/intel_one_by_one_dwell_768x432.mp4"; do
    echo; echo "== $(basename "$video")"
    "$bin/sharp-eyes" bench pipeline "$video" --model yolo11n --peer "$real/weights/yolo11n_coco_dequant.pt" \
        --rounds "${ROUNDS:-2}"
done

echo; echo "== overhead of a replay of ten seconds with the bundled model: wall time, and the network's share of it"
"$bin/python" -P -m sample_videos.studio scenario "$scratch/ten" \
    --kind line --layout street --condition day --seed 4 --seconds 10 --fps 25
time "$bin/sharp-eyes" replay "$scratch/ten/clip.mp4" --cameras "$scratch/ten/cameras.toml" --out "$scratch/events.jsonl"
"$bin/sharp-eyes" bench pipeline "$scratch/ten/clip.mp4" --cameras "$scratch/ten/cameras.toml" --rounds 1

echo; echo "== the sample clips once"
time "$bin/sharp-eyes" demo --once

echo; echo "== a farm with four real clips by RTSP, Ray, S3 and PostgreSQL: delays, and live against replay"
"$bin/python" -m pytest -q -s tests/e2e/test_farm.py

echo; echo "== kill -9 of everything, ten times each; object storage and index away for two minutes"
KILLS=10 OUTAGE_SECONDS=120 "$bin/python" -m pytest -q -s tests/e2e/test_survives.py

echo; echo "== bad cameras among good ones; the first event of the demo; how many cameras this machine carries"
"$bin/python" -m pytest -q -s tests/e2e/test_bad_cameras.py tests/e2e/test_live_demo.py
CAPACITY=${CAPACITY:-4,6,8,10,12,14,16} "$bin/python" -m pytest -q -s tests/e2e/test_capacity.py

echo; echo "== what the stores, the node and the API carry"
"$bin/sharp-eyes" bench node
"$bin/sharp-eyes" bench index --rows 1000000
"$bin/sharp-eyes" bench lake

echo; echo "== the sample world: how it looks to a detector of photographs, how fast it is drawn, how the farm does in it"
"$bin/python" -m sample_videos.training.looks yolo11n --pictures 400
"$bin/sharp-eyes" bench studio
"$bin/sharp-eyes" evaluate sample_videos/suites/whole.toml --stage all
