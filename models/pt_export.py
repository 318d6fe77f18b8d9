"""ultralytics `.pt` files become ONNX, in a child process: a pickle runs whatever it wants.

The child is this module itself (`python -m models.pt_export SOURCE FOLDER`); its environment keeps
ultralytics from installing packages and from phoning home. Nothing that it prints is believed: the
network lies at one place in the folder or not at all.
"""

import struct
import sys
import zipfile
import zlib
from importlib.util import find_spec
from pathlib import Path

from models.child import limit_myself, run_child
from sharp_eyes.errors import ModelError

TIME_LIMIT_SECONDS = 900
DOWNLOAD_LIMIT_SECONDS = 120  # a network that drops packets would hang far longer
OPSET = 17
LARGEST_ARCHIVE = 4 << 30

_EXPORTED = "exported.onnx"
_ENCRYPTED = 1  # of a zip entry's flags
_QUIET = {
    "YOLO_AUTOINSTALL": "0",  # never pip-install behind anybody's back
    "YOLO_VERBOSE": "0",
}
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError, OverflowError, MemoryError,
)  # fmt: skip


def export_pt(source: str, folder: Path) -> Path:
    """The ONNX form of a `.pt` file, or of a model that ultralytics knows by name, in `folder`.

    Batch and size stay free. Raises ModelError that says what is wrong.
    """
    if find_spec("ultralytics") is None:
        raise ModelError(f"{source}: needs ultralytics to be read; pip install 'sharp-eyes[yolo]'")
    path = Path(source)
    by_name = path.suffix == "" and not path.exists()
    if not by_name and not path.is_file():
        raise ModelError(f"{path}: there is no such file")
    more = {**_QUIET, "YOLO_CONFIG_DIR": str(folder)} | ({} if by_name else {"YOLO_OFFLINE": "1"})
    asked = source if by_name else str(path.resolve())
    seconds = TIME_LIMIT_SECONDS + (DOWNLOAD_LIMIT_SECONDS if by_name else 0)
    try:
        ended = run_child("models.pt_export", asked, str(folder), scratch=folder, seconds=seconds, more=more)
    except TimeoutError as error:
        raise ModelError(f"{source}: its export {error}") from error
    if ended.status == ModelError.exit_code:
        raise ModelError(f"{source}: {ended.last_words}")
    if ended.status != 0:
        hint = "; give the file itself" if by_name else ""
        raise ModelError(f"{source}: ultralytics could not export it: {ended.last_words}{hint}")
    written = folder / _EXPORTED
    if written.is_symlink() or not written.is_file():
        raise ModelError(f"{source}: its export ended without a network")
    return written


def look(path: Path) -> None:
    """Refuse what is no whole PyTorch file, in words, before anything opens it (the path is not in them)."""
    with path.open("rb") as file:
        begins_as_zip = file.read(4) == b"PK\x03\x04"
    if not begins_as_zip:
        raise ModelError("not a PyTorch file (a .pt is a zip archive, this is not)")
    if not zipfile.is_zipfile(path):
        raise ModelError("cut off: the directory at the end of the archive is missing; copy it again")
    try:
        with zipfile.ZipFile(path) as archive:
            _look_at_entries(archive.infolist())
            damaged = archive.testzip()
    except _ZIP_ERRORS as error:
        raise ModelError(f"damaged: the archive cannot be read ({error}); copy it again") from error
    if damaged:
        raise ModelError(f"damaged: {damaged} in it fails its checksum; copy it again")


def _look_at_entries(entries: list[zipfile.ZipInfo]) -> None:
    """PyTorch packs nothing and locks nothing: what is packed may be a bomb."""
    if not any(entry.filename.endswith("data.pkl") for entry in entries):
        raise ModelError("a zip archive, but no PyTorch file (no data.pkl in it)")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise ModelError(f"not a PyTorch file: {entry.filename} in it is encrypted")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise ModelError(f"not a PyTorch file: {entry.filename} in it is compressed")
    if sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE:
        raise ModelError(f"holds more than {LARGEST_ARCHIVE >> 30} GiB")


def export(source: str, folder: Path) -> None:
    """In the child: fetch if need be, load, export, leave the network at its place in the folder."""
    import shutil
    import socket

    is_file = Path(source).is_file()
    if is_file:
        look(Path(source))
    from ultralytics import YOLO, settings
    from ultralytics.utils.downloads import attempt_download_asset

    settings.update({"sync": False})
    here = folder / f"{Path(source).stem}.pt"
    if is_file:
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
    Path(written).rename(folder / _EXPORTED)


def main(source: str, folder: str) -> None:
    """The child: what we refuse ourselves is told from what ultralytics makes of it by the exit code."""
    limit_myself()
    try:
        export(source, Path(folder))
    except ModelError as error:
        sys.stderr.write(f"\n{' '.join(str(error).splitlines())}\n")
        sys.exit(ModelError.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
