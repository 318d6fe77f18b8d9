"""Which stretches of time were watched: spans that touch are kept as one, a day's at most.

written   run a   ├────┤├────┤     ├──┤      kept   ├─────────┤     ├──┤
read      run a   ├─────────┤                 told  ├─────────┤├─┤        analysed before shed,
          run b        shed ├──────┤                           shed       however many runs
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, delete, select

from sharp_eyes.domain import CoverageSpan, Watching
from sharp_eyes.store.index.filters import among, holdable
from sharp_eyes.store.index.many_rows import Insert, insert_many
from sharp_eyes.store.index.queries import CoverageQuery, Span
from sharp_eyes.store.index.rollups import DAY
from sharp_eyes.store.index.schema import coverage

Stretch = tuple[int, int]


class Strand(NamedTuple):
    """What spans must share to become one."""

    camera: str
    run: str
    watching: Watching
    day: int


class Change(NamedTuple):
    """What becomes of the stretches of a strand; `new` counts the spans that said anything new."""

    removed: set[Stretch]
    written: set[Stretch]
    new: int


def strand_of(span: CoverageSpan) -> Strand:
    """The strand that a span belongs to."""
    return Strand(span.camera, span.run, span.watching, span.from_at - span.from_at % DAY)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in as few stretches as can be, in order."""
    whole: list[Stretch] = []
    for low, high in sorted(stretches):
        if whole and low <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(whole[-1][1], high)
        else:
            whole.append((low, high))
    return whole


def changed(kept: Collection[Stretch], spans: Iterable[Stretch]) -> Change:
    """What these spans change in a strand that is kept as these stretches."""
    now, new = merged(kept), 0
    for low, high in spans:
        if not any(first <= low and high <= last for first, last in now):
            now, new = merged([*now, (low, high)]), new + 1
    return Change(set(kept) - set(now), set(now) - set(kept), new)


def told(stretches: Iterable[tuple[int, int, Watching]], from_at: int, to_at: int) -> tuple[Span, ...]:
    """What is told of a camera's stretches, of any number of runs: within this time, without overlaps."""
    clipped = [(max(low, from_at), min(high, to_at), watching) for low, high, watching in stretches]
    analysed = merged((low, high) for low, high, watching in clipped if watching == "analysed" and low < high)
    shed = merged((low, high) for low, high, watching in clipped if watching == "shed" and low < high)
    spans = [Span(low, high, "analysed") for low, high in analysed]
    spans += [Span(low, high, "shed") for low, high in _without(shed, analysed)]
    return tuple(sorted(spans))


def _without(stretches: Iterable[Stretch], others: Sequence[Stretch]) -> Iterator[Stretch]:
    for low, high in stretches:
        start = low
        for first, last in others:
            if last <= start or first >= high:
                continue
            if first > start:
                yield start, first
            start = last
        if start < high:
            yield start, high


def insert_coverage(connection: Connection, spans: Iterable[CoverageSpan]) -> int:
    """Keep these spans, joined with what they touch; gives back how many said anything new."""
    strands: defaultdict[Strand, list[CoverageSpan]] = defaultdict(list)
    for span in spans:
        strands[strand_of(span)].append(span)
    if not strands:
        return 0
    kept = _kept(connection, strands)
    changes = {
        strand: changed(kept[strand], [(one.from_at, one.to_at) for one in strands[strand]])
        for strand in sorted(strands)
    }
    _remove(connection, changes)
    _write(connection, changes, {strand: met[-1].division for strand, met in strands.items()})
    return sum(change.new for change in changes.values())


def _kept(connection: Connection, strands: Iterable[Strand]) -> defaultdict[Strand, list[Stretch]]:
    table, days = coverage.c, [strand.day for strand in strands]
    cameras = among(connection, table.camera, {strand.camera for strand in strands})
    runs = among(connection, table.run, {strand.run for strand in strands})
    wanted = select(table.camera, table.run, table.watching, table.from_at, table.to_at)
    wanted = wanted.where(cameras, runs, table.from_at >= min(days), table.from_at < max(days) + DAY)
    # Locked in order: whoever joins the same stretches waits.
    wanted = wanted.order_by(table.camera, table.from_at, table.run, table.watching).with_for_update()
    kept: defaultdict[Strand, list[Stretch]] = defaultdict(list)
    for camera, run, watching, low, high in connection.execute(wanted):
        kept[Strand(camera, run, watching, low - low % DAY)].append((low, high))
    return kept


def _remove(connection: Connection, changes: Mapping[Strand, Change]) -> None:
    begins = {strand: {low for low, _ in change.written} for strand, change in changes.items()}
    gone = [
        _key(strand, low)
        for strand, change in changes.items()
        for low, _ in sorted(change.removed)
        if low not in begins[strand]
    ]
    if gone:
        names = ("camera", "run", "watching", "from_at")
        here = and_(*(coverage.c[name] == bindparam(f"its_{name}") for name in names))
        connection.execute(delete(coverage).where(here), gone)


def _key(strand: Strand, low: int) -> dict[str, object]:
    return {
        "its_camera": strand.camera,
        "its_run": strand.run,
        "its_watching": strand.watching,
        "its_from_at": low,
    }


def _write(connection: Connection, changes: Mapping[Strand, Change], divisions: Mapping[Strand, str]) -> None:
    values = [
        {
            "camera": strand.camera,
            "from_at": low,
            "run": strand.run,
            "watching": strand.watching,
            "to_at": high,
            "division": divisions[strand],
        }
        for strand, change in changes.items()
        for low, high in sorted(change.written)
    ]
    if not values:
        return
    insert_many(connection, coverage, values, _longer)


def _longer(statement: Insert) -> Insert:
    """Should somebody else have written a span with this beginning meanwhile, the longer one stays."""
    its, mine = statement.excluded.to_at, coverage.c.to_at
    key = ["camera", "from_at", "run", "watching"]
    return statement.on_conflict_do_update(
        index_elements=key, set_={"to_at": case((its > mine, its), else_=mine)}
    )


def read_coverage(connection: Connection, query: CoverageQuery) -> dict[str, tuple[Span, ...]]:
    """When each of the cameras was watched; an empty tuple for one that never was."""
    table = coverage.c
    # No stretch is longer than its day: what reaches into the question began at most a day before.
    wanted = select(table.camera, table.from_at, table.to_at, table.watching).where(
        among(connection, table.camera, holdable(query.cameras)),
        table.from_at >= query.from_at - DAY,
        table.from_at < query.to_at,
        table.to_at > query.from_at,
    )
    found: defaultdict[str, list[tuple[int, int, Watching]]] = defaultdict(list)
    for camera, low, high, watching in connection.execute(wanted):
        found[camera].append((low, high, watching))
    return {camera: told(found[camera], query.from_at, query.to_at) for camera in query.cameras}
