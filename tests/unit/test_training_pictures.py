from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sample_videos.studio.picture.seen import Seen
from sample_videos.training.library import Library
from sample_videos.training.render import SHARD_PICTURES, render, stream
from sample_videos.training.shard import Labelled, Picture, labelled, read_shard, write_shard
from sample_videos.training.wild import HELD_OUT

PERSON = Seen(1, "person", (0.1, 0.2, 0.3, 0.8), (0.1, 0.2, 0.3, 0.5), 0.6, (0.0, 0.0))
BAG = Seen(2, "bag", (0.5, 0.5, 0.6, 0.6), (0.5, 0.5, 0.6, 0.6), 1.0, (1.0, 0.0))


@dataclass(frozen=True)
class Flat:
    picture: Picture
    objects: tuple[Seen, ...] = ()
    condition: str = "night"
    layout: str = "yard"


def flat(shade: int, *objects: Seen) -> Flat:
    return Flat(np.full((36, 64, 3), (shade, 0, 0), np.uint8), objects)


def kept(shade: int) -> Labelled:
    return labelled(flat(shade))


def shade_of(picture: Labelled) -> int:
    return int(picture.picture()[0, 0, 0])


def library(folder: Path) -> Library:
    return Library(folder, np.random.default_rng(0))


def test_a_shard_gives_back_its_pictures_and_what_shows_in_each(tmp_path: Path) -> None:
    examples = [flat(200, PERSON, BAG), flat(90), flat(150, BAG)]
    write_shard(tmp_path / "train-000-000.npz", map(labelled, examples))
    first, empty, last = read_shard(tmp_path / "train-000-000.npz")
    assert first.classes.tolist() == [0, 7]
    assert first.boxes == pytest.approx(np.array([PERSON.seen_xyxy, BAG.seen_xyxy]))
    assert first.visible.tolist() == pytest.approx([0.6, 1.0])
    assert (first.condition, first.layout) == ("night", "yard")
    assert empty.boxes.shape == (0, 4)
    assert last.classes.tolist() == [7]
    assert [shade_of(one) for one in (first, empty, last)] == pytest.approx([200, 90, 150], abs=3)
    assert first.picture()[0, 0, 2] < 10  # red stays red


def test_a_torn_shard_is_left_aside_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tmp_path / "train-000-000.npz"
    write_shard(whole, [kept(10), kept(20)])
    (tmp_path / "train-000-001.npz").write_bytes(whole.read_bytes()[:-300])
    (tmp_path / "train-000-002.part").write_bytes(whole.read_bytes()[:500])
    assert library(tmp_path).refresh() == 2
    assert "train-000-001.npz: left aside" in capsys.readouterr().err


def test_a_write_that_fails_leaves_no_shard(tmp_path: Path) -> None:
    def torn() -> Iterator[Labelled]:
        yield kept(10)
        raise RuntimeError("the renderer died")

    with pytest.raises(RuntimeError, match="died"):
        write_shard(tmp_path / "train-000-000.npz", torn())
    assert library(tmp_path).refresh() == 0


def test_rendering_goes_on_with_the_shards_that_are_missing(tmp_path: Path) -> None:
    asked: list[int] = []

    def source(seed: int) -> Iterator[Flat]:
        asked.append(seed)
        while True:
            yield flat(seed % 200)

    first = list(render(tmp_path, source, count=SHARD_PICTURES + 1, seed=3, held_out=False))
    assert asked == [stream(3, 0, held_out=False), stream(3, 1, held_out=False)]
    first[0].unlink()
    asked.clear()
    again = list(render(tmp_path, source, count=3 * SHARD_PICTURES, seed=3, held_out=False))
    assert asked == [stream(3, 0, held_out=False), stream(3, 2, held_out=False)]
    assert len(again) == 2
    assert len(read_shard(again[0])) == SHARD_PICTURES


def test_no_held_out_picture_comes_from_a_stream_that_training_can_draw_from() -> None:
    learned = {stream(seed, number, held_out=False) for seed in (0, 1, 999) for number in (0, 999)}
    held_out = {stream(seed, number, held_out=True) for seed in (0, 1, 999) for number in (0, 999)}
    assert len(learned) == len(held_out) == 6
    assert max(learned) < HELD_OUT <= min(held_out)
    with pytest.raises(ValueError, match="seeds end at"):
        stream(1000, 0, held_out=False)


def test_held_out_shards_are_not_learned_from(tmp_path: Path) -> None:
    write_shard(tmp_path / "held-out-000-000.npz", [kept(10)])
    assert library(tmp_path).refresh() == 0


def test_no_picture_comes_twice_before_all_were_had(tmp_path: Path) -> None:
    write_shard(tmp_path / "train-000-000.npz", map(kept, range(0, 200, 20)))
    books = library(tmp_path)
    books.refresh()
    counts = Counter(books.draw().jpeg for _ in range(20))
    assert sorted(counts.values()) == [2] * 10
    assert books.times_seen == 2.0


def test_pictures_that_arrive_meanwhile_join_the_round(tmp_path: Path) -> None:
    write_shard(tmp_path / "train-000-000.npz", map(kept, (0, 20, 40)))
    books = library(tmp_path)
    books.refresh()
    books.draw()
    write_shard(tmp_path / "train-001-000.npz", map(kept, (160, 200)))
    assert books.refresh() == 2
    assert books.refresh() == 0
    rest = {shade_of(books.draw()) for _ in range(4)}
    assert len(rest) == 4
    assert sum(shade > 100 for shade in rest) == 2
