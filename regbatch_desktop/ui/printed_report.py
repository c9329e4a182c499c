"""The report of a batch as a PDF.

Owns: its layout; every text from outside is escaped.
Never: reads the store.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

_COLUMNS = (
    ("restaurant", "Restaurant"),
    ("city", "City"),
    ("status", "Status"),
    ("current step", "Step"),
    ("company", "Company"),
    ("shop", "Shop"),
    ("error", "Remark"),
)
_WIDTHS = (20, 11, 11, 5, 18, 20, 15)
ZEBRA = ("#ffffff", "#f2f4f7")


def write_pdf(path: str, title: str, facts: str, rows: Sequence[Mapping[str, str]]) -> None:
    """A4 landscape. OSError when the place cannot be written."""
    with open(path, "wb"):
        pass
    writer = QPdfWriter(path)
    writer.setTitle(title)
    writer.setCreator("RegBatch Desktop")
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QMarginsF(15, 15, 15, 15))
    writer.setPageLayout(layout)
    head = "".join(f"<th align='left' width='{width}%'>{words}</th>" for (_, words), width in zip(_COLUMNS, _WIDTHS, strict=True))
    lines = "".join(
        f"<tr bgcolor='{ZEBRA[number % 2]}'>"
        + "".join(f"<td>{html.escape(_shown(row.get(name, '')))}</td>" for name, _ in _COLUMNS)
        + "</tr>"
        for number, row in enumerate(rows)
    )
    document = QTextDocument()
    document.setDefaultStyleSheet(
        "body, td, th { font-size: 9pt; } h1 { font-size: 16pt; } td, th { padding: 3px 6px; border: 1px solid #c5cad3; }"
    )
    document.setHtml(
        f"<h1>{html.escape(title)}</h1><p>{html.escape(facts)}</p>"
        "<table cellspacing='0' width='100%' style='border-collapse: collapse'>"
        f"<thead><tr bgcolor='#e3e7ed'>{head}</tr></thead>{lines}</table>"
    )
    document.print_(writer)


def _shown(text: str) -> str:
    return "needs you" if text == "action required" else text.removeprefix("https://")[:200]
