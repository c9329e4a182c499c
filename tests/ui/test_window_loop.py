"""The window's asyncio loop: in order, in short turns, also while a dialog has a loop of its own."""

from __future__ import annotations

import asyncio
import contextvars
import time

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.window_loop import WindowLoop
from tests.ui.qt_bench import on_qt, until


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


@on_qt
async def test_what_is_ready_runs_in_the_order_in_which_it_came_and_not_when_it_was_cancelled(qt: QApplication) -> None:
    loop, seen = asyncio.get_running_loop(), list[int]()
    handles = [loop.call_soon(seen.append, number) for number in range(100)]
    handles[50].cancel()
    await until(lambda: len(seen) == 99)
    assert seen == [*range(50), *range(51, 100)]


@on_qt
async def test_the_clock_of_the_window_goes_on_while_two_hundred_callbacks_are_ready_at_once(qt: QApplication) -> None:
    loop, order = asyncio.get_running_loop(), list[str]()
    clock = QTimer(interval=1)
    clock.timeout.connect(lambda: order.append("tick"))
    clock.start()

    def works() -> None:
        busy(0.001)
        order.append("ran")

    for _ in range(200):
        loop.call_soon(works)
    await until(lambda: order.count("ran") == 200)
    clock.stop()
    last = len(order) - order[::-1].index("ran")
    longest = max(len(part.split()) for part in " ".join(order[:last]).split("tick"))
    # qasync alone lets all two hundred run first.
    assert longest < 20


@on_qt
async def test_a_callback_that_makes_the_next_one_ready_lets_the_window_go_first(qt: QApplication) -> None:
    shown: list[int] = []
    for number in range(5):
        QTimer.singleShot(0, lambda number=number: shown.append(number))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await until(lambda: len(shown) == 5)
    assert shown == [0, 1, 2, 3, 4]


@on_qt
async def test_what_was_ready_goes_on_inside_the_loop_of_a_dialog(qt: QApplication) -> None:
    loop, seen = asyncio.get_running_loop(), list[str]()
    dialog = QEventLoop()

    def opens_a_dialog() -> None:
        seen.append("opened")
        dialog.exec()
        seen.append("closed")

    def ends_it() -> None:
        seen.append("made by it")
        dialog.quit()

    loop.call_soon(opens_a_dialog)
    loop.call_soon(seen.append, "beside it")
    loop.call_soon(lambda: loop.call_soon(ends_it))
    await until(lambda: len(seen) == 4)
    assert seen == ["opened", "beside it", "made by it", "closed"]


@on_qt
async def test_a_callback_that_fails_is_told_and_the_others_run(qt: QApplication) -> None:
    loop, seen, told = asyncio.get_running_loop(), list[str](), list[BaseException]()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    loop.call_soon(lambda: [][0])
    loop.call_soon(seen.append, "next")
    await until(lambda: seen)
    loop.set_exception_handler(before)
    assert [type(error) for error in told] == [IndexError]


@on_qt
async def test_a_callback_has_the_context_in_which_it_was_asked_for(qt: QApplication) -> None:
    variable = contextvars.ContextVar("variable", default="")
    loop, seen = asyncio.get_running_loop(), list[str]()
    variable.set("then")
    loop.call_soon(lambda: seen.append(variable.get()))
    loop.call_soon(lambda: seen.append(variable.get()), context=contextvars.Context())
    variable.set("now")
    await until(lambda: len(seen) == 2)
    assert seen == ["then", ""]


@on_qt
async def test_another_threads_answer_comes_at_once(qt: QApplication) -> None:
    assert await asyncio.gather(*(asyncio.to_thread(abs, -number) for number in range(30))) == list(range(30))


def test_after_it_is_closed_nothing_runs(qt: QApplication) -> None:
    seen: list[str] = []
    loop = WindowLoop(qt)
    loop.call_soon(seen.append, "before")
    loop.close()
    loop.call_soon(seen.append, "after")
    qt.processEvents()
    assert seen == []
    with pytest.raises(RuntimeError):
        loop.run_until_complete(asyncio.sleep(0))
