"""Starting the desktop: the window is painted first, then everything else is loaded.

Owns: the start of Qt, the order of a start, and what is said when no window could be used on this machine.
Never: imports the event loop, asyncio or a library before the first paint: each would be waited for with nothing to be seen.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontInfo, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from regbatch_desktop.ui.kit.theme import Look, apply_look
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.preferences import Preferences
from regbatch_desktop.ui.resources import RESOURCES

# The name of the menu entry, by which a desktop finds icon and window.
DESKTOP_ID = "nz.regbatch.Desktop"
UNFIT = 2
# Qt must outlive every font and icon that Python still holds at the end of the process.
_kept: list[QApplication] = []


def prepared() -> QApplication:
    """The one QApplication of the process."""
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)  # noqa: S101 - made in the line above
    _kept[:] = [qt]
    qt.setApplicationName("RegBatch")
    qt.setDesktopFileName(DESKTOP_ID)
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    icon = RESOURCES / "regbatch.svg"
    if icon.exists():
        qt.setWindowIcon(QIcon(str(icon)))
    return qt


def has_font() -> bool:
    """Some font can be painted with; the list of families names its aliases also where there is none."""
    return bool(QFontInfo(QFont()).family())


def unfit(data_dir: Path) -> str:
    """Why no window could be used on this machine, in a sentence, or ""."""
    if not has_font():
        return "No font is installed, so no word could be shown; install one, for instance the package fonts-dejavu-core."
    draft = data_dir / ".writable"
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            draft.write_bytes(b"." * 4096)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        return (
            f"The folder {data_dir} cannot be written ({error.strerror}). RegBatch keeps its settings and log there; make room or make "
            "it writable, or name another folder in REGBATCH_DATA_DIR."
        )
    return ""


def first_window(qt: QApplication, data_dir: Path) -> MainWindow:
    """The window as it was left, in the look that was chosen; nothing is in it yet."""
    preferences = Preferences(data_dir / "preferences.json")
    apply_look(qt, Look(preferences.get("look", Look.SYSTEM.value)))
    return MainWindow(preferences)


def painted_window(qt: QApplication, data_dir: Path) -> MainWindow:
    """The first window, on the screen."""
    window = first_window(qt, data_dir)
    window.show()
    qt.processEvents()
    return window


def run_desktop(data_dir: Path, *, path: Path | None = None, link: str = "", speed: float = 0.02) -> int:
    """Open the window on a workspace or a batch's link; returns when it was closed. 0, also when another one was raised; 2 when unfit."""
    from regbatch_desktop.ui.single_instance import SingleInstance

    qt = prepared()
    if sentence := unfit(data_dir):
        _say_unfit(qt, sentence)
        return UNFIT
    single = SingleInstance(data_dir)
    if not single.is_first(link or str(path.absolute() if path else "")):
        return 0
    window = painted_window(qt, data_dir)

    from regbatch_desktop.ui.program import run_painted

    run_painted(qt, window, data_dir, single, path=path, link=link, speed=speed)
    single.close()
    return 0


def _say_unfit(qt: QApplication, sentence: str) -> None:
    """In the terminal; for a start from a menu, where nobody sees one, in a box as well."""
    if sys.stderr is not None:
        print(f"{sentence} [MACHINE_UNFIT]", file=sys.stderr)
    seen = sys.stderr is not None and sys.stderr.isatty()
    if seen or qt.platformName() in ("offscreen", "minimal") or not has_font():
        return
    box = QMessageBox(QMessageBox.Icon.Warning, "RegBatch", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    # Nothing else runs yet that this could stop.
    box.exec()
