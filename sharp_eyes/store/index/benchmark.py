"""Measures an index: how quickly a city's rows get in, and how quickly each kind of question is answered."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from sqlalchemy import text

from sharp_eyes.errors import ConfigError, Problem
from sharp_eyes.store.index.index import Index
from sharp_eyes.store.index.queries import EVERYWHERE, CountQuery, EventQuery
from sharp_eyes.store.index.sample_city import DAY, HOUR, SampleCity
from sharp_eyes.store.sql import checkpoint

BATCH = 1_000  # rows in one transaction, as a node ships them when it is behind
AREA = 200  # cameras
FEED_PAGE = 500  # changes

Ask = Callable[[], object]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How the rows got in: wall time of the transactions alone."""

    rows: int
    seconds: float
    batch_p95_ms: float


@dataclass(frozen=True, slots=True)
class Figure:
    """How long one kind of question took, in ms of wall time; `answers` is the median of how many came."""

    name: str
    p50_ms: float
    p95_ms: float
    answers: int


class IndexBenchmark:
    """Fills an empty index with a city, then asks it. Raises ConfigError for an index that holds events."""

    def __init__(self, index: Index, rows: int, days: int) -> None:
        if index.changes("", 1).items:
            hint = "name an empty database: the benchmark fills it with made-up events"
            raise ConfigError([Problem("--index", "", "this index holds events", hint)])
        self._index = index
        self._city = SampleCity(rows, days)
        self._positions = [""]

    def load(self, progress: Progress) -> Loaded:
        """Insert the city's rows, batch by batch."""
        done, taken = 0, []
        for number, batch in enumerate(self._city.batches(BATCH)):
            start = time.perf_counter()
            done += self._index.insert(batch, self._city.end)
            taken.append(time.perf_counter() - start)
            if number % 20 == 0:
                checkpoint(self._index.engine)
                self._positions.append(self._index.position())
            progress(done)
        self._settle()
        return Loaded(done, sum(taken), _percentile(taken, 95) * 1000)

    def measure(self, rounds: int) -> Iterator[Figure]:
        """Ask each kind of question so often, each time about something else."""
        for name, ask in self._shapes().items():
            ask()
            taken, answers = [], []
            for _ in range(rounds):
                start = time.perf_counter()
                answer = ask()
                taken.append(time.perf_counter() - start)
                answers.append(_size(answer))
            yield Figure(
                name,
                _percentile(taken, 50) * 1000,
                _percentile(taken, 95) * 1000,
                int(_percentile(answers, 50)),
            )

    def _settle(self) -> None:
        """What the databases do by themselves in quieter minutes."""
        checkpoint(self._index.engine)
        if self._index.engine.dialect.name == "postgresql":
            with self._index.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))

    def _shapes(self) -> dict[str, Ask]:
        index, city, chance = self._index, self._city, random.Random(11)

        def events(**filters: object) -> object:
            span = {"from_at": city.start, "to_at": city.end}
            return index.events(EventQuery(**{**span, **filters}))  # type: ignore[arg-type]

        def division() -> str:
            return chance.choice(city.cameras).division[: chance.choice((6, 9, 12))]

        def label() -> tuple[str]:
            return (chance.choice(("person", "dog")),)

        def area() -> tuple[str, ...]:
            first = chance.randrange(len(city.cameras) - AREA)
            return tuple(camera.id for camera in city.cameras[first : first + AREA])

        def district() -> tuple[str]:
            return (chance.choice(city.cameras).division[:6],)

        return {
            "newest": events,
            "newest of a quiet hour": lambda: events(to_at=city.start + DAY + 2 * HOUR),
            "camera": lambda: events(cameras=(city.busy_camera(chance).id,)),
            "any camera, mostly quiet": lambda: events(cameras=(chance.choice(city.cameras).id,)),
            "division": lambda: events(division=division()),
            "type": lambda: events(types=(chance.choice(("line", "intrusion", "loitering", "video_lost")),)),
            "types": lambda: events(types=("intrusion", "loitering", "frozen")),
            "rare type": lambda: events(types=("frozen",)),
            "type and division": lambda: events(types=("intrusion",), division=division()),
            "severity and label": lambda: events(
                severities=(1, 2), labels=(chance.choice(("person", "dog")),)
            ),
            "nothing to be found": lambda: events(labels=("zebra",)),
            f"area of {AREA} cameras": lambda: events(cameras=area()),
            "deep page": lambda: events(before=chance.choice(city.ids)),
            "deep page, one type": lambda: events(before=chance.choice(city.ids), types=("intrusion",)),
            "seen by one district": lambda: events(divisions=district()),
            "one event": lambda: index.event(chance.choice(city.ids), EVERYWHERE),
            "counts by hour, a day of a district": lambda: index.counts(
                CountQuery(city.end - DAY, city.end, "hour", divisions=district())
            ),
            "counts by hour, a day of the city": lambda: index.counts(
                CountQuery(city.end - DAY, city.end, "hour")
            ),
            "counts by day of a camera": lambda: index.counts(
                CountQuery(city.start, city.end, "day", cameras=(city.busy_camera(chance).id,))
            ),
            f"feed, {FEED_PAGE} changes": lambda: index.changes(chance.choice(self._positions), FEED_PAGE),
        }


def _size(answer: object) -> int:
    for name in ("events", "items"):
        if hasattr(answer, name):
            return len(getattr(answer, name))
    return len(answer) if isinstance(answer, list) else 1


def _percentile(numbers: list[float] | list[int], percent: int) -> float:
    return sorted(numbers)[ceil(len(numbers) * percent / 100) - 1]
