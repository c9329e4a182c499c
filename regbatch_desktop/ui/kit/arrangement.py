"""Which rows are shown in which order, and how a table gets there; worked out a slice at a time.

Owns: filtering, sorting and comparing two arrangements, for 100,000 rows without a pause that a person would feel.
Never: imports Qt or changes a row. A generator here yields between slices of a few milliseconds; its value is its return.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import compress, islice, pairwise
from operator import attrgetter, is_not
from typing import Any, TypeVar

T = TypeVar("T")
Slices = Generator[None, None, T]
SLICE = 250
RUN = 5_000
# Up to so many runs of rows are taken out or put in where they stand; each costs the view as much as ordering all of them once.
FEW = 20
_key_of = attrgetter("key")


def arranged(
    rows: Sequence[Any], accept: Callable[[Any], bool] | None, sort: Callable[[Any], Any] | None, *, descending: bool
) -> Slices[list[Any]]:
    """The rows that `accept` wants, in the order of `sort` (None: as they came)."""
    found: list[Any] = list(rows)
    if accept is not None:
        found = []
        for start in range(0, len(rows), SLICE):
            found += filter(accept, rows[start : start + SLICE])
            yield
    if sort is None:
        return found
    values: list[Any] = []
    for start in range(0, len(found), SLICE):
        values += map(sort, found[start : start + SLICE])
        yield
    try:
        order = yield from _order(values, descending=descending)
    except TypeError:
        # Where Python cannot compare, numbers come first and the rest goes by its words.
        order = yield from _order([_ranked(value) for value in values], descending=descending)
    yield
    return [found[number] for number in order]


def _ranked(value: Any) -> tuple[int, float, str]:
    return (0, value, "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _order(values: Sequence[Any], *, descending: bool) -> Slices[list[int]]:
    """The positions in the order of their values; equal ones stay as they were. Runs are sorted, then merged bit by bit."""
    runs: list[list[int]] = []
    for start in range(0, len(values), RUN):
        runs.append(sorted(range(start, min(start + RUN, len(values))), key=values.__getitem__, reverse=descending))
        yield
    if len(runs) == 1:
        return runs[0]
    order: list[int] = []
    merged = merge(*runs, key=values.__getitem__, reverse=descending)
    while part := list(islice(merged, SLICE)):
        order += part
        yield
    return order


@dataclass(frozen=True, slots=True)
class Difference:
    """From the rows shown to the rows wanted. Runs are (first, last).

    `gone` are runs of the old rows; or, when there are too many of them, `swept` has the old rows with those that stay in
    front. `kept` are the old rows that stay, in the new order, or None when it is their order already. `came` are runs of the
    new rows; or, when too many, `late` are those rows, and all is ordered afterwards. `changed` are positions of the new rows.
    """

    wanted: Sequence[Any]
    stay: int
    gone: Sequence[tuple[int, int]]
    swept: Sequence[Any] | None
    kept: Sequence[Any] | None
    came: Sequence[tuple[int, int]]
    late: Sequence[Any] | None
    changed: Sequence[int]


def difference(shown: Sequence[Any], wanted: Sequence[Any]) -> Slices[Difference | None]:
    """None when nothing differs."""
    if len(shown) == len(wanted) and not any(map(is_not, shown, wanted)):
        return None
    yield
    old_keys = list(map(_key_of, shown))
    yield
    new_keys = list(map(_key_of, wanted))
    yield
    old = dict(zip(old_keys, shown, strict=True))
    yield
    new = set(new_keys)
    yield
    gone = [number for number, key in enumerate(old_keys) if key not in new] if new != old.keys() else []
    yield
    came = [number for number, key in enumerate(new_keys) if key not in old] if new != old.keys() else []
    yield
    gone_runs, came_runs = runs(gone), runs(came)
    swept = late = kept = None
    if len(gone_runs) > FEW:
        swept = [row for row, key in zip(shown, old_keys, strict=True) if key in new] + [shown[number] for number in gone]
        yield
    if len(came_runs) > FEW:
        late = [wanted[number] for number in came]
    stay_old = [key for key in old_keys if key in new] if gone else old_keys
    yield
    stay_new = [key for key in new_keys if key in old] if came else new_keys
    yield
    if stay_old != stay_new and late is None:
        kept = [old[key] for key in stay_new]
        yield
    before = list(map(old.get, new_keys))
    yield
    replaced = compress(range(len(wanted)), map(is_not, before, wanted))
    changed = [number for number in replaced if before[number] is not None and before[number] != wanted[number]]
    yield
    in_runs = [] if late is not None else came_runs
    return Difference(wanted, len(stay_old), [] if swept is not None else gone_runs, swept, kept, in_runs, late, changed)


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs without a hole."""
    if not numbers:
        return []
    ends = [place for place, (one, following) in enumerate(pairwise(numbers)) if following != one + 1]
    starts = [0, *(place + 1 for place in ends)]
    return [(numbers[first], numbers[last]) for first, last in zip(starts, [*ends, len(numbers) - 1], strict=True)]


def places(rows: Iterable[Any], keys: Collection[str]) -> dict[str, int]:
    """Where some of the rows are, by key."""
    return {key: number for number, key in enumerate(map(_key_of, rows)) if key in keys}
