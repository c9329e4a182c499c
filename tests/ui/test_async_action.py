"""From a click to a coroutine: busy ends in every case, errors arrive as sentences, nothing outlives its scope."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from regbatch_desktop.domain.errors import RegBatchError, ServiceUnavailable
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.kit.async_action import AsyncAction
from tests.ui.qt_bench import logged, on_qt, other_tasks, settle, turns, until

LOGGER = "regbatch_desktop.ui.kit.async_action"
Work = Callable[..., Coroutine[Any, Any, Any]]


class Watched:
    """An action and everything that it told, in order."""

    def __init__(self, work: Work, **more: Any) -> None:
        self.scope = TaskScope("test")
        self.told: list[object] = []
        self.action = AsyncAction(self.scope, work, name="work", **more)
        self.action.busy_changed.connect(self.told.append)
        self.action.succeeded.connect(lambda result: self.told.append(("succeeded", result)))
        self.action.failed.connect(lambda error: self.told.append(("failed", error)))

    @property
    def error(self) -> RegBatchError:
        last = self.told[-1]
        assert isinstance(last, tuple)
        assert last[0] == "failed"
        assert isinstance(last[1], RegBatchError)
        return last[1]


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


class Gate:
    """Work that waits to be let through, and remembers who began and who was cancelled."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.began: list[object] = []
        self.cancelled: list[object] = []

    async def work(self, name: object = "only") -> object:
        self.began.append(name)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise
        return name


@on_qt
async def test_busy_on_busy_off_and_then_the_result() -> None:
    watched = Watched(double)
    watched.action.trigger(21)
    assert watched.action.is_busy
    assert watched.told == [True]
    await until(lambda: not watched.action.is_busy)
    assert watched.told == [True, False, ("succeeded", 42)]


@on_qt
async def test_busy_ends_for_a_task_cancelled_before_its_first_step() -> None:
    gate = Gate()
    watched = Watched(gate.work)
    watched.action.trigger()
    watched.action.cancel()
    await until(lambda: not watched.action.is_busy)
    assert (watched.told, gate.began) == ([True, False], [])
    gate.open.set()
    watched.action.trigger("again")
    await until(lambda: not watched.action.is_busy)
    assert watched.told[2:] == [True, False, ("succeeded", "again")]


@on_qt
async def test_cancelled_in_the_middle_says_nothing_else() -> None:
    gate = Gate()
    watched = Watched(gate.work)
    watched.action.trigger()
    await until(lambda: gate.began)
    watched.action.cancel()
    await until(lambda: not watched.action.is_busy)
    assert (watched.told, gate.cancelled) == ([True, False], ["only"])


@on_qt
async def test_a_second_click_is_ignored_while_the_first_runs() -> None:
    gate = Gate()
    watched = Watched(gate.work)
    watched.action.trigger("first")
    await until(lambda: gate.began)
    watched.action.trigger("second")
    gate.open.set()
    await until(lambda: not watched.action.is_busy)
    assert (gate.began, watched.told) == (["first"], [True, False, ("succeeded", "first")])


@on_qt
async def test_restart_takes_the_last_arguments_and_only_their_result() -> None:
    gate = Gate()
    watched = Watched(gate.work, on_retrigger="restart")
    watched.action.trigger("first")
    await until(lambda: gate.began)
    watched.action.trigger("second")
    watched.action.trigger("third")
    await until(lambda: "third" in gate.began)
    assert watched.action.is_busy
    gate.open.set()
    await until(lambda: not watched.action.is_busy)
    await turns()
    assert gate.cancelled == ["first"]
    assert watched.told[-2:] == [False, ("succeeded", "third")]
    assert [each for each in watched.told if isinstance(each, tuple)] == [("succeeded", "third")]


@on_qt
async def test_an_expected_error_arrives_as_it_is() -> None:
    async def refuse() -> None:
        raise ServiceUnavailable("The register does not answer.")

    watched = Watched(refuse)
    with logged(LOGGER) as records:
        watched.action.trigger()
        await until(lambda: not watched.action.is_busy)
    assert watched.told[:2] == [True, False]
    assert watched.error.sentence == "The register does not answer."
    assert watched.error.retry_helps
    assert records == []


@on_qt
async def test_an_unexpected_error_gets_a_reference_that_the_log_has_too() -> None:
    async def stumble() -> None:
        raise KeyError("password=hunter2")

    watched = Watched(stumble)
    with logged(LOGGER) as records:
        watched.action.trigger()
        await until(lambda: not watched.action.is_busy)
    assert watched.error.code == "UNEXPECTED"
    assert "hunter2" not in watched.error.sentence
    (record,) = records
    reference = str(record.args[0])  # type: ignore[index]
    assert f"reference {reference}." in watched.error.sentence
    assert record.exc_info
    assert isinstance(record.exc_info[1], KeyError)


@pytest.mark.parametrize("fails", [False, True])
def test_a_pane_deleted_meanwhile_harms_nobody(fails: bool) -> None:
    @on_qt
    async def go() -> None:
        gate, pane = Gate(), QWidget()

        async def work() -> object:
            found = await gate.work()
            if fails:
                raise ServiceUnavailable("Nobody hears this.")
            return found

        watched = Watched(work, parent=pane)
        watched.action.trigger()
        await until(lambda: gate.began)
        pane.deleteLater()
        settle()
        gate.open.set()
        await until(lambda: not other_tasks())
        assert watched.told == [True]

    go()


@on_qt
async def test_closing_the_scope_leaves_nothing() -> None:
    gate = Gate()
    watched = Watched(gate.work)
    watched.action.trigger()
    other = AsyncAction(watched.scope, gate.work, name="other")
    other.trigger("other")
    await until(lambda: len(gate.began) == 2)
    assert await watched.scope.aclose() == ()
    await until(lambda: not watched.action.is_busy and not other.is_busy)
    assert (watched.told, other_tasks()) == ([True, False], [])


@on_qt
async def test_a_click_after_closing_starts_nothing_and_is_not_busy() -> None:
    watched = Watched(double)
    await watched.scope.aclose()
    watched.action.trigger(1)
    assert (watched.action.is_busy, watched.told) == (False, [])


@on_qt
async def test_a_restart_after_closing_is_not_busy_for_ever() -> None:
    gate = Gate()
    watched = Watched(gate.work, on_retrigger="restart")
    watched.action.trigger()
    await until(lambda: gate.began)
    await watched.scope.aclose()
    watched.action.trigger("late")
    await turns()
    assert (watched.action.is_busy, gate.began, watched.told) == (False, ["only"], [True, False])
