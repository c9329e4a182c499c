"""Every icon form of the installers, painted from the one SVG with Qt: PNG in the usual sizes, ICO, ICNS."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def painted(renderer: QSvgRenderer, size: int) -> QImage:
    """The icon at one size, in pixels."""
    image = QImage(QSize(size, size), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def main(source: Path, folder: Path) -> None:
    """Write them all into the folder; a form that cannot be written ends the build."""
    _qt = QGuiApplication(["icons"])
    renderer = QSvgRenderer(str(source))
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        if not painted(renderer, size).save(str(folder / f"regbatch-{size}.png")):
            raise SystemExit(f"the icon of {size} pixels could not be written")
    for size, name in ((256, "regbatch.ico"), (512, "regbatch.icns")):
        if not painted(renderer, size).save(str(folder / name)):
            raise SystemExit(f"{name} could not be written")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
