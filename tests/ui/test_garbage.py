"""A Qt object in a cycle is destroyed in the window's thread, whichever thread makes the garbage."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.garbage import garbage_collected_here
from tests.ui.qt_bench import wait_until


class _Knotted(QObject):
    """Only the cyclic collector can free it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def _allocated_in_another_thread() -> list[list[int]]:
    """Enough for many collections, had that thread to make them."""
    keep: list[list[int]] = []

    def work() -> None:
        for number in range(100_000):
            keep.append([number])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return keep


def test_what_another_thread_allocates_frees_nothing_there(qt: QApplication) -> None:
    del qt
    freed_by: list[str] = []
    with garbage_collected_here():
        weakref.finalize(_Knotted(), lambda: freed_by.append(threading.current_thread().name))
        kept = _allocated_in_another_thread()
        assert freed_by == []
        wait_until(lambda: freed_by)
        assert kept
    assert freed_by == [threading.main_thread().name]


def test_collecting_is_as_before_when_the_window_is_gone(qt: QApplication) -> None:
    del qt
    before = gc.isenabled()
    with garbage_collected_here():
        assert not gc.isenabled()
    assert gc.isenabled() is before
