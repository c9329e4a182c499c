"""Which rows are shown in which order, and how a table gets there; worked out a slice at a time.

Owns: filtering, sorting and comparing two arrangements, for 100,000 rows without a pause that a person would feel.
Never: imports Qt or changes a row. A generator here yields between slices of a few milliseconds; its value is its return.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, pairwise
from operator import attrgetter, is_not
from typing import Any, TypeVar

T = TypeVar("T")
Slices = Generator[None, None, T]
SLICE = 250
RUN = 5_000
BLOCK = 10_000
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
    return (yield from _mapped(found.__getitem__, order))


def _mapped(change: Callable[[Any], T], values: Sequence[Any]) -> Slices[list[T]]:
    """`map` in blocks: rows in another order lie all over the memory, and 100,000 at once take as long as two frames."""
    made: list[T] = []
    for start in range(0, len(values), BLOCK):
        made += map(change, values[start : start + BLOCK])
        yield
    return made


def _kept(wanted: Callable[[Any], bool], values: Sequence[T]) -> Slices[list[T]]:
    """`filter` in blocks."""
    made: list[T] = []
    for start in range(0, len(values), BLOCK):
        made += filter(wanted, values[start : start + BLOCK])
        yield
    return made


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
class Ordering:
    """Rows in an order, and the place of each key in it."""

    rows: list[Any]
    places: Mapping[str, int]


def _ordering(rows: list[Any]) -> Slices[Ordering]:
    places: dict[str, int] = {}
    for start in range(0, len(rows), BLOCK):
        places.update(zip(map(_key_of, rows[start : start + BLOCK]), range(start, start + BLOCK), strict=False))
        yield
    return Ordering(rows, places)


@dataclass(frozen=True, slots=True)
class Difference:
    """From the rows shown to the rows wanted. Runs are (first, last).

    `gone` are runs of the old rows; or, when there are too many of them, `swept` has the old rows with those that stay in
    front. `kept` are the old rows that stay, in the new order, or None when it is their order already. `came` are runs of the
    new rows; or, when too many, `late` are those rows, and all is put in the order `whole` afterwards. `changed` are positions of the new rows.
    """

    wanted: list[Any]
    stay: int
    gone: Sequence[tuple[int, int]]
    swept: Ordering | None
    kept: Ordering | None
    came: Sequence[tuple[int, int]]
    late: Sequence[Any]
    whole: Ordering | None
    changed: Sequence[int]

    @property
    def same_rows(self) -> bool:
        """No row goes and none comes."""
        return not self.gone and not self.came and self.swept is None and self.whole is None


def difference(shown: Sequence[Any], wanted: list[Any]) -> Slices[Difference | None]:
    """None when nothing differs."""
    if len(shown) == len(wanted) and not any(map(is_not, shown, wanted)):
        return None
    yield
    old_keys = yield from _mapped(_key_of, shown)
    new_keys = yield from _mapped(_key_of, wanted)
    old: dict[str, Any] = {}
    for start in range(0, len(shown), BLOCK):
        old.update(zip(old_keys[start : start + BLOCK], shown[start : start + BLOCK], strict=True))
        yield
    new: set[str] = set()
    for start in range(0, len(new_keys), BLOCK):
        new.update(new_keys[start : start + BLOCK])
        yield
    gone = yield from _kept(lambda number: old_keys[number] not in new, range(len(old_keys)))
    came = yield from _kept(lambda number: new_keys[number] not in old, range(len(new_keys)))
    gone_runs, came_runs = runs(gone), runs(came)
    swept = kept = whole = None
    late: list[Any] = []
    if len(gone_runs) > FEW:
        stay = yield from _kept(lambda number: old_keys[number] in new, range(len(old_keys)))
        swept = yield from _ordering((yield from _mapped(shown.__getitem__, stay + gone)))
    if len(came_runs) > FEW:
        late = yield from _mapped(wanted.__getitem__, came)
        whole = yield from _ordering(wanted)
    stay_old = (yield from _kept(new.__contains__, old_keys)) if gone else old_keys
    stay_new = (yield from _kept(old.__contains__, new_keys)) if came else new_keys
    if stay_old != stay_new and whole is None:
        kept = yield from _ordering((yield from _mapped(old.__getitem__, stay_new)))
    before = yield from _mapped(old.get, new_keys)
    replaced = yield from _kept(lambda number: before[number] is not wanted[number], range(len(wanted)))
    changed = [number for number in replaced if before[number] is not None and before[number] != wanted[number]]
    yield
    if swept is not None:
        gone_runs = []
    if whole is not None:
        came_runs = []
    return Difference(wanted, len(stay_old), gone_runs, swept, kept, came_runs, late, whole, changed)


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs without a hole."""
    if not numbers:
        return []
    ends = [place for place, (one, following) in enumerate(pairwise(numbers)) if following != one + 1]
    starts = [0, *(place + 1 for place in ends)]
    return [(numbers[first], numbers[last]) for first, last in zip(starts, [*ends, len(numbers) - 1], strict=True)]
