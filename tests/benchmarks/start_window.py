"""Milliseconds from the first line of Python to the first painted window: an empty one, or the application's.

`named` is an empty one that names a flag of `Qt`: PySide6 then makes all of that namespace's enumerations, as it does for any real window.
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the clock starts before the first import
import os  # noqa: E402
import sys  # noqa: E402

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QObject  # noqa: E402
from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: E402


class Painted(QObject):
    """Watches for the first main window to have painted itself; says how long that took and leaves."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and isinstance(watched, QMainWindow):
            watched.event(event)
            # The processor time as well, with that of starting Python: on a busy machine it says more than the clock.
            print(json.dumps({"ms": (time.perf_counter() - BEGAN) * 1000, "cpu_ms": time.process_time() * 1000}), flush=True)
            os._exit(0)
        return False


def main(what: str, folder: str) -> None:
    application = QApplication([])
    application.setStyle("Fusion")
    painted = Painted()
    application.installEventFilter(painted)
    if what == "regbatch":
        os.environ["REGBATCH_DATA_DIR"] = folder
        sys.argv = ["regbatch", "desktop"]
        from regbatch_desktop.__main__ import main as regbatch

        regbatch()
    else:
        window = QMainWindow()
        window.resize(1280, 800)
        if what == "named":
            from PySide6.QtCore import Qt

            window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        window.show()
        application.exec()


if __name__ == "__main__":
    main(*sys.argv[1:3])
