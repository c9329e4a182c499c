"""Light and dark: our own palettes on Fusion, because a desktop without a theme tells Qt nothing.

Owns: every colour, by what it means.
Never: colour alone carries a status; shapes and words do (kit/marks.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from regbatch_desktop.ui.kit.window_colours import DARK_WINDOW, LIGHT_WINDOW


class Look(StrEnum):
    """What the person chose; `system` follows the desktop where it tells."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @classmethod
    def _missing_(cls, value: object) -> Look:
        """A look that another version remembered."""
        return cls.SYSTEM


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by meaning. Text on `window` and `surface` has a contrast of at least 4.5."""

    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    accent_text: str
    good: str
    warn: str
    bad: str
    info: str
    idle: str


LIGHT = Tokens(
    window=LIGHT_WINDOW, surface="#ffffff", raised="#eceef2", border="#d3d7de", text="#1b1f27", muted="#5a6372", accent="#1f5fbf",
    accent_text="#ffffff", good="#1d7a3e", warn="#9a5b00", bad="#b3261e", info="#1f5fbf", idle="#7a8290",
)  # fmt: skip
DARK = Tokens(
    window=DARK_WINDOW, surface="#1e222a", raised="#282d37", border="#3a414d", text="#e8eaee", muted="#a3abb8", accent="#7db0ff",
    accent_text="#0d1420", good="#6fd391", warn="#f0b452", bad="#ff8a80", info="#7db0ff", idle="#8f98a6",
)  # fmt: skip

_SHEET = Template("""
* { font-size: 10pt; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
QLabel[role="title"] { font-size: 16pt; font-weight: 600; }
QLabel[role="subtitle"] { font-size: 12pt; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="error"] { color: $bad; }
QLabel[role="chip"] { background: $raised; border: 1px solid $border; border-radius: 8px; padding: 1px 7px; color: $text; }
QLabel[role="chip-good"] { background: $raised; border: 1px solid $good; border-radius: 8px; padding: 1px 7px; color: $good; }
QLabel[role="chip-warn"] { background: $raised; border: 1px solid $warn; border-radius: 8px; padding: 1px 7px; color: $warn; }
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[role="card"][chosen="true"] { border: 2px solid $accent; }
QFrame[role="notice"] { background: $raised; border: 1px solid $warn; border-radius: 6px; }
QPushButton { background: $surface; border: 1px solid $border; border-radius: 6px; padding: 5px 12px; color: $text; }
QPushButton:hover { background: $raised; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QPushButton:disabled { color: $muted; background: $window; }
QPushButton[role="primary"] { background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: 600; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $muted; border: 1px solid $border; }
QPushButton[role="nav"] { border: none; border-radius: 6px; text-align: left; padding: 8px 9px; background: transparent; }
QPushButton[role="nav"]:hover { background: $raised; }
QPushButton[role="nav"]:checked { background: $raised; color: $accent; font-weight: 600; }
QPushButton[role="nav"]:focus { border: 1px solid $accent; }
QPushButton[role="tab"] { border: none; border-bottom: 2px solid transparent; border-radius: 0; background: transparent; padding: 6px 10px; min-width: 56px; }
QPushButton[role="tab"]:checked { border-bottom: 2px solid $accent; color: $accent; font-weight: 600; }
QPushButton[role="tab"]:focus { background: $raised; }
QPushButton[role="line"] { border: none; border-radius: 4px; background: transparent; padding: 1px 8px 1px 24px; color: $text; text-align: left; }
QPushButton[role="line"]:hover { background: $raised; text-decoration: underline; }
QPushButton[role="line"]:focus { border: 1px solid $accent; }
QWidget#sidebar { background: $surface; border-right: 1px solid $border; }
QTableView, QTreeView, QListView, QPlainTextEdit, QTextEdit { background: $surface; border: 1px solid $border; border-radius: 6px; }
QTableView { gridline-color: $border; selection-background-color: $raised; selection-color: $text; alternate-background-color: $window; }
QTableView::item:selected { background: $raised; color: $text; }
QListView::item { padding: 4px; }
QListView::item:selected { background: $raised; color: $text; border-left: 3px solid $accent; }
QHeaderView::section { background: $window; color: $muted; border: none; border-bottom: 1px solid $border; padding: 5px; font-weight: 600; }
QLineEdit { background: $surface; border: 1px solid $border; border-radius: 5px; padding: 4px 6px; color: $text; }
QLineEdit:focus { border: 2px solid $accent; padding: 3px 5px; }
QLineEdit[invalid="true"] { border: 2px solid $bad; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 18px; padding-top: 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; }
QCheckBox::indicator:unchecked { width: 13px; height: 13px; border: 1px solid $muted; border-radius: 3px; background: $surface; }
QCheckBox::indicator:unchecked:focus { border: 2px solid $accent; }
QProgressBar { background: $raised; border: none; border-radius: 4px; height: 8px; text-align: center; }
QProgressBar::chunk { background: $good; border-radius: 4px; }
QScrollArea { border: none; background: transparent; }
QStatusBar { background: $surface; border-top: 1px solid $border; color: $muted; }
QSplitter::handle { background: $window; }
QMenu { background: $surface; border: 1px solid $border; color: $text; }
QMenu::item:selected { background: $raised; }
""")


_in_use = [LIGHT]


def is_dark(look: Look) -> bool:
    """Whether `look` is dark here and now."""
    if look is Look.SYSTEM:
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return look is Look.DARK


def tokens(look: Look) -> Tokens:
    """The colours of a look."""
    return DARK if is_dark(look) else LIGHT


def apply_look(application: QApplication, window: QWidget, look: Look) -> Tokens:
    """Put a look on the whole application.

    The style sheet is the window's, whose dialogs and tool tips have it from there: with one of the whole application, every widget
    that is put into another one is styled again with all that is in it, and the panes are put together from the inside out.
    """
    chosen = tokens(look)
    palette = QPalette()
    role = QPalette.ColorRole
    for each, colour in (
        (role.Window, chosen.window), (role.WindowText, chosen.text), (role.Base, chosen.surface), (role.Text, chosen.text),
        (role.AlternateBase, chosen.window), (role.Button, chosen.surface), (role.ButtonText, chosen.text),
        (role.Highlight, chosen.accent), (role.HighlightedText, chosen.accent_text), (role.ToolTipBase, chosen.raised),
        (role.ToolTipText, chosen.text), (role.PlaceholderText, chosen.muted), (role.Link, chosen.accent), (role.Mid, chosen.border),
    ):  # fmt: skip
        palette.setColor(each, QColor(colour))
    for each in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(chosen.muted))
    application.setPalette(palette)
    window.setStyleSheet(_SHEET.substitute({name: getattr(chosen, name) for name in Tokens.__slots__}))
    _in_use[0] = chosen
    return chosen


def current() -> Tokens:
    """The colours in use; asked for at every mark that is painted."""
    return _in_use[0]
