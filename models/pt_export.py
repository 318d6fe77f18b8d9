"""ultralytics `.pt` files become ONNX, in a child process: a pickle runs whatever it wants.

The child is this module itself (`python -m models.pt_export SOURCE FOLDER`); its environment keeps
ultralytics from installing packages and from phoning home.
"""

import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

from sharp_eyes.errors import ModelError

TIME_LIMIT_SECONDS = 900
DOWNLOAD_LIMIT_SECONDS = 120  # a network that drops packets would hang far longer
OPSET = 17

_QUIET = {
    "YOLO_AUTOINSTALL": "0",  # never pip-install behind anybody's back
    "YOLO_VERBOSE": "0",
    "PYTHONWARNINGS": "ignore",
}


def export_pt(source: str, folder: Path) -> Path:
    """The ONNX form of a `.pt` file, or of a model that ultralytics knows by name, in `folder`.

    Batch and size stay free. Raises ModelError that says what is wrong.
    """
    if find_spec("ultralytics") is None:
        raise ModelError(f"{source}: needs ultralytics to be read; pip install 'sharp-eyes[yolo]'")
    path = Path(source)
    by_name = path.suffix == "" and not path.exists()
    if not by_name:
        _look(path)
    environment = {**os.environ, **_QUIET, "YOLO_CONFIG_DIR": str(folder)}
    if not by_name:
        environment["YOLO_OFFLINE"] = "1"
    limit = TIME_LIMIT_SECONDS if not by_name else TIME_LIMIT_SECONDS + DOWNLOAD_LIMIT_SECONDS
    command = [
        sys.executable,
        "-P",  # a folder named models where we happen to stand is not ours
        "-m",
        "models.pt_export",
        source if by_name else str(path.resolve()),
        str(folder),
    ]
    try:
        child = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"{source}: its export did not end within {limit} s") from error
    if child.returncode != 0:
        last = (child.stderr.strip().splitlines() or ["no message"])[-1]
        hint = "; give the file itself" if by_name else ""
        raise ModelError(f"{source}: ultralytics could not export it: {last}{hint}")
    written = Path((child.stdout.strip().splitlines() or [""])[-1])
    if not written.is_file():
        raise ModelError(f"{source}: its export ended without a network")
    return written


def _look(path: Path) -> None:
    """Refuse what is no whole PyTorch file, in words, before anything opens it."""
    if not path.is_file():
        raise ModelError(f"{path}: there is no such file")
    with path.open("rb") as file:
        begins_as_zip = file.read(4) == b"PK\x03\x04"
    if not begins_as_zip:
        raise ModelError(f"{path}: not a PyTorch file (a .pt is a zip archive, this is not)")
    if not zipfile.is_zipfile(path):
        raise ModelError(
            f"{path}: cut off: the directory at the end of the archive is missing; copy it again"
        )
    with zipfile.ZipFile(path) as archive:
        if not any(name.endswith("data.pkl") for name in archive.namelist()):
            raise ModelError(f"{path}: a zip archive, but no PyTorch file (no data.pkl in it)")
        damaged = archive.testzip()
    if damaged:
        raise ModelError(f"{path}: damaged: {damaged} in it fails its checksum; copy it again")


def main(source: str, folder: str) -> None:
    """The child: fetch if need be, load, export, print where the file lies."""
    import shutil
    import socket

    from ultralytics import YOLO, settings
    from ultralytics.utils.downloads import attempt_download_asset

    settings.update({"sync": False})
    here = Path(folder) / f"{Path(source).stem}.pt"
    if Path(source).exists():
        shutil.copyfile(source, here)  # ultralytics writes its export beside the weights
    else:
        socket.setdefaulttimeout(DOWNLOAD_LIMIT_SECONDS / 4)
        fetched = Path(attempt_download_asset(here))
        if not fetched.exists():
            raise SystemExit(f"{source} is neither a file nor a model that can be fetched from here")
    network = YOLO(here)
    if network.task != "detect":
        raise SystemExit(f"a network for the task {network.task!r}; only detection is understood")
    written = network.export(format="onnx", dynamic=True, simplify=False, opset=OPSET, verbose=False)
    sys.stdout.write(f"\n{written}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
