"""Starting the desktop: the window is painted first, then everything else is loaded.

Owns: the start of Qt, the order of a start, and what is said when no window could be used on this machine.
Never: imports the event loop, asyncio or a library before the first paint: each would be waited for with nothing to be seen.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.window_colours import DARK_WINDOW, LIGHT_WINDOW
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.preferences import Preferences

if TYPE_CHECKING:
    from regbatch_desktop.ui.single_instance import SingleInstance

# The name of the menu entry, by which a desktop finds icon and window.
DESKTOP_ID = "nz.regbatch.Desktop"
UNFIT = 2
NO_FONT = "No font is installed, so no word could be shown; install one, for instance the package fonts-dejavu-core."
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
    return qt


def unwritable(data_dir: Path) -> str:
    """Why nothing could be kept on this machine, in a sentence, or ""."""
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


def has_font() -> bool:
    """Some font can be painted with; the list of families names its aliases also where there is none."""
    from PySide6.QtGui import QFont, QFontInfo

    return bool(QFontInfo(QFont()).family())


def frame(qt: QApplication, data_dir: Path) -> MainWindow:
    """The window where it was left, in the colour of its look; nothing is in it yet."""
    preferences = Preferences(data_dir / "preferences.json")
    palette = qt.palette()
    look = preferences.get("look", "")
    # Qt's own word for a dark desktop would load every enumeration of its main namespace first.
    dark = look == "dark" or (look != "light" and palette.window().color().lightness() < 128)
    palette.setColor(QPalette.ColorRole.Window, QColor.fromString(DARK_WINDOW if dark else LIGHT_WINDOW))
    qt.setPalette(palette)
    return MainWindow(preferences)


def furnished(qt: QApplication, window: MainWindow) -> MainWindow:
    """The same window with everything that every pane has around it."""
    from PySide6.QtGui import QIcon

    from regbatch_desktop.ui.kit.theme import Look, apply_look
    from regbatch_desktop.ui.resources import RESOURCES

    icon = RESOURCES / "regbatch.svg"
    if icon.exists():
        qt.setWindowIcon(QIcon(str(icon)))
    apply_look(qt, window, Look(window.preferences.get("look", Look.SYSTEM.value)))
    return window.furnish()


def painted_window(qt: QApplication, data_dir: Path) -> MainWindow:
    """The window, on the screen before it is furnished."""
    window = frame(qt, data_dir)
    window.show()
    qt.processEvents()
    return furnished(qt, window)


def run_desktop(data_dir: Path, *, path: Path | None = None, link: str = "", speed: float = 0.02) -> int:
    """Open the window on a workspace or a batch's link; returns when it was closed. 0, also when another one was raised; 2 when unfit."""
    qt = prepared()
    if sentence := unwritable(data_dir):
        _say_unfit(qt, sentence)
        return UNFIT
    wanted = link or str(path.absolute() if path else "")
    # Where no other one can run, the window need not wait for the network's classes; where one may, no window flashes up.
    single = None
    if sys.platform == "win32" or (data_dir / "window.socket").exists():
        single = _only_one(data_dir, wanted)
        if single is None:
            return 0
    window = painted_window(qt, data_dir)
    if not has_font():
        window.hide()
        _say_unfit(qt, NO_FONT)
        return UNFIT
    single = single or _only_one(data_dir, wanted)
    if single is None:
        window.close_for_good()
        return 0

    from regbatch_desktop.ui.program import run_painted

    run_painted(qt, window, data_dir, single, path=path, link=link, speed=speed)
    single.close()
    return 0


def _only_one(data_dir: Path, wanted: str) -> SingleInstance | None:
    """None when another one runs: it was raised and told what is wanted."""
    from regbatch_desktop.ui.single_instance import SingleInstance

    single = SingleInstance(data_dir)
    return single if single.is_first(wanted) else None


def _say_unfit(qt: QApplication, sentence: str) -> None:
    """In the terminal; for a start from a menu, where nobody sees one, in a box as well."""
    if sys.stderr is not None:
        print(f"{sentence} [MACHINE_UNFIT]", file=sys.stderr)
    seen = sys.stderr is not None and sys.stderr.isatty()
    if seen or qt.platformName() in ("offscreen", "minimal") or not has_font():
        return
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "RegBatch", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    # Nothing else runs yet that this could stop.
    box.exec()
