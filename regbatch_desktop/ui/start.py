"""Starting the desktop: the window is painted first, then everything else is loaded.

Owns: the order of a start, the event loop, the last resort for an error that nobody caught.
Never: imports the event loop, asyncio or a library before the first paint: each would be waited for with nothing to be seen.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.theme import Look, apply_look
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.preferences import Preferences

_log = logging.getLogger(__name__)
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def first_window(qt: QApplication, data_dir: Path) -> MainWindow:
    """The window as it was left, in the look that was chosen; nothing is in it yet."""
    preferences = Preferences(data_dir / "preferences.json")
    apply_look(qt, Look(preferences.get("look", Look.SYSTEM.value)))
    return MainWindow(preferences)


def run_desktop(data_dir: Path, *, path: Path | None = None, speed: float = 0.02) -> int:
    """Open the window; returns when it was closed. 0, also when another one runs and was raised."""
    from regbatch_desktop.ui.single_instance import SingleInstance

    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)  # noqa: S101 - made in the line above
    qt.setApplicationName("RegBatch")
    qt.setDesktopFileName("regbatch-desktop")
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    icon = RESOURCES / "regbatch.svg"
    if icon.exists():
        qt.setWindowIcon(QIcon(str(icon)))
    single = SingleInstance(data_dir)
    if not single.is_first(str(path or "")):
        return 0
    sys.excepthook = _on_error
    window = first_window(qt, data_dir)
    window.show()
    qt.processEvents()

    import qasync

    from regbatch_desktop.ui.application import Application

    loop = qasync.QEventLoop(qt)
    with loop:
        application = Application(qt, data_dir, practice={"speed": speed}, window=window)
        single.asked.connect(application.asked)
        loop.run_until_complete(application.run(path))
    single.close()
    return 0


def _on_error(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    from uuid import uuid4

    reference = uuid4().hex[:4].upper()
    _log.error("unexpected problem %s", reference, exc_info=(kind, error, trace))
