"""Looks at a stranger's network in a child: loading or running one may take all memory, or never end.

The child is this module itself (`python -m models.inspection FILE NAME LABELS ANSWER`).
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from models.child import limit_myself, run_child
from models.onnx_detector import NetworkFacts, facts_of, open_session
from sharp_eyes.errors import ModelError, StoreError

TIME_LIMIT_SECONDS = 60
MEMORY_LIMIT = 8 << 30

_LONGEST_ANSWER = 4 << 20


def inspect(content: bytes, name: str, labels: tuple[str, ...] | None, scratch: Path) -> NetworkFacts:
    """What the network in `content` is. `labels` are its classes where its file does not tell.

    Raises ModelError that says what is wrong with it; StoreError where `scratch` takes no files.
    """
    file, answer = scratch / "inspected.onnx", scratch / "facts.json"
    try:
        file.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{scratch}: cannot be written: {error.strerror}") from error
    asked = (str(file), name, json.dumps(labels), str(answer))
    try:
        ended = run_child("models.inspection", *asked, scratch=scratch, seconds=TIME_LIMIT_SECONDS)
    except TimeoutError as error:
        raise ModelError(f"{name}: looking at it {error}") from error
    if ended.status == ModelError.exit_code:
        raise ModelError(ended.last_words)
    if ended.status != 0:
        raise ModelError(
            f"{name}: looking at it ended with status {ended.status}: it may need more than "
            f"{MEMORY_LIMIT >> 30} GiB or {TIME_LIMIT_SECONDS} s"
        )
    with answer.open("rb") as told:
        facts = json.loads(told.read(_LONGEST_ANSWER))
    return NetworkFacts(**facts | {"names": tuple(facts["names"])})


def main(file: str, name: str, labels: str, answer: str) -> None:
    """The child."""
    limit_myself(MEMORY_LIMIT, TIME_LIMIT_SECONDS)
    names = json.loads(labels)
    try:
        session = open_session(Path(file).read_bytes(), name)
        facts = facts_of(session, name, tuple(names) if names else None)
    except ModelError as error:
        sys.stderr.write(f"\n{' '.join(str(error).splitlines())}\n")
        sys.exit(ModelError.exit_code)
    except MemoryError:
        sys.stderr.write(f"\n{name}: needs more than {MEMORY_LIMIT >> 30} GiB\n")
        sys.exit(ModelError.exit_code)
    Path(answer).write_text(json.dumps(asdict(facts)), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
