"""YOLO networks by ONNX Runtime: the detector of the running product."""

import ast
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.detector import Picture
from models.heads import Head, HeadDecoder, recognise
from models.letterbox import Letterbox, Packer
from sharp_eyes.domain import Detection
from sharp_eyes.errors import ModelError
from sharp_eyes.stopwatch import NoStopwatch, Stopwatch
from sharp_eyes.store.model_cards import ModelCard

# Where weights outside the file would be looked for: else it is the folder that we happen to stand in.
_NOWHERE = "/nonexistent"
_LOG_NOTHING = 4  # what goes wrong arrives as an exception
_PROBE = (96, 160)  # height, width: small, and with a number of anchors that is no number of classes
# Every error that the runtime knows; each is a class of its own, without a common ancestor but Exception.
_ORT_ERRORS: tuple[type[Exception], ...] = tuple(
    error
    for error in vars(onnxruntime.capi.onnxruntime_pybind11_state).values()
    if isinstance(error, type) and issubclass(error, Exception)
)
_UNLOADABLE: tuple[type[Exception], ...] = (MemoryError, *_ORT_ERRORS)
# What a network that was made to hurt brings about besides.
_REFUSALS: tuple[type[Exception], ...] = (
    ModelError, MemoryError, RecursionError, ValueError, TypeError, *_ORT_ERRORS,
)  # fmt: skip
LARGEST_SIDE = 4096
LARGEST_BATCH = 64
LONGEST_NAMES = 100_000  # characters of metadata; the 1203 classes of LVIS take 30 000
LONGEST_WORDS = 200  # of the other metadata


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What a network's file says of itself. Sizes are None where they are free."""

    batch: int | None
    width: int | None
    height: int | None
    names: tuple[str, ...]
    head: Head
    license: str
    description: str
    trained_at: str


class OnnxDetector:
    """One network for many cameras of one thread; processes, not threads, share the cores."""

    def __init__(
        self,
        card: ModelCard,
        *,
        threads: int = 1,
        input_size: tuple[int, int] | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        """Load the card's file, refusing one whose hash is not the card's.

        `input_size` (width, height) replaces the card's; with it the input is always filled up.
        """
        content = _read(card.path)
        if hashlib.sha256(content).hexdigest() != card.sha256:
            raise ModelError(
                f"{card.path}: not the file that its card names (its SHA-256 differs); add it again"
            )
        self._session = open_session(content, card.file, threads)
        self.facts = facts_of(self._session, card.file, tuple(card.native_labels))
        width, height = input_size or (card.input_width, card.input_height)
        fixed = input_size is not None or card.fixed_input
        self._letterbox = Letterbox(width, height, fixed)
        self._packer = Packer(self._letterbox)
        self._decoder = HeadDecoder(self.facts.head, card.our_labels(), card.confidence, card.iou)
        self._input = self._session.get_inputs()[0].name
        self._watch = stopwatch or NoStopwatch()
        self.labels = card.our_labels()

    def input_for(self, width: int, height: int) -> tuple[int, int]:
        """The largest size of that shape that fits the network's input."""
        return self._letterbox.fit(width, height)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """For each picture its objects; pictures of one size go through the network together."""
        found: list[list[Detection]] = [[] for _ in pictures]
        for batch in self._batches(pictures):
            tensor, placements = self._packer.pack([pictures[i] for i in batch])
            self._watch.lap("preprocess")
            outputs = self._run(self._filled_up(tensor))
            self._watch.lap("network")
            for i, output, placement in zip(batch, outputs, placements, strict=False):
                found[i] = self._decoder.decode(output, placement)
            self._watch.lap("boxes")
        return found

    def _batches(self, pictures: Sequence[Picture]) -> list[list[int]]:
        """Numbers of pictures that share an input size, no batch larger than the network takes."""
        by_size: dict[tuple[int, int], list[int]] = {}
        for i, picture in enumerate(pictures):
            by_size.setdefault(self._letterbox.input_size(picture.shape[1], picture.shape[0]), []).append(i)
        most = self.facts.batch or max(1, len(pictures))
        return [
            group[start : start + most] for group in by_size.values() for start in range(0, len(group), most)
        ]

    def _filled_up(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """A network of a fixed batch is given blank pictures to fill it up; their answers go unread."""
        missing = (self.facts.batch or 0) - len(tensor)
        if missing <= 0:
            return tensor
        return np.concatenate([tensor, np.zeros((missing, *tensor.shape[1:]), np.float32)])

    def _run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            output: NDArray[np.float32] = self._session.run(None, {self._input: tensor})[0]
        except _ORT_ERRORS as error:
            raise ModelError(f"the network failed on an input of {tensor.shape}: {error}") from error
        self._must_be_an_answer(output, len(tensor))
        return output

    def _must_be_an_answer(self, output: NDArray[np.float32], batch: int) -> None:
        """What an answer looked like when the network was taken in need not hold for ever."""
        expected = (1, 4 + len(self.labels)) if self.facts.head == "anchors" else (2, 6)
        if output.ndim != 3 or output.shape[0] != batch or output.shape[expected[0]] != expected[1]:
            raise ModelError(f"the network answered a batch of {batch} with the shape {output.shape}")


def open_session(content: bytes, name: str, threads: int = 1) -> onnxruntime.InferenceSession:
    """A session on the CPU. From bytes: a network that keeps its weights elsewhere does not open.

    Raises ModelError for what is no ONNX network.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _LOG_NOTHING
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except _UNLOADABLE as error:
        first_line = str(error).split("\n", 1)[0].split(" : ")[-1]
        raise ModelError(f"{name}: not an ONNX network that can be loaded ({first_line.strip()})") from error


def facts_of(
    session: onnxruntime.InferenceSession, name: str, names: tuple[str, ...] | None = None
) -> NetworkFacts:
    """What the network is. `names` are its classes where its file does not tell.

    Raises ModelError that says in which way it is not one of the families understood.
    """
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type != "tensor(float)":
        raise ModelError(
            f"{name}: wants {_inputs(inputs)}; understood is one float tensor (batch, 3, height, width)"
        )
    if len(outputs) != 1:
        raise ModelError(f"{name}: has {len(outputs)} outputs; the YOLO families understood have one")
    if outputs[0].type != "tensor(float)":
        raise ModelError(f"{name}: answers with a {outputs[0].type}; understood is a tensor(float)")
    meta = session.get_modelmeta().custom_metadata_map
    classes = names or _names(meta.get("names"), name)
    batch, _, height, width = (side if isinstance(side, int) else None for side in inputs[0].shape)
    _must_be_bearable(name, batch, width, height)
    try:
        shape = _output_shape(session, (batch or 1, 3, height or _PROBE[0], width or _PROBE[1]))
        head = recognise(shape, len(classes))
    except _REFUSALS as error:
        said = str(error).split("\n", 1)[0] or type(error).__name__
        raise ModelError(f"{name}: {said}") from error
    return NetworkFacts(
        batch,
        width,
        height,
        classes,
        head,
        meta.get("license", "").split(" License")[0][:LONGEST_WORDS],
        meta.get("description", "")[:LONGEST_WORDS],
        meta.get("imgsz", "")[:LONGEST_WORDS],
    )


def _must_be_bearable(name: str, batch: int | None, width: int | None, height: int | None) -> None:
    """Refuse fixed sizes that would take all memory, before anything of that size is made."""
    if any(side is not None and (not 0 < side <= LARGEST_SIDE or side % 32) for side in (width, height)):
        raise ModelError(
            f"{name}: wants pictures of {width}×{height}; understood are multiples of 32 up to {LARGEST_SIDE}"
        )
    if batch is not None and not 0 < batch <= LARGEST_BATCH:
        raise ModelError(f"{name}: wants batches of {batch}; understood are those up to {LARGEST_BATCH}")


def _output_shape(session: onnxruntime.InferenceSession, size: tuple[int, ...]) -> tuple[int, ...]:
    """The output's shape for an input of this size: exporters give free sizes names that say nothing."""
    blank = np.zeros(size, np.float32)
    answer = session.run(None, {session.get_inputs()[0].name: blank})[0]
    if not isinstance(answer, np.ndarray) or answer.dtype != np.float32:
        raise ModelError("its answer is no tensor of 32-bit numbers")
    if answer.ndim and len(answer) != size[0]:
        raise ModelError(f"it answers a batch of {size[0]} with one of {len(answer)}")
    shape: tuple[int, ...] = answer.shape
    return shape


def _names(text: str | None, name: str) -> tuple[str, ...]:
    """The classes as ultralytics writes them: the text of a Python dictionary {0: 'person', …}."""
    if not text:
        raise ModelError(
            f"{name}: does not name its classes (no `names` in its metadata); give them with --labels"
        )
    try:
        names = ast.literal_eval(text[:LONGEST_NAMES])  # what is cut off does not parse
        return tuple(str(names[i]) for i in range(len(names)))
    except (ValueError, SyntaxError, LookupError, TypeError, RecursionError, MemoryError) as error:
        raise ModelError(
            f"{name}: its metadata `names` cannot be read; give the classes with --labels"
        ) from error


def _inputs(inputs: Sequence[onnxruntime.NodeArg]) -> str:
    return ", ".join(f"{arg.name} {arg.type} {tuple(arg.shape)}" for arg in inputs)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: the network cannot be read: {error.strerror}") from error
