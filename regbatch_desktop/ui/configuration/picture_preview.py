"""A small picture beside the choice of its source.

Owns: decoding, with limits: the bytes come from outside.
Never: loads.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QSizePolicy

from regbatch_desktop.ui.kit.plain_text import Label, plain_tooltip

WIDTH, HEIGHT = 96, 40
# Plain raster formats; a drawing (SVG) may refer to other files.
_FORMATS = frozenset({"png", "jpeg", "jpg", "gif", "bmp", "webp", "ico"})
_LARGEST_MB = 64


def decoded(data: bytes) -> QImage | None:
    """At most WIDTH x HEIGHT pixels, its shape kept; None for what is no picture."""
    QImageReader.setAllocationLimit(_LARGEST_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    if bytes(reader.format().data()).decode() not in _FORMATS:
        return None
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(WIDTH, HEIGHT), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


class PicturePreview(Label):
    """Shows one of several pictures, or a word."""

    def __init__(self, name: str) -> None:
        super().__init__("", role="muted", wrap=True)
        self._name = name
        self._source = ""
        self._pictures: Mapping[str, bytes | str] = {}
        self.setFixedSize(WIDTH, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._draw()

    def show_source(self, source: str) -> None:
        """Another source was chosen."""
        if source != self._source:
            self._source = source
            self._draw()

    def show_pictures(self, pictures: Mapping[str, bytes | str]) -> None:
        """Source → bytes, or a sentence that says why there are none."""
        self._pictures = pictures
        self._draw()

    def _draw(self) -> None:
        found = self._pictures.get(self._source, "")
        image = decoded(found) if isinstance(found, bytes) else None
        if image is not None:
            self.setPixmap(QPixmap.fromImage(image))
            self.setToolTip("")
            self.setAccessibleName(f"{self._name}: a picture")
            return
        self.clear()
        words = "no picture" if not found else "not shown"
        self.setText(words if self._source else "")
        self.setToolTip(
            plain_tooltip(found if isinstance(found, str) else "This is no picture that can be shown.") if found else ""
        )
        self.setAccessibleName(f"{self._name}: {words}")
