"""Text from outside is shown as plain text: labels that never read markup, tooltips that cannot.

Owns: the rule.
Never: formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

LONGEST_TOOLTIP = 600


def plain_tooltip(text: str) -> str:
    """Qt guesses whether a tooltip is HTML; this one says it is, and that nothing in it is."""
    import html  # with all its entities; the first window needs none

    return f"<qt>{html.escape(text[:LONGEST_TOOLTIP])}</qt>"


class Label(QLabel):
    """Plain text, wrapped when asked. `role` is a property the stylesheet knows: title, subtitle, muted, error, strong."""

    def __init__(self, text: str = "", *, role: str = "", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)


def narrow(label: Label) -> Label:
    """The longest word does not decide how wide everything is."""
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


class ElidedLabel(Label):
    """One line that ends in … when there is no room; the whole text is in the tooltip."""

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", role=role, parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(40)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Show `text`, shortened as the width demands."""
        if text == self._whole:
            return
        self._whole = text
        self.setAccessibleName(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(10, self.width()))
        self.setText(shown)
        self.setToolTip(plain_tooltip(self._whole) if shown != self._whole else "")
