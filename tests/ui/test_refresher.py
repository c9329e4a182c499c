"""The way back into a pane: few loads, never two at once, none for a pane that nobody sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from regbatch_desktop.domain.errors import ServiceUnavailable
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.kit.refresher import SETTLE_MS, Refresher
from tests.ui.qt_bench import active_timers, logged, on_qt, settle, turns, until

LOGGER = "regbatch_desktop.ui.kit.refresher"


class Watched:
    """A pane with a refresher whose loads are counted, and held up when asked."""

    def __init__(self, *, poll_s: float | None = None) -> None:
        self.scope = TaskScope("test")
        self.pane = QWidget()
        self.loads = 0
        self.at_once = 0
        self.most_at_once = 0
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.told: list[Any] = []
        self.poll_s = poll_s
        self.at_end: Callable[[], None] = lambda: None
        self.refresher = Refresher(self.scope, self.pane, self._load, name="test", poll_s=lambda: self.poll_s)
        self.refresher.loaded.connect(self.told.append)
        self.refresher.failed.connect(self.told.append)

    async def _load(self) -> int:
        self.loads += 1
        number = self.loads
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            await asyncio.sleep(0.002)
            if self.error is not None:
                raise self.error
            return number
        finally:
            self.at_once -= 1
            # Runs when the load has ended and nobody was told yet.
            asyncio.get_running_loop().call_soon(self.at_end)

    async def show(self) -> None:
        """Shown, and loaded for the first time."""
        self.pane.show()
        await until(lambda: self.told)

    async def rest(self) -> None:
        """Nothing is under way and nothing is due but the poll."""
        await until(lambda: self.refresher._task is None and not self.refresher._settle.isActive())


def timers(watched: Watched) -> list[str]:
    return active_timers(watched.pane)


@on_qt
async def test_a_thousand_marks_are_few_loads_and_never_two_at_once() -> None:
    watched = Watched()
    await watched.show()
    for number in range(1_000):
        watched.refresher.mark()
        if number % 20 == 0:
            await asyncio.sleep(0.001)
        if number % 100 == 0:
            watched.refresher.now()
    watched.refresher.mark()
    marked_at = watched.loads
    await watched.rest()
    assert watched.loads <= 15
    assert watched.most_at_once == 1
    assert watched.told[-1] == watched.loads > marked_at


@on_qt
async def test_what_changed_during_a_load_is_loaded_after_it() -> None:
    watched = Watched()
    watched.gate.clear()
    watched.pane.show()
    await until(lambda: watched.at_once)
    for _ in range(10):
        watched.refresher.mark()
        watched.refresher.now()
    watched.gate.set()
    await until(lambda: watched.told == [1, 2])
    await watched.rest()
    assert (watched.loads, watched.most_at_once) == (2, 1)


@on_qt
async def test_a_hidden_pane_loads_nothing_and_no_timer_runs() -> None:
    watched = Watched(poll_s=0.01)
    watched.refresher.mark()
    watched.refresher.now()
    await turns()
    assert (watched.loads, timers(watched)) == (0, [])
    await watched.show()
    watched.refresher.mark()
    watched.pane.hide()
    await until(lambda: not watched.at_once)
    before = watched.loads
    for _ in range(100):
        watched.refresher.mark()
        watched.refresher.now()
    assert timers(watched) == []
    passed = asyncio.Event()
    QTimer.singleShot(SETTLE_MS * 2, passed.set)
    await passed.wait()
    assert (watched.loads, timers(watched)) == (before, [])


@on_qt
async def test_hidden_during_a_load_starts_no_timer_afterwards() -> None:
    watched = Watched(poll_s=0.01)
    watched.gate.clear()
    watched.pane.show()
    await until(lambda: watched.at_once)
    watched.refresher.mark()
    watched.pane.hide()
    watched.gate.set()
    await until(lambda: watched.told == [1])
    await turns()
    assert (watched.loads, timers(watched)) == (1, [])


@on_qt
async def test_shown_again_it_loads_what_was_missed() -> None:
    watched = Watched()
    await watched.show()
    watched.pane.hide()
    watched.refresher.mark()
    watched.pane.show()
    await until(lambda: watched.told == [1, 2])


@on_qt
async def test_an_error_is_told_and_the_next_load_comes() -> None:
    watched = Watched()
    watched.error = ServiceUnavailable("The disk is full.")
    with logged(LOGGER) as records:
        await watched.show()
        assert watched.told == [watched.error]
        unforeseen = KeyError("x")
        watched.error = unforeseen
        watched.refresher.now()
        await until(lambda: len(watched.told) == 2)
        assert [record.exc_info[1] for record in records if record.exc_info] == [unforeseen]
    watched.error = None
    watched.refresher.mark()
    await until(lambda: len(watched.told) == 3)
    assert watched.told == [watched.told[0], unforeseen, 3]


@on_qt
async def test_a_missed_change_is_healed_by_the_poll_also_after_an_error() -> None:
    watched = Watched(poll_s=0.01)
    watched.error = ServiceUnavailable("Not now.")
    await watched.show()
    watched.error = None
    await until(lambda: watched.loads >= 3)
    assert watched.told[1] == 2
    watched.poll_s = None
    await until(lambda: not timers(watched) and not watched.at_once)
    assert watched.most_at_once == 1


@on_qt
async def test_stopped_it_loads_no_more_and_a_deleted_pane_harms_nobody() -> None:
    watched = Watched(poll_s=0.01)
    await watched.show()
    watched.gate.clear()
    watched.refresher.now()
    await until(lambda: watched.at_once)
    watched.refresher.stop()
    await until(lambda: not watched.at_once)
    assert (len(watched.told), timers(watched)) == (1, [])

    other = Watched()
    other.gate.clear()
    other.pane.show()
    await until(lambda: other.at_once)
    other.pane.deleteLater()
    settle()
    other.gate.set()
    await until(lambda: not other.at_once)
    await turns()
    assert other.told == []


@on_qt
async def test_stopped_at_the_moment_a_load_ends_it_stays_stopped() -> None:
    """The workspace is closed then: a timer that starts now would load from a closed file."""
    watched = Watched(poll_s=0.01)
    watched.at_end = watched.refresher.stop
    watched.pane.show()
    await until(lambda: watched.loads and not watched.at_once)
    await turns()
    watched.refresher.mark()
    watched.refresher.now()
    await turns()
    assert (watched.loads, watched.told, timers(watched)) == (1, [], [])


@on_qt
async def test_after_its_scope_was_closed_it_loads_nothing() -> None:
    watched = Watched()
    await watched.show()
    await watched.scope.aclose()
    watched.refresher.mark()
    watched.refresher.now()
    assert (watched.loads, timers(watched)) == (1, [])


@on_qt
async def test_a_rehearsal_loads_once_and_shows_nothing_and_the_first_look_loads_what_is_there_then() -> None:
    watched = Watched()
    await watched.refresher.rehearse()
    assert (watched.loads, watched.told) == (1, [])
    await watched.show()
    assert watched.told == [2]
    await watched.refresher.rehearse()
    assert watched.loads == 2
    watched.refresher.stop()
    await watched.scope.aclose()


@on_qt
async def test_a_pane_shown_during_its_rehearsal_loads_after_it_and_never_beside_it() -> None:
    watched = Watched()
    watched.gate.clear()
    rehearsal = asyncio.ensure_future(watched.refresher.rehearse())
    await until(lambda: watched.loads == 1)
    watched.pane.show()
    watched.refresher.now()
    await turns()
    assert watched.loads == 1
    watched.gate.set()
    await rehearsal
    await until(lambda: watched.told)
    assert (watched.told, watched.most_at_once) == ([2], 1)
    watched.refresher.stop()
    await watched.scope.aclose()


@on_qt
async def test_a_rehearsal_that_fails_is_told_to_nobody_and_one_of_a_closed_pane_ends() -> None:
    watched = Watched()
    watched.error = ServiceUnavailable("away")
    await watched.refresher.rehearse()
    assert watched.told == []
    watched.gate.clear()
    rehearsal = asyncio.ensure_future(watched.refresher.rehearse())
    await until(lambda: watched.loads == 2)
    watched.refresher.stop()
    await rehearsal
    assert watched.told == []
    await watched.scope.aclose()
