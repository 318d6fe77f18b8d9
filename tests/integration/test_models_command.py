"""`sharp-eyes models`: takes in what it understands, refuses the rest in words and leaves nothing behind."""

# ruff: noqa: E501 - a table has one line per row

import hashlib
import json
import resource
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.adding import Wishes, add_model
from models.child import run_child
from models.onnx_detector import OnnxDetector
from models.pt_export import look
from sharp_eyes.errors import ModelError, StoreError
from sharp_eyes.store.model_cards import FolderModelCards, MemoryModelCards, find_card, read_card

SharpEyes = Callable[..., subprocess.CompletedProcess[str]]

PETS = "pets09_s2l1_view001_480x360_10fps.mp4"


def network(
    path: Path,
    answer: np.ndarray,
    *,
    names: tuple[str, ...] | None = ("person", "car"),
    outputs: int = 1,
    external: bool = False,
    batch: int = 1,
) -> Path:
    """A network that always gives the same answer, whatever the picture (batch 1, free size)."""
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    nodes += [helper.make_node("Add", ["answer", "nothing"], [f"output{i}"]) for i in range(outputs)]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 3, "height", "width"])],
        [helper.make_tensor_value_info(f"output{i}", TensorProto.FLOAT, None) for i in range(outputs)],
        [
            numpy_helper.from_array(answer.astype(np.float32), "answer"),
            numpy_helper.from_array(np.float32(0), "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    facts = {"description": "Ultralytics YOLO26n model", "license": "AGPL-3.0 License (https://…)"}
    if names:
        facts["names"] = str(dict(enumerate(names)))
    helper.set_model_props(model, facts)
    onnx.save(model, path, save_as_external_data=external, size_threshold=0)
    return path


def direct() -> np.ndarray:
    """The head of YOLO26 without suppression: 300 rows, of which two are sure."""
    answer = np.zeros((1, 300, 6), np.float32)
    answer[0, 0] = (64, 12, 320, 372, 0.9, 0)
    answer[0, 1] = (320, 192, 640, 372, 0.6, 1)
    return answer


def anchors(classes: int = 2) -> np.ndarray:
    answer = np.zeros((1, 4 + classes, 20), np.float32)
    answer[0, :5, 0] = (320, 192, 64, 36, 0.9)
    return answer


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def listed(sharp_eyes: SharpEyes, models: Path) -> dict[str, dict[str, object]]:
    ended = sharp_eyes("models", "list", "--json", models=models)
    assert ended.returncode == 0
    return {card["name"]: card for card in json.loads(ended.stdout)}


def test_a_fresh_machine_has_the_bundled_model_on_the_default_channel(
    sharp_eyes: SharpEyes, models: Path
) -> None:
    cards = listed(sharp_eyes, models)
    assert {name: card["channel"] for name, card in cards.items()} == {"studio": "default"}
    assert "studio" in sharp_eyes("models", "list", models=models).stdout
    assert not models.exists()


def test_an_onnx_file_is_added_listed_and_shown(sharp_eyes: SharpEyes, models: Path, tmp_path: Path) -> None:
    file = network(tmp_path / "Street Watch.onnx", anchors(), names=("pedestrian", "handbag"))
    ended = sharp_eyes("models", "add", file, "--channel", "street", "--confidence", "0.4", models=models)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert 'added "Street-Watch" version 1: yolo26, 2 classes' in ended.stdout
    assert "handbag → bag, pedestrian → person" in ended.stdout
    for word in ("Street-Watch", "street"):
        shown = json.loads(sharp_eyes("models", "show", word, "--json", models=models).stdout)
        assert shown["name"] == "Street-Watch"
        assert shown["labels"] == {"pedestrian": "person", "handbag": "bag"}
        assert shown["confidence"] == 0.4
        assert shown["license"] == "AGPL-3.0"
        assert Path(str(shown["path"])).read_bytes() == file.read_bytes()
    assert "yolo26" in sharp_eyes("models", "show", "street", models=models).stdout
    assert listed(sharp_eyes, models).keys() == {"studio", "Street-Watch"}


def test_an_unknown_model_is_answered_with_those_that_are_there(sharp_eyes: SharpEyes, models: Path) -> None:
    ended = sharp_eyes("models", "show", "studoi", models=models)
    assert ended.returncode == 4
    assert ended.stderr == 'error: there is no model or channel "studoi"; did you mean "studio"?\n'


def test_a_changed_file_is_the_next_version_and_the_same_file_the_same(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    first, second = network(tmp_path / "a.onnx", anchors()), network(tmp_path / "b.onnx", direct())
    for file, version in ((first, "1"), (first, "1"), (second, "2"), (first, "3")):
        assert sharp_eyes("models", "add", file, "--name", "street", models=models).returncode == 0
        assert read_card(models / "street.toml").version == version
    OnnxDetector(read_card(models / "street.toml"))


def test_a_channel_moves_to_the_model_that_is_added_with_it(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        file = network(tmp_path / f"{name}.onnx", anchors())
        assert sharp_eyes("models", "add", file, "--channel", "default", models=models).returncode == 0
    assert [read_card(models / f"{name}.toml").channel for name in ("one", "two")] == ["", "default"]
    shown = sharp_eyes("models", "show", "default", "--json", models=models)
    assert json.loads(shown.stdout)["name"] == "two"  # and not the bundled one, which has it too


def test_a_channel_stays_with_a_model_that_is_added_again(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    first, second = network(tmp_path / "a.onnx", anchors()), network(tmp_path / "b.onnx", direct())
    assert (
        sharp_eyes("models", "add", first, "--name", "mine", "--channel", "default", models=models).returncode
        == 0
    )
    assert sharp_eyes("models", "add", second, "--name", "mine", models=models).returncode == 0
    shown = json.loads(sharp_eyes("models", "show", "default", "--json", models=models).stdout)
    assert (shown["name"], shown["version"], shown["channel"]) == ("mine", "2", "default")


def test_weights_beside_the_network_are_not_looked_for_where_we_happen_to_stand(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    network(tmp_path / "m.onnx", anchors(), external=True)
    assert_refused(
        sharp_eyes("models", "add", "m.onnx", models=models, cwd=tmp_path), models, "not an ONNX network"
    )


def test_a_folder_named_models_where_we_happen_to_stand_is_not_run(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    trap = "open('sprung', 'w').close()\n"
    (tmp_path / "models" / "__init__.py").write_text(trap, encoding="utf-8")
    foreign_pickle(tmp_path / "m.pt")
    sharp_eyes("models", "add", "m.pt", models=models, cwd=tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_a_network_of_a_fixed_batch_is_filled_up(sharp_eyes: SharpEyes, models: Path, tmp_path: Path) -> None:
    one = direct()
    four = np.concatenate([one, np.zeros((3, 300, 6), np.float32)])
    path = network(tmp_path / "m.onnx", four, batch=4)
    assert sharp_eyes("models", "add", path, models=models).returncode == 0
    detector = OnnxDetector(find_card(FolderModelCards(models), "m"))
    blank = np.zeros((*reversed(detector.input_for(640, 384)), 3), np.uint8)
    assert [len(found) for found in detector.detect([blank] * 2)] == [2, 0]
    assert [len(found) for found in detector.detect([blank] * 5)] == [2, 0, 0, 0, 2]


def test_a_direct_head_detects(models: Path, sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    file = network(tmp_path / "direct.onnx", direct())
    assert sharp_eyes("models", "add", file, models=models).returncode == 0
    detector = OnnxDetector(read_card(models / "direct.toml"))
    assert detector.facts.head == "direct"
    assert detector.facts.batch == 1
    shown = np.zeros((360, 640, 3), np.uint8)  # lies 12 rows down in an input of 640×384
    for found in detector.detect([shown, shown]):
        assert [(one.label, round(one.confidence, 2)) for one in found] == [("person", 0.9), ("car", 0.6)]
        assert found[0].xyxy == pytest.approx((0.1, 0, 0.5, 1), abs=1e-6)
        assert found[1].xyxy == pytest.approx((0.5, 0.5, 1, 1), abs=1e-6)


def test_classes_may_be_named_on_the_command_line(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    file = network(tmp_path / "bare.onnx", anchors(3), names=None)
    ended = sharp_eyes("models", "add", file, "--labels", "Person, lorry,bag", models=models)
    assert ended.returncode == 0, ended.stderr
    assert read_card(models / "bare.toml").our_labels() == ("person", "truck", "bag")


def bad_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")


def damaged_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", b"x" * 1000)
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(bytes(data))


def foreign_pickle(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "model/data.pkl", b"cos\nsystem\n(S'touch %s'\ntR." % str(path.parent / "owned").encode()
        )


# The file → how it is made, more arguments, what the refusal says.
REFUSED: dict[str, tuple[str, Callable[[Path], object], tuple[str, ...], str]] = {
    "a missing onnx": ("m.onnx", lambda path: None, (), "there is no such file"),
    "a missing pt": ("m.pt", lambda path: None, (), "there is no such file"),
    "a folder": ("m.onnx", lambda path: path.mkdir(), (), "there is no such file"),
    "text as onnx": ("m.onnx", lambda path: path.write_text("hello"), (), "not an ONNX network"),
    "an empty onnx": ("m.onnx", lambda path: path.write_bytes(b""), (), "not an ONNX network"),
    "another suffix": ("m.tflite", lambda path: path.write_bytes(b"x"), (), "neither .onnx nor .pt"),
    "weights kept elsewhere": ("m.onnx", lambda path: network(path, anchors(), external=True), (), "not an ONNX network"),
    "several outputs": ("m.onnx", lambda path: network(path, anchors(), outputs=3), (), "has 3 outputs"),
    "no names": ("m.onnx", lambda path: network(path, anchors(), names=None), (), "give them with --labels"),
    "too few labels": ("m.onnx", lambda path: network(path, anchors()), ("--labels", "a"), "no YOLO head of 1 classes"),
    "too many labels": ("m.onnx", lambda path: network(path, anchors()), ("--labels", "a,b,c"), "no YOLO head of 3 classes"),
    "names that are no dictionary": ("m.onnx", lambda path: network_named(path, "__import__('os')"), (), "cannot be read"),
    "a size that is no multiple of 32": ("m.onnx", lambda path: network_trained_at(path, "[300, 300]"), (), "input_width 300"),
    "names that are a number": ("m.onnx", lambda path: network_named(path, "7"), (), "cannot be read"),
    "names that are nested deeply": ("m.onnx", lambda path: network_named(path, "(" * 5000 + ")" * 5000), (), "cannot be read"),
    "names that are endless": ("m.onnx", lambda path: network_named(path, "-" * 200_000 + "1"), (), "cannot be read"),
    "a size of many digits": ("m.onnx", lambda path: network_trained_at(path, f"[{'9' * 6000},640]"), (), "no card can be written"),
    "a batch of billions": ("m.onnx", lambda path: network(path, anchors(), batch=2_000_000_000), (), "wants batches of 2000000000"),
    "an answer of another batch": ("m.onnx", lambda path: network(path, anchors(), batch=2), (), "answers a batch of 2 with one of 1"),
    "a side of thousands": ("m.onnx", lambda path: hostile(path, sides=(300_000, 300_000)), (), "wants pictures of 300000×300000"),
    "no side at all": ("m.onnx", lambda path: hostile(path, sides=(0, 0)), (), "wants pictures of 0×0"),
    "an answer of terabytes": ("m.onnx", lambda path: hostile(path, boxes=10**12), (), "m.onnx: "),
    "an answer of text": ("m.onnx", lambda path: hostile(path, kind=TensorProto.STRING), (), "answers with a tensor(string)"),
    "an answer of whole numbers": ("m.onnx", lambda path: hostile(path, kind=TensorProto.INT64), (), "answers with a tensor(int64)"),
}  # fmt: skip

REFUSED_PT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no archive": (lambda path: path.write_bytes(b"\x80\x02" + bytes(500)), "not a PyTorch file"),
    "empty": (lambda path: path.write_bytes(b""), "not a PyTorch file"),
    "an archive of something else": (bad_zip, "no data.pkl"),
    "a damaged archive": (damaged_zip, "fails its checksum"),
    "a pickle of something else": (foreign_pickle, "could not export it"),
}


def hostile(
    path: Path,
    *,
    sides: tuple[int | str, int | str] = ("h", "w"),
    boxes: int = 10,
    kind: int = TensorProto.FLOAT,
    more: dict[str, str] | None = None,
) -> None:
    """A network of one class that makes its answer out of nothing."""
    graph = helper.make_graph(
        [
            helper.make_node("ConstantOfShape", ["s"], ["f"]),
            helper.make_node("Cast", ["f"], ["out"], to=kind),
        ],
        "hostile",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, *sides])],
        [helper.make_tensor_value_info("out", kind, None)],
        [numpy_helper.from_array(np.array([1, 5, boxes], np.int64), "s")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": "{0: 'person'}", "description": "YOLO11n", **(more or {})})
    onnx.save(model, path)


def test_strangers_words_neither_paint_nor_steer_the_terminal(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    names = r"{0: '[/red]\x1b[31mEVIL\nfake line'}"
    hostile(tmp_path / "m.onnx", more={"license": "[/x] \x1b]0;pwn\x07", "names": names})
    for verb in (("add", tmp_path / "m.onnx"), ("list",), ("show", "m")):
        ended = sharp_eyes("models", *verb, models=models)
        assert ended.returncode == 0, ended.stderr
        assert "\x1b" not in ended.stdout
        assert "\x07" not in ended.stdout
    assert r"[/x] \x1b]0;pwn\x07" in ended.stdout


# What an archive is → how it is packed, what is changed in its bytes, what the refusal says.
def odd_zip(path: Path, *, packed: bool = False, flag: int = 0, method: int | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        archive.writestr("model/data.pkl", bytes(10_000))
    data = bytearray(path.read_bytes())
    entry = data.find(b"PK\x01\x02")
    data[entry + 8] |= flag
    data[entry + 10] = method if method is not None else data[entry + 10]
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"packed": True}, "is compressed"),
        ({"flag": 1}, "is encrypted"),
        ({"method": 99}, "is compressed"),
        ({"packed": True, "method": 0}, "damaged|checksum"),
    ],
    ids=str,
)
def test_an_odd_archive_is_refused_in_words(how: dict[str, int], message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=message):
        look(odd_zip(tmp_path / "m.pt", **how))  # type: ignore[arg-type]


def test_an_archive_with_a_broken_directory_is_refused_in_words(tmp_path: Path) -> None:
    path = odd_zip(tmp_path / "m.pt")
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"XX\x01\x02"))
    with pytest.raises(ModelError, match="damaged: the archive cannot be read"):
        look(path)


@pytest.fixture
def strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes the given lines a module that a child can run."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "code"))
    (tmp_path / "code").mkdir()

    def write(lines: str) -> str:
        (tmp_path / "code" / "strange.py").write_text(lines, encoding="utf-8")
        return "strange"

    return write


def test_a_child_sees_no_secrets_and_cannot_paint_the_terminal(
    strange: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "hunter2")
    lines = "import os, sys\nprint(os.getcwd(), sorted(os.environ), '\\x1b[31m', sys.stdin.read(), file=sys.stderr)"
    ended = run_child(strange(lines), scratch=tmp_path, seconds=30)
    assert ended.status == 0
    assert "DB_PASSWORD" not in ended.last_words
    assert ended.last_words.startswith(str(tmp_path))
    assert r"\x1b[31m" in ended.last_words


def test_a_daemon_that_a_child_leaves_behind_does_not_hold_us_up(
    strange: Callable[[str], str], tmp_path: Path
) -> None:
    lines = (
        "import os, sys, time\nos.write(2, b'bytes \\xff')\nif os.fork() == 0: time.sleep(20)\nos._exit(3)"
    )
    ended = run_child(strange(lines), scratch=tmp_path, seconds=10)
    assert (ended.status, ended.last_words) == (3, "bytes \ufffd")


def test_a_child_that_does_not_end_is_ended(strange: Callable[[str], str], tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="within 1 s"):
        run_child(strange("import time; time.sleep(60)"), scratch=tmp_path, seconds=1)


def network_named(path: Path, names: str) -> None:
    model = onnx.load(network(path, anchors(), names=None))
    helper.set_model_props(model, {"names": names, "description": "YOLO26"})
    onnx.save(model, path)


def network_trained_at(path: Path, size: str) -> None:
    model = onnx.load(network(path, anchors()))
    helper.set_model_props(model, {"names": "{0: 'a', 1: 'b'}", "description": "YOLO26", "imgsz": size})
    onnx.save(model, path)


def assert_refused(ended: subprocess.CompletedProcess[str], models: Path, message: str) -> None:
    assert ended.returncode == 4, ended.stderr
    assert message in ended.stderr
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
    assert not models.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_model_is_refused_and_nothing_written(
    name: str, sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    file, make, more, message = REFUSED[name]
    make(tmp_path / file)
    assert_refused(sharp_eyes("models", "add", tmp_path / file, *more, models=models), models, message)


@pytest.mark.yolo
@pytest.mark.parametrize("name", REFUSED_PT)
def test_a_pt_that_is_no_model_is_refused_and_nothing_written(
    name: str, sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    make, message = REFUSED_PT[name]
    make(tmp_path / "m.pt")
    assert_refused(sharp_eyes("models", "add", tmp_path / "m.pt", models=models), models, message)


def test_a_name_that_no_card_may_have_is_refused_in_words(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    file = network(tmp_path / "m.onnx", anchors())
    for name in ("../outside", "a/b", " ", "x" * 70):
        ended = sharp_eyes("models", "add", file, "--name", name, models=models)
        assert ended.returncode in {2, 4}, ended.stderr
        assert "Traceback" not in ended.stderr
        assert not models.exists()
        assert list(tmp_path.glob("*.toml")) == []


@pytest.mark.parametrize("stem", ["_street", "-.-", "x" * 90, "街景"])
def test_any_file_name_makes_a_name(stem: str, sharp_eyes: SharpEyes, models: Path, tmp_path: Path) -> None:
    ended = sharp_eyes("models", "add", network(tmp_path / f"{stem}.onnx", anchors()), models=models)
    assert ended.returncode == 0, ended.stderr
    [card] = models.glob("*.toml")
    assert read_card(card).name == card.stem


def test_a_folder_that_cannot_be_written_is_said(sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    ended = sharp_eyes("models", "add", network(tmp_path / "m.onnx", anchors()), models=tmp_path / "models")
    assert ended.returncode == 5
    assert "cannot be written" in ended.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_a_channel_does_not_move_where_the_network_cannot_be_put(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    one, two = network(tmp_path / "one.onnx", anchors()), network(tmp_path / "two.onnx", direct())
    assert sharp_eyes("models", "add", one, "--channel", "default", models=models).returncode == 0
    digest = hashlib.sha256(two.read_bytes()).hexdigest()
    (models / f"two-{digest[:8]}.onnx" / "in the way").mkdir(parents=True)
    before = contents(models)
    ended = sharp_eyes("models", "add", two, "--channel", "default", models=models)
    assert (ended.returncode, ended.stdout) == (5, "")
    assert contents(models) == before


def test_a_full_disk_changes_nothing(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import adding

    facts = adding.inspect
    add_model(str(network(tmp_path / "one.onnx", anchors())), models, Wishes(channel="default"))
    before = contents(models)
    two = network(tmp_path / "two.onnx", np.zeros((1, 6, 5000), np.float32))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def then_the_disk_is_full(*arguments: object) -> object:
        found = facts(*arguments)  # type: ignore[arg-type]
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        return found

    monkeypatch.setattr(adding, "inspect", then_the_disk_is_full)
    try:
        with pytest.raises(StoreError, match="cannot be written"):
            add_model(str(two), models, Wishes(channel="default"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert contents(models) == before


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "more", "message"),
    [
        pytest.param("bad_yolo11n_truncated.pt", (), "cut off", marks=pytest.mark.yolo),
        ("nanodet_m_coco_416.onnx", (), "has 6 outputs"),
        ("yolox_nano_coco_416.onnx", (), "give them with --labels"),
        ("yolox_nano_coco_416.onnx", ("--labels", ",".join(map(str, range(80)))), "(1, 3549, 85)"),
    ],
)
def test_models_of_other_families_and_broken_ones_are_refused(
    file: str, more: tuple[str, ...], message: str, real_data: Path, sharp_eyes: SharpEyes, models: Path
) -> None:
    ended = sharp_eyes("models", "add", real_data / "weights" / file, *more, models=models)
    assert_refused(ended, models, message)


@pytest.mark.yolo
@pytest.mark.real
def test_a_pt_is_added_as_onnx_with_free_size(models_folder: Path) -> None:
    card = read_card(models_folder / "yolo11n.toml")
    assert (card.family, card.input_width, card.input_height, card.fixed_input) == ("yolo11", 640, 640, False)
    assert len(card.native_labels) == 80
    assert card.labels["handbag"] == "bag"
    assert sorted(file.name for file in models_folder.iterdir()) == sorted([card.file, "yolo11n.toml"])


def picture(video: Path, size: tuple[int, int]) -> np.ndarray:
    with av.open(str(video)) as container:
        frame = next(container.decode(video=0))
        return frame.reformat(*size, format="rgb24", threads=1).to_ndarray()


@pytest.mark.real
def test_a_quantised_network_of_fixed_size_detects_people(
    real_data: Path, sharp_eyes: SharpEyes, models: Path
) -> None:
    ended = sharp_eyes(
        "models", "add", real_data / "weights" / "yolov8n_coco_int8_qdq.onnx", "--name", "q", models=models
    )
    assert ended.returncode == 0, ended.stderr
    card = read_card(models / "q.toml")
    assert (card.family, card.fixed_input, card.input_width, card.input_height) == ("yolov8", True, 640, 640)
    detector = OnnxDetector(card)
    shown = picture(real_data / "videos" / PETS, detector.input_for(480, 360))
    first, second = detector.detect([shown, shown])
    assert sum(one.label == "person" for one in first) >= 3
    assert first == second


def test_a_network_that_was_exchanged_behind_its_card_is_not_loaded(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    file = network(tmp_path / "m.onnx", anchors())
    assert sharp_eyes("models", "add", file, models=models).returncode == 0
    card = read_card(models / "m.toml")
    shutil.copyfile(network(tmp_path / "other.onnx", direct()), card.path)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        OnnxDetector(card)
    card.path.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        OnnxDetector(card)


def test_a_broken_card_is_named_with_what_is_wrong(
    sharp_eyes: SharpEyes, models: Path, tmp_path: Path
) -> None:
    assert sharp_eyes("models", "add", network(tmp_path / "m.onnx", anchors()), models=models).returncode == 0
    card = models / "m.toml"
    card.write_text(card.read_text().replace("input_width = 640", "input_width = 641"))
    ended = sharp_eyes("models", "list", models=models)
    assert ended.returncode == 0
    assert ended.stderr.startswith(f"warning: {card}: the model card is wrong: input_width")
    assert "studio" in ended.stdout
    ended = sharp_eyes("models", "show", "m", models=models)
    assert ended.returncode == 4
    assert f"{card}: the model card is wrong: input_width" in ended.stderr


def test_a_name_goes_before_a_channel(models: Path, sharp_eyes: SharpEyes, tmp_path: Path) -> None:
    file = network(tmp_path / "m.onnx", anchors())
    for name, channel in (("first", "second"), ("second", "")):
        assert (
            sharp_eyes("models", "add", file, "--name", name, "--channel", channel, models=models).returncode
            == 0
        )
    cards = MemoryModelCards(read_card(models / "first.toml"), read_card(models / "second.toml"))
    assert find_card(cards, "second").name == "second"
